//! What a change of a SKU changes for a marketplace.

use std::collections::BTreeSet;

use feirante_models::Instant;

use super::{Kind, Product};
use crate::channel::Sellable;
use crate::pricing;
use crate::settings::{Marketplace, Settings};

/// What a marketplace has to be told when `old` became `new`: whatever a simulation would answer
/// differently, and what its catalog may show. Of a SKU that is not sold before or after: when it
/// will be, if that is news.
#[must_use]
pub fn changes(
    settings: &Settings,
    marketplace: &Marketplace,
    old: &Product,
    new: &Product,
    now: Instant,
) -> BTreeSet<Kind> {
    let (was_sold, is_sold) = (old.is_sold(marketplace, now), new.is_sold(marketplace, now));
    let begins = |product: &Product| product.next_change(&settings.promotions, marketplace, now);
    let due_otherwise = begins(old) != begins(new);
    if !was_sold && !is_sold {
        return due_otherwise.then_some(Kind::Price).into_iter().collect();
    }
    // What begins or ceases to be sold appears or disappears with its price and its stock.
    let appears = was_sold != is_sold;
    [
        (Kind::Catalog, catalog_differs(old, new)),
        (
            Kind::Price,
            appears || due_otherwise || price_differs(settings, marketplace, old, new, now),
        ),
        (
            Kind::Inventory,
            appears || inventory_differs(settings, marketplace, old, new),
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
            offer.dimensions,
            product.catalog.clone(),
        )
    };
    parts(old) != parts(new)
}

/// As each of the marketplace's sales channels sees it.
fn price_differs(
    settings: &Settings,
    marketplace: &Marketplace,
    old: &Product,
    new: &Product,
    now: Instant,
) -> bool {
    let offers = (&old.offer, &new.offer);
    offers.0.unit_multiplier != offers.1.unit_multiplier
        || marketplace.sales_channels.iter().any(|channel| {
            let promotions = &settings.promotions;
            let price = |offer| pricing::price(offer, promotions, marketplace, channel, now);
            match (price(offers.0), price(offers.1)) {
                (Some(old), Some(new)) => !old.looks_like(&new),
                (old, new) => old.is_some() != new.is_some(),
            }
        })
}

/// As a simulation shows it: nothing below zero, and only what the seller file's warehouses have and
/// the marketplace may sell. A SKU that moves between warehouses can be delivered otherwise, even if
/// the sum stays.
fn inventory_differs(
    settings: &Settings,
    marketplace: &Marketplace,
    old: &Product,
    new: &Product,
) -> bool {
    let seen = |product: &Product| -> Vec<i64> {
        let offer = &product.offer;
        let sellable = Sellable::of(settings, marketplace, offer).units;
        let places = settings.warehouses.iter();
        let there = places.map(|place| offer.available([&place.id]).min(sellable));
        there.chain([sellable]).collect()
    };
    let methods = |product: &Product| product.offer.shipping_methods.clone();
    methods(old) != methods(new) || seen(old) != seen(new)
}
