//! What can't be delivered is noted on its order, whatever the database says meanwhile.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use feirante_delivery::{Errand, Stopped, Undeliverable};
use feirante_lambda::batch::Failure;
use feirante_lambda::dead_letters::Rejection;
use feirante_models::events::FailedDelivery;
use feirante_models::{Code, Instant, Problem};
use feirante_seller::delivery::Attempts;
use feirante_seller::lifecycle::Finality;
use feirante_seller::order::{Change, Order};
use feirante_seller::turns::{Holder, Turns};
use feirante_store::orders::{Known, Part};
use feirante_store::{Budget, Orders, StoreError};
use serde_json::json;

use crate::account::Account;
use crate::marketplace::Reply;
use crate::world::{World, at};

fn budget() -> Budget {
    Budget::of(Duration::from_secs(30))
}

/// An order as it is stored, with what every order has.
fn order() -> Order {
    let order = json!({
        "orderId": "mkt1-1-01", "account": "mkt1", "marketplaceOrderId": "1-01", "version": 1,
        "status": "placed", "reservedUntil": at(1000), "review": "not_needed", "placedAt": at(0),
        "contentHash": "0", "lines": [], "total": 7590,
        "timeline": [{
            "at": at(0), "change": "placed", "theirs": 7390, "ours": 7390, "needsReview": false,
        }],
    });
    serde_json::from_value(order).unwrap()
}

/// A table that holds that order.
async fn placed(world: &World) -> (Orders, Order) {
    let (orders, order) = (world.orders().await, order());
    let item = serde_dynamo::to_item(&order).unwrap();
    put(world, item).await;
    (orders, order)
}

/// Writes the order's STATE.
async fn put(world: &World, item: HashMap<String, AttributeValue>) {
    assert!(try_put(world, item).await);
}

/// Whether the order's STATE could be written.
async fn try_put(world: &World, mut item: HashMap<String, AttributeValue>) -> bool {
    for (name, value) in [("pk", "ORDER#mkt1-1-01"), ("sk", "STATE")] {
        item.insert(name.to_owned(), AttributeValue::S(value.to_owned()));
    }
    let put = world.dynamodb.put_item().table_name("orders");
    put.set_item(Some(item)).send().await.is_ok()
}

/// The status and the detail of what the order was told last.
async fn noted(orders: &Orders) -> Option<(u16, String)> {
    let order = orders.get(&order().order_id, budget()).await.unwrap();
    match order.unwrap().timeline.pop().unwrap().change {
        Change::DeliveryFailed { undelivered } => Some((undelivered.status, undelivered.detail)),
        _ => None,
    }
}

fn rejected(failure: Failure) -> (u16, String) {
    match failure {
        Failure::Rejected(rejection) => (rejection.status, rejection.detail),
        failure => panic!("{failure:?}"),
    }
}

fn undeliverable(orders: &Orders) -> Undeliverable<'_> {
    Undeliverable {
        orders,
        kind: FailedDelivery::Cancellation,
        agreement: None,
    }
}

#[tokio::test]
async fn what_the_database_can_t_take_is_noted_like_any_other_refusal() {
    let world = World::start().await;
    let (orders, order) = placed(&world).await;
    let too_large = StoreError::Invalid {
        operation: "UpdateItem",
        detail: "too large".to_owned(),
    };
    let failure = undeliverable(&orders)
        .stopped(order, None, Stopped::from(too_large))
        .await;
    assert_eq!(rejected(failure).0, 400);
    assert_eq!(noted(&orders).await.unwrap().0, 400);
}

#[tokio::test]
async fn a_note_is_written_though_what_belongs_with_it_can_t_be() {
    let world = World::start().await;
    let (orders, order) = placed(&world).await;
    // More than an item holds.
    let turns = Turns::default()
        .taken(at(60_000), Holder::new("me"))
        .put_off(&"x".repeat(500_000), Attempts::default());
    let part = Part::Cancellation;
    let beside = orders.beside(&order.order_id, part, &turns, Known::Nothing);
    let rejection = Rejection::refused(403, "needs a permission");
    let failure = undeliverable(&orders)
        .note(order, None, rejection, Finality::Refused, &beside.unwrap())
        .await;
    let told = (403, "needs a permission".to_owned());
    assert_eq!(rejected(failure), told);
    assert_eq!(noted(&orders).await, Some(told));
}

/// An order that has no room for another entry.
async fn filled(world: &World) -> (Orders, Order) {
    let orders = world.orders().await;
    for letters in (0..409_600).rev().step_by(100) {
        let order = Order {
            services_endpoint: Some("x".repeat(letters)),
            ..order()
        };
        let item = serde_dynamo::to_item(&order).unwrap();
        if try_put(world, item).await {
            return (orders, order);
        }
    }
    panic!("an empty order has no room");
}

#[tokio::test]
async fn what_a_marketplace_was_told_is_known_though_the_order_has_no_room_for_it() {
    let world = World::start().await;
    let (orders, order) = filled(&world).await;
    let turns = Turns::default()
        .taken(at(60_000), Holder::new("me"))
        .settled("cancel");
    let part = Part::Cancellation;
    let beside = orders.beside(&order.order_id, part, &turns, Known::Nothing);
    let too_large = StoreError::Invalid {
        operation: "TransactWriteItems",
        detail: "too large".to_owned(),
    };
    let id = order.order_id.clone();
    let stopped = Stopped::untold(too_large, beside.unwrap());
    let failure = undeliverable(&orders).stopped(order, None, stopped).await;
    assert_eq!(rejected(failure).0, 400);
    let (kept, known) = orders
        .get_with_cancellation(&id, budget())
        .await
        .unwrap()
        .unwrap();
    assert_eq!((kept.version, known), (1, turns));
}

#[tokio::test]
async fn a_request_whose_next_attempt_can_t_be_written_is_given_up() {
    let world = World::start().await;
    let (orders, order) = placed(&world).await;
    let dispatcher = world.process().await;
    let account = Account::of(&dispatcher, "mkt1").await;
    let call = account.cancel();
    // Its name alone is more than an item holds.
    let request = "x".repeat(500_000);
    let errand = Errand {
        orders: &orders,
        order: &order.order_id,
        part: Part::Cancellation,
        request: &request,
    };
    let taken = errand
        .take(&Turns::default(), Instant::now())
        .await
        .unwrap();
    world.marketplace.answer("mkt1", [Reply::of(503)]);
    let made = errand
        .make(&dispatcher, &account.marketplace, &call, &taken)
        .await;
    let stopped = made.unwrap_err();
    assert_eq!(stopped.finality, Finality::Unanswered);
    let id = order.order_id.clone();
    let failure = undeliverable(&orders).stopped(order, None, stopped).await;
    assert_eq!(rejected(failure).0, 400);
    assert_eq!(noted(&orders).await.unwrap().0, 400);
    // Its turn is over.
    let found = orders.get_with_cancellation(&id, budget()).await.unwrap();
    assert!(!found.unwrap().1.are_taken(Instant::now()));
}

#[tokio::test]
async fn a_message_that_can_t_be_read_keeps_its_reason_where_its_order_can_t_be_either() {
    let world = World::start().await;
    let (orders, _) = placed(&world).await;
    let problem = Problem::new(Code::Schema, "/reason: is too long");
    let body = r#"{"orderId":"mkt1-1-01"}"#;
    let expected = (400, problem.message.clone());
    let failure = undeliverable(&orders).unread(body, &problem).await;
    assert_eq!(rejected(failure), expected);
    assert_eq!(noted(&orders).await.as_ref(), Some(&expected));
    // An item that this version does not understand.
    put(&world, HashMap::new()).await;
    let failure = undeliverable(&orders).unread(body, &problem).await;
    assert_eq!(rejected(failure), expected);
}
