//! Where an order's packages are (protocol §3.7, §3.8).

use feirante_models::{Instant, InvoiceNumber};

use super::invoiced::standing;
use super::{Outcome, StockEffect};
use crate::ledger::Stage;
use crate::order::{Change, Order, Sent, State};

/// The marketplace has taken the tracking number of the package of `number`.
#[must_use]
pub fn shipment_sent(
    order: &Order,
    number: &InvoiceNumber,
    sent: Sent,
    now: Instant,
) -> Outcome<()> {
    let invoices = order.invoices.at_stage(number, Stage::Shipped);
    let change = Change::ShipmentSent {
        invoice_number: number.clone(),
        sent,
    };
    let state = standing(order, &invoices);
    let order = Order {
        invoices,
        ..order.changed(state, change, now)
    };
    Outcome::change(order, StockEffect::Keep, ())
}

/// The marketplace was told `events` new events of the package of `number`, and that it has
/// reached the buyer if `is_delivered`.
#[must_use]
pub fn progress_sent(
    order: &Order,
    number: &InvoiceNumber,
    events: usize,
    is_delivered: bool,
    sent: Sent,
    now: Instant,
) -> Outcome<()> {
    let stage = if is_delivered {
        Stage::Delivered
    } else {
        Stage::Shipped
    };
    let invoices = order.invoices.at_stage(number, stage);
    let state = standing(order, &invoices);
    let was_delivered = matches!(order.state, State::Delivered { .. });
    let change = Change::ProgressSent {
        invoice_number: number.clone(),
        events,
        is_delivered,
        order_delivered: !was_delivered && matches!(state, State::Delivered { .. }),
        sent,
    };
    let order = Order {
        invoices,
        ..order.changed(state, change, now)
    };
    Outcome::change(order, StockEffect::Keep, ())
}
