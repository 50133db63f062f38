//! What was under way when the marketplace stopped goes on when it starts again.

use feirante_sandbox_marketplace::{Offer, Status};
use serde_json::json;
use uuid::Uuid;

use super::seller::{Route, Script, Seller};
use super::world::{World, options};

/// Stops the marketplace and starts it again with the same books.
async fn restart(world: World, options: feirante_sandbox_marketplace::Options) -> World {
    world.running.stop().await;
    World::on(world.seller, options).await
}

#[tokio::test]
async fn placements_authorizations_cancellations_and_refreshes_go_on() {
    let seller = Seller::start().await;
    let file = std::env::temp_dir().join(format!("marketplace-{}.jsonl", Uuid::new_v4()));
    let mut options = options(&seller);
    options.data = Some(file.clone());
    let world = World::on(seller, options.clone()).await;

    world.buy_and_pay("cancel").await;
    world.seller.script(Route::Cancel, [Script::Hang]);
    world.post("cancel", json!({"order": "cancel-01"})).await;
    world.buy("pay").await;
    world.seller.script(Route::Authorize, [Script::Hang]);
    world.post("pay", json!({"order": "pay-01"})).await;
    world.seller.script(Route::Place, [Script::Hang]);
    let url = format!("{}/control/buy", world.running.url());
    let buy = json!({"account": "mkt1", "group": "place",
        "items": [{"sku": "2000037"}, {"sku": "34562", "order": 2}]});
    let buying = tokio::spawn(reqwest::Client::new().post(url).json(&buy).send());
    world.seller.until_received(Route::Place, 3).await;
    world.seller.until_received(Route::Authorize, 2).await;
    world.seller.until_received(Route::Cancel, 1).await;
    let simulated = world.seller.received(Route::Simulate).len();
    world.seller.script(Route::Simulate, [Script::Hang]);
    world.notify_price("2000037").await;
    world
        .seller
        .until_received(Route::Simulate, simulated + 1)
        .await;

    let world = restart(world, options).await;
    assert_eq!(
        world.until("cancel-01", "canceled").await.status,
        Status::Canceled
    );
    world.until("pay-01", "authorized").await;
    world.until("place-01", "payment-pending").await;
    world.until("place-02", "payment-pending").await;
    let _: Offer = world
        .get("offers/mkt1/2000037?until_price=7390&within=20s")
        .await;
    let placed = world.seller.received(Route::Place);
    assert_eq!(placed[2].body, placed[3].body);
    world.expect_no_violations().await;
    assert!(
        buying
            .await
            .unwrap()
            .map_or(true, |answer| !answer.status().is_success())
    );
    std::fs::remove_file(file).unwrap();
}
