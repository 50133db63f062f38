//! How often the database is called, and what happens when it does not answer. The clock is paused.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::put_item::{PutItemError, PutItemOutput};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::types::error::ConditionalCheckFailedException;
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use feirante_models::AccountName;
use feirante_store::{Accounts, Budget, StoreError};

use super::{TestLane, at, is_held, is_now};
use crate::database::{ACCOUNTS, budget};

fn accounts(rules: &[&Rule]) -> Accounts {
    let client = mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, rules, |config| {
        config.retry_config(RetryConfig::disabled())
    });
    Accounts::new(client, ACCOUNTS)
}

fn written() -> PutItemOutput {
    PutItemOutput::builder().build()
}

/// Another process wrote the lane's seventh gate: it is held until `until`.
fn overtaken() -> PutItemError {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let hold = AttributeValue::M(
        [
            ("until".to_owned(), text(&at(5_000).to_string())),
            ("cause".to_owned(), text("limited")),
            ("why".to_owned(), text("slower")),
        ]
        .into(),
    );
    let gate = AttributeValue::M([("hold".to_owned(), hold)].into());
    let failed = ConditionalCheckFailedException::builder()
        .item("account", text("mkt1"))
        .item("lane", text("orders"))
        .item("version", AttributeValue::N("7".to_owned()))
        .item("gate", gate);
    PutItemError::ConditionalCheckFailedException(failed.build())
}

fn ways(text: &'static str) -> impl Fn() -> GetItemOutput {
    move || {
        let ways = AttributeValue::S(text.to_owned());
        GetItemOutput::builder().item("ways", ways).build()
    }
}

#[tokio::test(start_paused = true)]
async fn an_admission_is_one_call_and_its_success_none() {
    let puts = mock!(Client::put_item).then_output(written);
    let accounts = accounts(&[&puts]);
    let lane = TestLane::of("mkt1");
    for request in 0..10 {
        let pass = lane.pass(&accounts, 0).await;
        lane.succeeded(&accounts, pass, 0).await;
        assert_eq!(puts.num_calls(), request + 1);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_held_is_known_for_a_second_without_a_call() {
    let puts = mock!(Client::put_item).then_output(written);
    let gets = mock!(Client::get_item).then_output(|| GetItemOutput::builder().build());
    let accounts = accounts(&[&puts, &gets]);
    let lane = TestLane::of("mkt1");
    let until = at(5_000);
    accounts
        .limited(lane.get(), until, at(0), budget())
        .await
        .unwrap();
    for now in [0, 1, 999] {
        assert!(is_held(&lane.ask(&accounts, now).await));
    }
    assert_eq!((puts.num_calls(), gets.num_calls()), (1, 0));
    // Then it is looked at again; here somebody has lifted it.
    assert!(is_now(&lane.ask(&accounts, 1_000).await));
    assert_eq!((puts.num_calls(), gets.num_calls()), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn who_is_overtaken_decides_again_by_what_came_back() {
    let puts = mock!(Client::put_item)
        .sequence()
        .error(overtaken)
        .output(written)
        .build();
    let accounts = accounts(&[&puts]);
    let lane = TestLane::of("mkt1");
    assert!(is_held(&lane.ask(&accounts, 0).await));
    assert_eq!(puts.num_calls(), 1);
    // The next write comes after the one that was seen.
    assert!(is_now(&lane.ask(&accounts, 5_000).await));
    assert_eq!(puts.num_calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn who_was_told_to_wait_says_so_without_waiting_for_those_who_ask() {
    let puts = mock!(Client::put_item)
        .sequence()
        .error(overtaken)
        .times(20)
        .output(written)
        .build();
    let accounts = accounts(&[&puts]);
    let lane = TestLane::of("mkt1");
    let started = tokio::time::Instant::now();
    accounts
        .limited(lane.get(), at(9_000), at(0), budget())
        .await
        .unwrap();
    assert_eq!(puts.num_calls(), 21);
    assert_eq!(started.elapsed(), std::time::Duration::ZERO);
    assert!(is_held(&lane.ask(&accounts, 999).await));
}

#[tokio::test(start_paused = true)]
async fn who_is_always_overtaken_does_not_go() {
    let puts = mock!(Client::put_item)
        .sequence()
        .error(overtaken)
        .repeatedly()
        .build();
    let accounts = accounts(&[&puts]);
    let lane = TestLane::of("mkt1");
    let budget = Budget::of(Duration::from_secs(1));
    let asked = accounts.admit(lane.get(), false, at(6_000), budget).await;
    assert!(
        matches!(asked, Err(StoreError::Unavailable { .. })),
        "{asked:?}"
    );
    assert!(puts.num_calls() > 3, "{}", puts.num_calls());
}

#[tokio::test(start_paused = true)]
async fn a_busy_database_is_asked_again_while_there_is_time() {
    let busy = || {
        let code = "com.amazonaws.dynamodb.v20120810#ThrottlingException";
        Some(format!(r#"{{"__type":"{code}","message":"no"}}"#))
    };
    let puts = mock!(Client::put_item)
        .sequence()
        .http_status(400, busy())
        .times(2)
        .output(written)
        .build();
    let accounts = accounts(&[&puts]);
    assert!(is_now(&TestLane::of("mkt1").ask(&accounts, 0).await));
    assert_eq!(puts.num_calls(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_gate_nobody_can_read_lets_nothing_through() {
    let unreadable = || {
        let failed = ConditionalCheckFailedException::builder()
            .item("version", AttributeValue::N("7".to_owned()))
            .item("gate", AttributeValue::S("open".to_owned()));
        PutItemError::ConditionalCheckFailedException(failed.build())
    };
    let puts = mock!(Client::put_item).then_error(unreadable);
    let accounts = accounts(&[&puts]);
    let lane = TestLane::of("mkt1");
    let asked = accounts.admit(lane.get(), false, at(0), budget()).await;
    let error = asked.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
    assert!(
        error.to_string().starts_with("lane orders of mkt1"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn ways_are_read_once_a_minute_and_what_is_learned_is_known_at_once() {
    let gets = mock!(Client::get_item)
        .sequence()
        .output(ways("a"))
        .output(ways("b"))
        .build();
    let puts = mock!(Client::put_item).then_output(written);
    let accounts = accounts(&[&gets, &puts]);
    let mkt1 = AccountName::parse("mkt1").unwrap();
    let known = async || accounts.ways(&mkt1, budget()).await.unwrap();
    assert_eq!(known().await.as_deref(), Some("a"));
    tokio::time::advance(Duration::from_secs(59)).await;
    assert_eq!((known().await.as_deref(), gets.num_calls()), (Some("a"), 1));
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!((known().await.as_deref(), gets.num_calls()), (Some("b"), 2));
    accounts.learn(&mkt1, "c", budget()).await.unwrap();
    assert_eq!((known().await.as_deref(), gets.num_calls()), (Some("c"), 2));
}
