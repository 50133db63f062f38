use feirante_models::Quantity;
use feirante_models::modification::ModificationRequest;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::fixture;
use crate::order::{Places, Review, State, reserved_units};
use crate::settings::Settings;

mod money;
mod properties;
mod stock;

/// A line of `units` at 10.00 in the warehouse, delivered by `Normal` for 2.00.
fn line(sku: &str, warehouse: &str, units: i64) -> Line {
    Line {
        sku: fixture::sku(sku),
        quantity: Quantity::new(units).unwrap(),
        price: Cents::new(1000),
        shipping_price: Cents::new(200),
        shipping_method: Some("Normal".to_owned()),
        places: feirante_models::WarehouseId::parse(warehouse)
            .unwrap()
            .into(),
    }
}

/// A paid order of these lines, with services for 0.50.
fn order(lines: Vec<Line>) -> Order {
    let costs = Costs::of(&lines).unwrap();
    let mut order: Order = serde_json::from_value(json!({
        "orderId": "mkt1-1-01", "account": "mkt1", "marketplaceOrderId": "1-01", "version": 2,
        "status": "authorized", "authorization": {"date": fixture::now(), "receipt": "r"},
        "review": Review::NotNeeded, "placedAt": fixture::now(), "contentHash": "h",
        "lines": [], "total": 50, "timeline": [],
    }))
    .unwrap();
    assert!(matches!(order.state, State::Authorized { .. }));
    let total = [order.total, costs.items, costs.shipping];
    order.total = Cents::checked_sum(total).unwrap();
    order.lines = lines;
    order
}

/// The fixture's seller with a second warehouse, `far`; `Normal` takes from both, and may split a line
/// if it says so.
fn settings(split: bool) -> Settings {
    let warehouses = format!("warehouses = [\"main\", \"far\"]\nsplit = {split}");
    let file = fixture::SELLER_FILE
        .replacen("warehouses = [\"main\"]", &warehouses, 1)
        .replacen(
            "[[warehouses]]",
            "[[warehouses]]\nid = \"far\"\n\n[[warehouses]]",
            1,
        );
    Settings::parse(&file).unwrap()
}

/// Offers at 12.00 with so much in `main` and in `far`.
fn offers(of: &[(&str, i64, i64)]) -> HashMap<SkuId, Offer> {
    let offers = of.iter().map(|(sku, main, far)| {
        let mut offer = fixture::offer(sku, 1200, None, *main);
        fixture::put(&mut offer, "far", *far);
        (offer.sku.clone(), offer)
    });
    offers.collect()
}

fn wanted(mut body: Value) -> Alterations {
    body["reason"] = json!("Another size");
    let request = ModificationRequest::read(body.to_string().as_bytes());
    request.unwrap().alterations
}

fn modify(
    settings: &Settings,
    order: &Order,
    body: Value,
    offers: &HashMap<SkuId, Offer>,
) -> Result<Modified, Problem> {
    let terms = Terms {
        settings,
        marketplace: &settings.marketplaces[0],
        sales_channel: "1",
        now: fixture::now(),
    };
    modified(&terms, order, &wanted(body), offers)
}

/// The code of a refusal.
#[track_caller]
fn refusal(refused: Result<Modified, Problem>) -> &'static str {
    refused.unwrap_err().code.as_str()
}

/// A line in short: SKU, units, price, shipping, places.
type Row = (String, i64, i64, i64, String);

fn lines(order: &Order) -> Vec<Row> {
    let lines = order.lines.iter().map(|line| {
        (
            line.sku.to_string(),
            line.quantity.get(),
            line.price.get(),
            line.shipping_price.get(),
            line.places.to_string(),
        )
    });
    lines.collect()
}

/// What is taken and given back, in short.
fn units(stock: &StockEffect) -> Vec<(String, String, i64)> {
    let StockEffect::Exchange(exchange) = stock else {
        assert_eq!(*stock, StockEffect::Keep);
        return Vec::new();
    };
    let of_sku = exchange.units.iter().flat_map(|(sku, places)| {
        places
            .iter()
            .map(move |(place, units)| (sku.to_string(), place.to_string(), *units))
    });
    of_sku.collect()
}
