//! Cancellation (protocol §3.4, §6).

mod erp;

use serde_json::{Value, json};

use crate::harness::bodies::{naming, o1, order};
use crate::harness::{Reply, Setup, Stock, System};

const ID: &str = "mkt1-959311095-01";
const RESERVED: Stock = Stock {
    on_hand: 99,
    reserved: 1,
    available: 98,
};
const FREE: Stock = Stock {
    on_hand: 99,
    reserved: 0,
    available: 99,
};

/// The standard order, placed.
async fn place(system: &System) {
    let reply = system.marketplace.place(&json!([o1("959311095-01")])).await;
    assert_eq!(reply.status, 200);
}

/// The standard order, placed and authorized.
async fn authorize(system: &System) {
    place(system).await;
    let reply = system
        .marketplace
        .authorize(ID, &naming("959311095-01"))
        .await;
    assert_eq!(reply.status, 200);
}

async fn cancel(system: &System) -> Reply {
    system.marketplace.cancel(ID, &naming("959311095-01")).await
}

/// The answer that confirms.
fn assert_confirms(answer: &Value) {
    assert_eq!(answer.as_object().unwrap().len(), 4, "{answer}");
    assert_eq!(answer["orderId"], ID);
    assert_eq!(answer["marketplaceOrderId"], "959311095-01");
    assert!(!answer["receipt"].as_str().unwrap().is_empty());
    assert!(
        answer["date"]
            .as_str()
            .unwrap()
            .parse::<jiff::Timestamp>()
            .is_ok()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unpaid_order_is_canceled_at_once_and_for_good() {
    let system = System::start().await;
    place(&system).await;
    assert_eq!(system.stock("2000037").await, RESERVED);
    // CAN-01
    let first = cancel(&system).await;
    assert_eq!(first.status, 200);
    assert_confirms(&first.json());
    assert_eq!(system.stock("2000037").await, FREE);
    assert_eq!(system.status(ID).await, "canceled");
    // CAN-06, by whichever name and however little is said.
    for (id, body) in [
        (ID, naming("959311095-01")),
        (ID, json!({})),
        (
            "959311095-01",
            json!({"reason": "again", "requestedByUser": false}),
        ),
    ] {
        let again = system.marketplace.cancel(id, &body).await;
        assert_eq!(
            (again.status, &again.body),
            (200, &first.body),
            "{id} {body}"
        );
    }
    assert_eq!(system.stock("2000037").await, FREE);
    system.erp.sees("order.canceled", ID).await;
    assert_eq!(system.erp.seen_of(ID), ["order.placed", "order.canceled"]);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_marketplace_that_is_trusted_cancels_authorized_orders_at_once() {
    let system = Setup::new()
        .seller(
            r#"cancellation = "evaluate""#,
            r#"cancellation = "confirm""#,
        )
        .start()
        .await;
    authorize(&system).await;
    let first = cancel(&system).await;
    assert_confirms(&first.json());
    assert_eq!(system.stock("2000037").await, FREE);
    assert_eq!(cancel(&system).await.body, first.body);
    let late = system
        .marketplace
        .authorize(ID, &naming("959311095-01"))
        .await;
    assert_eq!((late.status, late.code().as_str()), (409, "ES018"));
    // The ERP agreeing to what is done is no mistake of its.
    system
        .erp
        .send("cancellations", json!({"orderId": ID, "action": "confirm"}))
        .await;
    system.erp.settled("cancellations").await;
    assert_eq!(system.stock("2000037").await, FREE);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_found_by_either_id_and_must_be_the_one_the_body_names() {
    let system = System::start().await;
    let sent = json!([o1("959311095-01"), order("mkt1-2", &[("34562", 1, 890)])]);
    assert_eq!(system.marketplace.place(&sent).await.status, 200);
    let two = order("2", &[("34562", 1, 890)]);
    assert_eq!(system.marketplace.place(&json!([two])).await.status, 200);
    // CAN-09
    for id in [
        "unknown",
        "mkt1-unknown",
        "959311095-02",
        "%20",
        "%FF",
        "mkt2-959311095-01",
    ] {
        let reply = system.marketplace.cancel(id, &json!({})).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (404, "ES009"),
            "{id}"
        );
    }
    let long = system
        .marketplace
        .cancel(&"x".repeat(4000), &json!({}))
        .await;
    assert_eq!((long.status, long.code().as_str()), (404, "ES009"));
    for (id, theirs) in [(ID, "mkt1-2"), (ID, ID), ("959311095-01", ID)] {
        let reply = system.marketplace.cancel(id, &naming(theirs)).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (409, "ES011"),
            "{id} {theirs}"
        );
    }
    for (body, code) in [
        ("[]", "ES001"),
        ("null", "ES001"),
        ("{", "ES001"),
        (r#"{"marketplaceOrderId":{}}"#, "ES002"),
        (r#"{"marketplaceOrderId":""}"#, "ES002"),
    ] {
        let path = format!("/pvt/orders/{ID}/cancel");
        let reply = system.marketplace.post_text(&path, body).await;
        assert_eq!((reply.status, reply.code().as_str()), (400, code), "{body}");
    }
    assert_eq!(system.stock("2000037").await, RESERVED);
    assert_eq!(system.stock("34562").await.reserved, 2);

    // `mkt1-2` is our id of one order and the marketplace's id of another: ours goes first.
    let ours = system.marketplace.cancel("mkt1-2", &json!({})).await;
    assert_eq!(ours.json()["marketplaceOrderId"], "2");
    let theirs = system.marketplace.cancel("mkt1-mkt1-2", &json!({})).await;
    assert_eq!(theirs.json()["marketplaceOrderId"], "mkt1-2");
    // The marketplace's id may need escaping.
    let odd = json!([order("a/b ç?%41", &[("34562", 1, 890)])]);
    assert_eq!(system.marketplace.place(&odd).await.status, 200);
    let escaped = "a%2Fb%20%C3%A7%3F%2541";
    let canceled = system.marketplace.cancel(escaped, &json!({})).await;
    assert_eq!(canceled.json()["marketplaceOrderId"], "a/b ç?%41");
    assert_eq!(system.stock("34562").await.reserved, 0);
    // The published sample has the marketplace's id in the path, and so may a body without a byte
    // or with fields of the wrong type, which nobody acts on.
    let empty = system
        .marketplace
        .request("POST", "/pvt/orders/959311095-01/cancel");
    let by_theirs = system.marketplace.send(empty).await;
    assert_confirms(&by_theirs.json());
    let odd = json!({"reason": [1], "requestedByUser": "yes", "cancellationRequestDate": 7, "paymentData": 1});
    assert_eq!(
        system.marketplace.cancel(ID, &odd).await.body,
        by_theirs.body
    );
    assert_eq!(system.stock("2000037").await, FREE);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_path_names_two_orders_the_body_says_which() {
    let system = System::start().await;
    let orders = json!([o1("5"), o1("mkt1-5")]);
    assert_eq!(system.marketplace.place(&orders).await.status, 200);
    let canceled = system.marketplace.cancel("mkt1-5", &naming("mkt1-5")).await;
    assert_eq!(canceled.status, 200);
    assert_eq!(canceled.json()["orderId"], "mkt1-mkt1-5");
    assert_eq!(system.status("mkt1-5").await, "placed");
    system.stop().await;
}
