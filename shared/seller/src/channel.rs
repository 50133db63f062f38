//! How much of a SKU's stock one marketplace may sell.
//!
//! Overselling is impossible without this: each unit is reserved once, whoever sells it. A rule
//! decides what a marketplace is shown and what may be left after its orders.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use feirante_models::WarehouseId;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::offer::Offer;
use crate::settings::{Marketplace, Settings, StockRule, StockRules};

/// What a marketplace may sell of a SKU, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sellable<'a> {
    /// The units that can be sold at all, of all warehouses together.
    pub stock: i64,
    /// Those of them that the marketplace may sell.
    pub units: i64,
    /// The rule that decides.
    pub rule: &'a StockRule,
    /// Its place among the marketplace's rules; `None`: the default.
    pub selected: Option<usize>,
}

impl<'a> Sellable<'a> {
    /// What `marketplace` may sell of a SKU.
    #[must_use]
    pub fn of(settings: &Settings, marketplace: &'a Marketplace, offer: &Offer) -> Self {
        let stock = offer.available(settings.warehouses.iter().map(|warehouse| &warehouse.id));
        let (selected, rule) = marketplace.stock.rule(offer);
        Self {
            stock,
            units: rule.sellable(stock),
            rule,
            selected,
        }
    }
}

impl StockRules {
    /// The rule that holds for a SKU, and its place among `rules`; `None`: the default.
    #[must_use]
    pub fn rule(&self, offer: &Offer) -> (Option<usize>, &StockRule) {
        let mut rules = self.rules.iter().enumerate();
        match rules.find(|(_, rule)| rule.selection.matches(offer)) {
            Some((index, selected)) => (Some(index), &selected.rule),
            None => (None, &self.default),
        }
    }
}

impl StockRule {
    /// How many of `stock` units may be sold: the share of what is beyond the safety stock, rounded
    /// down, and no more than the cap.
    #[must_use]
    pub fn sellable(&self, stock: i64) -> i64 {
        let beyond = stock.saturating_sub(self.safety).max(0);
        let shared = self.share_percent.map_or(beyond, |percent| {
            let share = Decimal::from(beyond) * percent / Decimal::ONE_HUNDRED;
            share.floor().to_i64().unwrap_or(0)
        });
        shared.min(self.cap.unwrap_or(i64::MAX))
    }

    /// The units that must be left once so many are sold: with those, they were for sale. `None`:
    /// there is no stock of which so many may be sold.
    #[must_use]
    pub fn kept(&self, units: i64) -> Option<i64> {
        if units > self.cap.unwrap_or(i64::MAX) {
            return None;
        }
        let beyond = match self.share_percent {
            None => units,
            Some(percent) if percent.is_zero() => return (units == 0).then_some(self.safety),
            Some(percent) => {
                let beyond = Decimal::from(units) * Decimal::ONE_HUNDRED;
                beyond.checked_div(percent)?.ceil().to_i64()?
            }
        };
        beyond.checked_sub(units)?.checked_add(self.safety)
    }
}

/// Says where units that must be left are kept, of a SKU of which `taken` is taken: where most are left,
/// of the seller file's places, so that others who sell at the same time are least in the way. What no
/// place has is asked of the first that is taken from: the write will tell.
#[must_use]
pub fn keep(
    settings: &Settings,
    offer: &Offer,
    taken: &BTreeMap<WarehouseId, i64>,
    units: i64,
) -> BTreeMap<WarehouseId, i64> {
    let all = settings.warehouses.iter().map(|warehouse| &warehouse.id);
    let others = all.filter(|warehouse| !taken.contains_key(*warehouse));
    let left = |warehouse: &WarehouseId| {
        let available = offer
            .stock
            .get(warehouse)
            .map_or(0, |stock| stock.available);
        available - taken.get(warehouse).copied().unwrap_or(0)
    };
    let mut places: Vec<_> = taken.keys().chain(others).collect();
    places.sort_by_key(|warehouse| Reverse(left(warehouse)));
    let mut kept = BTreeMap::new();
    let mut missing = units;
    for warehouse in places {
        let here = left(warehouse).clamp(0, missing);
        if here > 0 {
            kept.insert(warehouse.clone(), here);
            missing -= here;
        }
    }
    if let Some(first) = taken.keys().next().filter(|_| missing > 0) {
        *kept.entry(first.clone()).or_default() += missing;
    }
    kept
}

#[cfg(test)]
mod tests;
