//! What the ERP puts on `erp-tracking` (protocol §3.7, §3.8).

mod progress;
mod shipment;

pub use progress::{Progress, TrackingEvent};
pub use shipment::Shipment;

use super::OrderReference;
use crate::InvoiceNumber;
use crate::object::Object;
use crate::problem::{Code, Problem};
use crate::read::{self, Top};

/// A message of `erp-tracking`: of the package an invoice goes with, its tracking number, where it
/// is, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackingMessage {
    /// The order.
    pub order: OrderReference,
    /// The package's invoice.
    pub invoice_number: InvoiceNumber,
    /// The package's tracking number and what goes with it.
    pub shipment: Option<Shipment>,
    /// Where it has been.
    pub progress: Option<Progress>,
}

/// Bytes of a message: it may wait beside its invoice, in an item of 400 KB at most.
const LARGEST_MESSAGE: usize = 64 * 1024;

impl TrackingMessage {
    /// Reads a message.
    ///
    /// # Errors
    /// Names what is wrong by its JSON pointer.
    pub fn read(body: &[u8]) -> Result<Self, Problem> {
        if body.len() > LARGEST_MESSAGE {
            return Err(Problem::at(Code::TooLarge, "", "is larger than 64 KB"));
        }
        let message = Object::read(read::json_text(body, Top::Object)?, String::new())?;
        let read = Self {
            order: OrderReference::read(&message)?,
            invoice_number: InvoiceNumber::parse(message.id("invoiceNumber")?)
                .map_err(|why| message.refuse("invoiceNumber", why))?,
            shipment: Shipment::read(&message)?,
            progress: Progress::read(&message)?,
        };
        if read.shipment.is_none() && read.progress.is_none() {
            let why = "has neither a trackingNumber nor isDelivered nor events";
            return Err(Problem::at(Code::Schema, "", why));
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests;
