//! What all rules of a seller file cost a simulation of 100 lines: the example that shows every kind of
//! rule (`docs/examples/seller`), with a freight table of 20,000 rows and 200 promotions.
//!
//! `cargo bench -p feirante-seller --bench rules`

mod common;

use std::collections::HashMap;
use std::fmt::Write;

use common::{Files, parsed};
use divan::{AllocProfiler, Bencher, black_box};
use feirante_models::erp::Dimensions;
use feirante_models::simulation::SimulationRequest;
use feirante_models::{AccountName, Cents, Instant, SkuId, WarehouseId};
use feirante_seller::offer::{Offer, PriceEntry, Stock};
use feirante_seller::settings::Settings;
use feirante_seller::shipping::Occupancy;
use feirante_seller::simulate::simulate;

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

const LINES: usize = 100;
const PROMOTIONS: usize = 200;
const SELLER: &str = include_str!("../../../docs/examples/seller/seller.toml");
const MAPPING: &str = include_str!("../../../docs/examples/seller/mapa.csv");
const CATEGORIES: [&str; 3] = ["Roupas/Camisas", "Roupas/Meias", "Casa/Banho"];

/// In São Paulo: by the table and by express. In Rio: by the table, in a window, and at the shop.
const SAO_PAULO: &str = "01310-100";
const RIO: &str = "22251-030";

/// While the example's promotion by category holds: 2026-11-27T15:00:00Z.
const NOW: i64 = 1_795_791_600_000;

fn every_rule() -> Settings {
    let mut seller = SELLER.to_owned();
    for number in 1..=PROMOTIONS {
        let _ = write!(
            seller,
            "\n[[promotions]]\nid = \"p{number}\"\nname = \"p\"\namount_off = {number}\nskus = [\"sku-{number}\"]\n"
        );
    }
    parsed(&seller, &Files::with(&[("mapa.csv", MAPPING)]))
}

fn offers() -> HashMap<SkuId, Offer> {
    let offers = (0_i64..).take(LINES).filter_map(|number| {
        let sku = SkuId::parse(format!("sku-{number}")).ok()?;
        Some((sku.clone(), offer(sku, number)?))
    });
    offers.collect()
}

/// A SKU with a price of each kind and stock at each place, where a line of two is to be had: whole at
/// the first or at the second, or split over both.
fn offer(sku: SkuId, number: i64) -> Option<Offer> {
    let of_marketplace = |sales_channel: Option<&str>| {
        Some(PriceEntry {
            marketplace: Some(AccountName::parse("mkt2").ok()?),
            sales_channel: sales_channel.map(str::to_owned),
            ..PriceEntry::base(Cents::new(1200 + number))
        })
    };
    let later = PriceEntry {
        valid_from: Instant::from_millis(NOW + 86_400_000),
        ..PriceEntry::base(Cents::new(900 + number))
    };
    let floored = PriceEntry {
        floor: Some(Cents::new(950)),
        ..PriceEntry::base(Cents::new(1000 + number))
    };
    let mut offer = Offer {
        active: true,
        weight_grams: 300 + number * 97,
        dimensions: Some(Dimensions {
            height: 20.into(),
            width: 30.into(),
            length: 40.into(),
        }),
        brand: Some("Feira".to_owned()),
        category: CATEGORIES
            .into_iter()
            .cycle()
            .nth(usize::try_from(number).ok()?)
            .map(str::to_owned),
        prices: vec![
            floored,
            later,
            of_marketplace(None)?,
            of_marketplace(Some("1"))?,
        ],
        // What only listed methods serve: the windows.
        shipping_methods: (number % 2 == 0).then(|| {
            let methods = ["Normal", "Expressa", "Agendada", "Loja10"];
            methods.map(str::to_owned).to_vec()
        }),
        ..Offer::unknown(sku)
    };
    let places = [
        ("sao-paulo", if number % 3 == 0 { 3 } else { 1000 }),
        ("rio", 500),
        ("loja-10", 8),
    ];
    for (place, available) in places {
        let stock = Stock {
            available,
            ..Stock::default()
        };
        offer.stock.insert(WarehouseId::parse(place).ok()?, stock);
    }
    Some(offer)
}

fn cart(postal_code: &str) -> Option<SimulationRequest> {
    let items: Vec<_> = (0..LINES)
        .map(|number| format!(r#"{{"id":"sku-{number}","quantity":2,"seller":"1"}}"#))
        .collect();
    let items = items.join(",");
    let body =
        format!(r#"{{"items":[{items}],"country":"BRA","postalCode":"{postal_code}","sc":"1"}}"#);
    SimulationRequest::read(body.as_bytes(), "", None).ok()
}

#[divan::bench(args = [("mkt1", SAO_PAULO), ("mkt1", RIO), ("mkt2", RIO)])]
fn a_cart_of_100_lines(bencher: Bencher<'_, '_>, (account, to): (&str, &str)) {
    let (settings, offers) = (every_rule(), offers());
    let marketplace = settings
        .marketplaces
        .iter()
        .find(|one| one.account.as_str() == account);
    let (Some(cart), Some(now), Some(marketplace)) =
        (cart(to), Instant::from_millis(NOW), marketplace)
    else {
        unreachable!("the cart is well-formed");
    };
    let free = Occupancy::default();
    let answer = || simulate(&settings, marketplace, &cart, &offers, &free, now);
    let response = answer().response;
    assert_eq!(response.items.len(), LINES);
    assert!(
        response
            .items
            .iter()
            .all(|item| !item.price_tags.is_empty())
    );
    let served = response.logistics_info.iter();
    assert!(served.clone().all(|row| !row.slas.is_empty()));
    assert!(served.clone().any(|row| row.slas.len() > 1));
    bencher.bench_local(|| black_box(answer()));
}

fn main() {
    divan::main();
}
