//! A person's decision about an order that is held for its prices (protocol §3.2): it goes on, or the
//! seller cancels it.
//!
//! Either is one change of the order. What has to follow a rejection, telling the marketplace, follows
//! from that change, so nothing is left half done between the two.

use feirante_models::Instant;
use jiff::SignedDuration;

use super::{Outcome, StockEffect};
use crate::order::{Canceling, Change, Order, Review, State};

/// How long a released order that is not paid keeps its stock at least: its reservation may have ended
/// while it was held.
const TIME_TO_PAY: SignedDuration = SignedDuration::from_hours(24);

/// Why there is nothing to decide about an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotReviewable {
    /// Its prices were in order.
    #[error("the order is not held for review")]
    NotHeld,
    /// Too late for a no: invoices may be on their way.
    #[error("the order has been released: it can be canceled, but not rejected any more")]
    Released,
    /// Too late for a yes: the marketplace is being told.
    #[error("the order is being canceled")]
    Canceling,
    /// Too late for either.
    #[error("the order is {0}")]
    Over(&'static str),
}

/// What a decision came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reviewed {
    /// It holds from now on.
    Now,
    /// It was decided so before.
    Before,
}

/// A person takes the order at its prices: it is not held any more. `by` is who decided, `reason` why.
///
/// # Errors
/// When it was never held, is being canceled or is over.
pub fn release(
    order: &Order,
    by: &str,
    reason: Option<&str>,
    now: Instant,
) -> Result<Outcome<Reviewed>, NotReviewable> {
    let (theirs, ours) = match order.review {
        Review::NotNeeded => return Err(NotReviewable::NotHeld),
        Review::Released => return Ok(Outcome::Unchanged(Reviewed::Before)),
        Review::Pending => order.prices().ok_or(NotReviewable::NotHeld)?,
    };
    if !order.is_held() {
        return Err(NotReviewable::Over(order.status()));
    }
    if order.is_canceling() {
        return Err(NotReviewable::Canceling);
    }
    let state = match &order.state {
        State::Placed { reserved_until } => State::Placed {
            reserved_until: (*reserved_until).max(now.plus(TIME_TO_PAY)),
        },
        state => state.clone(),
    };
    let change = Change::Released {
        theirs,
        ours,
        by: by.to_owned(),
        reason: reason.map(str::to_owned),
    };
    let order = Order {
        review: Review::Released,
        ..order.changed(state, change, now)
    };
    Ok(Outcome::change(order, StockEffect::Keep, Reviewed::Now))
}

/// A person does not take the order at its prices: the seller's own cancellation begins, for this
/// `reason` (protocol §3.5). If the marketplace does not agree to it, the order is held as before.
///
/// # Errors
/// When it was never held, or was released.
pub fn reject(
    order: &Order,
    by: &str,
    reason: &str,
    now: Instant,
) -> Result<Outcome<Reviewed>, NotReviewable> {
    let (theirs, ours) = match order.review {
        Review::NotNeeded => return Err(NotReviewable::NotHeld),
        Review::Released => return Err(NotReviewable::Released),
        Review::Pending => order.prices().ok_or(NotReviewable::NotHeld)?,
    };
    if order.is_canceling() || matches!(order.state, State::Canceled { .. }) {
        return Ok(Outcome::Unchanged(Reviewed::Before));
    }
    if !order.is_held() {
        return Err(NotReviewable::Over(order.status()));
    }
    let reason = reason.to_owned();
    let change = Change::Rejected {
        theirs,
        ours,
        by: by.to_owned(),
        reason: reason.clone(),
    };
    let order = Order {
        canceling: Some(Canceling {
            since: now,
            reason,
            given_up: false,
        }),
        ..order.changed(order.state.clone(), change, now)
    };
    Ok(Outcome::change(order, StockEffect::Keep, Reviewed::Now))
}
