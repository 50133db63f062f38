//! Invoices and the packages they stand for.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An invoice as it was first taken; its number is unique in its order (protocol §3.6).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Invoice {
    /// A sale or a return.
    pub kind: InvoiceKind,
    /// Its number.
    pub number: String,
    /// What it covers, shipping included, in cents.
    pub value: i64,
    /// When the seller says it was issued, as written.
    pub issuance_date: Option<String>,
    /// What it lists.
    pub items: Vec<InvoiceItem>,
    /// The access key, URL or text of the document, where given.
    pub key: Option<String>,
    /// Where the document can be seen.
    pub url: Option<String>,
    /// The document's text.
    pub embedded: Option<String>,
    /// When it was taken.
    pub at: Timestamp,
    /// How often it was sent in all, refused ones aside.
    pub times: u64,
    /// What is known of its package.
    pub package: Package,
}

/// The direction of an invoice, as it is written on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum InvoiceKind {
    /// A sale.
    Output,
    /// A return.
    Input,
}

/// A line of an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceItem {
    /// The seller's SKU code.
    pub id: String,
    /// How many.
    pub quantity: i64,
    /// The price of one, in cents.
    pub price: i64,
}

/// What is known of an invoice's package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Package {
    /// How to follow it; none until the seller told.
    pub tracking: Option<Tracking>,
    /// What happened to it, each once, in the order it was told.
    pub events: Vec<PackageEvent>,
    /// Whether it has arrived.
    pub delivered: bool,
    /// When it arrived, as the seller wrote it.
    pub delivered_date: Option<String>,
}

/// How to follow a package (protocol §3.7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tracking {
    /// Who carries it.
    pub courier: Option<String>,
    /// Its number there; never empty.
    pub tracking_number: String,
    /// Where to look it up.
    pub tracking_url: Option<String>,
    /// When it left, as the seller wrote it.
    pub dispatched_date: Option<String>,
}

/// Something that happened to a package (protocol §3.8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PackageEvent {
    /// Where.
    pub city: Option<String>,
    /// In which state.
    pub state: Option<String>,
    /// What.
    pub description: Option<String>,
    /// When, as the seller wrote it.
    pub date: Option<String>,
    /// Which of the order's accepted calls brought it: an index of [`Order::accepted`].
    ///
    /// [`Order::accepted`]: super::Order::accepted
    pub accepted: usize,
}

impl PackageEvent {
    /// Whether both tell the same.
    pub(crate) fn tells_the_same_as(&self, other: &Self) -> bool {
        self.city == other.city
            && self.state == other.state
            && self.description == other.description
            && self.date == other.date
    }
}

impl Invoice {
    /// Whether both say the same of the money: kind, value and items.
    pub(crate) fn claims_the_same_as(&self, other: &Self) -> bool {
        self.kind == other.kind && self.value == other.value && self.items == other.items
    }
}
