//! An order's lifecycle (protocol §4.2): what each event does in each state.
//!
//! Every function takes an order as it stands and says what to write, what to do with its stock and
//! what to answer, or why not. Nothing is written here; the writer makes the write conditional on
//! the version it read, so that of two racing changes one wins and the other decides again.
//!
//! What the marketplace has to be told (an invoice, the seller's own cancellation) is two changes:
//! one before it is told, which holds back what must not cross it, and one after.

mod agreement;
mod cancellation;
mod failure;
mod invoice;
mod invoiced;
mod modification;
mod review;
mod tracking;

use feirante_models::answers::Confirmation;
use feirante_models::cancellation::CancellationDetails;
use feirante_models::erp::InvoiceType;
use feirante_models::{Code, Instant, OrderId, Problem};

pub use agreement::{agreement_sent, owes_agreement};
pub use cancellation::{
    NotPossible, Settled, StartedCancellation, cancel_finality, cancel_sent, carry_on_cancellation,
    confirm_cancellation, refund_settled, refuse_cancellation, start_cancellation,
};
pub use failure::{Finality, undelivered};
pub use invoice::{AcceptedInvoice, HeldBy, RefusedInvoice, accept_invoice};
pub use invoiced::{invoice_sent, invoice_waived, is_waived};
pub use modification::{
    RequestedModification, agree, preview_modification, request_modification, withdraw_modification,
};
pub use review::{NotReviewable, Reviewed, reject, release};
pub use tracking::{progress_sent, shipment_sent};

use crate::order::{Change, Order, Receipt, RequestedCancellation, Sent, State, StockMovements};
use crate::settings::CancellationPolicy;
use crate::shipping::LimitedSlot;

/// A change to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// The order after it.
    pub order: Order,
    /// What its stock does with it.
    pub stock: StockEffect,
}

/// What a change does with the units an order holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StockEffect {
    /// Nothing.
    Keep,
    /// They can be sold again.
    Release,
    /// They are taken once more; refused if they are gone.
    Reserve,
    /// Some of them leave.
    Ship(Movement),
    /// Some that left come back and can be sold again.
    Restock(Movement),
    /// Some are taken and others can be sold again, together; refused if the former are gone.
    Exchange(Exchange),
}

/// What a modification takes and gives back (protocol §3.12).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exchange {
    /// Units that are taken where they are above zero, and given back where they are below.
    pub units: StockMovements,
    /// Units that must be left then, by the marketplace's rules.
    pub keep: StockMovements,
    /// Delivery windows in which nothing of the order comes any more.
    pub slots: Vec<LimitedSlot>,
}

/// Units that an invoice moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// How many, and where.
    pub units: StockMovements,
    /// When. A count of the ERP's that is newer has them moved already.
    pub at: Instant,
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

    /// The order once this is written; `before` is the one it was decided about.
    #[must_use]
    pub const fn order_after<'a>(&'a self, before: &'a Order) -> &'a Order {
        match self {
            Self::Change(transition, _) => &transition.order,
            Self::Unchanged(_) => before,
        }
    }

    fn map<B>(self, answer: impl FnOnce(A) -> B) -> Outcome<B> {
        match self {
            Self::Change(transition, given) => Outcome::Change(transition, answer(given)),
            Self::Unchanged(given) => Outcome::Unchanged(answer(given)),
        }
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
/// ES018 for a canceled or returned order, ES014 for one whose payment was refused before.
pub fn authorize(order: &Order, now: Instant) -> Result<Outcome<Confirmation>, Problem> {
    match &order.state {
        State::Authorized { authorization, .. }
        | State::PartiallyInvoiced { authorization }
        | State::Invoiced { authorization }
        | State::Shipped { authorization }
        | State::Delivered { authorization } => {
            Ok(Outcome::Unchanged(order.confirmation(authorization)))
        }
        State::Canceled { .. } | State::Returned { .. } => Err(Problem::new(
            Code::IllegalTransition,
            format!("the order is {} and can't be authorized", order.status()),
        )),
        State::Placed { .. } => Ok(authorized(order, StockEffect::Keep, now)),
        // The marketplace is being told that there is no such order any more.
        State::Expired {
            payment_refused: true,
            ..
        } => Err(Problem::new(
            Code::OutOfStock,
            "the order has expired, and its stock was gone when its payment came",
        )),
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

/// A payment came too late: the units of an expired order are gone. The marketplace has to be told
/// that there is no such order any more, once (protocol §4.2).
#[must_use]
pub fn refuse_payment(order: &Order, now: Instant) -> Outcome<()> {
    let State::Expired {
        expired_at,
        payment_refused: false,
    } = order.state
    else {
        return Outcome::Unchanged(());
    };
    let state = State::Expired {
        expired_at,
        payment_refused: true,
    };
    Outcome::change(
        order.changed(state, Change::PaymentRefused, now),
        StockEffect::Keep,
        (),
    )
}

/// The marketplace asks to cancel (R5). While an invoice is on its way, that is the answer.
#[must_use]
pub fn request_cancellation(
    order: &Order,
    policy: CancellationPolicy,
    details: CancellationDetails,
    now: Instant,
) -> Outcome<CancellationAnswer> {
    match &order.state {
        State::Placed { .. } => canceled(order, StockEffect::Release, None, now),
        State::Expired { .. } | State::Returned { .. } => {
            canceled(order, StockEffect::Keep, None, now)
        }
        State::PartiallyInvoiced { .. }
        | State::Invoiced { .. }
        | State::Shipped { .. }
        | State::Delivered { .. } => Outcome::Unchanged(CancellationAnswer::Evaluating),
        // A seller that is canceling it agrees, whatever it usually does, and whether or not the
        // marketplace has answered.
        State::Authorized { .. } if order.canceling.is_some() => {
            canceled(order, StockEffect::Release, None, now)
        }
        State::Authorized { .. } if order.invoices.has_pending(InvoiceType::Output) => {
            Outcome::Unchanged(CancellationAnswer::Evaluating)
        }
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
            CancellationPolicy::Confirm => canceled(order, StockEffect::Release, None, now),
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

fn canceled(
    order: &Order,
    stock: StockEffect,
    sent: Option<Sent>,
    now: Instant,
) -> Outcome<CancellationAnswer> {
    let receipt = Receipt::of(&order.order_id, "canceled", now);
    let answer = CancellationAnswer::Confirmed(order.confirmation(&receipt));
    let state = State::Canceled { receipt };
    let order = Order {
        canceling: None,
        ..order.changed(state, Change::Canceled { sent }, now)
    };
    Outcome::change(order, stock, answer)
}

/// The order's reservation ends, if it is due at `now`. One that waits for a person is kept.
#[must_use]
pub fn expire(order: &Order, now: Instant) -> Outcome<()> {
    if order.due().is_none_or(|due| due > now) {
        return Outcome::Unchanged(());
    }
    let state = State::Expired {
        expired_at: now,
        payment_refused: false,
    };
    Outcome::change(
        order.changed(state, Change::Expired, now),
        StockEffect::Release,
        (),
    )
}

#[cfg(test)]
mod tests;
