//! Changing an order.

use serde_json::json;

use super::seller::{Route, Script};
use super::world::World;

#[tokio::test]
async fn a_change_is_asked_for_and_acknowledged() {
    let world = World::start().await;
    let order = world.buy_and_pay("1").await;
    let change = json!({"reason": "One less", "remove": [{"id": "2000037", "quantity": 1}]});
    let changed = world
        .post("modify", json!({"order": order.id, "change": change}))
        .await;
    assert_eq!(changed["modifications"][0]["state"], "requested");
    let id = changed["modifications"][0]["changeRequestId"]
        .as_str()
        .unwrap();

    let asked = &world.seller.received(Route::Change)[0];
    assert_eq!(asked.method, "PATCH");
    assert_eq!(asked.body["reason"], "One less");
    assert_eq!(asked.body["requestId"], id);
    let agreed = &world.seller.received(Route::Agreement)[0];
    assert!(
        agreed
            .target
            .contains(&format!("/changes/{id}/send-agreement?"))
    );
    assert!(agreed.target.contains("accountName=mkt1"));
    assert_eq!(agreed.body, json!({"agreementType": "Acknowledgment"}));
}

#[tokio::test]
async fn a_seller_that_can_not_change_orders_is_left_alone() {
    let world = World::start().await;
    let order = world.buy_and_pay("1").await;
    world.seller.script(Route::Change, [Script::Status(404)]);
    let changed = world
        .post(
            "modify",
            json!({"order": order.id, "change": {"reason": "x"}}),
        )
        .await;
    assert_eq!(changed["modifications"], json!([]));
    assert_eq!(changed["flags"], json!(["modification: answered 404"]));
    assert!(world.seller.received(Route::Agreement).is_empty());
    world.expect_no_violations().await;
}
