//! What a change of a SKU changes for a marketplace.

use std::collections::BTreeSet;

use feirante_models::Instant;

use super::{Kind, Product};
use crate::pricing;
use crate::settings::{Marketplace, Settings};

/// What a marketplace has to be told when `old` became `new`: whatever a simulation would answer
/// differently, and what its catalog may show. Empty where the SKU is not sold before or after.
#[must_use]
pub fn changes(
    settings: &Settings,
    marketplace: &Marketplace,
    old: &Product,
    new: &Product,
    now: Instant,
) -> BTreeSet<Kind> {
    let (was_sold, is_sold) = (old.is_sold(marketplace, now), new.is_sold(marketplace, now));
    if !was_sold && !is_sold {
        return BTreeSet::new();
    }
    // What begins or ceases to be sold appears or disappears with its price and its stock.
    let appears = was_sold != is_sold;
    [
        (Kind::Catalog, catalog_differs(old, new)),
        (
            Kind::Price,
            appears || price_differs(marketplace, old, new, now),
        ),
        (
            Kind::Inventory,
            appears || inventory_differs(settings, old, new),
        ),
    ]
    .into_iter()
    .filter_map(|(kind, differs)| differs.then_some(kind))
    .collect()
}

fn catalog_differs(old: &Product, new: &Product) -> bool {
    let parts = |product: &Product| {
        let offer = &product.offer;
        (
            (
                offer.active,
                offer.name.clone(),
                offer.measurement_unit.clone(),
                offer.unit_multiplier,
                offer.weight_grams,
            ),
            offer.shipping_methods.clone(),
            offer.offerings.clone(),
            product.dimensions,
            product.catalog.clone(),
        )
    };
    parts(old) != parts(new)
}

/// As each of the marketplace's sales channels sees it.
fn price_differs(marketplace: &Marketplace, old: &Product, new: &Product, now: Instant) -> bool {
    let offers = (&old.offer, &new.offer);
    offers.0.unit_multiplier != offers.1.unit_multiplier
        || marketplace.sales_channels.iter().any(|channel| {
            let price = |offer| pricing::price(offer, marketplace, channel, now);
            price(offers.0) != price(offers.1)
        })
}

/// As a simulation shows it: nothing below zero, and only what the seller file's warehouses have. A
/// SKU that moves between warehouses can be delivered otherwise, even if the sum stays.
fn inventory_differs(settings: &Settings, old: &Product, new: &Product) -> bool {
    let methods = |product: &Product| product.offer.shipping_methods.clone();
    methods(old) != methods(new)
        || settings.warehouses.iter().any(|warehouse| {
            let available = |product: &Product| product.offer.available([&warehouse.id]);
            available(old) != available(new)
        })
}
