//! A person's decision about an order that is held for its prices (protocol §3.2): it goes on, or the
//! seller cancels it.
//!
//! Either is one change of the order. What has to follow a rejection, telling the marketplace, follows
//! from that change, so nothing is left half done between the two.

use feirante_models::Instant;
use jiff::SignedDuration;

use super::{Outcome, StockEffect};
use crate::order::{Change, Order, Review, State};

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
    /// Too early for a yes: the marketplace's own request has no answer, and whoever ships a released
    /// order would cross it.
    #[error("the marketplace asks to cancel the order: refuse or confirm that first")]
    CancellationAsked,
    /// Too late for either.
    #[error("the order is {0}")]
    Over(&'static str),
}

/// What a decision came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reviewed {
    /// It holds from now on.
    Now,
    /// It was decided so before, and what has to follow is begun once more.
    Again,
    /// It was decided so before.
    Before,
}

/// A person takes the order at its prices: it is not held any more. `by` is who decided, `reason` why.
///
/// # Errors
/// When it was never held, is being canceled, is asked to be or is over.
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
    if order.is_asked_to_cancel() {
        return Err(NotReviewable::CancellationAsked);
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
/// Where one is on its way, that goes on with its own reason, and the message that carries it is sent
/// once more: it may have been lost.
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
    if matches!(order.state, State::Canceled { .. }) {
        return Ok(Outcome::Unchanged(Reviewed::Before));
    }
    if !order.is_held() {
        return Err(NotReviewable::Over(order.status()));
    }
    let running = order.canceling.clone().filter(|begun| !begun.given_up);
    let answer = match running {
        Some(_) => Reviewed::Again,
        None => Reviewed::Now,
    };
    let canceling = running.unwrap_or_else(|| order.begun(reason.to_owned(), now));
    let change = Change::Rejected {
        theirs,
        ours,
        by: by.to_owned(),
        reason: canceling.reason.clone(),
    };
    let order = Order {
        canceling: Some(canceling),
        ..order.changed(order.state.clone(), change, now)
    };
    Ok(Outcome::change(order, StockEffect::Keep, answer))
}
