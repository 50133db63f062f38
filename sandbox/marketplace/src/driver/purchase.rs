//! What a shopper asks for and is told.

use serde::{Deserialize, Serialize};

use super::acceptance::Failure;
use super::cart::{Address, CartItem, Selection};
use super::quote::Quote;
use crate::books::Order;

/// Body of `POST /control/browse`: what a storefront or the indexer asks about SKUs.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct BrowseRequest {
    /// Whose storefront.
    pub(crate) account: String,
    /// The seller's SKU codes.
    pub(crate) skus: Vec<String>,
    /// The visitor's country, if the storefront tells it.
    #[serde(default)]
    pub(crate) country: Option<String>,
    /// R1 (`post`) or R2 (`get`), whatever the account's settings say.
    #[serde(default)]
    pub(crate) via: Option<BrowseVia>,
}

/// The verb of a storefront's simulation.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum BrowseVia {
    /// R1.
    Post,
    /// R2.
    Get,
}

/// What a storefront shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Browsed {
    /// The offers.
    #[serde(flatten)]
    pub(crate) quote: Quote,
    /// Why there is no answer to go by, if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) failure: Option<String>,
}

/// Body of `POST /control/cart`: a cart whose prices and deliveries are looked up.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CartRequest {
    /// Whose shop.
    pub(crate) account: String,
    /// What is in it.
    pub(crate) items: Vec<CartItem>,
    /// Where it shall go; somewhere in Rio de Janeiro if absent.
    #[serde(default)]
    pub(crate) address: Address,
}

/// A cart with what it costs.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CartResult {
    /// Its id, to buy it at these prices.
    pub(crate) cart: String,
    /// What is offered.
    #[serde(flatten)]
    pub(crate) quote: Quote,
    /// What is taken of it, if the whole cart can be had.
    pub(crate) selection: Option<Selection>,
    /// Why it can't.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

/// Body of `POST /control/buy`: either a `cart` that was looked up, or the `items` of a new one.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct BuyRequest {
    /// Whose shop.
    pub(crate) account: String,
    /// A cart that was looked up before.
    #[serde(default)]
    pub(crate) cart: Option<String>,
    /// What to buy.
    #[serde(default)]
    pub(crate) items: Vec<CartItem>,
    /// Where it shall go, likewise.
    #[serde(default)]
    pub(crate) address: Option<Address>,
    /// The order group's id; made up if absent. Orders are `{group}-01`, `-02`, …
    #[serde(default)]
    pub(crate) group: Option<String>,
}

/// How a purchase ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(
    rename_all = "camelCase",
    tag = "outcome",
    rename_all_fields = "camelCase"
)]
pub(crate) enum Bought {
    /// The seller took the orders; they wait for payment.
    Placed {
        /// The orders.
        orders: Vec<Order>,
    },
    /// Something can't be had; nothing was sent.
    Unavailable {
        /// Why.
        reason: String,
    },
    /// The price of goods is another than in the cart; nothing was sent.
    ChangedPriceValue {
        /// What the cart had.
        before: Selection,
        /// What it would be now.
        now: Selection,
    },
    /// The price of shipping is another than in the cart; nothing was sent.
    ChangedFreightPrice {
        /// What the cart had.
        before: Selection,
        /// What it would be now.
        now: Selection,
    },
    /// The seller did not take an order.
    Incomplete {
        /// Why.
        #[serde(flatten)]
        failure: Failure,
        /// The orders; some may have been taken, where each was placed alone.
        orders: Vec<Order>,
    },
}
