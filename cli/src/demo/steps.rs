//! The steps of the demo.

use std::time::Instant;

use serde_json::{Value, json};

use super::exchange::Exchange;
use super::play::Play;
use crate::failure::Failure;

const SIMULATION: &str = "/pvt/orderForms/simulation";
const ORDERS: &str = "/pvt/orders";

/// Plays all steps and says how many held.
pub(super) async fn all(play: &mut Play) -> Result<usize, Failure> {
    simulate(play).await?;
    let order = place(play).await?;
    repeat(play, &order).await?;
    oversell(play).await?;
    authorize(play, &order).await?;
    cancel(play, &order).await?;
    events(play, &order).await?;
    Ok(play.steps())
}

/// The step does not hold unless `condition` does.
fn holds(step: &str, claim: &str, condition: bool, seen: &Exchange) -> Result<(), Failure> {
    if condition {
        return Ok(());
    }
    Err(Failure::System(format!(
        "{step}: not so: {claim}\n  {}",
        seen.lines(&[]).join("\n  ")
    )))
}

async fn simulate(play: &mut Play) -> Result<(), Failure> {
    let started = Instant::now();
    let cart = concat!(
        r#"{"items":[{"id":"2000037","quantity":1,"seller":"1"},"#,
        r#"{"id":"34562","quantity":9,"seller":"1"},{"id":"nope","quantity":1,"seller":"1"}],"#,
        r#""country":"BRA","postalCode":"22251-030"}"#,
    );
    let priced = play.call(SIMULATION, cart).await?;
    let answer = priced.json();
    holds(
        "simulate",
        "the cart is answered",
        priced.status == 200,
        &priced,
    )?;
    holds(
        "simulate",
        "73.90 is the price",
        answer["items"][0]["price"] == 7390,
        &priced,
    )?;
    holds(
        "simulate",
        "5 of 9 can be had",
        answer["items"][1]["quantity"] == 5,
        &priced,
    )?;
    let rows = answer["items"].as_array().map(Vec::len);
    holds(
        "simulate",
        "the unknown SKU is left out",
        rows == Some(2),
        &priced,
    )?;
    let normal = |sla: &Value| sla["id"] == "Normal" && sla["price"] == 200;
    let slas = answer["logisticsInfo"][0]["slas"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    holds(
        "simulate",
        "delivery costs 2.00",
        slas.iter().any(normal),
        &priced,
    )?;
    let lines = priced.lines(&[
        "/items/0/price",
        "/items/1/quantity",
        "/logisticsInfo/0/slas/0",
    ]);
    play.held(
        "simulate",
        "a cart is priced: one line whole, one short, one unknown",
        started,
        &lines,
    );
    Ok(())
}

/// The order of the protocol's example, of one line.
fn order(id: &str, sku: &str, price: i64, quantity: i64) -> String {
    let value = price * quantity + 200;
    format!(
        concat!(
            r#"[{{"marketplaceOrderId":"{id}","#,
            r#""marketplaceServicesEndpoint":"http://oms.vtexinternal.com.br/api/oms?an=mkt1","#,
            r#""marketplacePaymentValue":{value},"#,
            r#""items":[{{"id":"{sku}","quantity":{quantity},"seller":"1","price":{price}}}],"#,
            r#""clientProfileData":{{"email":"a@ct.vtex.com.br","firstName":"J","lastName":"A","#,
            r#""documentType":null,"document":"3244239851","isCorporate":false}},"#,
            r#""shippingData":{{"address":{{"addressType":"Residencial","receiverName":"J A","#,
            r#""postalCode":"22251-030","city":"Rio","state":"RJ","country":"BRA","#,
            r#""street":"Rua A","number":"1","neighborhood":"B"}},"#,
            r#""logisticsInfo":[{{"itemIndex":0,"selectedSla":"Normal","lockTTL":"8d","#,
            r#""shippingEstimate":"5bd","price":200,"deliveryWindow":null}}]}},"#,
            r#""paymentData":null}}]"#,
        ),
        id = id,
        value = value,
        sku = sku,
        quantity = quantity,
        price = price,
    )
}

fn shirt() -> String {
    order("959311095-01", "2000037", 7390, 1)
}

/// The one order of a placement, as JSON.
fn one(placement: &str) -> Value {
    let orders: Value = serde_json::from_str(placement).unwrap_or_default();
    orders[0].clone()
}

async fn place(play: &mut Play) -> Result<String, Failure> {
    let started = Instant::now();
    let placed = play.call(ORDERS, &shirt()).await?;
    let answer = placed.json();
    holds("place", "the order is taken", placed.status == 200, &placed)?;
    let id = answer[0]["orderId"].as_str().unwrap_or_default().to_owned();
    holds("place", "it has an id", !id.is_empty(), &placed)?;
    let mut echo = answer[0].clone();
    if let Some(fields) = echo.as_object_mut() {
        fields.remove("orderId");
        fields.remove("followUpEmail");
    }
    holds(
        "place",
        "all else is an echo",
        echo == one(&shirt()),
        &placed,
    )?;
    let lines = placed.lines(&["/0/orderId", "/0/marketplaceOrderId", "/0/followUpEmail"]);
    play.held(
        "place",
        "an order is placed, its stock reserved",
        started,
        &lines,
    );
    Ok(id)
}

async fn repeat(play: &mut Play, id: &str) -> Result<(), Failure> {
    let started = Instant::now();
    let again = play.call(ORDERS, &shirt()).await?;
    holds(
        "place",
        "the same order has the same id",
        again.json()[0]["orderId"] == id,
        &again,
    )?;
    let stock = stock_of(play, "2000037").await?;
    holds("place", "its stock is reserved once", stock == 98, &again)?;
    let mut lines = again.lines(&["/0/orderId"]);
    lines.push(format!("stock of 2000037 is {stock}: reserved once"));
    play.held(
        "place",
        "the same order again: the same id, nothing reserved twice",
        started,
        &lines,
    );
    Ok(())
}

async fn oversell(play: &mut Play) -> Result<(), Failure> {
    let started = Instant::now();
    let refused = play
        .call(ORDERS, &order("959311096-01", "34562", 890, 6))
        .await?;
    let code = refused.json()["error"]["code"].clone();
    holds(
        "oversell",
        "six of five are refused",
        refused.status == 409,
        &refused,
    )?;
    holds("oversell", "for want of stock", code == "ES014", &refused)?;
    let stock = stock_of(play, "34562").await?;
    holds("oversell", "nothing is reserved", stock == 5, &refused)?;
    play.held(
        "oversell",
        "six of a SKU that has five: refused, nothing reserved",
        started,
        &refused.lines(&["/error"]),
    );
    Ok(())
}

async fn authorize(play: &mut Play, id: &str) -> Result<(), Failure> {
    let started = Instant::now();
    let path = format!("{ORDERS}/{id}/fulfill");
    let body = r#"{"marketplaceOrderId":"959311095-01"}"#;
    let first = play.call(&path, body).await?;
    holds(
        "authorize",
        "the payment is noted",
        first.status == 200,
        &first,
    )?;
    let again = play.call(&path, body).await?;
    holds(
        "authorize",
        "a repeat gets the same receipt",
        again.body == first.body,
        &again,
    )?;
    let event = play.erp_sees("order.authorized", id).await?;
    let mut lines = first.lines(&[]);
    lines.push(format!(
        "the ERP reads {} (sequence {})",
        event["type"], event["sequence"]
    ));
    play.held(
        "authorize",
        "the payment is approved: the order may ship",
        started,
        &lines,
    );
    Ok(())
}

async fn cancel(play: &mut Play, id: &str) -> Result<(), Failure> {
    let started = Instant::now();
    let path = format!("{ORDERS}/{id}/cancel");
    let body = concat!(
        r#"{"marketplaceOrderId":"959311095-01","reason":"Shopper changed their mind","#,
        r#""requestedByUser":true}"#,
    );
    let first = play.call(&path, body).await?;
    let thinking = first.status == 200 && first.body.is_empty();
    holds("cancel", "the seller is thinking", thinking, &first)?;
    play.erp_sees("order.cancellationRequested", id).await?;
    play.erp_decides(&json!({"orderId": id, "action": "confirm"}))
        .await?;
    play.erp_sees("order.canceled", id).await?;
    let second = play.call(&path, body).await?;
    let answer = second.json();
    let receipt = answer["receipt"]
        .as_str()
        .is_some_and(|receipt| !receipt.is_empty());
    holds("cancel", "it is confirmed with a receipt", receipt, &second)?;
    let stock = stock_of(play, "2000037").await?;
    holds("cancel", "the stock is free again", stock == 99, &second)?;
    let mut lines = first.lines(&[]);
    lines.push("the ERP reads order.cancellationRequested and answers confirm".to_owned());
    lines.extend(second.lines(&[]));
    lines.push(format!("stock of 2000037 is {stock} again"));
    play.held(
        "cancel",
        "a cancellation: evaluated, then confirmed by the ERP",
        started,
        &lines,
    );
    Ok(())
}

async fn events(play: &mut Play, id: &str) -> Result<(), Failure> {
    let started = Instant::now();
    let placed = play.erp_sees("order.placed", id).await?;
    let order = &placed["data"]["order"];
    let events = play.events_of(id);
    let types: Vec<&str> = events
        .iter()
        .filter_map(|event| event["type"].as_str())
        .collect();
    let expected = [
        "order.placed",
        "order.authorized",
        "order.cancellationRequested",
        "order.canceled",
    ];
    if types != expected || *order != one(&shirt()) {
        return Err(Failure::System(format!(
            "events: the ERP got {types:?} and {order}"
        )));
    }
    let lines: Vec<String> = events
        .iter()
        .map(|event| format!("{} {} {}", event["sequence"], event["type"], event["time"]))
        .collect();
    play.held(
        "events",
        "what the ERP was told, in order, on erp-orders.fifo",
        started,
        &lines,
    );
    Ok(())
}

/// What a shop is told there is of a SKU.
async fn stock_of(play: &Play, sku: &str) -> Result<i64, Failure> {
    let cart =
        format!(r#"{{"items":[{{"id":"{sku}","quantity":1,"seller":"1"}}],"isCheckedIn":false}}"#);
    let answer = play.call(SIMULATION, &cart).await?;
    answer.json()["logisticsInfo"][0]["stockBalance"]
        .as_i64()
        .ok_or_else(|| Failure::System(format!("no stock of {sku}: {}", answer.body)))
}
