//! Where the units come from that are put on an order: from what it gives back itself, and else from
//! what is for sale.

use std::collections::{BTreeMap, HashMap};

use feirante_models::{Problem, Quantity, SkuId, WarehouseId};

use crate::allocation::{Allocation, Supply, Taken};
use crate::offer::{Offer, Stock};
use crate::order::{Places, StockMovements};
use crate::placement::{out_of_stock, supply};
use crate::settings::Settings;

/// The stock as it is while an order is modified.
#[derive(Debug)]
pub(super) struct Shelves<'a> {
    settings: &'a Settings,
    /// With what the order has given back among what is available.
    offers: HashMap<SkuId, Offer>,
    /// What it has given back and not taken again.
    freed: StockMovements,
}

impl<'a> Shelves<'a> {
    /// The stock of `offers` and of what the order has given back.
    pub(super) fn new(
        settings: &'a Settings,
        offers: &HashMap<SkuId, Offer>,
        freed: StockMovements,
    ) -> Self {
        let mut offers = offers.clone();
        for (sku, places) in &freed {
            let offer = offers
                .entry(sku.clone())
                .or_insert_with(|| Offer::unknown(sku.clone()));
            for (place, units) in places {
                let stock = offer.stock.entry(place.clone()).or_default();
                stock.available = stock.available.saturating_add(*units);
            }
        }
        Self {
            settings,
            offers,
            freed,
        }
    }

    /// The offer of a SKU.
    pub(super) fn offer(&self, sku: &SkuId) -> Option<&Offer> {
        self.offers.get(sku)
    }

    /// Takes units of a SKU for a line that is delivered by `method`. What lies ready for the order
    /// stays where it is.
    ///
    /// # Errors
    /// ES014.
    pub(super) fn take(
        &mut self,
        sku: &SkuId,
        method: Option<&str>,
        quantity: Quantity,
    ) -> Result<Places, Problem> {
        let offer = self.offers.get_mut(sku).ok_or_else(|| out_of_stock(sku))?;
        let supply = supply(self.settings, method, offer);
        let units = quantity.get();
        let none = BTreeMap::new();
        let freed = self.freed.get(sku).unwrap_or(&none);
        let taken = match own(offer, &supply, freed, units) {
            Some(own) => own,
            None => Allocation::default()
                .choose(offer, &supply, units)
                .ok_or_else(|| out_of_stock(sku))?,
        };
        let places = Places::of(&taken).ok_or_else(|| out_of_stock(sku))?;
        for Taken { warehouse, units } in &taken {
            if let Some(stock) = offer.stock.get_mut(*warehouse) {
                stock.available -= units;
                let left = stock.available.max(0);
                let freed = self
                    .freed
                    .get_mut(sku)
                    .and_then(|all| all.get_mut(*warehouse));
                if let Some(freed) = freed {
                    *freed = (*freed - units).clamp(0, left);
                }
            }
        }
        Ok(places)
    }
}

/// The same units from what the order gave back, where that is enough.
fn own<'s>(
    offer: &Offer,
    supply: &Supply<'s>,
    freed: &BTreeMap<WarehouseId, i64>,
    units: i64,
) -> Option<Vec<Taken<'s>>> {
    let of_order = Offer {
        stock: freed
            .iter()
            .map(|(place, units)| {
                let stock = Stock {
                    available: *units,
                    ..Stock::default()
                };
                (place.clone(), stock)
            })
            .collect(),
        ..offer.clone()
    };
    Allocation::default().choose(&of_order, supply, units)
}
