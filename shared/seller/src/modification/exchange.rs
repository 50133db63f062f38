//! What a modification takes from the stock and gives back.

use std::collections::HashMap;

use feirante_models::{Problem, SkuId};

use super::not_sold;
use crate::lifecycle::{Exchange, StockEffect};
use crate::offer::Offer;
use crate::order::{Line, StockMovements, units_of};
use crate::placement::{Terms, keep, out_of_stock};
use crate::shipping::LimitedSlot;

/// What the stock does so that the order has the units of `after`.
pub(super) fn exchanged(
    terms: &Terms<'_>,
    before: &[Line],
    after: &[Line],
    slots: Vec<LimitedSlot>,
    offers: &HashMap<SkuId, Offer>,
) -> Result<StockEffect, Problem> {
    let mut units = units_of(after);
    for (sku, places) in units_of(before) {
        let of_sku = units.entry(sku).or_default();
        for (warehouse, units) in places {
            *of_sku.entry(warehouse).or_default() -= units;
        }
    }
    for places in units.values_mut() {
        places.retain(|_, units| *units != 0);
    }
    units.retain(|_, places| !places.is_empty());
    if units.is_empty() && slots.is_empty() {
        return Ok(StockEffect::Keep);
    }
    // What is gone takes nothing and takes nothing back.
    let is_gone = |sku: &&SkuId| offers.get(*sku).is_some_and(Offer::is_unknown);
    if let Some(sku) = units.keys().find(is_gone) {
        return Err(not_sold(sku));
    }
    let more = units
        .iter()
        .filter(|(_, places)| places.values().sum::<i64>() > 0);
    let more: StockMovements = more
        .map(|(sku, places)| {
            let taken = places.iter().filter(|(_, units)| **units > 0);
            let taken = taken.map(|(place, units)| (place.clone(), *units));
            (sku.clone(), taken.collect())
        })
        .collect();
    for sku in more.keys() {
        if offers.get(sku).is_none_or(|offer| !offer.active) {
            return Err(not_sold(sku));
        }
    }
    let keep = keep(terms, &more, offers).map_err(out_of_stock)?;
    let exchange = Exchange { units, keep, slots };
    match exchange.short(offers) {
        Some(sku) => Err(out_of_stock(sku)),
        None => Ok(StockEffect::Exchange(exchange)),
    }
}

impl Exchange {
    /// A SKU of which `offers` have less than is taken or has to be left.
    fn short(&self, offers: &HashMap<SkuId, Offer>) -> Option<&SkuId> {
        let lacks = |sku: &SkuId| {
            let available = |place| {
                let stock = offers.get(sku).and_then(|offer| offer.stock.get(place));
                stock.map_or(0, |stock| stock.available)
            };
            let taken = self.units.get(sku).into_iter().flatten();
            let kept = self.keep.get(sku);
            let mut needed: HashMap<_, i64> =
                taken.map(|(place, n)| (place, (*n).max(0))).collect();
            for (place, units) in kept.into_iter().flatten() {
                *needed.entry(place).or_default() += units;
            }
            needed
                .into_iter()
                .any(|(place, needed)| needed > 0 && available(place) < needed)
        };
        self.units.keys().find(|sku| lacks(sku))
    }
}
