//! What the ERP is told of an order that was modified (protocol §3.12).

use serde::Serialize;

use crate::{Cents, ChangeRequestId, Quantity, SkuId};

/// An order as it is since its modification: what its invoices are over from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ModificationEventData {
    /// The marketplace's name of the modification.
    pub change_request_id: ChangeRequestId,
    /// Why, in the marketplace's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// All its lines. Their places are what the event's reservations count by.
    pub lines: Vec<LineEventData>,
    /// What they add up to.
    pub totals: TotalsEventData,
}

/// A line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LineEventData {
    /// The SKU.
    pub sku: SkuId,
    /// Units.
    pub quantity: Quantity,
    /// Unit price in cents.
    pub price: Cents,
    /// Shipping of the whole line in cents.
    pub shipping_price: Cents,
    /// The delivery method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipping_method: Option<String>,
}

/// What an order costs, in cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TotalsEventData {
    /// Σ price × quantity of its lines.
    pub items: Cents,
    /// Σ shipping of its lines.
    pub shipping: Cents,
    /// Services sold with it, and what the marketplace put on top of its total or took off it.
    pub other: Cents,
    /// All of it: what its invoices add up to.
    pub total: Cents,
}
