//! Placing orders.

use std::time::Duration;

use feirante_sandbox_marketplace::{Order, Status};
use serde_json::json;

use super::seller::{Route, Script};
use super::world::World;

#[tokio::test]
async fn an_order_goes_out_as_documented_and_waits_for_payment() {
    let world = World::start().await;
    let bought = world
        .post(
            "buy",
            json!({"group": "959311095", "items": [
                {"sku": "2000037", "quantity": 2, "sla": "Agendada", "offerings": ["5"]}]}),
        )
        .await;
    assert_eq!(bought["outcome"], "placed");
    let total = 2 * 7390 + 800 + 300 + 1000;

    let [placed] = &world.seller.received(Route::Place)[..] else {
        panic!("placed more than once");
    };
    let order = &placed.body[0];
    assert_eq!(order["marketplaceOrderId"], "959311095-01");
    assert_eq!(
        order["marketplaceServicesEndpoint"],
        format!("{}/api/oms?an=mkt1", world.running.account_url("mkt1"))
    );
    assert_eq!(order["marketplacePaymentValue"], total);
    assert_eq!(
        order["items"][0]["bundleItems"],
        json!([{"type": "Warranty", "id": 5, "name": "1 year", "price": 1000}])
    );
    assert_eq!(
        order["shippingData"]["logisticsInfo"][0],
        json!({"itemIndex": 0, "selectedSla": "Agendada", "lockTTL": "8d",
               "shippingEstimate": "5d", "price": 1100, "selectedDeliveryChannel": "delivery",
               "deliveryWindow": {"startDateUtc": "2999-01-01T08:00:00+00:00",
                   "endDateUtc": "2999-01-01T13:00:00+00:00", "listPrice": 300}})
    );
    // R1 for the cart, R1 again right before the placement.
    assert_eq!(world.seller.received(Route::Simulate).len(), 2);

    let order = world.order("959311095-01").await;
    assert_eq!(order.status, Status::PaymentPending);
    assert_eq!(order.seller_order_id.as_deref(), Some("mkt1-959311095-01"));
    assert_eq!(order.total, total);
    assert_eq!(order.placement, placed.body[0]);
    world.expect_no_violations().await;
}

#[tokio::test]
async fn a_group_of_several_orders_goes_out_as_one_array_or_as_objects() {
    let world = World::start().await;
    let items = json!([{"sku": "2000037"}, {"sku": "34562", "order": 2}]);
    world
        .post("buy", json!({"group": "1", "items": items}))
        .await;
    world.settings(json!({"placementShape": "object"})).await;
    let bought = world
        .post("buy", json!({"group": "2", "items": items}))
        .await;
    assert_eq!(bought["orders"].as_array().unwrap().len(), 2);

    let placed = world.seller.received(Route::Place);
    let ids = |index: usize| {
        let body = &placed[index].body;
        match body.as_array() {
            Some(orders) => orders
                .iter()
                .map(|order| order["marketplaceOrderId"].clone())
                .collect(),
            None => body["marketplaceOrderId"].clone(),
        }
    };
    assert_eq!(placed.len(), 3);
    assert_eq!(ids(0), json!(["1-01", "1-02"]));
    assert_eq!(ids(1), json!("2-01"));
    assert_eq!(ids(2), json!("2-02"));
    for (id, sku) in [("1-01", "2000037"), ("1-02", "34562"), ("2-02", "34562")] {
        let order = world.order(id).await;
        assert_eq!(order.lines.len(), 1);
        assert_eq!(order.lines[0].sku, sku);
        assert_eq!(order.seller_order_id, Some(format!("mkt1-{id}")));
    }
    world.expect_no_violations().await;
}

#[tokio::test]
async fn orders_of_2017_look_their_age() {
    let world = World::start().await;
    world.settings(json!({"legacy": true})).await;
    world.buy_and_pay("7").await;
    let placed = &world.seller.received(Route::Place)[0].body[0];
    let item = &placed["items"][0];
    assert_eq!(item["Seller"], "seller1");
    assert!(item.get("seller").is_none());
    assert_eq!(item["unitMultiplier"], 0);
    assert_eq!(placed["clientProfileData"]["documentType"], json!(null));
    assert!(world.seller.received(Route::Simulate)[0].body["items"][0]["Seller"].is_string());
    assert_eq!(
        world.seller.received(Route::Authorize)[0].body,
        json!({"marketplaceOrderId": "7-01"})
    );
    world.expect_no_violations().await;
}

#[tokio::test]
async fn what_the_seller_does_not_take_is_incomplete_under_the_checkouts_code() {
    let world = World::start().await;
    let raw = |body: &str| Script::Raw("application/json", body.to_owned());
    let cases = [
        ("ORD012", vec![Script::Status(409)]),
        ("ORD015.3", vec![Script::Status(502)]),
        ("ORD015.4", vec![Script::Status(503)]),
        ("ORD015.4", vec![Script::Status(400)]),
        ("ORD015.5", vec![raw("[{")]),
        ("ORD015.5", vec![raw("[]")]),
        (
            "ORD015.5",
            vec![Script::Tamper(|answer| *answer = answer[0].clone())],
        ),
        (
            "ORD015.5",
            vec![Script::Tamper(|answer| answer[0]["orderId"] = json!(""))],
        ),
        (
            "ORD015.5",
            vec![Script::Tamper(|answer| {
                answer[0]["marketplaceOrderId"] = json!("9")
            })],
        ),
    ];
    for (index, (code, script)) in cases.into_iter().enumerate() {
        world.seller.script(Route::Place, script);
        let bought = world
            .post(
                "buy",
                json!({"items": [{"sku": "2000037"}], "group": index.to_string()}),
            )
            .await;
        assert_eq!(bought["outcome"], "incomplete", "{bought}");
        assert_eq!(bought["code"], code, "{bought}");
        let order = world.order(&format!("{index}-01")).await;
        assert_eq!(order.status, Status::Incomplete);
        assert!(order.flags.contains(code));
        assert_eq!(order.seller_order_id, None);
    }
    let rules = world.broken_rules().await;
    assert_eq!(
        rules,
        [
            "answer-json",
            "placement-count",
            "placement-shape",
            "order-id",
            "echo",
        ]
    );
}

#[tokio::test]
async fn a_seller_that_never_answers_is_asked_twice() {
    let world = World::with(|options| {
        options.timings.call = Duration::from_millis(50);
    })
    .await;
    world
        .seller
        .script(Route::Place, [Script::Hang, Script::Hang]);
    let bought = world
        .post("buy", json!({"items": [{"sku": "2000037"}]}))
        .await;
    assert_eq!(bought["code"], "ORD015.1", "{bought}");
    assert_eq!(world.seller.received(Route::Place).len(), 2);
    world.expect_no_violations().await;
}

#[tokio::test]
async fn a_seller_that_is_not_there_breaks_no_rule() {
    let world = World::with(|options| {
        options.accounts[0].fulfillment_endpoint = "http://127.0.0.1:1/m/k9".to_owned();
    })
    .await;
    let bought = world
        .post("buy", json!({"items": [{"sku": "2000037"}]}))
        .await;
    assert_eq!(bought["outcome"], "unavailable");
    world.expect_no_violations().await;
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_with_the_same_body() {
    let world = World::start().await;
    world
        .fault(
            "place",
            json!([{"fault": {"kind": "dropAfter"}, "count": 1}]),
        )
        .await;
    let order = world.buy("1").await;
    assert_eq!(order.status, Status::PaymentPending);
    let placed = world.seller.received(Route::Place);
    assert_eq!(placed.len(), 2);
    assert_eq!(placed[0].raw, placed[1].raw);
    world.expect_no_violations().await;
}

#[tokio::test]
async fn a_repeat_with_another_order_id_or_a_refusal_is_a_violation() {
    let world = World::start().await;
    let other = Script::Tamper(|answer| answer[0]["orderId"] = json!("another"));
    for (group, again, rule) in [
        ("1", other, "order-id-changed"),
        ("2", Script::Status(409), "repeat-refused"),
    ] {
        world
            .fault(
                "place",
                json!([{"fault": {"kind": "dropAfter"}, "count": 1}]),
            )
            .await;
        world.seller.script(Route::Place, [Script::Well, again]);
        world
            .post(
                "buy",
                json!({"items": [{"sku": "2000037"}], "group": group}),
            )
            .await;
        assert_eq!(world.broken_rules().await.last().unwrap(), rule);
    }
}

#[tokio::test]
async fn a_placement_may_be_delivered_twice_at_once() {
    let world = World::start().await;
    world
        .fault("place", json!([{"fault": {"kind": "duplicate"}}]))
        .await;
    let order = world.buy("1").await;
    assert_eq!(order.seller_order_id.as_deref(), Some("mkt1-1-01"));
    assert_eq!(world.seller.received(Route::Place).len(), 2);
    world.expect_no_violations().await;
}

#[tokio::test]
async fn a_group_is_bought_once() {
    let world = World::start().await;
    world.buy("1").await;
    let again = json!({"account": "mkt1", "items": [{"sku": "2000037"}], "group": "1"});
    let (status, answer) = world.try_post("buy", again).await;
    assert_eq!(status, 409, "{answer}");
    assert_eq!(world.seller.received(Route::Place).len(), 1);
}

#[tokio::test]
async fn groups_have_ids_of_their_own() {
    let world = World::start().await;
    let mut groups = std::collections::BTreeSet::new();
    for _ in 0..3 {
        let bought = world
            .post("buy", json!({"items": [{"sku": "2000037"}]}))
            .await;
        let order: Order = serde_json::from_value(bought["orders"][0].clone()).unwrap();
        assert_eq!(order.id, format!("{}-01", order.group));
        assert_eq!(order.group.len(), 13);
        groups.insert(order.group);
    }
    assert_eq!(groups.len(), 3);
}
