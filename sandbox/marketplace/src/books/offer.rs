//! What the marketplace believes of a SKU it sells.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Price and stock of a SKU as the seller last told them in a simulation, and how it came to that.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Offer {
    /// The account.
    pub account: String,
    /// The seller's SKU code.
    pub sku: String,
    /// Whether the last simulation had it with a quantity above zero.
    pub available: bool,
    /// The selling price in cents; `None` while no simulation had one.
    pub price: Option<i64>,
    /// The "from" price in cents.
    pub list_price: Option<i64>,
    /// The stock balance the seller told.
    pub stock: Option<i64>,
    /// When the last simulation was answered that this is from.
    pub simulated_at: Option<Timestamp>,
    /// How many simulations told something about it.
    pub simulations: u64,
    /// Price notifications (C3) taken for it.
    pub price_notifications: u64,
    /// Inventory notifications (C4) taken for it.
    pub inventory_notifications: u64,
    /// When the last notification was taken.
    pub notified_at: Option<Timestamp>,
}

impl Offer {
    /// A SKU about which nothing is known yet.
    #[must_use]
    pub(crate) fn unknown(account: &str, sku: &str) -> Self {
        Self {
            account: account.to_owned(),
            sku: sku.to_owned(),
            available: false,
            price: None,
            list_price: None,
            stock: None,
            simulated_at: None,
            simulations: 0,
            price_notifications: 0,
            inventory_notifications: 0,
            notified_at: None,
        }
    }
}
