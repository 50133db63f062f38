//! What the ERP is told of an order, as CloudEvents 1.0 in structured JSON (queue
//! `erp-orders.fifo`).

mod modified;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::cancellation::CancellationDetails;
use crate::erp::InvoiceType;
use crate::modification::AgreementName;
use crate::queue::message_text;
use crate::{
    AccountName, Cents, Instant, InvoiceNumber, MarketplaceOrderId, OrderId, Quantity, SkuId,
    WarehouseId,
};

pub use modified::{LineEventData, ModificationEventData, TotalsEventData};

/// Bytes that a message of a queue has at most.
pub const MESSAGE_LIMIT: usize = 1024 * 1024;

/// What happened to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
pub enum EventType {
    /// It was placed and its stock is reserved; its payment is not approved yet.
    #[serde(rename = "order.placed")]
    Placed,
    /// It was placed at a price the seller wants to look at before anything is invoiced.
    #[serde(rename = "order.needsReview")]
    NeedsReview,
    /// Its payment was approved: it may be invoiced and shipped, unless it is held.
    #[serde(rename = "order.authorized")]
    Authorized,
    /// A person let it go on at its prices: it is not held any more.
    #[serde(rename = "order.released")]
    Released,
    /// The marketplace asks to cancel it and waits for the ERP's `confirm` or `refuse`.
    #[serde(rename = "order.cancellationRequested")]
    CancellationRequested,
    /// It is canceled for good and its stock is free again.
    #[serde(rename = "order.canceled")]
    Canceled,
    /// It was never paid; its stock is free again.
    #[serde(rename = "order.expired")]
    Expired,
    /// The marketplace has invoices for its total.
    #[serde(rename = "order.invoiced")]
    Invoiced,
    /// The marketplace has return invoices for its total.
    #[serde(rename = "order.returned")]
    Returned,
    /// Each of its packages has reached the buyer.
    #[serde(rename = "order.delivered")]
    Delivered,
    /// The marketplace's modification of it is applied: its lines and its total are others now.
    #[serde(rename = "order.modified")]
    Modified,
    /// Something the marketplace was to be told can't be delivered for good; the order stands as
    /// before.
    #[serde(rename = "delivery.failed")]
    DeliveryFailed,
}

/// One event of an order.
#[derive(Debug, Clone, Serialize)]
pub struct OrderEvent {
    specversion: &'static str,
    id: String,
    source: String,
    #[serde(rename = "type")]
    event_type: EventType,
    subject: OrderId,
    time: Instant,
    sequence: u64,
    datacontenttype: &'static str,
    data: OrderEventData,
}

/// What an event says besides that it happened.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderEventData {
    /// The order in our words.
    pub order_id: OrderId,
    /// The account of the marketplace that sold it.
    pub marketplace: AccountName,
    /// The order in the marketplace's words.
    pub marketplace_order_id: MarketplaceOrderId,
    /// The order as the marketplace sent it, for a placement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<Box<RawValue>>,
    /// Which warehouse ships what, for an order that is placed, authorized or released.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reservations: Vec<ReservationEventData>,
    /// Of an order that is authorized: whether a person has yet to decide about its prices.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub held: bool,
    /// Of an order that is released: whether it is paid.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub authorized: bool,
    /// What a person decides about, for an order that is held or released.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review: Option<ReviewEventData>,
    /// How it was paid, as the marketplace sent it, for an order that is authorized.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_data: Option<Box<RawValue>>,
    /// Whether that was left out, because no message holds it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub payment_data_omitted: bool,
    /// What the marketplace says of the cancellation it asks for.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub cancellation: Option<CancellationDetails>,
    /// The invoice that completed the order's total, for an order that is invoiced or returned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoice: Option<InvoiceEventData>,
    /// What the order is now, for one that was modified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modification: Option<ModificationEventData>,
    /// What could not be done and why, for a delivery that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<DeliveryFailureData>,
}

/// Units that a warehouse holds for a line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReservationEventData {
    /// The line: its place among the order's items, the first being 0.
    pub item_index: usize,
    /// The SKU.
    pub sku: SkuId,
    /// Who ships them.
    pub warehouse: WarehouseId,
    /// How many.
    pub quantity: Quantity,
}

/// Σ price × quantity of an order whose prices a person looks at, in cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReviewEventData {
    /// By the marketplace's prices.
    pub theirs: Cents,
    /// By ours when it was placed.
    pub ours: Cents,
}

/// An invoice as the marketplace took it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceEventData {
    /// Its number.
    pub invoice_number: InvoiceNumber,
    /// Sale or return.
    #[serde(rename = "type")]
    pub kind: InvoiceType,
    /// What it is over, in cents.
    pub value: Cents,
    /// The marketplace's receipt, where it gave one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
    /// What is left of the order's total for invoices of its type, in cents.
    pub residual: Cents,
}

/// What the ERP asked for, and why it can't be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryFailureData {
    /// What it asked for.
    pub kind: FailedDelivery,
    /// The invoice it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoice_number: Option<InvoiceNumber>,
    /// The seller's agreement it is about.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub agreement: Option<AgreementName>,
    /// The marketplace's HTTP status, or what ours would have been.
    pub status: u16,
    /// The word for it that the dead letter carries as `reason`.
    pub reason: String,
    /// What is wrong, for people.
    pub detail: String,
}

/// What the marketplace could not be told: what a message of the ERP asks for, or what the order's own
/// changes do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FailedDelivery {
    /// An invoice.
    Invoice,
    /// A tracking number, or where a package is.
    Tracking,
    /// A cancellation of the seller's own.
    Cancellation,
    /// Its agreement to a modification of the order.
    Agreement,
}

impl OrderEventData {
    /// Of which order something is said, and nothing else yet.
    #[must_use]
    pub fn new(
        order_id: OrderId,
        marketplace: AccountName,
        marketplace_order_id: MarketplaceOrderId,
    ) -> Self {
        Self {
            order_id,
            marketplace,
            marketplace_order_id,
            order: None,
            reservations: Vec::new(),
            held: false,
            authorized: false,
            review: None,
            payment_data: None,
            payment_data_omitted: false,
            cancellation: None,
            invoice: None,
            modification: None,
            failure: None,
        }
    }
}

impl OrderEvent {
    /// The event that `version` of an order brought.
    #[must_use]
    pub fn new(event_type: EventType, version: u64, time: Instant, data: OrderEventData) -> Self {
        Self {
            specversion: "1.0",
            id: format!("{}:{version}", data.order_id),
            source: format!("/marketplaces/{}", data.marketplace),
            event_type,
            subject: data.order_id.clone(),
            time,
            sequence: version,
            datacontenttype: "application/json",
            data,
        }
    }

    /// The event as a message. Where it would be longer than a queue takes, payment data are left
    /// out, and it says so.
    ///
    /// # Errors
    /// Never: an event is made of what JSON can write.
    pub fn to_message(&self) -> Result<String, serde_json::Error> {
        let message = self.written()?;
        if message.len() <= MESSAGE_LIMIT || self.data.payment_data.is_none() {
            return Ok(message);
        }
        let mut event = self.clone();
        event.data.payment_data = None;
        event.data.payment_data_omitted = true;
        event.written()
    }

    fn written(&self) -> Result<String, serde_json::Error> {
        Ok(message_text(&serde_json::to_string(self)?))
    }

    /// The same for the same change of the same order: what a reader deduplicates by.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The order it is about: the queue's message group.
    #[must_use]
    pub fn subject(&self) -> &OrderId {
        &self.subject
    }
}

#[cfg(test)]
mod tests;
