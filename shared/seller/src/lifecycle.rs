//! An order's lifecycle (protocol §4.2): what each event does in each state.
//!
//! Every function takes an order as it stands and says what to write, what to do with its stock and
//! what to answer, or why not. Nothing is written here; the writer makes the write conditional on
//! the version it read, so that of two racing changes one wins and the other decides again.

use feirante_models::answers::Confirmation;
use feirante_models::cancellation::CancellationDetails;
use feirante_models::{Code, Instant, OrderId, Problem};

use crate::order::{Change, Order, Receipt, RequestedCancellation, State};
use crate::settings::CancellationPolicy;

/// A change to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// The order after it.
    pub order: Order,
    /// What its stock does with it.
    pub stock: StockEffect,
}

/// What a change does with the units an order holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StockEffect {
    /// Nothing.
    Keep,
    /// They can be sold again.
    Release,
    /// They are taken once more; refused if they are gone.
    Reserve,
}

/// An event that may change an order, and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<A> {
    /// Write, then answer.
    Change(Box<Transition>, A),
    /// Nothing changes: answer.
    Unchanged(A),
}

impl<A> Outcome<A> {
    fn change(order: Order, stock: StockEffect, answer: A) -> Self {
        Self::Change(Box::new(Transition { order, stock }), answer)
    }
}

/// The answer to the marketplace's cancellation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CancellationAnswer {
    /// Canceled; the same receipt each time.
    Confirmed(Confirmation),
    /// Not decided, or refused: an empty body says both (protocol §3.4).
    Evaluating,
}

/// The payment was approved (R4).
///
/// # Errors
/// ES018 for a canceled order.
pub fn authorize(order: &Order, now: Instant) -> Result<Outcome<Confirmation>, Problem> {
    match &order.state {
        State::Authorized { authorization, .. } => {
            Ok(Outcome::Unchanged(order.confirmation(authorization)))
        }
        State::Canceled { .. } => Err(Problem::new(
            Code::IllegalTransition,
            "the order is canceled and can't be authorized",
        )),
        State::Placed { .. } => Ok(authorized(order, StockEffect::Keep, now)),
        // A late payment: the units may still be there.
        State::Expired { .. } => Ok(authorized(order, StockEffect::Reserve, now)),
    }
}

fn authorized(order: &Order, stock: StockEffect, now: Instant) -> Outcome<Confirmation> {
    let authorization = authorization_receipt(&order.order_id, now);
    let answer = order.confirmation(&authorization);
    let state = State::Authorized {
        authorization,
        cancellation: None,
    };
    Outcome::change(order.changed(state, Change::Authorized, now), stock, answer)
}

/// The receipt of an order's authorization.
#[must_use]
pub fn authorization_receipt(order: &OrderId, now: Instant) -> Receipt {
    Receipt::of(order, "authorized", now)
}

/// The marketplace asks to cancel (R5).
#[must_use]
pub fn request_cancellation(
    order: &Order,
    policy: CancellationPolicy,
    details: CancellationDetails,
    now: Instant,
) -> Outcome<CancellationAnswer> {
    match &order.state {
        State::Placed { .. } => canceled(order, StockEffect::Release, now),
        State::Expired { .. } => canceled(order, StockEffect::Keep, now),
        State::Canceled { receipt } => {
            Outcome::Unchanged(CancellationAnswer::Confirmed(order.confirmation(receipt)))
        }
        State::Authorized {
            cancellation: Some(_),
            ..
        } => Outcome::Unchanged(CancellationAnswer::Evaluating),
        State::Authorized {
            authorization,
            cancellation: None,
        } => match policy {
            CancellationPolicy::Confirm => canceled(order, StockEffect::Release, now),
            CancellationPolicy::Evaluate => {
                let request = RequestedCancellation {
                    requested_at: now,
                    refused: false,
                };
                let state = State::Authorized {
                    authorization: authorization.clone(),
                    cancellation: Some(request),
                };
                let change = Change::CancellationRequested { details };
                Outcome::change(
                    order.changed(state, change, now),
                    StockEffect::Keep,
                    CancellationAnswer::Evaluating,
                )
            }
        },
    }
}

fn canceled(order: &Order, stock: StockEffect, now: Instant) -> Outcome<CancellationAnswer> {
    let receipt = Receipt::of(&order.order_id, "canceled", now);
    let answer = CancellationAnswer::Confirmed(order.confirmation(&receipt));
    let state = State::Canceled { receipt };
    Outcome::change(order.changed(state, Change::Canceled, now), stock, answer)
}

/// Why a message of the ERP can't be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotPossible {
    /// The marketplace has not asked.
    #[error("the marketplace has not asked to cancel this order")]
    NotRequested,
    /// Too late for a no.
    #[error("the order is already canceled")]
    AlreadyCanceled,
}

/// The ERP agrees to the marketplace's request. The order is canceled at once, and the
/// marketplace's next call is answered with the receipt.
///
/// # Errors
/// When there is no such request.
pub fn confirm_cancellation(order: &Order, now: Instant) -> Result<Outcome<()>, NotPossible> {
    match &order.state {
        State::Canceled { .. } => Ok(Outcome::Unchanged(())),
        State::Authorized {
            cancellation: Some(_),
            ..
        } => match canceled(order, StockEffect::Release, now) {
            Outcome::Change(transition, _) => Ok(Outcome::Change(transition, ())),
            Outcome::Unchanged(_) => Ok(Outcome::Unchanged(())),
        },
        State::Authorized {
            cancellation: None, ..
        }
        | State::Placed { .. }
        | State::Expired { .. } => Err(NotPossible::NotRequested),
    }
}

/// The ERP does not agree to the marketplace's request; its invoice will say so.
///
/// # Errors
/// When there is no such request, or it was agreed to.
pub fn refuse_cancellation(
    order: &Order,
    reason: Option<String>,
    now: Instant,
) -> Result<Outcome<()>, NotPossible> {
    match &order.state {
        State::Canceled { .. } => Err(NotPossible::AlreadyCanceled),
        State::Authorized {
            cancellation: Some(request),
            ..
        } if request.refused => Ok(Outcome::Unchanged(())),
        State::Authorized {
            cancellation: Some(request),
            authorization,
        } => {
            let state = State::Authorized {
                authorization: authorization.clone(),
                cancellation: Some(RequestedCancellation {
                    refused: true,
                    ..request.clone()
                }),
            };
            let order = order.changed(state, Change::CancellationRefused { reason }, now);
            Ok(Outcome::change(order, StockEffect::Keep, ()))
        }
        State::Authorized {
            cancellation: None, ..
        }
        | State::Placed { .. }
        | State::Expired { .. } => Err(NotPossible::NotRequested),
    }
}

/// The order's reservation ends, if it is due at `now`. One that waits for a person is kept.
#[must_use]
pub fn expire(order: &Order, now: Instant) -> Outcome<()> {
    if order.due().is_none_or(|due| due > now) {
        return Outcome::Unchanged(());
    }
    let state = State::Expired { expired_at: now };
    Outcome::change(
        order.changed(state, Change::Expired, now),
        StockEffect::Release,
        (),
    )
}

#[cfg(test)]
mod tests;
