//! Returns, and the cancellation that follows them (protocol §3.6.3).

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{SHIPPED, c7};
use crate::harness::bodies::order;
use crate::harness::{Stock, System};
use crate::outward::{
    QUICK, Say, Scripted, authorize, cancel, facing_orders, invoice, place, returned, sell, with,
};

const ITEM: [(&str, i64, i64); 1] = [("2000037", 1, 7390)];

/// The standard order, sold and invoiced.
async fn invoiced(system: &System, theirs: &str) -> String {
    let id = sell(system, theirs).await;
    system
        .erp
        .send("invoices", invoice(&id, "NFe-1", 7590, &ITEM))
        .await;
    system.erp.sees("order.invoiced", &id).await;
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wholly_returned_order_is_canceled_at_the_marketplace_too() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = invoiced(&system, "1-01").await;
    let part = returned(&id, "NFe-8", 5000, &ITEM);
    system.erp.send("invoices", &part).await;
    market.hears(&c7("1-01"), 2).await;
    system.erp.settled("invoices").await;
    assert_eq!(system.status(&id).await, "invoiced");
    system
        .erp
        .send("invoices", returned(&id, "NFe-9", 2590, &ITEM))
        .await;
    let event = system.erp.sees("order.returned", &id).await;
    assert_eq!(event["data"]["invoice"]["type"], "Input");
    assert_eq!(event["data"]["invoice"]["residual"], 0);
    system.erp.sees("order.canceled", &id).await;

    let calls = market.heard("");
    let inputs: Vec<Value> = calls[1..3].iter().map(|one| one.json()).collect();
    for (input, value) in inputs.iter().zip([5000, 2590]) {
        assert_eq!(
            (&input["type"], &input["invoiceValue"]),
            (&json!("Input"), &json!(value))
        );
    }
    assert_eq!(calls[3].call, "POST /api/oms/pvt/orders/1-01/cancel");
    assert_eq!(
        calls[3].body,
        r#"{"reason":"The whole order was returned","requestedByUser":false}"#
    );
    assert_eq!(calls.len(), 4);
    assert_eq!(system.status(&id).await, "canceled");
    assert_eq!(system.stock("2000037").await, SHIPPED);
    assert_eq!(
        system.erp.seen_of(&id),
        [
            "order.placed",
            "order.authorized",
            "order.invoiced",
            "order.returned",
            "order.canceled"
        ]
    );
    system.stop().await;
}

/// The newer document says that an invoiced order can't be canceled and that its return settles all.
#[tokio::test(flavor = "multi_thread")]
async fn a_marketplace_that_refunds_and_does_not_cancel_leaves_the_order_returned() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = invoiced(&system, "1-01").await;
    market.says("/cancel", [Say::Status(400)]);
    system
        .erp
        .send("invoices", returned(&id, "NFe-9", 7590, &ITEM))
        .await;
    market.hears("/cancel", 1).await;
    system.erp.settled("cancellations").await;
    assert_eq!(system.status(&id).await, "returned");
    // No failure: it is over, and so it is told.
    assert!(system.erp.dead_letter_now("cancellations").await.is_none());
    system.erp.sees("order.returned", &id).await;
    let told = [
        "order.placed",
        "order.authorized",
        "order.invoiced",
        "order.returned",
    ];
    assert_eq!(system.erp.seen_of(&id), told);
    assert_eq!(market.heard("/cancel").len(), 1);
    // The marketplace's own request finds it over as well.
    let asked = system.marketplace.cancel(&id, &json!({})).await;
    assert_eq!(asked.json()["orderId"], *id);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_back_can_be_sold_again_if_the_erp_says_so() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let line = [("34562", 2, 890)];
    let one = [("34562", 1, 890)];
    let stock = |on_hand| Stock {
        on_hand,
        reserved: 0,
        available: on_hand,
    };
    let id = place(&system, order("1-01", &line)).await;
    authorize(&system, &id).await;
    system
        .erp
        .send("invoices", invoice(&id, "NFe-1", 1980, &line))
        .await;
    system.erp.sees("order.invoiced", &id).await;
    assert_eq!(system.stock("34562").await, stock(3));
    let back = |number, value, restock| {
        with(
            returned(&id, number, value, &one),
            json!({"restock": restock}),
        )
    };
    // One that is broken.
    system.erp.send("invoices", back("NFe-8", 990, false)).await;
    market.hears(&c7("1-01"), 2).await;
    system.erp.settled("invoices").await;
    assert_eq!(system.stock("34562").await, stock(3));
    // And one that is not; said twice it is back once.
    for _ in 0..2 {
        system.erp.send("invoices", back("NFe-9", 990, true)).await;
    }
    system.erp.sees("order.returned", &id).await;
    system.erp.settled("invoices").await;
    assert_eq!(system.stock("34562").await, stock(4));
    system.stop().await;
}

/// A count that was made after an invoice was issued knows of the units that left or came with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_count_that_knows_of_an_invoice_is_not_changed_by_it() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK)
        .sku("older", 100, 10)
        .sku("newer", 100, 10)
        .start()
        .await;
    // Both were counted a moment ago, when the system started.
    let an_hour_ago = Timestamp::now() - SignedDuration::from_hours(1);
    for (theirs, sku, issued, after_sale, after_return) in [
        ("1-01", "older", Value::Null, 9, 10),
        ("1-02", "newer", json!(an_hour_ago.to_string()), 10, 10),
    ] {
        let line = [(sku, 1, 100)];
        let stock = |on_hand| Stock {
            on_hand,
            reserved: 0,
            available: on_hand,
        };
        let id = place(&system, order(theirs, &line)).await;
        authorize(&system, &id).await;
        let issued = json!({"issuanceDate": issued, "restock": true});
        let sale = with(invoice(&id, "NFe-1", 300, &line), issued.clone());
        system.erp.send("invoices", sale).await;
        system.erp.sees("order.invoiced", &id).await;
        assert_eq!(system.stock(sku).await, stock(after_sale), "{sku}");
        let back = with(returned(&id, "NFe-9", 300, &line), issued);
        system.erp.send("invoices", back).await;
        system.erp.sees("order.returned", &id).await;
        assert_eq!(system.stock(sku).await, stock(after_return), "{sku}");
    }
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_was_not_wholly_returned_is_not_canceled() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = invoiced(&system, "1-01").await;
    system
        .erp
        .send("invoices", returned(&id, "NFe-8", 7589, &ITEM))
        .await;
    market.hears(&c7("1-01"), 2).await;
    system.erp.settled("invoices").await;
    system
        .erp
        .send("cancellations", cancel(&id, "Sent back"))
        .await;
    let letter = system.erp.dead_letter("cancellations").await;
    assert_eq!(
        letter.detail,
        "the order is invoiced: it can be canceled after returns of its whole value only"
    );
    assert_eq!(market.heard("/cancel").len(), 0);
    system.stop().await;
}
