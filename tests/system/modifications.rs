//! Orders that the marketplace modifies (protocol §3.12, §4.4): what it asks for is acknowledged,
//! applied once it confirms, and confirmed.

mod races;
mod refused;
mod sent;
mod whole;

use serde_json::{Value, json};

use crate::harness::bodies::order;
use crate::harness::{Market, Reply, Setup, System};
use crate::outward::{Scripted, authorize, facing_orders, place};

/// Lets the fixture's marketplace modify orders.
pub fn modifiable(setup: Setup) -> Setup {
    setup.seller(
        "seller_id = \"seller1\"",
        "seller_id = \"seller1\"\nmodifications = true",
    )
}

/// The fixture whose marketplace is `market` and may modify orders, with this `[delivery]`.
fn facing(market: &Scripted, delivery: &str) -> Setup {
    modifiable(facing_orders(market, delivery))
}

/// The same where nobody tells the marketplace what it is owed.
fn silent(setup: Setup) -> Setup {
    setup.options(|options| {
        let sender = options.stack.functions.get_mut("send-agreement").unwrap();
        sender.sources.clear();
    })
}

/// A paid order of two units at 73.90, shipping 2.00; its id.
async fn paid(system: &System, id: &str) -> String {
    let order = place(system, order(id, &[("2000037", 2, 7390)])).await;
    authorize(system, &order).await;
    order
}

/// R6.
async fn ask(system: &System, order: &str, name: &str, mut change: Value) -> Reply {
    change["requestId"] = json!(name);
    change["reason"] = json!("Another size");
    let path = format!("/pvt/orders/{order}/changes?accountName=mkt1");
    let request = system.marketplace.request("PATCH", &path);
    let request = request.header("content-type", "application/json");
    system
        .marketplace
        .send(request.body(change.to_string()))
        .await
}

/// R8.
async fn agree(system: &System, order: &str, name: &str, kind: &str) -> Reply {
    let path = format!("/pvt/orders/{order}/changes/{name}/send-agreement");
    let body = json!({"agreementType": kind});
    system.marketplace.post(&path, &body).await
}

/// R7.
async fn take_back(system: &System, order: &str, name: &str) -> Reply {
    let path = format!("/pvt/orders/{order}/changes/{name}/cancel");
    system
        .marketplace
        .post(&path, &json!({"reason": "x"}))
        .await
}

fn less(units: i64) -> Value {
    json!({"remove": {"items": [{"id": "2000037", "quantity": units}]}})
}

fn more(sku: &str, units: i64, price: i64) -> Value {
    json!({"add": {"items": [{"id": sku, "quantity": units, "price": price}]}})
}

/// Buys and pays in the sandbox's marketplace; the marketplace's id of the order.
async fn bought(market: &Market, sku: &str, quantity: i64) -> String {
    let items = json!([{"sku": sku, "quantity": quantity}]);
    let bought = market
        .post("buy", json!({"account": "mkt1", "items": items}))
        .await;
    let order = bought["orders"][0]["id"].as_str().unwrap().to_owned();
    let payment = json!({"account": "mkt1", "order": order, "waitMs": 20_000});
    market.post("pay", payment).await;
    order
}
