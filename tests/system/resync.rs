//! Marketplaces are told of every SKU again, and of what changes though nobody writes anything
//! (protocol §3.11).

use std::time::Duration;

use feirante_models::{AccountName, Cents, Instant};
use feirante_seller::listing::Edition;
use feirante_seller::settings::{PriceAdjustment, Rounding, Secret, Settings};
use feirante_store::{Accounts, Budget, SettingsTable};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::harness::{PATIENCE, System, eventually};
use crate::outward::{QUICK, Scripted, facing};

/// SKUs of the fixture, all of which are sold.
pub const SKUS: usize = 6;

/// Each SKU's calls, by what they end with.
pub const CALLS: [&str; 2] = ["/price", "/inventory"];

async fn in_force(system: &System) -> (SettingsTable, Settings) {
    let table = system.ready().tables["settings"].clone();
    let table = SettingsTable::new(system.dynamodb(), table);
    let edition = table.load(Budget::of(PATIENCE)).await.unwrap().unwrap();
    (table, edition.settings)
}

fn accounts(system: &System) -> Accounts {
    Accounts::new(system.dynamodb(), system.ready().tables["accounts"].clone())
}

/// The schedule's run so many seconds ahead of its time.
async fn tick(system: &System, ahead: i64) {
    let time = Timestamp::now() + SignedDuration::from_secs(ahead);
    let tick = json!({"time": time.to_string()});
    system.invoke("notify-marketplace", tick).await;
}

/// Waits until a marketplace that knows all SKUs has been told of the fixture, and forgets it.
pub async fn told_of_the_fixture(system: &System, market: &Scripted) {
    for call in CALLS {
        market.hears(call, SKUS).await;
    }
    system.erp.settled("notifications").await;
    market.forget();
}

/// Ticks so many seconds ahead until the marketplace has got so many of such calls.
async fn ticks_until(system: &System, ahead: i64, market: &Scripted, call: &str, count: usize) {
    eventually(call, async || {
        tick(system, ahead).await;
        (market.heard(call).len() >= count).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_marketplace_added_to_the_seller_file_is_told_of_every_sku() {
    let (first, second) = (Scripted::start().await, Scripted::start().await);
    let system = facing(&first, QUICK).start().await;
    told_of_the_fixture(&system, &first).await;
    let (table, mut settings) = in_force(&system).await;
    let mut added = settings.marketplaces[0].clone();
    added.account = AccountName::parse("mkt2").unwrap();
    added.key = Secret::new("q7");
    added.endpoints.api.clone_from(&second.url);
    added.endpoints.suggestions = format!("{}/mkt2", second.url);
    settings.marketplaces.push(added);
    table.apply(&settings, Budget::of(PATIENCE)).await.unwrap();

    for call in CALLS {
        ticks_until(&system, 0, &second, call, SKUS).await;
    }
    system.erp.settled("notifications").await;
    assert_eq!(second.heard("/price").len(), SKUS);
    // The other was told all of it before.
    assert_eq!(first.heard("").len(), 0);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_markup_is_told_once_every_instance_answers_by_it() {
    let market = Scripted::start().await;
    let system = facing(&market, QUICK).start().await;
    told_of_the_fixture(&system, &market).await;
    let account = AccountName::parse("mkt1").unwrap();
    let accounts = accounts(&system);
    let resync = || accounts.resync(&account, Budget::of(PATIENCE));
    eventually("the first edition", async || {
        tick(&system, 0).await;
        let resync = resync().await.unwrap();
        resync.run?.finished_at
    })
    .await;
    let (table, mut settings) = in_force(&system).await;
    settings.marketplaces[0].price_adjustment = Some(PriceAdjustment {
        percent: 10.into(),
        add: Cents::ZERO,
        ending: None,
        rounding: Rounding::default(),
    });
    table.apply(&settings, Budget::of(PATIENCE)).await.unwrap();
    eventually("the new edition to be seen", async || {
        tick(&system, 0).await;
        resync().await.unwrap().newer
    })
    .await;
    tick(&system, 60).await;
    assert_eq!(market.heard("").len(), 0);
    tick(&system, 90).await;
    for call in CALLS {
        market.hears(call, SKUS).await;
    }
    system.erp.settled("notifications").await;
    assert_eq!(market.heard("").len(), 3 * SKUS);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_that_lapses_is_told_though_nobody_writes_it() {
    let market = Scripted::start().await;
    let system = facing(&market, QUICK).start().await;
    told_of_the_fixture(&system, &market).await;
    let lapses_at = Timestamp::now() + SignedDuration::from_secs(6);
    let price = json!({
        "type": "price", "sku": "34562", "price": 500, "validUntil": lapses_at.to_string(),
    });
    system.erp.send("offers", price).await;
    market.hears("/34562/price", 1).await;
    system.erp.settled("notifications").await;
    market.forget();
    ticks_until(&system, 0, &market, "/34562/inventory", 1).await;
    assert!(Timestamp::now() >= lapses_at);
    system.erp.settled("notifications").await;
    assert_eq!(market.heard("/34562/price").len(), 1);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resync_that_was_cut_off_goes_on() {
    let market = Scripted::start().await;
    let system = facing(&market, QUICK).start().await;
    told_of_the_fixture(&system, &market).await;
    // Begun, and its message lost.
    let (_, settings) = in_force(&system).await;
    let marketplace = &settings.marketplaces[0];
    let accounts = accounts(&system);
    let edition = Edition::of(&settings, marketplace).unwrap();
    let budget = || Budget::of(PATIENCE);
    let resync = accounts.resync(&marketplace.account, budget()).await;
    let asked = resync.unwrap().asked(&edition, Instant::now()).unwrap();
    let put = accounts.put_resync(&asked, budget()).await.unwrap();
    assert!(put.is_some());
    tick(&system, 30).await;
    system.erp.settled("notifications").await;
    assert_eq!(market.heard("").len(), 0);
    tick(&system, 150).await;
    for call in CALLS {
        market.hears(call, SKUS).await;
    }
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changed_stock_is_told_twice_where_the_seller_file_says_so() {
    let market = Scripted::start().await;
    let system = facing(&market, QUICK)
        .seller(
            "key = \"k9\"",
            "repeat_notification_after = \"3s\"\nkey = \"k9\"",
        )
        .start()
        .await;
    market.hears("/inventory", 2 * SKUS).await;
    system.erp.settled("notifications").await;
    market.forget();
    let count = json!({"type": "stock", "sku": "W1", "warehouse": "main", "onHand": 12});
    system.erp.send("offers", count).await;
    let heard = market.hears("/W1/inventory", 2).await;
    let apart = heard[1].at.duration_since(heard[0].at);
    assert!(apart >= Duration::from_secs(2), "{apart:?}");
    system.erp.settled("notifications").await;
    assert_eq!(market.heard("").len(), 2);
    system.stop().await;
}
