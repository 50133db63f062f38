//! An invoice's package: what the marketplace has been told of it, and what it can be told next
//! (protocol §3.7, §3.8).

use std::collections::{BTreeMap, BTreeSet};

use feirante_models::InvoiceNumber;
use feirante_models::erp::{InvoiceType, Progress, Shipment, TrackingEvent, TrackingMessage};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ledger::Stage;
use crate::order::{Order, State};
use crate::turns::Turns;

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
    pub waiting: BTreeMap<String, String>,
}

/// Tracking numbers of a package.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Shipments {
    /// The one the marketplace has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<Shipment>,
    /// Hashes of all it was ever told: an old message that comes again does not bring one back.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub told: BTreeSet<String>,
}

/// Where a package has been.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProgressTold {
    /// Hashes of the events the marketplace has: it would list one that is sent again twice.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub events: BTreeSet<String>,
    /// Whether it knows that the package has reached the buyer.
    pub is_delivered: bool,
}

impl Shipments {
    /// After the marketplace was told `shipment`.
    #[must_use]
    pub fn with(&self, shipment: &Shipment) -> Self {
        let mut told = self.told.clone();
        told.insert(shipment.hash());
        Self {
            current: Some(shipment.clone()),
            told,
        }
    }
}

impl ProgressTold {
    /// After the marketplace was told `progress`.
    #[must_use]
    pub fn with(&self, progress: &Progress) -> Self {
        let mut events = self.events.clone();
        events.extend(progress.events.iter().map(TrackingEvent::hash));
        Self {
            events,
            is_delivered: self.is_delivered || progress.is_delivered,
        }
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
}

/// The next step of a tracking message. The marketplace must have the invoice before the tracking
/// number, and that before where the package is.
///
/// # Errors
/// Why it can't ever be sent.
pub fn next_step(
    order: &Order,
    package: &Package,
    message: &TrackingMessage,
) -> Result<Step, RefusedTracking> {
    let invoice = order.invoices.get(&message.invoice_number);
    match (invoice, &order.state) {
        (_, State::Canceled { .. } | State::Expired { .. }) => {
            return Err(RefusedTracking::NoPackage(order.status()));
        }
        (Some(invoice), _) if invoice.kind == InvoiceType::Input => {
            return Err(RefusedTracking::Return(message.invoice_number.clone()));
        }
        (Some(invoice), _) if invoice.stage >= Stage::Sent => {}
        (
            None,
            State::Invoiced { .. }
            | State::Shipped { .. }
            | State::Delivered { .. }
            | State::Returned { .. },
        ) => {
            let number = message.invoice_number.clone();
            return Err(RefusedTracking::UnknownInvoice(order.status(), number));
        }
        _ => return Ok(Step::KeepWaiting),
    }
    if let Some(shipment) = &message.shipment
        && !package.shipments.told.contains(&shipment.hash())
    {
        return Ok(Step::Ship(shipment.clone()));
    }
    let Some(new) = message
        .progress
        .as_ref()
        .and_then(|progress| news(&package.progress_told, progress))
    else {
        return Ok(Step::Done);
    };
    Ok(match package.shipments.current {
        Some(_) => Step::Report(new),
        None => Step::KeepWaiting,
    })
}

/// What the marketplace has not been told of `progress`; `None`: nothing.
fn news(told: &ProgressTold, progress: &Progress) -> Option<Progress> {
    let mut seen = told.events.clone();
    let events: Vec<TrackingEvent> = progress
        .events
        .iter()
        .filter(|event| seen.insert(event.hash()))
        .cloned()
        .collect();
    if events.is_empty() && (told.is_delivered || !progress.is_delivered) {
        return None;
    }
    Some(Progress {
        // What has reached the buyer is not on its way again because an older message comes late.
        is_delivered: progress.is_delivered || told.is_delivered,
        events,
        ..progress.clone()
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
