//! What the ERP asked for and could not be done.

use feirante_models::Instant;
use feirante_models::events::FailedDelivery;

use super::{Outcome, StockEffect};
use crate::ledger::Stage;
use crate::order::{Change, Order, Undelivered};

/// Entries a timeline may have before failures are no longer noted in it. An ERP that repeats a
/// wrong message for ever would make the order too large to be written at all; each message is in
/// the dead letters all the same.
const MOST_ENTRIES: usize = 500;

/// Whether the marketplace may have what could not be delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finality {
    /// It was not asked: the message is refused here. What others have begun goes on.
    NotAsked,
    /// It said no: what was held back goes on as if it had not been asked for.
    Refused,
    /// It never answered, and may have it. An invoice still counts and holds back cancellations, a
    /// cancellation holds back invoices, until it is sent again.
    Unanswered,
}

/// Notes that `undelivered` could not be delivered, and takes back what had been begun to deliver it.
#[must_use]
pub fn undelivered(
    order: &Order,
    undelivered: Undelivered,
    finality: Finality,
    now: Instant,
) -> Outcome<()> {
    let mut changed = order.changed(
        order.state.clone(),
        Change::DeliveryFailed {
            undelivered: undelivered.clone(),
        },
        now,
    );
    match (undelivered.kind, &undelivered.invoice_number) {
        _ if finality != Finality::Refused => {}
        (FailedDelivery::Cancellation, _) => changed.canceling = None,
        (FailedDelivery::Invoice, Some(number)) => {
            let pending = |stage| stage == Stage::Pending;
            if order
                .invoices
                .get(number)
                .is_some_and(|one| pending(one.stage))
            {
                changed.invoices = order.invoices.without(number);
            }
        }
        (FailedDelivery::Invoice | FailedDelivery::Tracking, _) => {}
    }
    let nothing_but_noted =
        changed.invoices == order.invoices && changed.canceling == order.canceling;
    if nothing_but_noted && order.timeline.len() >= MOST_ENTRIES {
        return Outcome::Unchanged(());
    }
    Outcome::change(changed, StockEffect::Keep, ())
}
