//! Authorization of fulfillment (protocol §3.3, §6).

use serde_json::{Value, json};

use crate::harness::bodies::{naming, o1};
use crate::harness::{Stock, System};

const ID: &str = "mkt1-959311095-01";

/// A running system with the standard order placed.
async fn placed() -> System {
    let system = System::start().await;
    let reply = system.marketplace.place(&json!([o1("959311095-01")])).await;
    assert_eq!(reply.status, 200);
    system
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authorization_is_answered_with_the_same_receipt_each_time() {
    let system = placed().await;
    // FUL-01
    let first = system
        .marketplace
        .authorize(ID, &naming("959311095-01"))
        .await;
    assert_eq!(first.status, 200);
    let answer = first.json();
    assert_eq!(answer.as_object().unwrap().len(), 4, "{answer}");
    assert_eq!(answer["orderId"], ID);
    assert_eq!(answer["marketplaceOrderId"], "959311095-01");
    assert!(!answer["receipt"].as_str().unwrap().is_empty());
    let date = answer["date"].as_str().unwrap();
    assert!(
        date.parse::<jiff::Timestamp>().is_ok() && date.ends_with('Z'),
        "{date}"
    );
    assert_eq!(date.len(), "2026-11-21T00:00:00.000Z".len(), "{date}");
    assert_eq!(system.status(ID).await, "authorized");

    // FUL-02, and whatever else the body says.
    for body in [
        naming("959311095-01"),
        json!({
            "marketplaceOrderId": "959311095-01", "marketplaceOrderGroup": "959311095",
            "paymentData": {
                "payments": [{"paymentSystem": 2, "value": "x", "group": "new kind"}],
                "connectorResponses": {"Message": "a", "message": "b", "delayToAutoSettle": 604_800},
            },
        }),
    ] {
        let again = system.marketplace.authorize(ID, &body).await;
        assert_eq!((again.status, again.json()), (200, answer.clone()));
    }
    // The repeat of the placement knows the order; the reservation is firm and stays one.
    let repeat = system.marketplace.place(&json!([o1("959311095-01")])).await;
    assert_eq!(repeat.json()[0]["orderId"], ID);
    let stock = Stock {
        on_hand: 99,
        reserved: 1,
        available: 98,
    };
    assert_eq!(system.stock("2000037").await, stock);
    system.erp.sees("order.authorized", ID).await;
    assert_eq!(system.erp.seen_of(ID), ["order.placed", "order.authorized"]);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cancellation_fields_in_an_authorization_cancel_nothing() {
    let system = placed().await;
    let body = json!({
        "marketplaceOrderId": "959311095-01", "marketplaceOrderGroup": "959311095",
        "cancellationRequestId": "c-1", "reason": "regret", "requestedByUser": true,
        "cancellationRequestDate": "2022-10-14T19:45:30.2370123+00:00", "paymentData": null,
    });
    let reply = system.marketplace.authorize(ID, &body).await;
    assert_eq!(reply.status, 200);
    assert_eq!(system.status(ID).await, "authorized");
    assert_eq!(system.stock("2000037").await.reserved, 1);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_authorized_by_our_id_and_its_own_name_only() {
    let system = placed().await;
    let other = system.marketplace.place(&json!([o1("2-01")])).await;
    assert_eq!(other.status, 200);
    // FUL-06; the marketplace's id in the path is none of ours.
    for (id, theirs) in [
        ("mkt1-unknown", "unknown"),
        ("959311095-01", "959311095-01"),
        ("959311095-01", ID),
        ("mkt1-959311095-1", "959311095-01"),
        ("MKT1-959311095-01", "959311095-01"),
        ("%20", "959311095-01"),
        ("%FF", "959311095-01"),
    ] {
        let reply = system.marketplace.authorize(id, &naming(theirs)).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (404, "ES009"),
            "{id}"
        );
    }
    let long = system
        .marketplace
        .authorize(&"x".repeat(4000), &naming("1"))
        .await;
    assert_eq!((long.status, long.code().as_str()), (404, "ES009"));
    for theirs in ["2-01", "959311095-02", ID] {
        let reply = system.marketplace.authorize(ID, &naming(theirs)).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (409, "ES011"),
            "{theirs}"
        );
    }
    for (body, code) in [
        ("{}", "ES002"),
        (r#"{"marketplaceOrderId":null}"#, "ES002"),
        (r#"{"marketplaceOrderId":["959311095-01"]}"#, "ES002"),
        ("[]", "ES001"),
        ("", "ES001"),
    ] {
        let path = format!("/pvt/orders/{ID}/fulfill");
        let reply = system.marketplace.post_text(&path, body).await;
        assert_eq!((reply.status, reply.code().as_str()), (400, code), "{body}");
    }
    for id in [ID, "mkt1-2-01"] {
        assert_eq!(system.status(id).await, "placed");
    }
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canceled_order_is_not_authorized_any_more() {
    let system = placed().await;
    let canceled = system.marketplace.cancel(ID, &naming("959311095-01")).await;
    assert_ne!(canceled.json(), Value::Null);
    // FUL-09
    for _ in 0..2 {
        let reply = system
            .marketplace
            .authorize(ID, &naming("959311095-01"))
            .await;
        assert_eq!((reply.status, reply.code().as_str()), (409, "ES018"));
    }
    // Whose name is wrong is told that first: the state is none of its business.
    let reply = system.marketplace.authorize(ID, &naming("2-01")).await;
    assert_eq!((reply.status, reply.code().as_str()), (409, "ES011"));
    assert_eq!(system.status(ID).await, "canceled");
    assert_eq!(system.stock("2000037").await.reserved, 0);
    system.stop().await;
}
