//! Looking again at what the seller says has changed.

use std::sync::Arc;
use std::time::Duration;

use feirante_sandbox_marketplace::Offer;
use serde_json::json;
use tokio::sync::Notify;

use super::seller::{Goods, Route, Script};
use super::world::World;

fn goods(price: i64) -> Goods {
    Goods {
        price,
        stock: 7,
        freight: 200,
    }
}

#[tokio::test]
async fn a_notification_is_followed_by_an_indexing_simulation() {
    let world = World::start().await;
    world.notify_price("2000037").await;
    let offer: Offer = world
        .get("offers/mkt1/2000037?until_price=7390&within=20s")
        .await;
    assert!(offer.available);
    assert_eq!(offer.stock, Some(99));
    assert_eq!(offer.list_price, Some(7390));
    assert!(offer.simulated_at > offer.notified_at);
    let asked = &world.seller.received(Route::Simulate)[0];
    assert_eq!(asked.method, "POST");
    assert_eq!(
        asked.body,
        json!({"isCheckedIn": false,
               "items": [{"id": "2000037", "quantity": 1, "seller": "seller1"}]})
    );
    world.expect_no_violations().await;
}

#[tokio::test]
async fn a_burst_makes_two_simulations_and_the_last_price_wins() {
    let world = World::with(|options| {
        // Far longer than the burst takes.
        options.timings.coalesce = Duration::from_millis(1_500);
    })
    .await;
    world.notify_price("2000037").await;
    world.seller.until_received(Route::Simulate, 1).await;
    for price in 1..=20 {
        world.seller.sell("2000037", goods(price));
        world.notify_price("2000037").await;
    }
    let offer: Offer = world
        .get("offers/mkt1/2000037?until_price=20&within=20s")
        .await;
    assert_eq!(offer.stock, Some(7));
    assert_eq!(world.seller.received(Route::Simulate).len(), 2);
    assert_eq!(offer.simulations, 2);
    assert_eq!(offer.price_notifications, 21);
}

#[tokio::test]
async fn a_notification_during_a_simulation_is_followed_by_another() {
    let world = World::start().await;
    let release = Arc::new(Notify::new());
    world
        .seller
        .script(Route::Simulate, [Script::Hold(Arc::clone(&release))]);
    world.notify_price("2000037").await;
    world.seller.until_received(Route::Simulate, 1).await;
    // The seller has looked at its old price already.
    world.seller.sell("2000037", goods(1));
    world.notify_price("2000037").await;
    release.notify_one();
    let _: Offer = world
        .get("offers/mkt1/2000037?until_price=1&within=20s")
        .await;
    assert_eq!(world.seller.received(Route::Simulate).len(), 2);
}

#[tokio::test]
async fn what_is_not_answered_is_unavailable_and_looked_at_again() {
    let world = World::with(|options| {
        options.timings.coalesce = Duration::from_millis(20);
    })
    .await;
    world.notify_price("2000037").await;
    let _: Offer = world
        .get("offers/mkt1/2000037?until_price=7390&within=20s")
        .await;
    world.seller.sell("2000037", goods(2));
    let release = Arc::new(Notify::new());
    world.seller.script(
        Route::Simulate,
        [Script::Status(500), Script::Hold(Arc::clone(&release))],
    );
    world.notify_price("2000037").await;
    world.seller.until_received(Route::Simulate, 3).await;
    let offer: Offer = world.get("offers/mkt1/2000037").await;
    assert!(!offer.available);
    assert_eq!(offer.price, Some(7390));
    release.notify_one();
    let offer: Offer = world
        .get("offers/mkt1/2000037?until_price=2&within=20s")
        .await;
    assert!(offer.available);
    assert_eq!(world.broken_rules().await, ["answer-status"]);
}

#[tokio::test]
async fn a_sku_that_is_not_sold_any_more_is_unavailable() {
    let world = World::start().await;
    world.seller.script(
        Route::Simulate,
        [Script::Tamper(|answer| {
            answer["items"] = json!([]);
            answer["logisticsInfo"] = json!([]);
        })],
    );
    world.notify_price("2000037").await;
    let offer: Offer = world
        .get("offers/mkt1/2000037?until_stock=0&within=20s")
        .await;
    assert!(!offer.available);
    assert_eq!(offer.price, None);
    world.expect_no_violations().await;
}
