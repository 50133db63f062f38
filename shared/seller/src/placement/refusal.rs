//! Orders that are not placed: what the marketplace is told, and what the seller keeps of them.

use std::collections::BTreeMap;

use feirante_models::placement::OrderRequest;
use feirante_models::{AccountName, Cents, Code, MarketplaceOrderId, OrderId, Problem, SkuId};
use serde::{Deserialize, Serialize};

use super::Plan;
use crate::order::{Order, State};
use crate::shipping::SlotId;

/// Why a call's orders are not placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What the marketplace is told.
    pub problem: Problem,
    /// What the seller keeps of the order that is to blame; `None`: it keeps nothing of what can't
    /// even be counted.
    pub refusal: Option<Box<Refusal>>,
}

/// An order that was not placed. Holds no field of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refusal {
    /// The marketplace that wanted it.
    pub account: AccountName,
    /// Its id there.
    pub marketplace_order_id: MarketplaceOrderId,
    /// Why not.
    #[serde(flatten)]
    pub reason: Reason,
    /// The units it was of, by SKU.
    pub units: BTreeMap<SkuId, i64>,
}

/// Why an order was not placed (protocol §3.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "reason",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub enum Reason {
    /// It exists with other content.
    DifferentContent,
    /// It was canceled, or has expired, and can't be made again.
    Canceled,
    /// A SKU is not sold.
    NotSold {
        /// The first such.
        sku: SkuId,
    },
    /// There is not enough of a SKU.
    OutOfStock {
        /// The first such.
        sku: SkuId,
    },
    /// A delivery window has no room.
    WindowFull {
        /// Which.
        window: String,
    },
    /// Its prices differ too much.
    Prices {
        /// Σ price × quantity by the marketplace's prices, in cents.
        theirs: Cents,
        /// By ours at that moment.
        ours: Cents,
    },
}

impl Reason {
    /// The code the marketplace was told.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::DifferentContent => Code::DifferentContent,
            Self::Canceled => Code::Canceled,
            Self::NotSold { .. } | Self::OutOfStock { .. } | Self::WindowFull { .. } => {
                Code::OutOfStock
            }
            Self::Prices { .. } => Code::PriceDivergence,
        }
    }

    /// The reason in a word, as it is stored.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::DifferentContent => "different_content",
            Self::Canceled => "canceled",
            Self::NotSold { .. } => "not_sold",
            Self::OutOfStock { .. } => "out_of_stock",
            Self::WindowFull { .. } => "window_full",
            Self::Prices { .. } => "prices",
        }
    }

    /// The SKU that was not to be had.
    #[must_use]
    pub const fn missing(&self) -> Option<&SkuId> {
        match self {
            Self::NotSold { sku } | Self::OutOfStock { sku } => Some(sku),
            _ => None,
        }
    }
}

impl Refusal {
    /// The order id it would have had.
    #[must_use]
    pub fn order_id(&self) -> OrderId {
        OrderId::of(&self.account, &self.marketplace_order_id)
    }
}

impl Refused {
    /// The refusal of an order for this reason.
    #[must_use]
    pub fn of(
        account: &AccountName,
        request: &OrderRequest,
        reason: Reason,
        problem: Problem,
    ) -> Self {
        let mut units = BTreeMap::new();
        for line in &request.lines {
            let sum: &mut i64 = units.entry(line.sku.clone()).or_default();
            *sum = sum.saturating_add(line.quantity.get());
        }
        let refusal = Refusal {
            account: account.clone(),
            marketplace_order_id: request.marketplace_order_id.clone(),
            reason,
            units,
        };
        Self {
            problem,
            refusal: Some(Box::new(refusal)),
        }
    }
}

/// A refusal of which nothing is kept.
impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self {
            problem,
            refusal: None,
        }
    }
}

impl Plan<'_> {
    /// The refusal of the plan since there is not enough of a SKU.
    #[must_use]
    pub fn lacks(&self, sku: &SkuId) -> Refused {
        let reason = Reason::OutOfStock { sku: sku.clone() };
        let wants = |order: &Order| order.lines.iter().any(|line| line.sku == *sku);
        self.refused(wants, reason, out_of_stock(sku))
    }

    /// The refusal of the plan since a delivery window has no room.
    #[must_use]
    pub fn finds_full(&self, slot: &SlotId) -> Refused {
        let reason = Reason::WindowFull {
            window: slot.to_string(),
        };
        let wants = |order: &Order| order.slots.iter().any(|taken| taken.id == *slot);
        self.refused(wants, reason, window_full(slot))
    }

    /// The refusal that the first order is to blame for that `wants` what can't be had.
    fn refused(&self, wants: impl Fn(&Order) -> bool, reason: Reason, problem: Problem) -> Refused {
        match self.new.iter().find(|(order, _)| wants(order)) {
            Some((order, request)) => Refused::of(&order.account, request, reason, problem),
            None => problem.into(),
        }
    }
}

/// Whether `request` is the placement that made `order`.
///
/// # Errors
/// ES013 if it can't be made again, ES012 if its content differs.
pub fn repeat(order: &Order, request: &OrderRequest) -> Result<(), Problem> {
    let refuse = |code, why| {
        let id = &request.marketplace_order_id;
        Err(Problem::new(code, format!("order {id} {why}")))
    };
    if order.marketplace_order_id != request.marketplace_order_id {
        return refuse(Code::DifferentContent, "has the id of another order");
    }
    match order.state {
        State::Canceled { .. } => refuse(Code::Canceled, "is canceled"),
        State::Expired { .. } => refuse(Code::Canceled, "has expired"),
        _ if order.content_hash != request.content_hash => {
            refuse(Code::DifferentContent, "exists with different content")
        }
        _ => Ok(()),
    }
}

/// The same, with what is kept of a refusal.
///
/// # Errors
/// As [`repeat`].
pub fn repeat_of(order: &Order, request: &OrderRequest) -> Result<(), Refused> {
    repeat(order, request).map_err(|problem| {
        let reason = match problem.code {
            Code::Canceled => Reason::Canceled,
            _ => Reason::DifferentContent,
        };
        Refused::of(&order.account, request, reason, problem)
    })
}

pub(super) fn not_sold(account: &AccountName, request: &OrderRequest, sku: &SkuId) -> Refused {
    let problem = Problem::new(Code::OutOfStock, format!("SKU {sku} is not sold"));
    let reason = Reason::NotSold { sku: sku.clone() };
    Refused::of(account, request, reason, problem)
}

/// The refusal of a delivery window that has no room.
fn window_full(slot: &SlotId) -> Problem {
    Problem::new(
        Code::OutOfStock,
        format!("the delivery window {slot} is taken"),
    )
}

/// The refusal of a SKU that has not as many units as are asked for.
#[must_use]
pub fn out_of_stock(sku: &SkuId) -> Problem {
    Problem::new(Code::OutOfStock, format!("not enough stock of SKU {sku}"))
}
