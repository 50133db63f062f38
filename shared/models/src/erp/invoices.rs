//! What the ERP puts on `erp-invoices` (protocol §3.6).

mod items;

use serde::{Deserialize, Serialize};
use serde_json::json;

pub use items::InvoiceItem;

use super::{OrderReference, Shipment};
use crate::object::Object;
use crate::problem::{Code, Problem};
use crate::read::{self, Top};
use crate::{Cents, Instant, InvoiceNumber, hash};

/// A message of `erp-invoices`: one invoice of one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceMessage {
    /// The order.
    pub order: OrderReference,
    /// Sale or return.
    pub kind: InvoiceType,
    /// Unique in its order.
    pub number: InvoiceNumber,
    /// What it is over, shipping included, in cents; zero only of an order over nothing.
    pub value: Cents,
    /// When it was issued; `None`: when the message was sent.
    pub issuance_date: Option<Instant>,
    /// What it is over, each SKU once; at least one.
    pub items: Vec<InvoiceItem>,
    /// The access key of a Brazilian NF-e: 44 digits.
    pub key: Option<String>,
    /// Where the invoice can be read.
    pub url: Option<String>,
    /// The invoice itself, as XML text.
    pub embedded: Option<String>,
    /// The package it goes with, where it has a tracking number already.
    pub shipment: Option<Shipment>,
    /// Whether what a return brings back can be sold again.
    pub restock: bool,
}

/// Which way goods and money go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum InvoiceType {
    /// A sale.
    Output,
    /// A return.
    Input,
}

/// Bytes of a message: an invoice is kept with its order, in an item of 400 KB at most.
const LARGEST_MESSAGE: usize = 256 * 1024;

/// Characters of the access key, which has 44 where it is one.
const LONGEST_KEY: usize = 200;

/// Characters of an address.
const LONGEST_URL: usize = 2_000;

impl InvoiceMessage {
    /// Reads a message. Lines of one SKU become one (protocol §7, #6).
    ///
    /// # Errors
    /// Names what is wrong by its JSON pointer.
    pub fn read(body: &[u8]) -> Result<Self, Problem> {
        if body.len() > LARGEST_MESSAGE {
            return Err(Problem::at(Code::TooLarge, "", "is larger than 256 KB"));
        }
        let message = Object::read(read::json_text(body, Top::Object)?, String::new())?;
        let order = OrderReference::read(&message)?;
        Ok(Self {
            order,
            kind: InvoiceType::read(&message)?,
            number: InvoiceNumber::parse(message.id("invoiceNumber")?)
                .map_err(|why| message.refuse("invoiceNumber", why))?,
            value: message.price("invoiceValue")?,
            issuance_date: message.optional_instant("issuanceDate")?,
            items: items::read(&message)?,
            key: message.optional_text("invoiceKey", LONGEST_KEY)?,
            url: message.optional_text("invoiceUrl", LONGEST_URL)?,
            embedded: message
                .optional_id("embeddedInvoice")?
                .filter(|text| !text.trim().is_empty()),
            shipment: Shipment::read(&message)?,
            restock: message.optional_flag("restock")?.unwrap_or(false),
        })
    }

    /// SHA-256 of what the marketplace is told of the invoice itself: equal for equal content,
    /// however it is spelled and in whatever order its lines stand. The package and `restock` are
    /// no part of it: they may be added later.
    #[must_use]
    pub fn content_hash(&self) -> String {
        let mut items: Vec<&InvoiceItem> = self.items.iter().collect();
        items.sort_by_key(|item| &item.sku);
        let items: Vec<_> = items.into_iter().map(InvoiceItem::content).collect();
        // A list: it has one spelling, whatever order a JSON library keeps fields in.
        let content = json!([
            self.order.order_id().as_str(),
            self.kind.as_str(),
            self.number.as_str(),
            self.value.get(),
            self.issuance_date.map(Instant::millis),
            items,
            self.key,
            self.url,
            self.embedded,
        ]);
        hash::hex(content.to_string().as_bytes(), 32)
    }
}

impl InvoiceType {
    fn read(message: &Object<'_>) -> Result<Self, Problem> {
        match message.id("type")?.as_str() {
            "Output" => Ok(Self::Output),
            "Input" => Ok(Self::Input),
            _ => Err(message.refuse("type", "is neither Output nor Input")),
        }
    }

    /// The type as the protocol spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Output => "Output",
            Self::Input => "Input",
        }
    }
}

#[cfg(test)]
mod tests;
