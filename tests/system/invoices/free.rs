//! Orders over nothing: a promotion took off everything, and shipping is free.

use serde_json::{Value, json};

use super::{PROMISED, SHIPPED, c7, letter};
use crate::harness::System;
use crate::harness::bodies::order;
use crate::outward::{
    QUICK, Say, Scripted, authorize, facing_orders, invoice, place, returned, sell,
};

const ITEM: [(&str, i64, i64); 1] = [("2000037", 1, 0)];

/// One unit for nothing, placed and paid.
async fn give_away(system: &System, theirs: &str) -> String {
    let mut order = order(theirs, &ITEM);
    order["shippingData"]["logisticsInfo"][0]["price"] = json!(0);
    order["marketplacePaymentValue"] = json!(0);
    let id = place(system, order).await;
    authorize(system, &id).await;
    id
}

fn whole(order: &str) -> Value {
    invoice(order, "NFe-1", 0, &ITEM)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_over_nothing_is_complete_with_one_invoice_over_nothing() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = give_away(&system, "1-01").await;
    assert_eq!(system.stock("2000037").await, PROMISED);
    system.erp.send("invoices", whole(&id)).await;
    let event = system.erp.sees("order.invoiced", &id).await;
    assert_eq!(event["data"]["invoice"]["value"], 0);
    let heard = market.heard(&c7("1-01"));
    assert_eq!(heard.len(), 1, "{heard:#?}");
    assert_eq!(heard[0].json()["invoiceValue"], 0);
    assert_eq!(system.stock("2000037").await, SHIPPED);
    let another = invoice(&id, "NFe-2", 0, &ITEM);
    system.erp.send("invoices", another).await;
    let (_, status, detail) = letter(&system.erp, "invoices").await;
    assert_eq!(status, "409");
    assert_eq!(
        detail,
        "the order is over 0, and invoice NFe-1 is over all of it"
    );
    let back = returned(&id, "NFe-3", 0, &ITEM);
    system.erp.send("invoices", back).await;
    system.erp.sees("order.returned", &id).await;
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_marketplace_takes_no_such_invoice_the_order_goes_on_without() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = give_away(&system, "1-01").await;
    let no = "invoiceValue must be greater than 0";
    market.says("/invoice", [Say::Full(400, Vec::new(), no.to_owned())]);
    system.erp.send("invoices", whole(&id)).await;
    let event = system.erp.sees("order.invoiced", &id).await;
    assert_eq!(event["data"]["invoice"]["value"], 0);
    assert_eq!(system.stock("2000037").await, SHIPPED);
    // It came again: nothing more to do.
    system.erp.send("invoices", whole(&id)).await;
    system.erp.settled("invoices").await;
    assert_eq!(market.heard("").len(), 1);
    assert!(system.erp.dead_letter_now("invoices").await.is_none());
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_over_something_has_no_invoice_over_nothing() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = sell(&system, "1-01").await;
    system.erp.send("invoices", whole(&id)).await;
    let (_, status, detail) = letter(&system.erp, "invoices").await;
    assert_eq!(status, "409");
    assert_eq!(detail, "the invoice is over 0, and the order over 75.90");
    assert_eq!(market.heard("").len(), 0);
    system.stop().await;
}
