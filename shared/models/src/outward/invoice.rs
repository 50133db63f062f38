//! An invoice (C7, protocol §3.6).

use serde::Serialize;

use crate::erp::{InvoiceItem, InvoiceMessage, InvoiceType, Shipment};
use crate::{Cents, Instant, InvoiceNumber, Quantity, SkuId};

/// The body of C7.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceBody {
    /// Sale or return.
    #[serde(rename = "type")]
    pub kind: InvoiceType,
    /// Unique in its order: the same again changes nothing but the receipt.
    pub invoice_number: InvoiceNumber,
    /// What it is over, shipping included, in cents; a number, though one of the published schemas
    /// says text (protocol §8 D18).
    pub invoice_value: Cents,
    /// When it was issued, with its time of day: one of the published schemas requires both.
    pub issuance_date: Instant,
    /// The access key of a Brazilian NF-e.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoice_key: Option<String>,
    /// Where the invoice can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoice_url: Option<String>,
    /// The invoice itself, as XML text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embedded_invoice: Option<String>,
    /// The carrier; empty while there is no tracking number, as the next two.
    pub courier: String,
    /// The carrier's number of the package.
    pub tracking_number: String,
    /// Where the buyer can follow it.
    pub tracking_url: String,
    /// When it left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dispatched_date: Option<String>,
    /// What it is over, each SKU once.
    pub items: Vec<InvoiceBodyItem>,
}

/// A line of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InvoiceBodyItem {
    /// The seller's SKU.
    pub id: SkuId,
    /// Units invoiced.
    pub quantity: Quantity,
    /// Unit price in cents; the marketplace multiplies.
    pub price: Cents,
    /// What the ERP says of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl InvoiceBody {
    /// The invoice of a message; `sent_at` is when the message was sent, and stands in for a date
    /// it does not name.
    #[must_use]
    pub fn of(message: &InvoiceMessage, sent_at: Instant) -> Self {
        let of_shipment = |text: fn(&Shipment) -> &str| {
            let shipment = message.shipment.as_ref();
            shipment.map(text).unwrap_or_default().to_owned()
        };
        Self {
            kind: message.kind,
            invoice_number: message.number.clone(),
            invoice_value: message.value,
            issuance_date: message.issuance_date.unwrap_or(sent_at),
            invoice_key: message.key.clone(),
            invoice_url: message.url.clone(),
            embedded_invoice: message.embedded.clone(),
            courier: of_shipment(|shipment| &shipment.courier),
            tracking_number: of_shipment(|shipment| &shipment.tracking_number),
            tracking_url: of_shipment(|shipment| &shipment.tracking_url),
            dispatched_date: message
                .shipment
                .as_ref()
                .and_then(|shipment| shipment.dispatched_date.clone()),
            items: message.items.iter().map(InvoiceBodyItem::of).collect(),
        }
    }
}

impl InvoiceBodyItem {
    fn of(item: &InvoiceItem) -> Self {
        Self {
            id: item.sku.clone(),
            quantity: item.quantity,
            price: item.price,
            description: item.description.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
