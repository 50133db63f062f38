//! The requests to the letter, and that each is made once.

use futures::future::join_all;
use serde_json::json;

use super::{C8, C9, invoiced};
use crate::outward::{QUICK, Scripted, facing_orders, progress, returned, shipment, with};

#[tokio::test(flavor = "multi_thread")]
async fn a_package_is_told_from_its_tracking_number_to_its_delivery() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = invoiced(&system, "1-01").await;
    // INV-12.
    system
        .erp
        .send("tracking", shipment(&id, "NFe-1", "SR 1/2"))
        .await;
    let told = &market.hears(C8, 1).await[0];
    assert_eq!(told.call, "POST /api/oms/pvt/orders/1-01/invoice/NFe-1");
    assert_eq!(told.header("x-vtex-api-appkey"), "vtexappkey-mkt1");
    assert_eq!(
        told.body,
        concat!(
            r#"{"courier":"Correios","trackingNumber":"SR 1/2","#,
            r#""trackingUrl":"https://t.example/SR 1/2","dispatchedDate":"2026-11-22"}"#
        )
    );
    system.erp.settled("tracking").await;
    assert_eq!(system.status(&id).await, "shipped");

    let on_its_way = progress(&id, "NFe-1", &["Posted"], false);
    system.erp.send("tracking", &on_its_way).await;
    let told = &market.hears(C9, 1).await[0];
    assert_eq!(
        told.call,
        "POST /api/oms/pvt/orders/1-01/invoice/NFe-1/tracking"
    );
    assert_eq!(
        told.body,
        concat!(
            r#"{"isDelivered":false,"events":[{"city":"Rio","state":"RJ","#,
            r#""description":"Posted","date":"2026-11-23T06:00:00.000Z"}],"deliveredDate":null}"#
        )
    );
    system.erp.settled("tracking").await;
    assert_eq!(system.status(&id).await, "shipped");

    // INV-13.
    let delivered = with(
        progress(&id, "NFe-1", &["Posted", "Delivered"], true),
        json!({"deliveredDate": "2026-11-24T15:30:59-03:00"}),
    );
    system.erp.send("tracking", &delivered).await;
    system.erp.sees("order.delivered", &id).await;
    let told = &market.heard(C9)[1];
    assert_eq!(
        told.body,
        concat!(
            r#"{"isDelivered":true,"events":[{"city":"Rio","state":"RJ","#,
            r#""description":"Delivered","date":"2026-11-23T09:00:00.000Z"}],"#,
            r#""deliveredDate":"2026-11-24 18:30"}"#
        )
    );
    assert_eq!(system.status(&id).await, "delivered");

    // All of it once more, and an older message late: nothing is new.
    for message in [&on_its_way, &delivered, &shipment(&id, "NFe-1", "SR 1/2")] {
        system.erp.send("tracking", message).await;
    }
    system.erp.settled("tracking").await;
    assert_eq!(market.heard("").len(), 4);
    assert_eq!(system.status(&id).await, "delivered");
    assert!(system.erp.dead_letter_now("tracking").await.is_none());
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tracking_that_comes_again_is_sent_once() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = invoiced(&system, "1-01").await;
    let number = shipment(&id, "NFe-1", "SR1");
    join_all((0..6).map(|_| system.erp.send("tracking", &number))).await;
    system.erp.settled("tracking").await;
    assert_eq!(market.heard(C8).len(), 1);
    let events = progress(&id, "NFe-1", &["Posted", "In transit"], false);
    join_all((0..6).map(|_| system.erp.send("tracking", &events))).await;
    system.erp.settled("tracking").await;
    assert_eq!(market.heard(C9).len(), 1);
    // Another number replaces the first; the first does not come back.
    system
        .erp
        .send("tracking", shipment(&id, "NFe-1", "SR2"))
        .await;
    market.hears(C8, 2).await;
    system.erp.send("tracking", &number).await;
    system.erp.settled("tracking").await;
    let numbers: Vec<_> = market
        .heard(C8)
        .iter()
        .map(|one| one.json()["trackingNumber"].clone())
        .collect();
    assert_eq!(numbers, ["SR1", "SR2"]);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_event_is_told_once_in_the_order_of_its_date() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = invoiced(&system, "1-01").await;
    system
        .erp
        .send("tracking", shipment(&id, "NFe-1", "SR1"))
        .await;
    market.hears(C8, 1).await;
    // By their length: 2:00, 4:00, 7:00, 9:00.
    for events in [
        &["On", "Left"][..],
        &["Customs", "On", "On"],
        &["Delivered", "Left"],
    ] {
        let last = events.contains(&"Delivered");
        system
            .erp
            .send("tracking", progress(&id, "NFe-1", events, last))
            .await;
        system.erp.settled("tracking").await;
    }
    let told: Vec<Vec<String>> = market
        .heard(C9)
        .iter()
        .map(|one| {
            let body = one.json();
            let events = body["events"].as_array().unwrap().iter();
            events
                .map(|event| event["description"].as_str().unwrap().to_owned())
                .collect()
        })
        .collect();
    assert_eq!(
        told,
        [vec!["On", "Left"], vec!["Customs"], vec!["Delivered"]]
    );
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_delivered_with_its_last_package() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = crate::outward::sell(&system, "1-01").await;
    for (number, value) in [("NFe-1", 5000), ("NFe-2", 2590)] {
        let message = crate::outward::invoice(&id, number, value, &super::ITEM);
        system.erp.send("invoices", message).await;
        system.erp.settled("invoices").await;
    }
    // A number and where it is in one message.
    let both = |number: &str| {
        let moved = progress(&id, number, &["Delivered"], true);
        with(shipment(&id, number, &format!("SR-{number}")), moved)
    };
    system.erp.send("tracking", both("NFe-1")).await;
    market.hears(C9, 1).await;
    system.erp.settled("tracking").await;
    assert_eq!(system.status(&id).await, "invoiced");
    system.erp.send("tracking", both("NFe-2")).await;
    system.erp.sees("order.delivered", &id).await;
    assert_eq!(system.status(&id).await, "delivered");
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_package_is_not_tracked() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = invoiced(&system, "1-01").await;
    system
        .erp
        .send("invoices", returned(&id, "NFe-9", 5000, &super::ITEM))
        .await;
    system.erp.settled("invoices").await;
    let canceled = crate::outward::sell(&system, "1-02").await;
    system
        .erp
        .send(
            "cancellations",
            crate::outward::cancel(&canceled, "Damaged"),
        )
        .await;
    system.erp.sees("order.canceled", &canceled).await;
    let calls = market.heard("").len();
    for (message, status, detail) in [
        (
            shipment(&id, "NFe-9", "SR9"),
            "409",
            "invoice NFe-9 is a return: only what the seller ships is tracked",
        ),
        (
            shipment(&canceled, "NFe-1", "SR1"),
            "409",
            "the order is canceled: it has no package",
        ),
        (
            shipment("mkt1-9-01", "NFe-1", "SR1"),
            "404",
            "there is no order mkt1-9-01",
        ),
        (
            with(shipment(&id, "NFe-1", ""), json!({"courier": "Correios"})),
            "400",
            "has neither a trackingNumber nor isDelivered nor events",
        ),
    ] {
        system.erp.send("tracking", message).await;
        let letter = system.erp.dead_letter("tracking").await;
        assert_eq!(letter.status, status, "{}", letter.detail);
        assert!(letter.detail.contains(detail), "{}", letter.detail);
    }
    assert_eq!(market.heard("").len(), calls);
    system.stop().await;
}
