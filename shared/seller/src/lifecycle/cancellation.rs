//! Cancellations as the ERP sees them: its answers to the marketplace's, and its own (protocol
//! §3.4, §3.5).

use feirante_models::Instant;
use feirante_models::erp::InvoiceType;

use super::{Finality, Outcome, StockEffect, canceled};
use crate::order::{Change, Order, RequestedCancellation, Sent, State};

/// Why a message of the ERP can't be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotPossible {
    /// The marketplace has not asked.
    #[error("the marketplace has not asked to cancel this order")]
    NotRequested,
    /// Too late for a no.
    #[error("the order is already canceled")]
    AlreadyCanceled,
    /// Too late to cancel: the marketplace has an invoice.
    #[error("the order is {0}: it can be canceled after returns of its whole value only")]
    Invoiced(&'static str),
}

/// What to do about the ERP's yes to the marketplace's request now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// Nothing more.
    Done,
    /// Wait: an invoice is on its way, and whether it arrives decides.
    HeldBack,
    /// Go on as with the seller's own cancellation: the marketplace may have an invoice of the order
    /// by now, and then it wants no cancellation any more.
    MarketplaceDecides,
}

/// The ERP agrees to the marketplace's request. The order is canceled at once, and the
/// marketplace's next call is answered with the receipt; but where the marketplace never answered to
/// an invoice it decides, or units it has been invoiced for would be sold again.
///
/// # Errors
/// When there is no such request.
pub fn confirm_cancellation(order: &Order, now: Instant) -> Result<Outcome<Settled>, NotPossible> {
    match &order.state {
        State::Canceled { .. } => Ok(Outcome::Unchanged(Settled::Done)),
        State::Authorized {
            cancellation: Some(_),
            ..
        } if order.invoices.has_pending(InvoiceType::Output) => {
            Ok(Outcome::Unchanged(Settled::HeldBack))
        }
        State::Authorized {
            cancellation: Some(_),
            ..
        } if order.invoices.has_given_up(InvoiceType::Output) => {
            Ok(Outcome::Unchanged(Settled::MarketplaceDecides))
        }
        State::Authorized {
            cancellation: Some(_),
            ..
        } => Ok(canceled(order, StockEffect::Release, None, now).map(|_| Settled::Done)),
        State::PartiallyInvoiced { .. }
        | State::Invoiced { .. }
        | State::Shipped { .. }
        | State::Delivered { .. } => Err(NotPossible::Invoiced(order.status())),
        State::Authorized {
            cancellation: None, ..
        }
        | State::Placed { .. }
        | State::Returned { .. }
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
        // The invoice has said it.
        State::PartiallyInvoiced { .. }
        | State::Invoiced { .. }
        | State::Shipped { .. }
        | State::Delivered { .. }
        | State::Returned { .. } => Ok(Outcome::Unchanged(())),
        State::Authorized {
            cancellation: None, ..
        }
        | State::Placed { .. }
        | State::Expired { .. } => Err(NotPossible::NotRequested),
    }
}

/// What to do about the seller's own cancellation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartedCancellation {
    /// Tell the marketplace.
    Started,
    /// It was started before, and the marketplace is being told.
    Pending,
    /// Nothing: the order is canceled, or was never paid and is nobody's any more.
    Done,
    /// Wait: an invoice is on its way, and whether it arrives decides.
    HeldBack,
}

/// The seller cancels the order. From here on nothing of it is invoiced, until the marketplace has
/// said what it makes of it. One that was given up begins anew.
///
/// # Errors
/// When the marketplace has an invoice of it.
pub fn start_cancellation(
    order: &Order,
    reason: &str,
    now: Instant,
) -> Result<Outcome<StartedCancellation>, NotPossible> {
    if order.is_canceling() {
        return Ok(Outcome::Unchanged(StartedCancellation::Pending));
    }
    match &order.state {
        State::Canceled { .. } => Ok(Outcome::Unchanged(StartedCancellation::Done)),
        // Unless the marketplace was told before it expired, and may have it.
        State::Expired {
            payment_refused: false,
            ..
        } if order.canceling.is_none() => Ok(Outcome::Unchanged(StartedCancellation::Done)),
        // The marketplace has said so before.
        State::Returned { .. } if refund_is_settled(order) => {
            Ok(Outcome::Unchanged(StartedCancellation::Done))
        }
        State::Authorized { .. } if order.invoices.has_pending(InvoiceType::Output) => {
            Ok(Outcome::Unchanged(StartedCancellation::HeldBack))
        }
        State::Placed { .. }
        | State::Authorized { .. }
        | State::Returned { .. }
        | State::Expired { .. } => {
            let reason = reason.to_owned();
            let change = Change::CancellationStarted {
                reason: reason.clone(),
            };
            let order = Order {
                canceling: Some(order.begun(reason, now)),
                ..order.changed(order.state.clone(), change, now)
            };
            let answer = StartedCancellation::Started;
            Ok(Outcome::change(order, StockEffect::Keep, answer))
        }
        State::PartiallyInvoiced { .. }
        | State::Invoiced { .. }
        | State::Shipped { .. }
        | State::Delivered { .. } => Err(NotPossible::Invoiced(order.status())),
    }
}

/// What is left to do about the cancellation that began at `begun`, for a message that follows from a
/// person's rejection. That message begins none: it may be old, and the order released since, or
/// rejected anew.
#[must_use]
pub fn carry_on_cancellation(order: &Order, begun: Instant) -> StartedCancellation {
    let canceling = order.canceling.as_ref();
    if order.is_canceling() && canceling.is_some_and(|canceling| canceling.since == begun) {
        StartedCancellation::Pending
    } else {
        StartedCancellation::Done
    }
}

/// Whether the marketplace's `status` for the seller's cancellation is a no, as its `finality` has it.
/// One that was asked before and had no answer may have been done: that it is refused now, that we are
/// not let in, or that the order is not there, says nothing of that.
#[must_use]
pub fn cancel_finality(order: &Order, status: u16, finality: Finality) -> Finality {
    let canceling = order.canceling.as_ref();
    let asked_before = canceling.is_some_and(|canceling| canceling.asked_before);
    match status {
        400 | 401 | 403 | 404 if asked_before => Finality::Unanswered,
        _ => finality,
    }
}

/// The marketplace has taken the seller's cancellation.
#[must_use]
pub fn cancel_sent(order: &Order, sent: Sent, now: Instant) -> Outcome<()> {
    let stock = match &order.state {
        State::Placed { .. } | State::Authorized { .. } => StockEffect::Release,
        State::Expired { .. } | State::Returned { .. } => StockEffect::Keep,
        // The marketplace's own came first.
        State::Canceled { .. }
        | State::PartiallyInvoiced { .. }
        | State::Invoiced { .. }
        | State::Shipped { .. }
        | State::Delivered { .. } => return Outcome::Unchanged(()),
    };
    canceled(order, stock, Some(sent), now).map(|_| ())
}

/// The marketplace does not cancel what was returned: its refund has settled it (protocol §3.6.3).
#[must_use]
pub fn refund_settled(order: &Order, now: Instant) -> Outcome<()> {
    if order.canceling.is_none() {
        return Outcome::Unchanged(());
    }
    let order = Order {
        canceling: None,
        ..order.changed(order.state.clone(), Change::RefundSettled, now)
    };
    Outcome::change(order, StockEffect::Keep, ())
}

fn refund_is_settled(order: &Order) -> bool {
    let mut changes = order.timeline.iter().map(|entry| &entry.change);
    changes.any(|change| *change == Change::RefundSettled)
}
