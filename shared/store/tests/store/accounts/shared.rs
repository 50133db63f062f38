//! Against an embedded database. Each `Accounts` stands for a process of its own.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use feirante_models::AccountName;
use feirante_seller::delivery::{Admission, Cause, Gate, Lane, Pass};
use feirante_store::Accounts;
use futures::future::join_all;

use super::{TestLane, at, is_held, is_now, lanes};
use crate::database::{ACCOUNTS, TestDatabase, budget};

fn process(db: &TestDatabase) -> Accounts {
    Accounts::new(db.client.clone(), ACCOUNTS)
}

async fn version(db: &TestDatabase, account: &str) -> Option<String> {
    let key = |text: &str| AttributeValue::S(text.to_owned());
    let answer = db
        .client
        .get_item()
        .table_name(ACCOUNTS)
        .key("account", key(account))
        .key("lane", key("orders"))
        .send()
        .await
        .unwrap();
    Some(answer.item?["version"].as_n().unwrap().clone())
}

async fn gate(accounts: &Accounts, account: &str) -> Gate {
    let lanes = lanes(accounts).await;
    let lane = lanes
        .into_iter()
        .find(|state| state.account.as_str() == account && state.lane == Lane::Orders);
    lane.unwrap().gate
}

#[tokio::test]
async fn processes_that_ask_at_once_share_one_bucket() {
    let db = TestDatabase::start().await;
    let processes: Vec<_> = (0..4).map(|_| process(&db)).collect();
    let lane = TestLane::of("mkt1");
    let asks = (0..40).map(|index| lane.ask(&processes[index % 4], 0));
    let (mut now, mut slots) = (0, BTreeSet::new());
    for admission in join_all(asks).await {
        match admission {
            Admission::Now(_) => now += 1,
            Admission::At(slot) => assert!(slots.insert(slot), "{slot} twice"),
            held @ Admission::Held { .. } => panic!("{held:?}"),
        }
    }
    let expected: BTreeSet<_> = (1..=30).map(|slot| at(slot * 200)).collect();
    assert_eq!((now, slots), (10, expected));
    assert_eq!(version(&db, "mkt1").await.as_deref(), Some("40"));
}

#[tokio::test]
async fn failures_count_wherever_they_happen_and_hold_everybody() {
    let db = TestDatabase::start().await;
    let (one, other) = (process(&db), process(&db));
    let lane = TestLane::of("mkt1");
    for accounts in [&one, &other, &one, &other, &one] {
        let pass = lane.pass(accounts, 0).await;
        lane.failed(accounts, pass, 0).await;
    }
    assert!(is_held(&lane.ask(&one, 0).await));
    assert!(is_held(&lane.ask(&other, 0).await));
    assert!(is_held(&lane.ask(&process(&db), 29_999).await));
}

#[tokio::test]
async fn of_all_processes_one_sends_the_first_request_after_a_pause() {
    let db = TestDatabase::start().await;
    let processes: Vec<_> = (0..5).map(|_| process(&db)).collect();
    let lane = TestLane::of("mkt1");
    lane.fail(&processes[0], 0).await;
    let asks = (0..20).map(|index| lane.ask(&processes[index % 5], 30_000));
    let asked = join_all(asks).await;
    let mut passes = asked.iter().filter_map(|admission| match admission {
        Admission::Now(pass) => Some(*pass),
        _ => None,
    });
    let (probe, others) = (passes.next().unwrap(), passes.count());
    assert_eq!(others, 0);
    assert_eq!(
        asked.iter().filter(|admission| is_held(admission)).count(),
        19
    );
    // Its result may be told by the process that asked only; all learn of it.
    lane.succeeded(&processes[0], probe, 31_000).await;
    for accounts in &processes {
        assert!(is_now(&lane.ask(accounts, 32_000).await));
    }
}

#[tokio::test]
async fn a_success_is_written_only_where_failures_were_counted() {
    let db = TestDatabase::start().await;
    let accounts = process(&db);
    let lane = TestLane::of("mkt1");
    let pass = lane.pass(&accounts, 0).await;
    lane.succeeded(&accounts, pass, 0).await;
    assert_eq!(version(&db, "mkt1").await.as_deref(), Some("1"));
    lane.failed(&accounts, pass, 0).await;
    lane.succeeded(&accounts, pass, 0).await;
    assert_eq!(version(&db, "mkt1").await.as_deref(), Some("3"));
    assert_eq!(gate(&accounts, "mkt1").await.failures, 0);
}

#[tokio::test]
async fn who_holds_a_slot_writes_nothing_and_still_minds_what_others_closed() {
    let db = TestDatabase::start().await;
    let (one, other) = (process(&db), process(&db));
    let lane = TestLane::of("mkt1");
    let _: Pass = lane.pass(&one, 0).await;
    assert!(is_now(&lane.resume(&one, 900).await));
    assert_eq!(version(&db, "mkt1").await.as_deref(), Some("1"));
    lane.fail(&other, 900).await;
    assert!(is_held(&lane.resume(&one, 2_000).await));
}

#[tokio::test]
async fn one_lane_s_trouble_is_no_other_s() {
    let db = TestDatabase::start().await;
    let accounts = process(&db);
    let (failing, well) = (TestLane::of("mkt1"), TestLane::of("mkt2"));
    failing.fail(&accounts, 0).await;
    assert!(is_now(&well.ask(&accounts, 0).await));
    let catalog = TestLane {
        lane: Lane::Catalog,
        ..TestLane::of("mkt1")
    };
    assert!(is_now(&catalog.ask(&accounts, 0).await));
    assert!(is_held(&failing.ask(&process(&db), 0).await));
}

#[tokio::test]
async fn limits_and_pauses_are_seen_by_all_and_listed_with_their_reasons() {
    let db = TestDatabase::start().await;
    let (one, other) = (process(&db), process(&db));
    let (limited, paused) = (TestLane::of("mkt2"), TestLane::of("mkt1"));
    one.limited(limited.get(), at(7_000), at(0), budget())
        .await
        .unwrap();
    let reason = "mkt1 needs View Seller";
    one.paused(paused.get(), reason, at(0), budget())
        .await
        .unwrap();
    one.learn(&AccountName::parse("mkt1").unwrap(), "{}", budget())
        .await
        .unwrap();
    assert!(is_held(&limited.ask(&other, 6_999).await));
    assert!(is_now(&limited.ask(&other, 7_000).await));
    let Admission::Held { until, why, .. } = paused.ask(&other, 7_000).await else {
        panic!("let through");
    };
    assert_eq!((until, why.as_str()), (at(900_000), reason));
    let listed = lanes(&other).await;
    let holds: Vec<_> = listed
        .iter()
        .map(|state| {
            (
                state.account.as_str(),
                state.gate.hold.as_ref().map(|hold| hold.cause),
            )
        })
        .collect();
    assert_eq!(holds, [("mkt1", Some(Cause::Refused)), ("mkt2", None)]);
}

#[tokio::test]
async fn a_lane_that_was_taken_away_begins_anew() {
    let db = TestDatabase::start().await;
    let accounts = process(&db);
    let lane = TestLane::of("mkt1");
    let _: Pass = lane.pass(&accounts, 0).await;
    lane.fail(&accounts, 0).await;
    let key = |text: &str| AttributeValue::S(text.to_owned());
    db.client
        .delete_item()
        .table_name(ACCOUNTS)
        .key("account", key("mkt1"))
        .key("lane", key("orders"))
        .send()
        .await
        .unwrap();
    // For a second it is held by what was seen; not for longer.
    assert!(is_held(&lane.ask(&accounts, 999).await));
    assert!(is_now(&lane.ask(&accounts, 1_000).await));
}

#[tokio::test]
async fn what_one_process_learns_others_know() {
    let db = TestDatabase::start().await;
    let (one, other) = (process(&db), process(&db));
    let [mkt1, mkt2] = ["mkt1", "mkt2"].map(|name| AccountName::parse(name).unwrap());
    assert_eq!(one.ways(&mkt1, budget()).await.unwrap(), None);
    one.learn(&mkt1, r#"{"a":1}"#, budget()).await.unwrap();
    for accounts in [&one, &other] {
        let ways = accounts.ways(&mkt1, budget()).await.unwrap();
        assert_eq!(ways.as_deref(), Some(r#"{"a":1}"#));
        assert_eq!(accounts.ways(&mkt2, budget()).await.unwrap(), None);
    }
}
