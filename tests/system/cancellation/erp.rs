//! What the ERP says of cancellations (queue `erp-cancellations`).

use serde_json::{Value, json};

use super::{FREE, ID, RESERVED, assert_confirms, authorize, cancel};
use crate::harness::bodies::{naming, o1};
use crate::harness::{System, eventually};

/// The marketplace asks again until the order is canceled.
async fn confirmed(system: &System) -> Value {
    eventually("the confirmation", async || {
        let reply = cancel(system).await;
        assert_eq!(reply.status, 200);
        (!reply.body.is_empty()).then(|| reply.json())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_erp_decides_about_an_authorized_order() {
    let system = System::start().await;
    authorize(&system).await;
    // CAN-02, asked as often as the marketplace likes.
    for _ in 0..3 {
        let undecided = cancel(&system).await;
        assert_eq!((undecided.status, undecided.body.len()), (200, 0));
        assert_eq!(undecided.headers["content-length"], "0");
    }
    assert_eq!(system.status(ID).await, "cancel_requested");
    assert_eq!(system.stock("2000037").await, RESERVED);
    system.erp.sees("order.cancellationRequested", ID).await;
    // Asked for is not canceled: what else the marketplace repeats is answered as before.
    let repeat = system.marketplace.place(&json!([o1("959311095-01")])).await;
    assert_eq!(repeat.json()[0]["orderId"], ID);
    let authorized = system
        .marketplace
        .authorize(ID, &naming("959311095-01"))
        .await;
    assert_eq!(authorized.status, 200);
    assert_eq!(system.status(ID).await, "cancel_requested");

    // CAN-03, the ERP saying so twice.
    for _ in 0..2 {
        let yes = json!({"orderId": ID, "action": "confirm"});
        system.erp.send("cancellations", yes).await;
    }
    let answer = confirmed(&system).await;
    assert_confirms(&answer);
    assert_eq!(cancel(&system).await.json(), answer);
    system.erp.settled("cancellations").await;
    assert_eq!(system.stock("2000037").await, FREE);
    system.erp.sees("order.canceled", ID).await;
    let told = [
        "order.placed",
        "order.authorized",
        "order.cancellationRequested",
        "order.canceled",
    ];
    assert_eq!(system.erp.seen_of(ID), told);
    // It can't say no any more.
    system
        .erp
        .send("cancellations", json!({"orderId": ID, "action": "refuse"}))
        .await;
    let letter = system.erp.dead_letter("cancellations").await;
    assert_eq!(
        (letter.reason.as_str(), letter.status.as_str()),
        ("refused", "409")
    );
    assert!(
        letter.detail.contains("already canceled"),
        "{}",
        letter.detail
    );
    assert_eq!(system.status(ID).await, "canceled");
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_of_the_erp_leaves_the_order_as_it_was() {
    let system = System::start().await;
    authorize(&system).await;
    assert!(cancel(&system).await.body.is_empty());
    // By the marketplace's words this time.
    let no = json!({
        "marketplace": "mkt1", "marketplaceOrderId": "959311095-01", "action": "refuse",
        "reason": "Already packed", "unknown": [1],
    });
    system.erp.send("cancellations", &no).await;
    system.erp.send("cancellations", &no).await;
    system.erp.settled("cancellations").await;
    for _ in 0..2 {
        let reply = cancel(&system).await;
        assert_eq!((reply.status, reply.body.len()), (200, 0));
    }
    assert_eq!(system.status(ID).await, "cancel_requested");
    assert_eq!(system.stock("2000037").await, RESERVED);
    // Second thoughts are allowed while nothing is invoiced.
    system
        .erp
        .send("cancellations", json!({"orderId": ID, "action": "confirm"}))
        .await;
    assert_confirms(&confirmed(&system).await);
    assert_eq!(system.stock("2000037").await, FREE);
    // The ERP is not told what it said itself.
    system.erp.sees("order.canceled", ID).await;
    let told = [
        "order.placed",
        "order.authorized",
        "order.cancellationRequested",
        "order.canceled",
    ];
    assert_eq!(system.erp.seen_of(ID), told);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_cannot_be_followed_says_why_in_the_dead_letters() {
    let system = System::start().await;
    authorize(&system).await;
    let cases = [
        (
            json!({"orderId": ID, "action": "confirm"}),
            "refused",
            "409",
            "not asked",
        ),
        (
            json!({"orderId": ID, "action": "refuse"}),
            "refused",
            "409",
            "not asked",
        ),
        (
            json!({"orderId": "mkt1-nope", "action": "confirm"}),
            "refused",
            "404",
            "mkt1-nope",
        ),
        (
            json!({"marketplace": "mkt2", "marketplaceOrderId": "959311095-01", "action": "confirm"}),
            "refused",
            "404",
            "mkt2-959311095-01",
        ),
        (
            json!({"orderId": ID, "action": "cancel"}),
            "invalid",
            "400",
            "/reason",
        ),
        (
            json!({"orderId": ID, "action": "explain"}),
            "invalid",
            "400",
            "/action",
        ),
        (json!({"orderId": ID}), "invalid", "400", "/action"),
        (json!({"action": "confirm"}), "invalid", "400", "/orderId"),
        (
            json!({"marketplaceOrderId": "959311095-01", "action": "confirm"}),
            "invalid",
            "400",
            "/marketplace",
        ),
        (json!([ID]), "invalid", "400", "object"),
    ];
    for (message, reason, status, detail) in cases {
        system.erp.send("cancellations", &message).await;
        let letter = system.erp.dead_letter("cancellations").await;
        assert_eq!(letter.body, message.to_string());
        assert_eq!(
            (letter.reason.as_str(), letter.status.as_str()),
            (reason, status),
            "{message}"
        );
        assert!(
            letter.detail.contains(detail),
            "{message}: {}",
            letter.detail
        );
    }
    // None of it touched the order.
    assert_eq!(system.status(ID).await, "authorized");
    assert_eq!(system.stock("2000037").await, RESERVED);
    system.stop().await;
}
