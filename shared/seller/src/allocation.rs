//! Which warehouse serves a line.
//!
//! A line is served by one warehouse, the first of its delivery method's that has enough. What a
//! simulation promises and what a placement reserves are decided here, by the same rule.

use std::collections::HashMap;

use feirante_models::{SkuId, WarehouseId};

use crate::offer::Offer;

/// What earlier lines of the same call have taken.
#[derive(Debug, Default)]
pub struct Allocation {
    taken: HashMap<(SkuId, WarehouseId), i64>,
}

impl Allocation {
    /// The most units one of `warehouses` has left for one line; never below zero.
    #[must_use]
    pub fn most<'a>(
        &self,
        offer: &Offer,
        warehouses: impl IntoIterator<Item = &'a WarehouseId>,
    ) -> i64 {
        warehouses
            .into_iter()
            .map(|warehouse| self.left(offer, warehouse))
            .max()
            .unwrap_or(0)
            .max(0)
    }

    /// Takes `units` from the first of `warehouses` that has as many left, or else from the first:
    /// the write will tell. `None`: there is no warehouse.
    pub fn take<'a>(
        &mut self,
        offer: &Offer,
        warehouses: impl IntoIterator<Item = &'a WarehouseId> + Clone,
        units: i64,
    ) -> Option<WarehouseId> {
        let chosen = warehouses
            .clone()
            .into_iter()
            .find(|warehouse| self.left(offer, warehouse) >= units)
            .or_else(|| warehouses.into_iter().next())?;
        let place = (offer.sku.clone(), chosen.clone());
        let taken = self.taken.entry(place).or_default();
        *taken = taken.saturating_add(units);
        Some(chosen.clone())
    }

    fn left(&self, offer: &Offer, warehouse: &WarehouseId) -> i64 {
        let available = offer
            .stock
            .get(warehouse)
            .map_or(0, |stock| stock.available);
        if self.taken.is_empty() {
            return available;
        }
        let place = (offer.sku.clone(), warehouse.clone());
        available.saturating_sub(self.taken.get(&place).copied().unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offer::Stock;

    fn offer(stock: &[(&str, i64)]) -> Offer {
        let mut offer = Offer::unknown(SkuId::parse("1").unwrap());
        for (place, available) in stock {
            let stock = Stock {
                available: *available,
                ..Stock::default()
            };
            offer
                .stock
                .insert(WarehouseId::parse(*place).unwrap(), stock);
        }
        offer
    }

    #[test]
    fn the_first_warehouse_with_enough_serves_a_line() {
        let offer = offer(&[("a", 5), ("b", 3)]);
        let places: Vec<WarehouseId> = offer.stock.keys().cloned().collect();
        let mut allocation = Allocation::default();
        let mut take = |units| {
            let most = allocation.most(&offer, &places);
            (
                most,
                allocation.take(&offer, &places, units).unwrap().to_string(),
            )
        };
        assert_eq!(take(4), (5, "a".to_owned()));
        assert_eq!(take(2), (3, "b".to_owned()));
        assert_eq!(take(1), (1, "a".to_owned()));
        // None has two any more: the first is tried, and refuses.
        assert_eq!(take(2), (1, "a".to_owned()));
        assert_eq!(allocation.take(&offer, &[], 1), None);
    }

    #[test]
    fn what_a_count_found_missing_is_not_there_to_take() {
        let offer = offer(&[("a", -2)]);
        assert_eq!(Allocation::default().most(&offer, offer.stock.keys()), 0);
    }
}
