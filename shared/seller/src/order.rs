//! An order as the seller keeps it.

mod costs;
mod fold;
mod modifications;
mod places;
pub mod size;
mod state;
mod timeline;

use std::collections::BTreeMap;

use feirante_models::answers::Confirmation;
use feirante_models::{
    AccountName, Cents, Instant, MarketplaceOrderId, OrderId, Quantity, SkuId, WarehouseId,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use costs::Costs;
pub use modifications::{Modification, ModificationStage, Modifications};
pub use places::{Place, Places};
pub use state::{RequestedCancellation, State};
pub use timeline::{Change, Entry, Sent, Undelivered};

use crate::fees::FeeTerms;
use crate::ledger::Ledger;
use crate::shipping::LimitedSlot;

/// An order: what was agreed, where it stands, and how it came there.
///
/// Holds no field of a buyer, so that it outlives the personal data. The reason of a cancellation,
/// which is free text, is in its timeline, and so is who of the seller's people decided about its prices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// Ours.
    pub order_id: OrderId,
    /// The marketplace that sold it.
    pub account: AccountName,
    /// Theirs.
    pub marketplace_order_id: MarketplaceOrderId,
    /// The marketplace's order group, where it sends one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_group: Option<String>,
    /// Where the marketplace says invoices and tracking go; not checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub services_endpoint: Option<String>,
    /// Raised by every change; the number of changes its timeline stands for.
    pub version: u64,
    /// Where it stands.
    #[serde(flatten)]
    pub state: State,
    /// Whether the seller has to look at its prices before anything is invoiced.
    pub review: Review,
    /// When it was placed.
    pub placed_at: Instant,
    /// Hash of the placement's content.
    pub content_hash: String,
    /// What is delivered, in the order of the placement.
    pub lines: Vec<Line>,
    /// The limited delivery windows it was placed with, each once. It has them as long as it holds its
    /// stock.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slots: Vec<LimitedSlot>,
    /// Σ lines and shipping and bundles, in cents: what its invoices must add up to.
    pub total: Cents,
    /// What the marketplace says it will pay, if that differs from the total.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub differing_payment_value: Option<Cents>,
    /// What the marketplace charges for it, by the seller file it was placed under. `None`: that did
    /// not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fees: Option<FeeTerms>,
    /// Its invoices.
    #[serde(default, skip_serializing_if = "Ledger::is_empty")]
    pub invoices: Ledger,
    /// The seller's own cancellation, from its beginning to the marketplace's answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canceling: Option<Canceling>,
    /// The modifications the marketplace asked for.
    #[serde(default, skip_serializing_if = "Modifications::is_empty")]
    pub modifications: Modifications,
    /// What happened, oldest first; the last entry is the change that made this version. Once it is
    /// long, older entries of one kind are put together.
    pub timeline: Vec<Entry>,
}

/// Whether an order's prices wait for a person (protocol §3.2, §3.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Review {
    /// No need.
    NotNeeded,
    /// Nothing may be invoiced until a person has decided.
    Pending,
    /// A person let it go on.
    Released,
}

/// A cancellation the seller has begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Canceling {
    /// When.
    pub since: Instant,
    /// Why, as the marketplace is told.
    pub reason: String,
    /// Whether the marketplace was told and never answered: it may have it. Then it holds nothing
    /// back until it is sent again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub given_up: bool,
    /// Whether one before it was given up like that: the marketplace may be at it, and refuses this
    /// one for that.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asked_before: bool,
}

/// One line of an order and where its stock is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// The SKU.
    pub sku: SkuId,
    /// Units.
    pub quantity: Quantity,
    /// Unit price in cents.
    pub price: Cents,
    /// Shipping of the whole line in cents.
    pub shipping_price: Cents,
    /// The delivery method the shopper chose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping_method: Option<String>,
    /// Where its stock is reserved.
    #[serde(rename = "warehouse")]
    pub places: Places,
}

impl Line {
    /// The warehouses that ship it, each with its units.
    pub fn parts(&self) -> impl Iterator<Item = (&WarehouseId, Quantity)> {
        self.places.parts(self.quantity)
    }
}

/// Proof of something done once, given again whenever it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// When it was done.
    pub date: Instant,
    /// Names it: the same for the same deed.
    pub receipt: String,
}

impl Receipt {
    /// The receipt of `change` of an order at `date`.
    #[must_use]
    pub fn of(order: &OrderId, change: &str, date: Instant) -> Self {
        let digest = Sha256::digest(format!("{order}\0{change}\0{date}").as_bytes());
        let receipt = digest
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self { date, receipt }
    }
}

impl Order {
    /// The state's name as the lifecycle's table has it.
    #[must_use]
    pub const fn status(&self) -> &'static str {
        match (&self.state, self.review) {
            (State::Placed { .. }, Review::Pending) => "needs_review",
            (State::Placed { .. }, _) => "placed",
            (
                State::Authorized {
                    cancellation: Some(_),
                    ..
                },
                _,
            ) => "cancel_requested",
            (State::Authorized { .. }, _) => "authorized",
            (State::PartiallyInvoiced { .. }, _) => "partially_invoiced",
            (State::Invoiced { .. }, _) => "invoiced",
            (State::Shipped { .. }, _) => "shipped",
            (State::Delivered { .. }, _) => "delivered",
            (State::Returned { .. }, _) => "returned",
            (State::Canceled { .. }, _) => "canceled",
            (State::Expired { .. }, _) => "expired",
        }
    }

    /// When its reservation is to be released, if it is to be.
    #[must_use]
    pub const fn due(&self) -> Option<Instant> {
        match (&self.state, self.review) {
            (State::Placed { reserved_until }, Review::NotNeeded | Review::Released) => {
                Some(*reserved_until)
            }
            _ => None,
        }
    }

    /// Since when the marketplace waits for invoices of all of it, if it does: its payment was approved
    /// then. So it does while a person has yet to decide about its prices, or the ERP about canceling it:
    /// the buyer has paid, and knows of neither.
    #[must_use]
    pub const fn awaits_invoices_since(&self) -> Option<Instant> {
        match &self.state {
            State::Authorized { authorization, .. }
            | State::PartiallyInvoiced { authorization } => Some(authorization.date),
            State::Placed { .. }
            | State::Invoiced { .. }
            | State::Shipped { .. }
            | State::Delivered { .. }
            | State::Returned { .. }
            | State::Canceled { .. }
            | State::Expired { .. } => None,
        }
    }

    /// Whether a person has to decide about its prices before anything of it is invoiced. It holds its
    /// stock meanwhile, paid or not.
    #[must_use]
    pub const fn is_held(&self) -> bool {
        matches!(
            (&self.state, self.review),
            (
                State::Placed { .. } | State::Authorized { .. },
                Review::Pending
            )
        )
    }

    /// Σ price × quantity when it was placed, in cents: by the marketplace's prices and by ours.
    #[must_use]
    pub fn prices(&self) -> Option<(Cents, Cents)> {
        self.timeline.iter().find_map(|entry| match entry.change {
            Change::Placed { theirs, ours, .. } => Some((theirs, ours)),
            _ => None,
        })
    }

    /// Whether the marketplace is being told of the seller's own cancellation. Nothing is invoiced
    /// meanwhile; and while an invoice is on its way this does not begin.
    #[must_use]
    pub fn is_canceling(&self) -> bool {
        self.canceling
            .as_ref()
            .is_some_and(|canceling| !canceling.given_up)
    }

    /// Whether the marketplace asks to cancel the order, and was not told no.
    #[must_use]
    pub const fn is_asked_to_cancel(&self) -> bool {
        matches!(
            &self.state,
            State::Authorized {
                cancellation: Some(RequestedCancellation { refused: false, .. }),
                ..
            }
        )
    }

    /// The seller's own cancellation as it begins now. Where one before it was given up, the
    /// marketplace may have that.
    pub(crate) fn begun(&self, reason: String, now: Instant) -> Canceling {
        Canceling {
            since: now,
            reason,
            given_up: false,
            asked_before: self.canceling.is_some(),
        }
    }

    /// The answer that gives `receipt`.
    #[must_use]
    pub fn confirmation(&self, receipt: &Receipt) -> Confirmation {
        Confirmation {
            date: receipt.date,
            marketplace_order_id: self.marketplace_order_id.clone(),
            order_id: self.order_id.clone(),
            receipt: receipt.receipt.clone(),
        }
    }

    /// The order after `change` brought it to `state`.
    #[must_use]
    pub(crate) fn changed(&self, state: State, change: Change, at: Instant) -> Self {
        let mut order = self.clone();
        order.version += 1;
        order.state = state;
        if change.closes_modifications() {
            order.modifications = order.modifications.closed();
        }
        fold::append(&mut order.timeline, Entry { at, change });
        order
    }
}

/// Units of SKUs to move in one write: what an order reserves or gives back. One entry per SKU,
/// since a transaction touches an item once.
pub type StockMovements = BTreeMap<SkuId, BTreeMap<WarehouseId, i64>>;

/// The units that `orders` hold together.
#[must_use]
pub fn reserved_units<'a>(orders: impl IntoIterator<Item = &'a Order>) -> StockMovements {
    units_of(orders.into_iter().flat_map(|order| &order.lines))
}

/// The units of `lines`.
pub(crate) fn units_of<'a>(lines: impl IntoIterator<Item = &'a Line>) -> StockMovements {
    let mut movements = StockMovements::new();
    for line in lines {
        let places = movements.entry(line.sku.clone()).or_default();
        for (warehouse, quantity) in line.parts() {
            let units = places.entry(warehouse.clone()).or_default();
            // Quantities have 32 bits and a call's lines are counted in hundreds.
            *units = units.saturating_add(quantity.get());
        }
    }
    movements
}
