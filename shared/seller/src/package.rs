//! An invoice's package: what the marketplace has been told of it, and what it can be told next
//! (protocol §3.7, §3.8).

mod told;
mod waiting;

use std::collections::BTreeMap;

use feirante_models::erp::{InvoiceType, Progress, Shipment, TrackingMessage};
use feirante_models::{Instant, InvoiceNumber};
use sha2::{Digest, Sha256};

use crate::ledger::{Invoice, Stage};
use crate::order::{Order, State};
use crate::turns::Turns;

pub use told::{CurrentShipment, ProgressTold, Shipments};
pub use waiting::{
    MOST_BYTES_OF_AN_INVOICE, MOST_BYTES_OF_AN_ORDER, MOST_OF_AN_INVOICE, MOST_OF_AN_ORDER,
    Waiting, WaitingRoom,
};

/// Events of a package that the marketplace is told at most, and tracking numbers. Their hashes are
/// kept, and an ERP that dates what it has seen anew each time would never come to an end.
const MOST_EVENTS: usize = 2000;
const MOST_SHIPMENTS: usize = 500;

/// What is kept of an invoice besides its place in the ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Package {
    /// Telling the marketplace of the invoice.
    pub invoice: Turns,
    /// Telling it of tracking numbers.
    pub shipment: Turns,
    /// Telling it where the package is.
    pub progress: Turns,
    /// The tracking numbers it has been told.
    pub shipments: Shipments,
    /// Where it has been told that the package is.
    pub progress_told: ProgressTold,
    /// Messages that came before what they need, by their hash.
    pub waiting: BTreeMap<String, Waiting>,
    /// Raised by each message that comes to wait: who keeps one has read the ones before.
    pub waiting_revision: u64,
}

impl Package {
    /// Whether this was read before what `order` says of its invoice was written: two items are not
    /// read at one moment. Who sends an invoice has its turn until the order says that it was sent,
    /// and leaves it in the same write.
    #[must_use]
    pub fn is_behind(&self, order: &Order, number: &InvoiceNumber, now: Instant) -> bool {
        let sent = |invoice: &Invoice| invoice.stage >= Stage::Sent;
        order.invoices.get(number).is_some_and(sent) && self.invoice.are_taken(now)
    }
}

/// What to do about a tracking message now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Tell the marketplace the tracking number.
    Ship(Shipment),
    /// Tell it where the package is: only what it has not been told.
    Report(Progress),
    /// Keep the message with the order until its invoice, or its tracking number, has been sent.
    KeepWaiting,
    /// Nothing more: all of it has been told.
    Done,
}

/// Why a tracking message is refused here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefusedTracking {
    /// There will be no package.
    #[error("the order is {0}: it has no package")]
    NoPackage(&'static str),
    /// All its invoices are there, and this is none of them.
    #[error("the order is {0}, and has no invoice {1}")]
    UnknownInvoice(&'static str, InvoiceNumber),
    /// A return is the buyer's package.
    #[error("invoice {0} is a return: only what the seller ships is tracked")]
    Return(InvoiceNumber),
    /// As much waits for the invoice as is kept.
    #[error(
        "invoice {0} or its tracking number has not been sent, and no more than {MOST_OF_AN_INVOICE} \
         messages or {kilobytes} KB wait for them",
        kilobytes = MOST_BYTES_OF_AN_INVOICE / 1024
    )]
    FullInvoice(InvoiceNumber),
    /// As much waits with the order as is kept.
    #[error(
        "what it needs has not been sent, and no more than {MOST_OF_AN_ORDER} messages or {kilobytes} KB \
         wait with an order",
        kilobytes = MOST_BYTES_OF_AN_ORDER / 1024
    )]
    FullOrder,
    /// The marketplace has as many events as are kept.
    #[error("the package of invoice {0} has {MOST_EVENTS} events already, or would have more")]
    TooManyEvents(InvoiceNumber),
    /// The marketplace was told as many shipments as are kept.
    #[error("the package of invoice {0} has had {MOST_SHIPMENTS} tracking numbers already")]
    TooManyShipments(InvoiceNumber),
}

/// The next step of a tracking message that was first sent at `sent_at`. The marketplace must have the
/// invoice before the tracking number, and that before where the package is.
///
/// # Errors
/// Why it can't ever be sent.
pub fn next_step(
    order: &Order,
    package: &Package,
    message: &TrackingMessage,
    sent_at: Instant,
) -> Result<Step, RefusedTracking> {
    let number = &message.invoice_number;
    // One that was given up is as good as none: it may be sent again while there is room for it.
    let known = order.invoices.get(number);
    let invoice = known.filter(|invoice| invoice.counts());
    match (invoice, &order.state) {
        (_, State::Canceled { .. } | State::Expired { .. }) => {
            return Err(RefusedTracking::NoPackage(order.status()));
        }
        (Some(invoice), _) if invoice.kind == InvoiceType::Input => {
            return Err(RefusedTracking::Return(number.clone()));
        }
        (Some(invoice), _) if invoice.stage >= Stage::Sent => {}
        (
            None,
            State::Invoiced { .. }
            | State::Shipped { .. }
            | State::Delivered { .. }
            | State::Returned { .. },
        ) => {
            return Err(RefusedTracking::UnknownInvoice(
                order.status(),
                number.clone(),
            ));
        }
        _ => return Ok(Step::KeepWaiting),
    }
    let (shipments, told) = (&package.shipments, &package.progress_told);
    if let Some(shipment) = &message.shipment
        && shipments.lack(shipment, sent_at)
    {
        if shipments.told.len() >= MOST_SHIPMENTS {
            return Err(RefusedTracking::TooManyShipments(number.clone()));
        }
        return Ok(Step::Ship(shipment.clone()));
    }
    let progress = message.progress.as_ref();
    let Some(new) = progress.and_then(|progress| told.lack(progress)) else {
        return Ok(Step::Done);
    };
    if told.events.len() + new.events.len() > MOST_EVENTS {
        return Err(RefusedTracking::TooManyEvents(number.clone()));
    }
    Ok(match shipments.current {
        Some(_) => Step::Report(new),
        None => Step::KeepWaiting,
    })
}

/// What a message is called where it waits, and where its attempts are counted: the same for the
/// same text.
#[must_use]
pub fn message_hash(message: &str) -> String {
    let digest = Sha256::digest(message.as_bytes());
    digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests;
