//! Telling the seller that an order is paid.

use std::time::Duration;

use feirante_sandbox_marketplace::Status;
use serde_json::json;

use super::seller::{Route, Script};
use super::world::World;

#[tokio::test]
async fn a_paid_order_is_authorized_once_the_seller_confirms() {
    let world = World::start().await;
    let order = world.buy("1").await;
    let payment = json!({"payments": [{"paymentSystem": "1", "value": 7590}]});
    world
        .post(
            "pay",
            json!({"order": order.id, "paymentData": payment, "waitMs": 20_000}),
        )
        .await;
    let order = world.until("1-01", "authorized").await;
    assert_eq!(order.status, Status::PaymentApproved);
    let [authorized] = &world.seller.received(Route::Authorize)[..] else {
        panic!("authorized more than once");
    };
    assert!(
        authorized
            .target
            .starts_with("/m/k9/pvt/orders/mkt1-1-01/fulfill?")
    );
    assert_eq!(
        authorized.body,
        json!({"marketplaceOrderId": "1-01", "marketplaceOrderGroup": "1",
               "paymentData": payment})
    );
    world.expect_no_violations().await;
}

#[tokio::test]
async fn it_is_tried_again_while_the_seller_fails() {
    let world = World::with(|options| {
        options.timings.call = Duration::from_secs(1);
    })
    .await;
    world.seller.script(
        Route::Authorize,
        [Script::Status(500), Script::Hang, Script::Status(503)],
    );
    let order = world.buy_and_pay("1").await;
    assert_eq!(world.seller.received(Route::Authorize).len(), 4);
    assert!(order.flags.is_empty());
    world.expect_no_violations().await;
}

#[tokio::test]
async fn it_is_not_tried_for_ever() {
    let world = World::start().await;
    world
        .seller
        .script(Route::Authorize, (0..4).map(|_| Script::Status(500)));
    let order = world.buy("1").await;
    let paid = world
        .post("pay", json!({"order": order.id, "waitMs": 20_000}))
        .await;
    assert_eq!(
        paid["flags"],
        json!(["stuck: authorization: answered 500, and that 4 times"])
    );

    // An operator tries again.
    let paid = world
        .post("pay", json!({"order": order.id, "waitMs": 20_000}))
        .await;
    assert_eq!(paid["flags"], json!([]));
    assert!(paid["authorization"]["confirmedAt"].is_string());
    assert_eq!(world.seller.received(Route::Authorize).len(), 5);
}

#[tokio::test]
async fn refusals_and_wrong_receipts_leave_the_order_stuck_at_once() {
    let world = World::start().await;
    let cases = [
        (Script::Status(404), "answered 404"),
        (Script::Status(409), "answered 409"),
        (
            Script::Tamper(|receipt| receipt["orderId"] = json!("9")),
            "answered with a receipt for another order, or none",
        ),
        (
            Script::Raw("application/json", String::new()),
            "answered with a receipt for another order, or none",
        ),
    ];
    for (index, (script, why)) in cases.into_iter().enumerate() {
        let order = world.buy(&index.to_string()).await;
        world.seller.script(Route::Authorize, [script]);
        let paid = world
            .post("pay", json!({"order": order.id, "waitMs": 20_000}))
            .await;
        assert_eq!(
            paid["flags"],
            json!([format!("stuck: authorization: {why}")])
        );
        assert_eq!(world.seller.received(Route::Authorize).len(), index + 1);
    }
    assert_eq!(world.broken_rules().await, ["ids-differ", "answer-json"]);
}

#[tokio::test]
async fn a_receipt_that_changes_is_a_violation() {
    let world = World::start().await;
    world
        .fault(
            "authorize",
            json!([{"fault": {"kind": "dropAfter"}, "count": 1}]),
        )
        .await;
    world.seller.script(
        Route::Authorize,
        [
            Script::Well,
            Script::Tamper(|receipt| receipt["receipt"] = json!("new")),
        ],
    );
    world.buy_and_pay("1").await;
    assert_eq!(world.broken_rules().await, ["receipt-changed"]);
}

#[tokio::test]
async fn paying_answers_at_once_unless_it_is_to_wait() {
    let world = World::start().await;
    let order = world.buy("1").await;
    world.seller.script(Route::Authorize, [Script::Hang]);
    let paid = world.post("pay", json!({"order": order.id})).await;
    assert_eq!(paid["status"], "payment-approved");
    assert_eq!(paid["authorization"]["confirmedAt"], json!(null));
    world.seller.until_received(Route::Authorize, 1).await;
    // Stopping does not wait for the seller.
    world.running.stop().await;
}

#[tokio::test]
async fn what_is_confirmed_or_was_never_placed_is_not_paid() {
    let world = World::start().await;
    world.seller.script(Route::Place, [Script::Status(409)]);
    world
        .post("buy", json!({"items": [{"sku": "2000037"}], "group": "1"}))
        .await;
    world.buy_and_pay("2").await;
    for order in ["1-01", "2-01"] {
        let (status, answer) = world
            .try_post("pay", json!({"account": "mkt1", "order": order}))
            .await;
        assert_eq!(status, 409, "{answer}");
    }
    assert_eq!(world.seller.received(Route::Authorize).len(), 1);
}
