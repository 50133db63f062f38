//! Of two messages the one that was sent later holds, whichever comes first; and what is sent again
//! is no newer for that.

use aws_sdk_sqs::types::MessageAttributeValue;
use feirante_models::Instant;
use serde_json::{Value, json};

use super::{C8, ITEM, invoiced};
use crate::harness::System;
use crate::outward::{QUICK, Scripted, facing_orders, invoice, sell, shipment, with};

/// Puts a message on `erp-tracking` that was first sent at another time.
async fn send_again(system: &System, message: &Value, first_sent: &str) {
    let sent_at = MessageAttributeValue::builder()
        .data_type("String")
        .string_value(first_sent)
        .build()
        .unwrap();
    let request = system.erp.sqs().send_message();
    request
        .queue_url(&system.ready().queues["tracking"])
        .message_body(message.to_string())
        .message_attributes("sentAt", sent_at)
        .send()
        .await
        .unwrap();
}

/// What the marketplace was told, in order.
fn numbers(market: &Scripted) -> Vec<String> {
    let told = market.heard(C8).into_iter();
    told.map(|heard| heard.json()["trackingNumber"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_is_not_overridden_by_what_it_corrects() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = invoiced(&system, "1-01").await;
    let tracking = |number: &str| shipment(&id, "NFe-1", number);
    system.erp.send("tracking", tracking("SR2")).await;
    market.hears(C8, 1).await;
    system.erp.settled("tracking").await;

    let earlier = Instant::now().plus(-jiff::SignedDuration::from_hours(1));
    send_again(&system, &tracking("SR1"), &earlier.to_string()).await;
    system.erp.settled("tracking").await;
    assert_eq!(numbers(&market), ["SR2"]);

    // A time to come is not believed: it would hold against all that comes until then.
    send_again(&system, &tracking("SR3"), "2999-01-01T00:00:00Z").await;
    market.hears(C8, 2).await;
    system.erp.settled("tracking").await;
    system.erp.send("tracking", tracking("SR4")).await;
    market.hears(C8, 3).await;
    system.erp.settled("tracking").await;
    assert_eq!(numbers(&market), ["SR2", "SR3", "SR4"]);
    assert!(system.erp.dead_letter_now("tracking").await.is_none());
    system.stop().await;
}

/// Where the ERP does not say when a package left, it left when the message was sent.
#[tokio::test(flavor = "multi_thread")]
async fn what_waited_with_its_order_or_came_with_its_invoice_is_as_old_as_it_was() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = sell(&system, "1-01").await;
    let undated = json!({"dispatchedDate": null});
    let early = with(shipment(&id, "NFe-1", "SR1"), undated.clone());
    system.erp.send("tracking", early).await;
    system.erp.settled("tracking").await;
    let waited_until = Instant::now();
    let first = invoice(&id, "NFe-1", 7590, &ITEM);
    system.erp.send("invoices", &first).await;
    let told = &market.hears(C8, 1).await[0];
    let dispatched =
        |body: &Value| Instant::parse(body["dispatchedDate"].as_str().unwrap()).unwrap();
    assert!(dispatched(&told.json()) <= waited_until, "{}", told.body);
    system.erp.settled("tracking").await;

    // The invoice again, with another tracking number, which is passed on.
    let (shipped, before) = (shipment(&id, "NFe-1", "SR2"), Instant::now());
    let again = with(with(first, shipped), undated);
    system.erp.send("invoices", again).await;
    let told = &market.hears(C8, 2).await[1];
    // As old as the invoice's message.
    assert!(dispatched(&told.json()) >= before, "{}", told.body);
    system.erp.settled("tracking").await;
    assert_eq!(numbers(&market), ["SR1", "SR2"]);
    system.stop().await;
}
