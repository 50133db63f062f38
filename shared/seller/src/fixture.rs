//! The fixture of the protocol's scenarios (§6), for tests: the sandbox's seller file and its offers.

use std::collections::HashMap;
use std::sync::LazyLock;

use feirante_models::{Cents, Instant, SkuId, WarehouseId};

use crate::offer::{Offer, Offering, PriceEntry, Stock};
use crate::settings::Settings;
use crate::shipping::Occupancy;

/// The sandbox's seller file.
pub(crate) const SELLER_FILE: &str = include_str!("../../../sandbox/fixture/seller.toml");

/// The same, read.
pub(crate) fn settings() -> Settings {
    Settings::parse(SELLER_FILE).unwrap()
}

/// The scenarios' clock: a Saturday in UTC, still Friday evening in São Paulo.
pub(crate) fn now() -> Instant {
    Instant::parse("2026-11-21T00:00:00Z").unwrap()
}

/// Delivery windows that nobody has.
pub(crate) fn free() -> &'static Occupancy {
    static FREE: LazyLock<Occupancy> = LazyLock::new(Occupancy::default);
    &FREE
}

pub(crate) fn sku(code: &str) -> SkuId {
    SkuId::parse(code).unwrap()
}

/// An offer as `erp-offers` messages make it.
pub(crate) fn offer(code: &str, price: i64, list_price: Option<i64>, stock: i64) -> Offer {
    let mut offer = Offer {
        active: true,
        name: Some(code.to_owned()),
        weight_grams: 500,
        prices: vec![PriceEntry {
            list_price: list_price.map(Cents::new),
            ..PriceEntry::base(Cents::new(price))
        }],
        ..Offer::unknown(sku(code))
    };
    put(&mut offer, "main", stock);
    offer
}

/// Sets the stock of an offer at a place.
pub(crate) fn put(offer: &mut Offer, warehouse: &str, units: i64) {
    let stock = Stock {
        on_hand: units,
        available: units,
        ..Stock::default()
    };
    offer
        .stock
        .insert(WarehouseId::parse(warehouse).unwrap(), stock);
}

/// Every offer of the fixture.
pub(crate) fn offers() -> HashMap<SkuId, Offer> {
    let listed = |methods: &[&str], offer| Offer {
        shipping_methods: Some(methods.iter().map(|id| (*id).to_owned()).collect()),
        ..offer
    };
    let wrapping = Offering {
        kind: "Embalagem".to_owned(),
        id: "6".to_owned(),
        name: "Embalagem de presente".to_owned(),
        price: Cents::new(250),
    };
    let soap = Offer {
        offerings: vec![wrapping],
        ..offer("34562", 890, Some(990), 5)
    };
    [
        offer("2000037", 7390, Some(7490), 99),
        soap,
        offer("5837", 1500, Some(1500), 0),
        listed(&["Loja10"], offer("77", 250, Some(250), 3)),
        listed(&["Normal", "Agendada"], offer("W1", 1000, Some(1000), 10)),
        offer("9007199254740993", 100, Some(100), 1),
    ]
    .into_iter()
    .map(|offer| (offer.sku.clone(), offer))
    .collect()
}
