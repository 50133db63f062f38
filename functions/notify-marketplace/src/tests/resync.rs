//! A marketplace is told of every SKU again.

use feirante_seller::listing::Resync;
use feirante_seller::listing::resync::{Cause, Run};
use feirante_seller::settings::Settings;
use feirante_store::accounts::LaneOf;
use jiff::SignedDuration;

use super::*;

fn account() -> AccountName {
    AccountName::parse("mkt1").unwrap()
}

impl World {
    async fn resync(&self) -> Resync {
        let accounts = &self.function.accounts;
        accounts.resync(&account(), budget()).await.unwrap()
    }

    async fn last_run(&self) -> Run {
        self.resync().await.run.unwrap()
    }

    /// Handles what it put on its queue until nothing is left; the SKUs it told of, as often as it
    /// did.
    async fn runs(&self) -> Vec<String> {
        let mut told = Vec::new();
        loop {
            let sent = self.take_sent();
            if sent.is_empty() {
                told.sort_unstable();
                return told;
            }
            for text in sent {
                if let Ok(Task::Tell(notification)) = Task::read(&text) {
                    told.push(notification.sku.to_string());
                }
                // What waits is about to be decided; here it is only announced.
                match self.receive_text(&text).await {
                    Ok(()) | Err(Failure::Wait { .. }) => {}
                    other => panic!("{text}: {other:?}"),
                }
            }
        }
    }
}

#[tokio::test]
async fn a_new_marketplace_is_told_what_it_was_never_told() {
    let world = World::start().await;
    bound(&world, "told").await;
    world.sell("new").await;
    world.erp(shirt("unpriced")).await;
    world.tick(0).await;
    assert_eq!(world.runs().await, ["new", "told"]);
    assert_eq!(world.asked(), ["announcement", "price", "inventory"]);
    let run = world.last_run().await;
    assert_eq!((run.cause, run.announced), (Cause::NewMarketplace, 2));
    assert!(run.finished_at.is_some());
    // Once.
    world.tick(0).await;
    assert_eq!(world.runs().await, [""; 0]);
}

#[tokio::test]
async fn by_schedule_everything_is_told_again_even_what_is_not_sold_any_more() {
    let world = World::start().await;
    for code in ["1", "2"] {
        bound(&world, code).await;
        world.rest(code).await;
    }
    let mut inactive = shirt("2");
    inactive["active"] = json!(false);
    world.erp(inactive).await;
    world.tick(0).await;
    world.runs().await;
    assert_eq!(world.asked(), [""; 0]);
    world.tick(23 * 3600).await;
    assert_eq!(world.take_sent(), [""; 0]);
    world.tick(24 * 3600 + 1).await;
    let mut told = Vec::new();
    while told.is_empty() {
        told = world.runs().await;
    }
    assert_eq!(told, ["1", "2"]);
    assert_eq!(world.last_run().await.cause, Cause::Schedule);
}

#[tokio::test]
async fn what_changed_while_there_were_no_keys_is_told_once_there_are_some() {
    for without in [Without::Keys, Without::Account] {
        let mut world = World::start().await;
        world.sell("1").await;
        world.tick(0).await;
        world.runs().await;
        let mut whole = None;
        world
            .apply(|settings| {
                whole = Some(settings.clone());
                without.has(settings);
            })
            .await;
        for ahead in [0, 80] {
            assert_eq!(world.tick(ahead).await.failed, 0);
        }
        assert_eq!(world.last_run().await.cause, Cause::NewMarketplace);
        world.apply(|settings| *settings = whole.unwrap()).await;
        // The same seller file as before, and it settles like any other.
        world.tick(0).await;
        assert_eq!(world.runs().await, [""; 0]);
        world.tick(80).await;
        assert_eq!(world.runs().await, ["1"]);
        assert_eq!(world.last_run().await.cause, Cause::SellerFile);
        world.tick(80).await;
        assert_eq!(world.runs().await, [""; 0]);
    }
}

/// A seller file of which something is missing for a while.
enum Without {
    Keys,
    Account,
}

impl Without {
    fn has(&self, settings: &mut Settings) {
        match self {
            Self::Keys => settings.marketplaces[0].outbound = None,
            Self::Account => settings.marketplaces.clear(),
        }
    }
}

#[tokio::test]
async fn a_page_that_comes_twice_goes_on_once() {
    let world = World::start().await;
    world.sell("1").await;
    world.tick(0).await;
    let [page] = &world.take_sent()[..] else {
        panic!("no page");
    };
    world.receive_text(page).await.unwrap();
    let first = world.take_sent();
    assert_eq!(first.len(), 1, "{first:?}");
    world.receive_text(page).await.unwrap();
    assert_eq!(world.take_sent(), [""; 0]);
    assert_eq!(world.last_run().await.announced, 1);
}

#[tokio::test]
async fn a_run_whose_message_was_lost_is_taken_up() {
    let world = World::start().await;
    world.sell("1").await;
    world.tick(0).await;
    assert_eq!(world.take_sent().len(), 1);
    // Not while it may still come.
    world.tick(60).await;
    assert_eq!(world.take_sent(), [""; 0]);
    world.tick(130).await;
    assert_eq!(world.runs().await, ["1"]);
    assert!(world.last_run().await.finished_at.is_some());
}

#[tokio::test]
async fn while_the_account_is_held_nothing_is_piled_up() {
    let world = World::start().await;
    world.sell("1").await;
    world.tick(0).await;
    let [page] = &world.take_sent()[..] else {
        panic!("no page");
    };
    let settings = world.function.dispatcher.settings().unwrap();
    let account = account();
    let lane = LaneOf {
        account: &account,
        lane: feirante_seller::delivery::Lane::Catalog,
        settings: &settings.delivery.catalog,
    };
    let now = Instant::now();
    let until = now.plus(SignedDuration::from_mins(10));
    let accounts = &world.function.accounts;
    let held = accounts.limited(lane, until, now, budget()).await;
    held.unwrap();
    let why = waits(world.receive_text(page).await);
    assert!(why.contains("limits our rate"), "{why}");
    assert_eq!(world.take_sent(), [""; 0]);
    assert_eq!(world.last_run().await.next_at, until);
    // It is not lost.
    world.tick(500).await;
    assert_eq!(world.take_sent(), [""; 0]);
}
