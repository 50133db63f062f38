//! Which invoices are legal (protocol §3.6).

use feirante_models::erp::InvoiceType;
use feirante_models::{Cents, Instant, InvoiceNumber, SkuId};

use super::{Outcome, StockEffect};
use crate::ledger::{Invoice, Stage};
use crate::order::size::{MOST_BYTES_OF_INVOICES, bytes};
use crate::order::{Change, Order, Review, State};

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
    /// Over nothing, of an order that is over something.
    #[error("the invoice is over 0, and the order over {0}")]
    Empty(Cents),
    /// An order over nothing has one invoice of each type.
    #[error("the order is over 0, and invoice {0} is over all of it")]
    Whole(InvoiceNumber),
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
    /// The order has as many invoices as are kept.
    #[error("the order has {0} invoices, and no room for another")]
    NoRoom(usize),
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
    /// Wait: something else the marketplace is being told comes first.
    HeldBack(HeldBy),
}

/// What an invoice waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldBy {
    /// The order is being canceled, and whether it is decides.
    Cancellation,
    /// The order is modified, and until the marketplace has heard it takes invoices for the order as it was.
    Modification,
}

impl HeldBy {
    /// In words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cancellation => "the order is being canceled",
            Self::Modification => "the marketplace is being told that the order is modified",
        }
    }
}

/// An invoice of the ERP. Accepted, it counts against the order's total and holds back
/// cancellations until the marketplace has said what it makes of it.
///
/// It overrules what was given up: its own last time, and the seller's own cancellation. Whether the
/// marketplace has those, its answer to this one says. A number that was given up keeps its content: a
/// marketplace that has it takes other content for the same, and says yes (protocol §3.6).
///
/// # Errors
/// Why it is refused here.
pub fn accept_invoice(
    order: &Order,
    invoice: &Invoice,
    now: Instant,
) -> Result<Outcome<AcceptedInvoice>, RefusedInvoice> {
    if let Some(known) = order.invoices.get(&invoice.number) {
        if known.content_hash != invoice.content_hash {
            return Err(RefusedInvoice::NumberTaken(invoice.number.clone()));
        }
        if known.is_sent() {
            return Ok(Outcome::Unchanged(AcceptedInvoice::Sent));
        }
        if known.counts() {
            return Ok(Outcome::Unchanged(AcceptedInvoice::Pending));
        }
    }
    may_come(order, invoice)?;
    if let Some(held_by) = held_by(order, invoice.kind) {
        return Ok(Outcome::Unchanged(AcceptedInvoice::HeldBack(held_by)));
    }
    fits(order, invoice)?;
    let invoices = order.invoices.with(Invoice {
        stage: Stage::Pending,
        ..invoice.clone()
    });
    // One that is known has its room.
    if order.invoices.get(&invoice.number).is_none() && bytes(&invoices) > MOST_BYTES_OF_INVOICES {
        return Err(RefusedInvoice::NoRoom(order.invoices.iter().count()));
    }
    let change = Change::InvoiceAccepted {
        invoice_number: invoice.number.clone(),
        kind: invoice.kind,
        value: invoice.value,
    };
    let order = Order {
        invoices,
        canceling: None,
        ..order.changed(order.state.clone(), change, now)
    };
    Ok(Outcome::change(
        order,
        StockEffect::Keep,
        AcceptedInvoice::Accepted,
    ))
}

/// What an invoice of this type must not cross now.
fn held_by(order: &Order, kind: InvoiceType) -> Option<HeldBy> {
    if order.is_canceling() {
        return Some(HeldBy::Cancellation);
    }
    let is_told = kind == InvoiceType::Output && order.modifications.is_telling();
    is_told.then_some(HeldBy::Modification)
}

/// Whether the order is at a point where such an invoice may come.
pub(super) fn may_come(order: &Order, invoice: &Invoice) -> Result<(), RefusedInvoice> {
    match invoice.kind {
        InvoiceType::Output => may_be_sold(order),
        InvoiceType::Input => may_be_returned(order),
    }
}

fn may_be_sold(order: &Order) -> Result<(), RefusedInvoice> {
    match (&order.state, order.review) {
        (State::Placed { .. }, Review::NotNeeded | Review::Released) => {
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

pub(super) fn fits(order: &Order, invoice: &Invoice) -> Result<(), RefusedInvoice> {
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
    if invoice.value == Cents::ZERO {
        if order.total != Cents::ZERO {
            return Err(RefusedInvoice::Empty(order.total));
        }
        if let Some(whole) = order.invoices.counted(invoice.kind).next() {
            return Err(RefusedInvoice::Whole(whole.number.clone()));
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
