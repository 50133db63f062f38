//! `[marketplaces.stock]`: how much of the stock a marketplace may sell.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::file::Table;
use crate::selection::Selection;

/// The rules of one marketplace. For each SKU the first that is about it holds, alone, or else the
/// default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StockRules {
    /// Of SKUs that no other rule is about.
    #[serde(flatten)]
    pub default: StockRule,
    /// Of some SKUs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<SelectedStockRule>,
}

/// A rule and the SKUs it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelectedStockRule {
    /// Which SKUs.
    pub selection: Selection,
    /// What holds for them.
    #[serde(flatten)]
    pub rule: StockRule,
}

/// How much of a SKU's stock may be sold; the default is all of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StockRule {
    /// Units that are kept back.
    #[serde(skip_serializing_if = "is_zero")]
    pub safety: i64,
    /// Percent of the units beyond those; `None`: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share_percent: Option<Decimal>,
    /// The most units; `None`: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cap: Option<i64>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_zero(units: &i64) -> bool {
    *units == 0
}

/// More units than any stock has.
const MOST: i64 = 1_000_000_000;

impl StockRules {
    pub(super) fn read(table: &mut Table<'_>) -> Option<Self> {
        let default = StockRule::read(table);
        let rules = table.get("rules");
        let rules = rules.map(|value| value.list(|rule| rule.table(SelectedStockRule::read)));
        Some(Self {
            default: default?,
            rules: rules.unwrap_or_default(),
        })
    }
}

impl SelectedStockRule {
    fn read(table: &mut Table<'_>) -> Option<Self> {
        let rule = StockRule::read(table);
        let named = ["skus", "categories", "brands"];
        if !named.iter().any(|key| table.has(key)) {
            table.mistake(
                "skus",
                "is missing, or categories or brands are: what holds for every SKU stands before the rules",
            );
        }
        let selection = Selection::read(table);
        Some(Self {
            selection,
            rule: rule?,
        })
    }
}

impl StockRule {
    fn read(table: &mut Table<'_>) -> Option<Self> {
        let units = |value: super::file::Value<'_>| value.integer(0..MOST + 1);
        let safety = table.get("safety").map(units);
        let share_percent = table
            .get("share_percent")
            .map(|value| value.decimal(0, 100));
        let cap = table.get("cap").map(units);
        Some(Self {
            safety: safety.unwrap_or(Some(0))?,
            share_percent: share_percent.map_or(Some(None), |share| share.map(Some))?,
            cap: cap.map_or(Some(None), |cap| cap.map(Some))?,
        })
    }
}
