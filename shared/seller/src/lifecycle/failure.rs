//! What the ERP asked for and could not be done.

use feirante_models::Instant;
use feirante_models::events::FailedDelivery;

use super::agreement::without_agreement;
use super::{Outcome, StockEffect};
use crate::order::{Change, Order, Undelivered};

/// Characters of a detail that are kept, as many as its dead letter has.
const LONGEST_DETAIL: usize = 1000;

/// Whether the marketplace may have what could not be delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finality {
    /// It was not asked: the message is refused here. What others have begun goes on.
    NotAsked,
    /// It said no: what was held back goes on as if it had not been asked for.
    Refused,
    /// It never answered, and may have it. That is remembered, and holds nothing back: whatever is
    /// sent next, the marketplace's answer to it decides.
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
    let (kind, number) = (undelivered.kind, undelivered.invoice_number.clone());
    let modifications = match &undelivered.agreement {
        Some(agreement) => without_agreement(order, agreement, finality),
        None => order.modifications.clone(),
    };
    let undelivered = Undelivered {
        detail: undelivered.detail.chars().take(LONGEST_DETAIL).collect(),
        ..undelivered
    };
    let change = Change::DeliveryFailed { undelivered };
    let mut changed = Order {
        modifications,
        ..order.changed(order.state.clone(), change, now)
    };
    match (finality, kind, &number) {
        (Finality::Refused, FailedDelivery::Cancellation, _) => changed.canceling = None,
        (Finality::Unanswered, FailedDelivery::Cancellation, _) => {
            if let Some(canceling) = &mut changed.canceling {
                canceling.given_up = true;
            }
        }
        (Finality::Refused, FailedDelivery::Invoice, Some(number)) => {
            let known = order.invoices.get(number);
            if known.is_some_and(|invoice| !invoice.is_sent()) {
                changed.invoices = order.invoices.without(number);
            }
        }
        (Finality::Unanswered, FailedDelivery::Invoice, Some(number)) => {
            changed.invoices = order.invoices.given_up(number);
        }
        (Finality::NotAsked, ..)
        | (_, FailedDelivery::Invoice | FailedDelivery::Tracking | FailedDelivery::Agreement, _) => {
        }
    }
    Outcome::change(changed, StockEffect::Keep, ())
}
