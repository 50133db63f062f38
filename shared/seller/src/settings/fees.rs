//! `[marketplaces.fees]`: what a marketplace keeps of what it sells.

use feirante_models::Cents;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::file::{Table, Value};
use crate::selection::Selection;

/// What a marketplace keeps of an order. The default is nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Fees {
    /// Percent of goods that no other commission is about.
    pub commission_percent: Decimal,
    /// Percent of shipping.
    pub freight_commission_percent: Decimal,
    /// Cents for each unit.
    pub fixed_per_item: Cents,
    /// Cents for each order.
    pub fixed_per_order: Cents,
    /// What the marketplace calls the value it will pay.
    pub payment_value: PaymentValue,
    /// Commissions of some SKUs; the first about a SKU holds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<SelectedCommission>,
}

/// A commission and the SKUs it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelectedCommission {
    /// Which SKUs.
    pub selection: Selection,
    /// Percent of goods.
    pub commission_percent: Decimal,
}

/// What `marketplacePaymentValue` of a placement is at a marketplace (protocol §3.2).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PaymentValue {
    /// What the seller gets: its fees are taken off.
    Payout,
    /// What the buyer pays, as in the documented samples: its fees are charged apart.
    #[default]
    Total,
}

impl Fees {
    pub(super) fn read(table: &mut Table<'_>) -> Option<Self> {
        let commission = table.get("commission_percent").map(|value| percent(&value));
        let freight = table
            .get("freight_commission_percent")
            .map(|value| percent(&value));
        let per_item = table.get("fixed_per_item").map(|value| value.cents());
        let per_order = table.get("fixed_per_order").map(|value| value.cents());
        let payment_value = table.get("payment_value").map(|value| {
            value.choice(&[
                ("payout", PaymentValue::Payout),
                ("total", PaymentValue::Total),
            ])
        });
        let categories = table
            .get("categories")
            .map(|value| value.list(|commission| commission.table(SelectedCommission::read)));
        Some(Self {
            commission_percent: commission.unwrap_or(Some(Decimal::ZERO))?,
            freight_commission_percent: freight.unwrap_or(Some(Decimal::ZERO))?,
            fixed_per_item: per_item.unwrap_or(Some(Cents::ZERO))?,
            fixed_per_order: per_order.unwrap_or(Some(Cents::ZERO))?,
            payment_value: payment_value.unwrap_or_else(|| Some(PaymentValue::default()))?,
            categories: categories.unwrap_or_default(),
        })
    }
}

impl SelectedCommission {
    fn read(table: &mut Table<'_>) -> Option<Self> {
        let commission = table
            .required("commission_percent")
            .and_then(|value| percent(&value));
        let named = ["skus", "categories", "brands"];
        if !named.iter().any(|key| table.has(key)) {
            table.mistake(
                "categories",
                "is missing, or skus or brands are: what holds for every SKU stands before the list",
            );
        }
        let selection = Selection::read(table);
        Some(Self {
            selection,
            commission_percent: commission?,
        })
    }
}

fn percent(value: &Value<'_>) -> Option<Decimal> {
    value.decimal(0, 100)
}
