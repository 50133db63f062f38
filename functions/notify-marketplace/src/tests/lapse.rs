//! What changes by time alone, and what is not sold any more.

use jiff::SignedDuration;

use super::*;

fn price(valid_until: Option<Instant>) -> serde_json::Value {
    let valid_until = valid_until.map(|until| until.to_string());
    json!({"type": "price", "sku": "1", "price": 5000, "validUntil": valid_until})
}

/// As if the moment its price changes at had come.
async fn comes(world: &World) {
    let mut listing = world.listing("1").await.unwrap();
    assert!(listing.changes_at > Some(Instant::now()), "{listing:?}");
    listing.changes_at = Some(Instant::now());
    let put = world.function.listings.put(&listing, budget()).await;
    put.unwrap();
}

fn in_an_hour() -> Instant {
    Instant::now().plus(SignedDuration::from_hours(1))
}

#[tokio::test]
async fn a_price_that_lapses_is_told_by_the_schedule() {
    let world = World::start().await;
    world.books().known = true;
    world.erp(shirt("1")).await;
    let until = in_an_hour();
    world.erp(price(Some(until))).await;
    world.change("1", &ALL).await.unwrap();
    assert_eq!(world.asked(), ["announcement", "price", "inventory"]);
    world.rest("1").await;
    // Not before.
    world.tick(3500).await;
    assert_eq!(world.asked(), [""; 0]);
    comes(&world).await;
    assert_eq!(world.tick(0).await.done, 1);
    assert_eq!(world.asked(), ["price", "inventory"]);
    let told = world.listing("1").await.unwrap();
    assert_eq!((told.state, told.changes_at), (State::Bound, Some(until)));
    world.tick(0).await;
    assert_eq!(world.asked(), [""; 0]);
}

#[tokio::test]
async fn a_sku_whose_price_begins_is_announced_then() {
    let world = World::start().await;
    world.books().known = true;
    world.erp(shirt("1")).await;
    let mut later = price(None);
    later["validFrom"] = json!(in_an_hour().to_string());
    world.erp(later).await;
    world.change("1", &[Kind::Price]).await.unwrap();
    assert_eq!(world.asked(), [""; 0]);
    comes(&world).await;
    world.erp(price(None)).await;
    assert_eq!(world.tick(0).await.done, 1);
    assert_eq!(world.asked(), ["announcement", "price", "inventory"]);
    assert_eq!(world.state("1").await, "bound");
}

#[tokio::test]
async fn the_suggestion_of_what_is_not_sold_any_more_is_taken_back() {
    let world = World::start().await;
    world.sell("1").await;
    waits(world.change("1", &ALL).await);
    assert_eq!(world.asked(), ["announcement", "PUT suggestion"]);
    let mut inactive = shirt("1");
    inactive["active"] = json!(false);
    world.erp(inactive).await;
    world.change("1", &ALL).await.unwrap();
    assert_eq!(world.asked(), ["DELETE suggestion"]);
    assert_eq!(world.state("1").await, "unknown");
    assert_eq!(world.books().suggestion, None);
    // Sold again, it is suggested again.
    world.rest("1").await;
    world.erp(shirt("1")).await;
    waits(world.change("1", &ALL).await);
    assert_eq!(world.asked(), ["announcement", "PUT suggestion"]);
}

#[tokio::test]
async fn a_suggestion_that_can_t_be_taken_back_is_asked_after() {
    let world = World::start().await;
    world.sell("1").await;
    waits(world.change("1", &ALL).await);
    world.asked();
    // It was approved a moment ago.
    world.books().decision = "Approved";
    let mut inactive = shirt("1");
    inactive["active"] = json!(false);
    world.erp(inactive).await;
    waits(world.change("1", &ALL).await);
    assert_eq!(world.asked(), ["DELETE suggestion"]);
    world.tick(10).await;
    // It disappears there.
    assert_eq!(world.asked(), ["GET suggestion", "price", "inventory"]);
}
