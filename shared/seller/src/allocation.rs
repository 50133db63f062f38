//! Which warehouses serve a line.
//!
//! A line is served by one warehouse, the first of its delivery method's that has enough; or, where
//! the method may split it, by as few as possible. What a simulation promises and what a placement
//! reserves are decided here, by the same rule.

use std::collections::BTreeMap;

use feirante_models::{SkuId, WarehouseId};

use crate::offer::Offer;
use crate::settings::{Method, Settings};

/// Where a line may be taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supply<'a> {
    /// In order of preference, each once.
    warehouses: Vec<&'a WarehouseId>,
    /// Whether several may share a line.
    split: bool,
}

impl<'a> Supply<'a> {
    /// The `warehouses` in order of preference; `split`: whether several may share a line.
    #[must_use]
    pub fn new(warehouses: impl IntoIterator<Item = &'a WarehouseId>, split: bool) -> Self {
        let mut once: Vec<&WarehouseId> = Vec::new();
        for warehouse in warehouses {
            if !once.contains(&warehouse) {
                once.push(warehouse);
            }
        }
        Self {
            warehouses: once,
            split,
        }
    }

    /// The supply of a delivery method.
    #[must_use]
    pub fn of(method: &'a Method) -> Self {
        Self::new(&method.warehouses, method.split)
    }

    /// The supply of a SKU whose delivery method is not known: every warehouse, together where any
    /// of its methods may split a line.
    #[must_use]
    pub fn anywhere(settings: &'a Settings, offer: &Offer) -> Self {
        let warehouses = settings.warehouses.iter().map(|warehouse| &warehouse.id);
        let mut methods = settings.shipping.methods.iter();
        let split = methods.any(|method| method.split && method.carries(offer));
        Self::new(warehouses, split)
    }

    /// The warehouses in order of preference.
    #[must_use]
    pub fn warehouses(&self) -> &[&'a WarehouseId] {
        &self.warehouses
    }
}

/// Units of a line that one warehouse serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken<'a> {
    /// Which.
    pub warehouse: &'a WarehouseId,
    /// How many.
    pub units: i64,
}

/// What earlier lines of the same call have taken.
#[derive(Debug, Default)]
pub struct Allocation(BTreeMap<SkuId, OfSku>);

/// What they have taken of one SKU.
#[derive(Debug, Default)]
struct OfSku {
    /// From all warehouses together.
    units: i64,
    /// From each. A seller has few, so it is a list.
    places: Vec<(WarehouseId, i64)>,
}

impl OfSku {
    /// The units of `warehouse`.
    fn of(&self, warehouse: &WarehouseId) -> i64 {
        let mut places = self.places.iter();
        let found = places.find(|(place, _)| place == warehouse);
        found.map_or(0, |(_, units)| *units)
    }

    fn take(&mut self, warehouse: &WarehouseId, units: i64) {
        let mut places = self.places.iter_mut();
        match places.find(|(place, _)| place == warehouse) {
            Some((_, taken)) => *taken = taken.saturating_add(units),
            None => self.places.push((warehouse.clone(), units)),
        }
    }
}

impl Allocation {
    /// The most units that are left for one line; never below zero.
    #[must_use]
    pub fn most(&self, offer: &Offer, supply: &Supply<'_>) -> i64 {
        let left = self.left(offer);
        let warehouses = supply.warehouses.iter();
        let left = warehouses.map(|warehouse| left(warehouse).max(0));
        if supply.split {
            left.fold(0, i64::saturating_add)
        } else {
            left.max().unwrap_or(0)
        }
    }

    /// The units of a SKU that earlier lines have taken.
    #[must_use]
    pub fn taken(&self, sku: &SkuId) -> i64 {
        self.0.get(sku).map_or(0, |taken| taken.units)
    }

    /// Who serves a line of so many units: the first warehouse that has all of them, or else as few
    /// as have them together, those preferred that come first. `None`: they have not enough.
    #[must_use]
    pub fn choose<'a>(
        &self,
        offer: &Offer,
        supply: &Supply<'a>,
        units: i64,
    ) -> Option<Vec<Taken<'a>>> {
        let left = self.left(offer);
        let mut warehouses = supply.warehouses.iter().copied();
        match warehouses.find(|warehouse| left(warehouse) >= units) {
            Some(warehouse) => Some(vec![Taken { warehouse, units }]),
            None if supply.split => {
                let warehouses = supply.warehouses.iter().copied();
                let held: Vec<Taken<'_>> = warehouses
                    .map(|warehouse| Taken {
                        warehouse,
                        units: left(warehouse),
                    })
                    .filter(|held| held.units > 0)
                    .collect();
                fewest(&held, units)
            }
            None => None,
        }
    }

    /// Takes `units` from those that serve the line, or, where there are not enough, all from the
    /// first warehouse: the write will tell. Empty: there is no warehouse.
    pub fn take<'a>(&mut self, offer: &Offer, supply: &Supply<'a>, units: i64) -> Vec<Taken<'a>> {
        let first = supply.warehouses.first();
        let all_of_first = || first.map(|warehouse| Taken { warehouse, units });
        let chosen = self
            .choose(offer, supply, units)
            .unwrap_or_else(|| all_of_first().into_iter().collect());
        if !chosen.is_empty() {
            let taken = self.0.entry(offer.sku.clone()).or_default();
            taken.units = taken.units.saturating_add(units);
            for part in &chosen {
                taken.take(part.warehouse, part.units);
            }
        }
        chosen
    }

    /// What is left of a SKU at each warehouse.
    fn left<'a>(&'a self, offer: &'a Offer) -> impl Fn(&WarehouseId) -> i64 + 'a {
        let taken = self.0.get(&offer.sku);
        move |warehouse| {
            let stock = offer.stock.get(warehouse);
            let available = stock.map_or(0, |stock| stock.available);
            available.saturating_sub(taken.map_or(0, |taken| taken.of(warehouse)))
        }
    }
}

/// As few of what is `held` as make up `missing` units; of as few, those that come first. Each but
/// the last gives all it has.
fn fewest<'a>(held: &[Taken<'a>], mut missing: i64) -> Option<Vec<Taken<'a>>> {
    let mut places = (2..=held.len()).find(|places| largest(held, *places) >= missing)?;
    let mut chosen = Vec::with_capacity(places);
    for (index, place) in held.iter().enumerate() {
        if places == 0 {
            break;
        }
        let after = held.get(index + 1..).unwrap_or_default();
        let rest = missing - place.units.min(missing);
        if largest(after, places - 1) < rest {
            continue;
        }
        chosen.push(Taken {
            units: missing - rest,
            ..*place
        });
        (missing, places) = (rest, places - 1);
    }
    Some(chosen)
}

/// What the `places` that have most hold together.
fn largest(held: &[Taken<'_>], places: usize) -> i64 {
    let mut units: Vec<i64> = held.iter().map(|place| place.units).collect();
    units.sort_unstable_by(|one, other| other.cmp(one));
    units.into_iter().take(places).fold(0, i64::saturating_add)
}

#[cfg(test)]
mod tests;
