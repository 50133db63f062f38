//! What the ERP is told of an order, as CloudEvents 1.0 in structured JSON (queue
//! `erp-orders.fifo`).

use serde::Serialize;
use serde_json::value::RawValue;

use crate::cancellation::CancellationDetails;
use crate::{AccountName, Instant, MarketplaceOrderId, OrderId};

/// What happened to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
pub enum EventType {
    /// It was placed and its stock is reserved; its payment is not approved yet.
    #[serde(rename = "order.placed")]
    Placed,
    /// It was placed at a price the seller wants to look at before anything is invoiced.
    #[serde(rename = "order.needsReview")]
    NeedsReview,
    /// Its payment was approved: it may be invoiced and shipped.
    #[serde(rename = "order.authorized")]
    Authorized,
    /// The marketplace asks to cancel it and waits for the ERP's `confirm` or `refuse`.
    #[serde(rename = "order.cancellationRequested")]
    CancellationRequested,
    /// It is canceled for good and its stock is free again.
    #[serde(rename = "order.canceled")]
    Canceled,
    /// It was never paid; its stock is free again.
    #[serde(rename = "order.expired")]
    Expired,
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
    /// What the marketplace says of the cancellation it asks for.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub cancellation: Option<CancellationDetails>,
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

    /// The event as a message. Two characters that JSON takes and queues do not are escaped; outside
    /// of texts JSON has neither.
    ///
    /// # Errors
    /// Never: an event is made of what JSON can write.
    pub fn to_message(&self) -> Result<String, serde_json::Error> {
        let json = serde_json::to_string(self)?;
        Ok(json
            .replace('\u{fffe}', "\\ufffe")
            .replace('\u{ffff}', "\\uffff"))
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
