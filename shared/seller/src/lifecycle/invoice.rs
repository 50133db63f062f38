//! Invoices (protocol §3.6): which are legal, and what they make of an order.

use feirante_models::erp::InvoiceType;
use feirante_models::{Cents, Instant, InvoiceNumber, SkuId};

use super::{Movement, Outcome, StockEffect};
use crate::ledger::{Invoice, Ledger, Stage};
use crate::order::{Change, Order, Review, Sent, State};

/// Why an invoice is not sent to the marketplace.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefusedInvoice {
    /// The payment is not approved.
    #[error("the order is {0}: nothing may be invoiced before it is authorized")]
    NotAuthorized(&'static str),
    /// A person has to look at its prices first.
    #[error("the order is held until its prices have been reviewed")]
    Held,
    /// It is over.
    #[error("the order is {0}: nothing can be invoiced any more")]
    Over(&'static str),
    /// The number is another invoice's.
    #[error("invoice {0} of this order has other content")]
    NumberTaken(InvoiceNumber),
    /// More than the order is over.
    #[error("{value} is more than what is left to invoice: {residual} of {total}")]
    TooMuch {
        /// What the invoice is over.
        value: Cents,
        /// What invoices of its type may still be over.
        residual: Cents,
        /// What the order is over.
        total: Cents,
    },
    /// Not in the order, or not that many.
    #[error("SKU {sku}: {units} units, and the order has {ordered}")]
    TooMany {
        /// The SKU.
        sku: SkuId,
        /// Units on the invoice.
        units: i64,
        /// Units in the order.
        ordered: i64,
    },
    /// A return of what is not wholly invoiced.
    #[error("the order is {0}: a return needs the whole order invoiced first")]
    NotInvoiced(&'static str),
}

/// What to do about an invoice now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AcceptedInvoice {
    /// Tell the marketplace.
    Accepted,
    /// It was accepted before, and the marketplace is being told.
    Pending,
    /// Nothing: the marketplace has it already.
    Sent,
    /// Wait: the order is being canceled, and whether it is decides.
    HeldBack,
}

/// An invoice of the ERP. Accepted, it counts against the order's total and holds back
/// cancellations until the marketplace has said what it makes of it.
///
/// # Errors
/// Why it is refused here.
pub fn accept_invoice(
    order: &Order,
    invoice: &Invoice,
    now: Instant,
) -> Result<Outcome<AcceptedInvoice>, RefusedInvoice> {
    if let Some(known) = order.invoices.get(&invoice.number) {
        return match known.stage {
            _ if known.content_hash != invoice.content_hash => {
                Err(RefusedInvoice::NumberTaken(invoice.number.clone()))
            }
            Stage::Pending => Ok(Outcome::Unchanged(AcceptedInvoice::Pending)),
            Stage::Sent | Stage::Shipped | Stage::Delivered => {
                Ok(Outcome::Unchanged(AcceptedInvoice::Sent))
            }
        };
    }
    match invoice.kind {
        InvoiceType::Output => may_be_sold(order)?,
        InvoiceType::Input => may_be_returned(order)?,
    }
    if order.canceling.is_some() {
        return Ok(Outcome::Unchanged(AcceptedInvoice::HeldBack));
    }
    fits(order, invoice)?;
    let change = Change::InvoiceAccepted {
        invoice_number: invoice.number.clone(),
        kind: invoice.kind,
        value: invoice.value,
    };
    let order = Order {
        invoices: order.invoices.with(invoice.clone()),
        ..order.changed(order.state.clone(), change, now)
    };
    Ok(Outcome::change(
        order,
        StockEffect::Keep,
        AcceptedInvoice::Accepted,
    ))
}

fn may_be_sold(order: &Order) -> Result<(), RefusedInvoice> {
    match (&order.state, order.review) {
        (State::Placed { .. }, Review::NotNeeded) => {
            Err(RefusedInvoice::NotAuthorized(order.status()))
        }
        (State::Placed { .. } | State::Authorized { .. }, Review::Pending) => {
            Err(RefusedInvoice::Held)
        }
        (State::Authorized { .. } | State::PartiallyInvoiced { .. }, _) => Ok(()),
        // The sum says why.
        (State::Invoiced { .. } | State::Shipped { .. } | State::Delivered { .. }, _) => Ok(()),
        (State::Returned { .. } | State::Canceled { .. } | State::Expired { .. }, _) => {
            Err(RefusedInvoice::Over(order.status()))
        }
    }
}

fn may_be_returned(order: &Order) -> Result<(), RefusedInvoice> {
    match &order.state {
        State::Invoiced { .. }
        | State::Shipped { .. }
        | State::Delivered { .. }
        // The sum says why.
        | State::Returned { .. } => Ok(()),
        State::Placed { .. }
        | State::Authorized { .. }
        | State::PartiallyInvoiced { .. }
        | State::Canceled { .. }
        | State::Expired { .. } => Err(RefusedInvoice::NotInvoiced(order.status())),
    }
}

fn fits(order: &Order, invoice: &Invoice) -> Result<(), RefusedInvoice> {
    for (sku, units) in &invoice.units {
        let lines = order.lines.iter().filter(|line| line.sku == *sku);
        let ordered = lines.map(|line| line.quantity.get()).sum();
        if *units > ordered {
            return Err(RefusedInvoice::TooMany {
                sku: sku.clone(),
                units: *units,
                ordered,
            });
        }
    }
    let residual = order.invoices.residual(invoice.kind, order.total);
    if invoice.value > residual {
        return Err(RefusedInvoice::TooMuch {
            value: invoice.value,
            residual,
            total: order.total,
        });
    }
    Ok(())
}

/// The marketplace has taken the invoice `number`: where the order stands now, and which units
/// left or came back. `shipped`: with its tracking number.
#[must_use]
pub fn invoice_sent(
    order: &Order,
    number: &InvoiceNumber,
    shipped: bool,
    sent: Sent,
    now: Instant,
) -> Outcome<()> {
    let Some(invoice) = order
        .invoices
        .get(number)
        .filter(|invoice| invoice.stage == Stage::Pending)
    else {
        return Outcome::Unchanged(());
    };
    let stage = if shipped { Stage::Shipped } else { Stage::Sent };
    let invoices = order.invoices.at_stage(number, stage);
    let change = Change::InvoiceSent {
        invoice_number: number.clone(),
        kind: invoice.kind,
        value: invoice.value,
        residual: invoices.unsent(invoice.kind, order.total),
        sent,
    };
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
        ..order.changed(state, change, now)
    };
    Outcome::change(order, stock, ())
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
    let left = |kind| invoices.unsent(kind, order.total) > Cents::ZERO;
    if !left(InvoiceType::Input) {
        State::Returned { authorization }
    } else if left(InvoiceType::Output) {
        State::PartiallyInvoiced { authorization }
    } else {
        match stage {
            Stage::Pending | Stage::Sent => State::Invoiced { authorization },
            Stage::Shipped => State::Shipped { authorization },
            Stage::Delivered => State::Delivered { authorization },
        }
    }
}
