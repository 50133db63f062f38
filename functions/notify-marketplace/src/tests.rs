//! The function with its tables and a marketplace.

mod lapse;
mod mapping;
mod resync;
mod world;

use feirante_models::Instant;
use feirante_seller::listing::{Goods, Kind, Listing, Problem, READABLE_AFTER, State, Step};
use serde_json::json;

use super::*;
use world::{World, message, shirt, sku};

const ALL: [Kind; 3] = [Kind::Catalog, Kind::Price, Kind::Inventory];

/// Why a message waits.
fn waits(handled: Result<(), Failure>) -> String {
    match handled {
        Err(Failure::Wait { until, why }) => {
            assert!(until > Instant::now(), "{why}");
            why
        }
        other => panic!("{other:?}"),
    }
}

fn rejected(handled: Result<(), Failure>) -> Rejection {
    match handled {
        Err(Failure::Rejected(rejection)) => rejection,
        other => panic!("{other:?}"),
    }
}

/// A SKU the marketplace knows and was told of.
async fn bound(world: &World, code: &str) {
    world.sell(code).await;
    world.books().known = true;
    world.change(code, &[Kind::Catalog]).await.unwrap();
    assert_eq!(world.asked(), ["announcement", "price", "inventory"]);
    assert_eq!(world.state(code).await, "bound");
}

#[tokio::test]
async fn a_known_sku_is_announced_priced_and_stocked() {
    let world = World::start().await;
    bound(&world, "1").await;
    let listing = world.listing("1").await.unwrap();
    assert_eq!(listing.last.unwrap().status, Some(202));
}

#[tokio::test]
async fn an_unknown_sku_is_suggested_and_sold_once_it_is_approved() {
    let world = World::start().await;
    world.sell("1").await;
    let message = message("mkt1", "1", &ALL);
    let why = waits(world.receive(&message).await);
    assert!(why.contains("has not decided"), "{why}");
    assert_eq!(world.asked(), ["announcement", "PUT suggestion"]);
    let suggestion = world.books().suggestion.clone().unwrap();
    assert_eq!(suggestion["EAN"], "7908010136043");
    assert_eq!(suggestion["Pricing"]["SalePrice"], 7390);
    assert_eq!(suggestion["AvailableQuantity"], 9);

    // Not due, undecided, approved.
    assert_eq!(world.tick(0).await, Summary::default());
    assert_eq!(world.tick(10).await.done, 1);
    assert_eq!(world.asked(), ["GET suggestion"]);
    assert_eq!(world.state("1").await, "suggested");
    world.books().decision = "Approved";
    world.rest("1").await;
    let approved = world.tick(60).await;
    assert_eq!((approved.done, approved.failed), (1, 0));
    assert_eq!(world.asked(), ["GET suggestion", "price", "inventory"]);
    assert_eq!(world.state("1").await, "bound");
    // Whoever still waits has nothing left to do: the suggestion said it all.
    world.receive(&message).await.unwrap();
    assert_eq!(world.asked(), [""; 0]);
}

#[tokio::test]
async fn a_denied_sku_is_offered_once_more() {
    let world = World::start().await;
    world.sell("1").await;
    waits(world.change("1", &ALL).await);
    world.books().decision = "Denied";
    world.tick(10).await;
    assert_eq!(world.state("1").await, "denied");
    world.asked();
    // Prices and stock are of no use to it.
    world
        .change("1", &[Kind::Price, Kind::Inventory])
        .await
        .unwrap();
    assert_eq!(world.asked(), [""; 0]);
    world.books().suggestion = None;
    world.rest("1").await;
    world.tick(24 * 3600 + 1).await;
    let asked = world.asked();
    assert_eq!(asked[..2], ["announcement", "PUT suggestion"]);
    assert!(world.books().suggestion.is_some());
}

#[tokio::test]
async fn what_can_t_be_suggested_is_in_the_dead_letters_with_every_reason() {
    let world = World::start().await;
    world.sell("1").await;
    let mut poor = shirt("1");
    poor["catalog"]["images"] = json!([]);
    poor["catalog"]["ean"] = json!(null);
    world.erp(poor).await;
    let rejection = rejected(world.change("1", &ALL).await);
    assert_eq!(rejection.status, 422);
    for missing in ["catalog.images", "catalog.ean"] {
        assert!(rejection.detail.contains(missing), "{}", rejection.detail);
    }
    assert_eq!(world.asked(), ["announcement"]);
    let listing = world.listing("1").await.unwrap();
    let State::Error {
        problem: Problem::Incomplete { missing },
    } = listing.state
    else {
        panic!("{:?}", listing.state);
    };
    assert_eq!(missing.len(), 2);
    assert_eq!(world.tick(1_000_000).await, Summary::default());
}

#[tokio::test]
async fn a_refusal_is_an_error_until_the_schedule_finds_it_mended() {
    let world = World::start().await;
    world.sell("1").await;
    world.books().failure = Some(404);
    let rejection = rejected(world.change("1", &ALL).await);
    assert_eq!(rejection.status, 404);
    assert!(
        rejection.detail.starts_with("announcement: "),
        "{}",
        rejection.detail
    );
    assert_eq!(world.state("1").await, "error");
    world.asked();
    world.books().failure = None;
    world.books().known = true;
    assert_eq!(world.tick(0).await, Summary::default());
    world.rest("1").await;
    assert_eq!(world.tick(3601).await.done, 1);
    assert_eq!(world.asked(), ["announcement", "price", "inventory"]);
    assert_eq!(world.state("1").await, "bound");
}

#[tokio::test]
async fn of_many_messages_at_once_one_calls() {
    let world = World::start().await;
    bound(&world, "1").await;
    world.rest("1").await;
    let mut news = message("mkt1", "1", &[Kind::Price]);
    news.changed_at = Instant::now().plus(-READABLE_AFTER);
    let handled = futures::future::join_all((0..10).map(|_| world.receive(&news))).await;
    assert_eq!(world.asked(), ["price"]);
    assert!(handled.iter().any(Result::is_ok));
    for handled in handled.into_iter().filter(Result::is_err) {
        waits(handled);
    }
    // Later, all find that it was told.
    world.receive(&news).await.unwrap();
    assert_eq!(world.asked(), [""; 0]);
}

#[tokio::test]
async fn a_marketplace_that_is_down_is_asked_again_later() {
    let world = World::start().await;
    world.sell("1").await;
    world.books().failure = Some(500);
    waits(world.change("1", &ALL).await);
    let listing = world.listing("1").await.unwrap();
    assert_eq!(listing.state, State::Unknown { due: None });
    assert_eq!(listing.tracks.announcement.attempts().count, 1);
    assert_eq!(listing.last.unwrap().status, Some(500));
    // Who comes before its time asks nothing.
    world.asked();
    waits(world.change("1", &ALL).await);
    assert_eq!(world.asked(), [""; 0]);
}

#[tokio::test]
async fn a_missing_permission_pauses_the_account() {
    let mut world = World::start().await;
    bound(&world, "1").await;
    assert_eq!(world.tick(0).await.paused, 0);
    world.sell("2").await;
    world.books().failure = Some(403);
    let why = waits(world.change("2", &ALL).await);
    assert!(why.contains("permission"), "{why}");
    world.books().failure = None;
    world.asked();
    world.sell("3").await;
    waits(world.change("3", &ALL).await);
    assert_eq!(world.asked(), [""; 0]);
    assert_eq!(world.tick(0).await.paused, 1);
    // Without a key there is none that could be refused.
    world
        .apply(|settings| settings.marketplaces[0].outbound = None)
        .await;
    assert_eq!(world.tick(0).await.paused, 0);
}

#[tokio::test]
async fn a_call_that_was_cut_off_is_made_by_somebody_else() {
    let world = World::start().await;
    world.sell("1").await;
    world.books().known = true;
    let account = AccountName::parse("mkt1").unwrap();
    let long_ago = Instant::now().plus(-jiff::SignedDuration::from_mins(5));
    let listing = Listing::new(sku("1"), account.clone(), long_ago);
    let goods = Goods {
        sold: true,
        ..Goods::default()
    };
    let change = Notification {
        sku: sku("1"),
        account,
        kinds: ALL.into(),
        changed_at: long_ago.plus(-jiff::SignedDuration::from_mins(1)),
        resync: false,
    };
    let Step::Call { claimed, .. } = listing.next(Trigger::Changed(&change), &goods, long_ago)
    else {
        panic!("no call");
    };
    world
        .function
        .listings
        .put(&claimed, budget())
        .await
        .unwrap();
    world.change("1", &ALL).await.unwrap();
    assert_eq!(world.asked(), ["announcement", "price", "inventory"]);
}

#[tokio::test]
async fn what_concerns_nobody_is_done() {
    let world = World::start().await;
    // No such SKU, and no such marketplace.
    world.change("none", &ALL).await.unwrap();
    assert_eq!(world.listing("none").await, None);
    world.sell("1").await;
    world.receive(&message("gone", "1", &ALL)).await.unwrap();
    assert_eq!(world.asked(), [""; 0]);
    let empty = Message {
        body: "{}",
        sent_at: Instant::now(),
        queued_at: Instant::now(),
        budget: budget(),
        deadline: feirante_lambda::Deadline::after(crate::TIME),
    };
    let unreadable = rejected(world.function.handle(&empty).await);
    assert_eq!(unreadable.status, 400);
}
