//! Changing an order.

use serde_json::{Value, json};

use super::seller::{Route, Script};
use super::world::World;

fn one_more() -> Value {
    json!({"items": [{"id": "2000037", "quantity": 1}]})
}

/// What the seller would say with C11.
async fn agree(world: &World, order: &str, change: &str, kind: &str) -> u16 {
    let account = world.running.account_url("mkt1");
    let path = format!("pvt/orders/{order}/changes/{change}/send-agreement");
    let url = format!("{account}/api/oms/{path}?an=mkt1&accountName=mkt1");
    let request = reqwest::Client::new().post(url);
    let request = request
        .header("x-vtex-api-appkey", "app-key")
        .header("x-vtex-api-apptoken", "app-token");
    let answer = request.json(&json!({"agreementType": kind})).send().await;
    answer.unwrap().status().as_u16()
}

#[tokio::test]
async fn an_order_is_changed_once_the_seller_has_confirmed() {
    let world = World::start().await;
    let order = world.buy_and_pay("1").await;
    let soap = json!({"items": [{"id": "34562", "quantity": 1, "price": 890}]});
    let change = json!({"reason": "And soap", "add": soap, "manualDiscountValue": 90});
    let asked = world
        .post("modify", json!({"order": order.id, "change": change}))
        .await;
    let id = asked["modifications"][0]["changeRequestId"]
        .as_str()
        .unwrap();
    assert_eq!(agree(&world, &order.id, id, "Acknowledgment").await, 200);
    let confirmed = &world.seller.until_received(Route::Agreement, 2).await[1];
    assert_eq!(confirmed.body, json!({"agreementType": "Confirmation"}));
    assert_eq!(world.order(&order.id).await.total, order.total);
    assert_eq!(agree(&world, &order.id, id, "Confirmation").await, 200);
    let changed = world.order(&order.id).await;
    assert_eq!(changed.total, order.total + 890 - 90);
    assert_eq!(changed.lines.len(), 2);
    // The seller's invoice is over that.
    assert_eq!(world.invoice(&changed).await, 200);
    assert!(world.until(&order.id, "invoiced").await.reached("invoiced"));
    world.expect_no_violations().await;
}

#[tokio::test]
async fn a_change_is_looked_at_before_and_taken_back() {
    let world = World::start().await;
    let order = world.buy_and_pay("1").await;
    let change = json!({"reason": "One more", "add": one_more()});
    let body = json!({"order": order.id, "change": change});
    world.post("preview-modification", body.clone()).await;
    assert_eq!(world.seller.received(Route::Preview).len(), 1);
    world.post("modify", body.clone()).await;
    let (again, _) = world.try_post("modify", with_account(body)).await;
    assert_eq!(again, 409, "one at a time");
    let taken_back = world
        .post("cancel-modification", json!({"order": order.id}))
        .await;
    assert_eq!(taken_back["modifications"][0]["state"], "canceled");
    let told = &world.seller.received(Route::Withdrawal)[0];
    assert_eq!(told.body, json!({"reason": "Changed my mind"}));
    let id = taken_back["modifications"][0]["changeRequestId"]
        .as_str()
        .unwrap();
    assert_eq!(agree(&world, &order.id, id, "Acknowledgment").await, 409);
}

fn with_account(mut body: Value) -> Value {
    body["account"] = json!("mkt1");
    body
}

#[tokio::test]
async fn a_change_that_is_not_answered_is_asked_for_again() {
    let world = World::start().await;
    let order = world.buy_and_pay("1").await;
    world
        .seller
        .script(Route::Change, [Script::Status(503), Script::Status(500)]);
    let change = json!({"reason": "One more", "add": one_more()});
    let asked = world
        .post("modify", json!({"order": order.id, "change": change}))
        .await;
    assert_eq!(asked["modifications"][0]["state"], "requested");
    let sent = world.seller.received(Route::Change);
    assert_eq!(sent.len(), 3);
    assert!(sent.iter().all(|one| one.body == sent[0].body), "{sent:?}");
}

#[tokio::test]
async fn an_answer_that_names_another_change_is_noticed() {
    let world = World::start().await;
    let order = world.buy_and_pay("1").await;
    let other = Script::Tamper(|answer| answer["requestId"] = json!("another"));
    world.seller.script(Route::Change, [other]);
    let change = json!({"reason": "One more", "add": one_more()});
    let body = json!({"order": order.id, "change": change});
    world.post("modify", body).await;
    assert_eq!(world.broken_rules().await, ["echo"]);
}

#[tokio::test]
async fn a_change_is_asked_for_and_acknowledged() {
    let world = World::start().await;
    let order = world.buy_and_pay("1").await;
    let change = json!({"reason": "One more", "add": one_more()});
    let changed = world
        .post("modify", json!({"order": order.id, "change": change}))
        .await;
    assert_eq!(changed["modifications"][0]["state"], "requested");
    let id = changed["modifications"][0]["changeRequestId"]
        .as_str()
        .unwrap();

    let asked = &world.seller.received(Route::Change)[0];
    assert_eq!(asked.method, "PATCH");
    assert_eq!(asked.body["reason"], "One more");
    // What the order has of it costs so much.
    assert_eq!(asked.body["add"]["items"][0]["price"], 7390);
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
