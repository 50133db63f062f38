//! What is sold in the measurements, by what seller file, and the events that ask for it.

use axum::body::Bytes;
use feirante_models::Instant;
use feirante_models::erp::OfferMessage;
use feirante_seller::settings::Settings;
use feirante_store::{Budget, Offers, SettingsTable};
use serde_json::{Value, json};

use crate::Failure;
use crate::freight::{Files, parsed};
use crate::stand::Place;

/// The sandbox's seller file: two methods of delivery, one of which has its price from a table here.
const SELLER: &str = include_str!("../../sandbox/fixture/seller.toml");
const SIMULATION: &str = include_str!("../../events/simulate-fulfillment.json");
const PLACEMENT: &str = include_str!("../../events/place-order.json");
const AUTHORIZATION: &str = include_str!("../../events/authorize-fulfillment.json");
const CANCELLATION: &str = include_str!("../../events/cancel-order.json");

/// How many SKUs there are.
pub(crate) const SKUS: usize = 1_000;

/// More than any measurement sells.
const ON_HAND: i64 = 1_000_000;

const CENTS: i64 = 7390;

/// A freight table of one row, and the one that every benchmark has.
const ONE_ROW: &str = "postal_start,postal_end,weight_start,weight_end,price,days\n\
                       00000000,99999999,0,1000000,2.00,5\n";

/// How many rows the freight table has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Freight {
    OneRow,
    TwentyThousand,
}

impl Freight {
    pub(crate) const BOTH: [Self; 2] = [Self::OneRow, Self::TwentyThousand];

    pub(crate) const fn rows(self) -> usize {
        match self {
            Self::OneRow => 1,
            Self::TwentyThousand => 20_000,
        }
    }

    const fn file(self) -> &'static str {
        match self {
            Self::OneRow => "row.csv",
            Self::TwentyThousand => "frete.csv",
        }
    }
}

/// The seller file with that freight table.
fn settings(freight: Freight) -> Result<Settings, Failure> {
    let mut fixed = true;
    let lines = SELLER.lines().map(|line| {
        if fixed && line.starts_with("price = 200 ") {
            fixed = false;
            return format!("rate_table = \"{}\"\n", freight.file());
        }
        format!("{line}\n")
    });
    let seller: String = lines.collect();
    if fixed {
        return Err("the seller file has no price to replace by a table".into());
    }
    Ok(parsed(&seller, &Files::with(&[("row.csv", ONE_ROW)])))
}

/// Puts the seller file in force.
pub(crate) async fn apply(place: &Place, freight: Freight) -> Result<(), Failure> {
    let table = SettingsTable::new(place.client(), place.table("settings")?);
    table.apply(&settings(freight)?, budget()).await?;
    Ok(())
}

/// The SKUs' codes.
pub(crate) fn skus() -> Vec<String> {
    (0..SKUS).map(|number| format!("CAM-{number:04}")).collect()
}

/// Fills the table of offers with the first `count` SKUs as the ERP's messages would.
pub(crate) async fn fill(place: &Place, count: usize) -> Result<(), Failure> {
    let offers = Offers::new(place.client(), place.table("offers")?);
    for sku in skus().into_iter().take(count) {
        for message in messages(&sku) {
            let message = message.to_string();
            let now = Instant::now();
            match OfferMessage::read(message.as_bytes()).map_err(|problem| problem.message)? {
                OfferMessage::Sku(sku) => offers.put_sku(&sku, now, budget()).await?,
                OfferMessage::Price(price) => offers.set_price(&price, now, now, budget()).await?,
                OfferMessage::Stock(stock) => offers.count_stock(&stock, now, budget()).await?,
                OfferMessage::StockAdjustment(_) => unreachable!("none is made"),
            };
        }
    }
    Ok(())
}

/// What the ERP says of a SKU.
pub(crate) fn messages(sku: &str) -> [Value; 3] {
    [
        json!({
            "type": "sku", "sku": sku, "active": true, "name": format!("Camisa azul {sku}"),
            "weightGrams": 500, "dimensionsCm": {"height": 3, "width": 25, "length": 30},
            "catalog": {
                "productId": "321", "productName": "Camisa", "description": "Camisa de algodão",
                "brand": "Feira", "category": "Roupas/Camisas", "ean": "7908010136043", "refId": sku,
                "images": [{"name": "Principal", "url": "https://images.example/1.jpg"}],
                "productSpecifications": [], "skuSpecifications": [{"name": "Cor", "values": ["Azul"]}],
            },
        }),
        json!({"type": "price", "sku": sku, "price": CENTS, "listPrice": CENTS + 100}),
        json!({"type": "stock", "sku": sku, "warehouse": "main", "onHand": ON_HAND}),
    ]
}

fn budget() -> Budget {
    Budget::of(std::time::Duration::from_secs(30))
}

/// The body of a simulation of one unit of each of `skus`, to an address.
pub(crate) fn cart(skus: &[String]) -> Value {
    let items: Vec<Value> = skus
        .iter()
        .map(|sku| json!({"id": sku, "quantity": 1, "seller": "1"}))
        .collect();
    json!({"items": items, "country": "BRA", "postalCode": "22251-030"})
}

/// An order of one unit of `sku`, as it is placed: a list of one.
pub(crate) fn order(id: &str, sku: &str) -> Result<Value, Failure> {
    let placed = event(PLACEMENT, "", None)?;
    let mut order: Value = serde_json::from_str(placed["body"].as_str().unwrap_or_default())?;
    order[0]["marketplaceOrderId"] = json!(id);
    order[0]["items"][0]["id"] = json!(sku);
    order[0]["items"][0]["price"] = json!(CENTS);
    order[0]["marketplacePaymentValue"] = json!(CENTS + 200);
    Ok(order)
}

/// A simulation's event.
pub(crate) fn simulation(skus: &[String]) -> Result<Bytes, Failure> {
    written(event(SIMULATION, "", Some(&cart(skus)))?)
}

/// A placement's event.
pub(crate) fn placement(id: &str, sku: &str) -> Result<Bytes, Failure> {
    written(event(PLACEMENT, "", Some(&order(id, sku)?))?)
}

/// An authorization's event.
pub(crate) fn authorization(id: &str) -> Result<Bytes, Failure> {
    written(event(AUTHORIZATION, id, Some(&naming(id)))?)
}

/// A cancellation's event.
pub(crate) fn cancellation(id: &str) -> Result<Bytes, Failure> {
    written(event(CANCELLATION, id, Some(&naming(id)))?)
}

/// The body of an authorization or a cancellation.
pub(crate) fn naming(id: &str) -> Value {
    json!({"marketplaceOrderId": id})
}

/// One of the sample events, of another order and with another body.
fn event(sample: &str, order: &str, body: Option<&Value>) -> Result<Value, Failure> {
    let mut event: Value = serde_json::from_str(sample)?;
    if !order.is_empty() {
        event["pathParameters"]["orderId"] = json!(format!("mkt1-{order}"));
    }
    if let Some(body) = body {
        event["body"] = json!(body.to_string());
    }
    Ok(event)
}

fn written(event: Value) -> Result<Bytes, Failure> {
    Ok(Bytes::from(serde_json::to_vec(&event)?))
}
