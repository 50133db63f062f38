//! Orders to send something about.

use serde_json::{Value, json};

use crate::harness::bodies::{naming, o1};
use crate::harness::{Marketplace, System};

/// Places an order, which must succeed; our id of it.
pub async fn place(system: &System, order: Value) -> String {
    place_at(&system.marketplace, order).await
}

/// Says that an order is paid.
pub async fn authorize(system: &System, order: &str) {
    authorize_at(&system.marketplace, order).await;
}

/// The standard order, placed and paid; our id of it. One unit of 2000037, 7590 cents in all.
pub async fn sell(system: &System, id: &str) -> String {
    sell_at(&system.marketplace, id).await
}

/// The same at another marketplace.
pub async fn sell_at(marketplace: &Marketplace, id: &str) -> String {
    let order = place_at(marketplace, o1(id)).await;
    authorize_at(marketplace, &order).await;
    order
}

async fn place_at(marketplace: &Marketplace, order: Value) -> String {
    let reply = marketplace.place(&json!([order])).await;
    assert_eq!(reply.status, 200, "{:?}", reply.json());
    reply.json()[0]["orderId"].as_str().unwrap().to_owned()
}

async fn authorize_at(marketplace: &Marketplace, order: &str) {
    // Ours is the account's name, a hyphen, and theirs.
    let (_, theirs) = order.split_once('-').unwrap();
    let reply = marketplace.authorize(order, &naming(theirs)).await;
    assert_eq!(reply.status, 200, "{:?}", reply.json());
}
