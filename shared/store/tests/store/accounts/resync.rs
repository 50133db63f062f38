//! How a marketplace stands with being told of every SKU again.

use feirante_models::AccountName;
use feirante_seller::delivery::Lane;
use feirante_seller::listing::resync::Cursor;
use feirante_seller::listing::{Edition, Resync};
use feirante_seller::settings::Settings;
use feirante_store::Accounts;

use super::{TestLane, at, lanes};
use crate::database::{ACCOUNTS, TestDatabase, budget};
use crate::samples::sku;

const SELLER_FILE: &str = include_str!("../../../../../sandbox/fixture/seller.toml");

fn edition() -> Edition {
    let settings = Settings::parse(SELLER_FILE).unwrap();
    Edition::of(&settings, &settings.marketplaces[0]).unwrap()
}

fn account() -> AccountName {
    AccountName::parse("mkt1").unwrap()
}

async fn read(accounts: &Accounts) -> Resync {
    accounts.resync(&account(), budget()).await.unwrap()
}

async fn put(accounts: &Accounts, resync: &Resync) -> Option<Resync> {
    accounts.put_resync(resync, budget()).await.unwrap()
}

#[tokio::test]
async fn a_run_is_read_back_as_it_was_written() {
    let accounts = Accounts::new(TestDatabase::start().await.client, ACCOUNTS);
    assert_eq!(read(&accounts).await, Resync::new(account()));
    let begun = Resync::new(account()).asked(&edition(), at(0)).unwrap();
    let begun = put(&accounts, &begun).await.unwrap();
    assert_eq!((begun.version, read(&accounts).await), (1, begun.clone()));
    let cursor = Cursor {
        sku: sku("ção \u{1f45f}"),
        part: "CATALOG".to_owned(),
    };
    let turned = begun.turned(7, Some(cursor), 5, at(1));
    let turned = put(&accounts, &turned).await.unwrap();
    assert_eq!(read(&accounts).await, turned);
    let other = AccountName::parse("mkt2").unwrap();
    let none = accounts.resync(&other, budget()).await.unwrap();
    assert_eq!(none, Resync::new(other));
    // It is no lane, and a lane is none of those who were told.
    assert_eq!(lanes(&accounts).await, []);
    let _pass = TestLane::of("mkt2").pass(&accounts, 0).await;
    let survey = accounts.survey(budget()).await.unwrap();
    assert_eq!(survey.resynced().unwrap(), [account()]);
    assert_eq!(survey.lanes().unwrap().len(), 1);
}

#[tokio::test]
async fn of_two_who_write_one_does() {
    let accounts = Accounts::new(TestDatabase::start().await.client, ACCOUNTS);
    let begun = Resync::new(account()).asked(&edition(), at(0)).unwrap();
    let first = put(&accounts, &begun).await.unwrap();
    assert_eq!(put(&accounts, &begun).await, None);
    let turned = put(&accounts, &first.turned(1, None, 5, at(1)))
        .await
        .unwrap();
    assert_eq!(put(&accounts, &first.due(at(9))).await, None);
    assert_eq!(read(&accounts).await, turned);
}

#[tokio::test]
async fn a_hold_is_seen_without_asking_for_leave() {
    let accounts = Accounts::new(TestDatabase::start().await.client, ACCOUNTS);
    let lane = TestLane::of("mkt1");
    let held = async |now| accounts.held(lane.get(), at(now), budget()).await.unwrap();
    assert_eq!(held(0).await, None);
    assert_eq!(lanes(&accounts).await, []);
    let limited = accounts.limited(lane.get(), at(5000), at(0), budget());
    limited.await.unwrap();
    assert_eq!(held(10).await.map(|hold| hold.until), Some(at(5000)));
    assert_eq!(held(5000).await, None);
    let lanes = lanes(&accounts).await;
    assert_eq!(lanes[0].lane, Lane::Orders);
}
