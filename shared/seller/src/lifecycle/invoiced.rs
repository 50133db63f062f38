//! What the marketplace made of an invoice, and that of the order (protocol §3.6).

use feirante_models::erp::InvoiceType;
use feirante_models::{Cents, Instant, InvoiceNumber};

use super::invoice::{fits, may_come};
use super::{Movement, Outcome, StockEffect};
use crate::ledger::{Invoice, Ledger, Stage};
use crate::order::{Change, Order, Sent, State};

/// The marketplace has taken the invoice `number`: where the order stands now, and which units
/// left or came back. `shipped`: with its tracking number.
///
/// So it is with one that was given up, whoever was told that it is taken in the end; but nothing
/// changes where the order is over, or others have taken its place.
#[must_use]
pub fn invoice_sent(
    order: &Order,
    number: &InvoiceNumber,
    shipped: bool,
    sent: Sent,
    now: Instant,
) -> Outcome<()> {
    let stage = if shipped { Stage::Shipped } else { Stage::Sent };
    let change = |invoice: &Invoice, residual| Change::InvoiceSent {
        invoice_number: number.clone(),
        kind: invoice.kind,
        value: invoice.value,
        residual,
        sent,
    };
    settled(order, number, stage, change, now)
}

/// Whether a marketplace that answers an invoice with `status` has none to wait for. One of the two
/// published documents has it that `invoiceValue` is above zero, and an order over nothing has
/// reached its total without it. If the seller has tried to cancel the order, the no may be for that.
#[must_use]
pub fn is_waived(order: &Order, status: u16) -> bool {
    let mut changes = order.timeline.iter().map(|entry| &entry.change);
    let canceled = changes.any(Change::begins_cancellation);
    status == 400 && order.total == Cents::ZERO && !canceled
}

/// The marketplace takes no invoice over nothing, as `detail` says: the order and its stock go on as
/// if it had.
#[must_use]
pub fn invoice_waived(
    order: &Order,
    number: &InvoiceNumber,
    detail: String,
    now: Instant,
) -> Outcome<()> {
    let change = |invoice: &Invoice, _| Change::InvoiceWaived {
        invoice_number: number.clone(),
        kind: invoice.kind,
        detail,
    };
    settled(order, number, Stage::Sent, change, now)
}

/// `change` is told the invoice, and what is left of the order's total.
fn settled(
    order: &Order,
    number: &InvoiceNumber,
    stage: Stage,
    change: impl FnOnce(&Invoice, Cents) -> Change,
    now: Instant,
) -> Outcome<()> {
    let Some(invoice) = order
        .invoices
        .get(number)
        .filter(|invoice| !invoice.is_sent() && takes(order, invoice))
    else {
        return Outcome::Unchanged(());
    };
    let invoices = order.invoices.at_stage(number, stage);
    let change = change(invoice, invoices.unsent(invoice.kind, order.total));
    let movement = || Movement {
        units: invoices.movements(number, &order.lines, order.total),
        at: invoice.issued_at,
    };
    let stock = match invoice.kind {
        InvoiceType::Output => StockEffect::Ship(movement()),
        InvoiceType::Input if invoice.restock => StockEffect::Restock(movement()),
        InvoiceType::Input => StockEffect::Keep,
    };
    let state = standing(order, &invoices);
    let order = Order {
        invoices,
        // Of an order that has an invoice, the marketplace takes no cancellation.
        canceling: None,
        ..order.changed(state, change, now)
    };
    Outcome::change(order, stock, ())
}

/// Whether there is room for an unsent invoice that the marketplace has taken: what it held has
/// been kept for it while it was on its way, and not since it was given up.
fn takes(order: &Order, invoice: &Invoice) -> bool {
    may_come(order, invoice).is_ok() && (invoice.counts() || fits(order, invoice).is_ok())
}

/// Where an authorized order stands by its invoices. An open request to cancel it is answered by
/// the first of them.
pub(super) fn standing(order: &Order, invoices: &Ledger) -> State {
    let Some(authorization) = order.state.authorization().cloned() else {
        return order.state.clone();
    };
    let Some(stage) = invoices.furthest_of_all() else {
        return order.state.clone();
    };
    let complete = |kind| invoices.is_complete(kind, order.total);
    if complete(InvoiceType::Input) {
        State::Returned { authorization }
    } else if !complete(InvoiceType::Output) {
        State::PartiallyInvoiced { authorization }
    } else {
        match stage {
            Stage::GivenUp | Stage::Pending | Stage::Sent => State::Invoiced { authorization },
            Stage::Shipped => State::Shipped { authorization },
            Stage::Delivered => State::Delivered { authorization },
        }
    }
}
