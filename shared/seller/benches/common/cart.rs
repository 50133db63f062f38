//! A cart of many SKUs with their offers, for benchmarks of a simulation.

use std::collections::HashMap;

use feirante_models::erp::Dimensions;
use feirante_models::{Cents, SkuId, WarehouseId};
use feirante_seller::offer::{Offer, PriceEntry, Stock};

/// So many SKUs in one warehouse, no two alike.
pub(crate) fn offers(lines: usize) -> HashMap<SkuId, Offer> {
    let size = Dimensions {
        height: 20.into(),
        width: 30.into(),
        length: 40.into(),
    };
    let offers = (0_i64..).take(lines).filter_map(|number| {
        let sku = SkuId::parse(format!("sku-{number}")).ok()?;
        let mut offer = Offer {
            active: true,
            weight_grams: 300 + number * 97,
            dimensions: Some(size),
            prices: vec![PriceEntry::base(Cents::new(1000 + number))],
            ..Offer::unknown(sku.clone())
        };
        let stock = Stock {
            available: 1000,
            ..Stock::default()
        };
        offer.stock.insert(WarehouseId::parse("main").ok()?, stock);
        Some((sku, offer))
    });
    offers.collect()
}

/// The body of a simulation of two units of each of them, to an address.
pub(crate) fn body(lines: usize) -> Vec<u8> {
    let items: Vec<_> = (0..lines)
        .map(|number| format!(r#"{{"id":"sku-{number}","quantity":2,"seller":"1"}}"#))
        .collect();
    let items = items.join(",");
    format!(r#"{{"items":[{items}],"country":"BRA","postalCode":"22251-030"}}"#).into_bytes()
}
