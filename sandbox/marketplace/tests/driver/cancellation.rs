//! Asking the seller to cancel.

use std::sync::Arc;
use std::time::Duration;

use feirante_sandbox_marketplace::{CancellationOutcome, Order, Status};
use serde_json::json;
use tokio::sync::Notify;

use super::seller::{Route, Script};
use super::world::World;

fn empty() -> Script {
    Script::Raw("application/json", String::new())
}

fn outcome(order: &Order) -> Option<CancellationOutcome> {
    order
        .cancellation
        .as_ref()
        .and_then(|cancellation| cancellation.outcome)
}

fn statuses(order: &Order) -> Vec<&'static str> {
    order
        .timeline
        .iter()
        .map(|entry| entry.status.as_str())
        .collect()
}

#[tokio::test]
async fn a_denied_payment_cancels_the_order() {
    let world = World::start().await;
    let order = world.buy("1").await;
    world
        .post("deny-payment", json!({"order": order.id, "waitMs": 20_000}))
        .await;
    let order = world.until("1-01", "canceled").await;
    assert_eq!(outcome(&order), Some(CancellationOutcome::Confirmed));
    let [asked] = &world.seller.received(Route::Cancel)[..] else {
        panic!("asked more than once");
    };
    assert!(
        asked
            .target
            .starts_with("/m/k9/pvt/orders/mkt1-1-01/cancel?")
    );
    assert_eq!(asked.body["marketplaceOrderId"], "1-01");
    assert_eq!(asked.body["reason"], "Payment denied");
    assert_eq!(asked.body["requestedByUser"], false);
    let date = asked.body["cancellationRequestDate"].as_str().unwrap();
    assert_eq!(date.len(), "2024-03-04T15:45:02.1306363+00:00".len());
    assert!(date.ends_with("+00:00"));
    world.expect_no_violations().await;
}

#[tokio::test]
async fn the_seller_is_asked_again_while_it_thinks() {
    let world = World::start().await;
    world.buy_and_pay("1").await;
    world.seller.script(
        Route::Cancel,
        [
            empty(),
            Script::Raw("application/json", " \n".to_owned()),
            Script::Raw("application/json", "{}".to_owned()),
            Script::Status(503),
        ],
    );
    let canceled = world
        .post(
            "cancel",
            json!({"order": "1-01", "reason": "Too late", "waitMs": 20_000}),
        )
        .await;
    let order: Order = serde_json::from_value(canceled).unwrap();
    assert_eq!(order.status, Status::Canceled);
    assert_eq!(order.cancellation.as_ref().unwrap().calls, 5);
    assert_eq!(
        statuses(&order)[3..],
        [
            "payment-pending",
            "payment-approved",
            "request-cancel",
            "waiting-for-seller-decision",
            "cancel",
            "canceled"
        ]
    );
    let asked = world.seller.received(Route::Cancel);
    assert_eq!(asked.len(), 5);
    assert_eq!(asked[0].body["reason"], "Too late");
    assert!(asked.iter().all(|again| again.body == asked[0].body));
    world.expect_no_violations().await;
}

#[tokio::test]
async fn silence_cancels_in_the_end() {
    let world = World::with(|options| {
        options.timings.recall_limit = Duration::from_millis(60);
    })
    .await;
    world.buy_and_pay("1").await;
    world
        .seller
        .script(Route::Cancel, (0..1_000).map(|_| empty()));
    world
        .post("cancel", json!({"order": "1-01", "waitMs": 20_000}))
        .await;
    let order = world.until("1-01", "canceled").await;
    assert_eq!(outcome(&order), Some(CancellationOutcome::Expired));
    world.expect_no_violations().await;
}

#[tokio::test]
async fn an_invoice_refuses_and_the_request_is_withdrawn() {
    let world = World::start().await;
    let order = world.buy_and_pay("1").await;
    world
        .seller
        .script(Route::Cancel, (0..10_000).map(|_| empty()));
    world.post("cancel", json!({"order": "1-01"})).await;
    world.until("1-01", "waiting-for-seller-decision").await;
    assert_eq!(world.invoice(&order).await, 200);
    let order = world.until("1-01", "invoiced").await;
    assert_eq!(outcome(&order), Some(CancellationOutcome::Refused));
    world.expect_no_violations().await;
}

#[tokio::test]
async fn a_confirmation_after_an_invoice_is_a_violation_and_cancels_nothing() {
    let world = World::start().await;
    let order = world.buy_and_pay("1").await;
    let release = Arc::new(Notify::new());
    world
        .seller
        .script(Route::Cancel, [Script::Hold(Arc::clone(&release))]);
    world.post("cancel", json!({"order": "1-01"})).await;
    world.seller.until_received(Route::Cancel, 1).await;
    assert_eq!(world.invoice(&order).await, 200);
    release.notify_one();
    let _: serde_json::Value = world
        .get("calls?name=cancel&until_count=1&within=20s")
        .await;
    // The violation is written a moment after the call.
    let rules = loop {
        let rules = world.broken_rules().await;
        if !rules.is_empty() {
            break rules;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(rules, ["cancel-crossed-invoice"]);
    assert_eq!(world.order("1-01").await.status, Status::Invoiced);
}

#[tokio::test]
async fn nonsense_and_refusals_leave_the_order_where_it_is() {
    let world = World::start().await;
    let cases = [
        (
            Script::Tamper(|receipt| receipt["marketplaceOrderId"] = json!("9")),
            "a confirmation for another order, or none",
        ),
        (
            Script::Tamper(|receipt| {
                receipt.as_object_mut().unwrap().remove("orderId");
            }),
            "a confirmation for another order, or none",
        ),
        (Script::Status(409), "refused"),
        (Script::Status(404), "refused"),
    ];
    for (index, (script, why)) in cases.into_iter().enumerate() {
        let order = world.buy_and_pay(&index.to_string()).await;
        world.seller.script(Route::Cancel, [script]);
        let stuck = world
            .post("cancel", json!({"order": order.id, "waitMs": 20_000}))
            .await;
        assert_eq!(
            stuck["flags"],
            json!([format!("stuck: cancellation: {why}")])
        );
        assert_eq!(stuck["status"], "request-cancel");

        // An operator tries again.
        let canceled = world
            .post("cancel", json!({"order": order.id, "waitMs": 20_000}))
            .await;
        assert_eq!(canceled["status"], "canceled", "{canceled}");
        assert_eq!(canceled["flags"], json!([]));
    }
    assert_eq!(world.broken_rules().await, ["ids-differ", "field-missing"]);
}

#[tokio::test]
async fn a_duplicate_gets_the_same_confirmation() {
    let world = World::start().await;
    world
        .fault("cancel", json!([{"fault": {"kind": "duplicate"}}]))
        .await;
    world.buy("1").await;
    world
        .post("cancel", json!({"order": "1-01", "waitMs": 20_000}))
        .await;
    assert_eq!(world.seller.received(Route::Cancel).len(), 2);
    world.expect_no_violations().await;

    world.buy("2").await;
    world.seller.script(
        Route::Cancel,
        [
            Script::Well,
            Script::Tamper(|receipt| receipt["receipt"] = json!("new")),
        ],
    );
    world
        .post("cancel", json!({"order": "2-01", "waitMs": 20_000}))
        .await;
    assert_eq!(world.broken_rules().await, ["receipt-changed"]);
}

#[tokio::test]
async fn a_confirmation_that_was_lost_is_final_all_the_same() {
    let world = World::start().await;
    let changed = Script::Tamper(|receipt| receipt["receipt"] = json!("new"));
    for (group, again, rule) in [
        ("1", changed, "receipt-changed"),
        ("2", empty(), "decision-changed"),
    ] {
        world.buy(group).await;
        world
            .fault(
                "cancel",
                json!([{"fault": {"kind": "dropAfter"}, "count": 1}]),
            )
            .await;
        world.seller.script(Route::Cancel, [Script::Well, again]);
        let order = format!("{group}-01");
        world
            .post("cancel", json!({"order": order, "waitMs": 20_000}))
            .await;
        world.until(&order, "canceled").await;
        assert_eq!(world.broken_rules().await.last().unwrap(), rule);
    }
}

#[tokio::test]
async fn a_late_authorization_may_come_after_the_cancellation() {
    let world = World::start().await;
    world.buy("1").await;
    let delayed = json!({"calls": {"authorize": {"latencyMs": 1_500}}});
    world.try_post("faults/mkt1", delayed).await;
    world.seller.script(Route::Authorize, [Script::Status(409)]);
    world.post("pay", json!({"order": "1-01"})).await;
    world
        .post("cancel", json!({"order": "1-01", "waitMs": 20_000}))
        .await;
    assert_eq!(world.order("1-01").await.status, Status::Canceled);
    assert!(world.seller.received(Route::Authorize).is_empty());
    world.seller.until_received(Route::Authorize, 1).await;
    let _: serde_json::Value = world
        .get("calls?name=authorize&until_count=1&within=20s")
        .await;
    let order = world.order("1-01").await;
    assert_eq!(order.status, Status::Canceled);
    assert!(order.flags.is_empty(), "{:?}", order.flags);
    world.expect_no_violations().await;
}

#[tokio::test]
async fn what_is_over_is_not_canceled() {
    let world = World::start().await;
    let order = world.buy_and_pay("1").await;
    assert_eq!(world.invoice(&order).await, 200);
    world.until("1-01", "invoiced").await;
    for path in ["cancel", "deny-payment"] {
        let (status, answer) = world
            .try_post(path, json!({"account": "mkt1", "order": "1-01"}))
            .await;
        assert_eq!(status, 409, "{answer}");
    }
    assert!(world.seller.received(Route::Cancel).is_empty());
}
