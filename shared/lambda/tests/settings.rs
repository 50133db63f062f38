//! The seller file in memory: when it is read again, and what happens when it can't be.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::Duration;

use feirante_lambda::settings_cache::SettingsCache;
use feirante_store::SettingsTable;
use support::{answer, client, failure, seller_file};

/// A cache over a table that gives `answers` one after the other, and how many it has given.
async fn cache(answers: Vec<support::Answer>) -> (SettingsCache, support::Rule) {
    let (client, rule) = client(answers);
    (
        SettingsCache::start(SettingsTable::new(client, "settings")).await,
        rule,
    )
}

fn name(cache: &SettingsCache) -> Option<String> {
    cache.current().map(|settings| settings.seller.name.clone())
}

#[tokio::test(start_paused = true)]
async fn settings_are_read_again_after_a_minute_beside_other_work() {
    let first = seller_file("First");
    let (cache, rule) = cache(vec![answer(&first), answer(&seller_file("Second"))]).await;
    assert_eq!(name(&cache).as_deref(), Some("First"));

    tokio::time::advance(Duration::from_secs(59)).await;
    assert_eq!(cache.beside(async { 7 }).await, 7);
    assert_eq!(
        (rule.num_calls(), name(&cache).as_deref()),
        (1, Some("First"))
    );

    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(cache.beside(async { 7 }).await, 7);
    assert_eq!(
        (rule.num_calls(), name(&cache).as_deref()),
        (2, Some("Second"))
    );
}

#[tokio::test(start_paused = true)]
async fn what_was_read_stays_while_the_database_fails() {
    let (cache, rule) = cache(vec![
        answer(&seller_file("First")),
        failure(),
        answer(&seller_file("Second")),
    ])
    .await;
    tokio::time::advance(Duration::from_secs(60)).await;
    cache.beside(async {}).await;
    assert_eq!(
        (rule.num_calls(), name(&cache).as_deref()),
        (2, Some("First"))
    );
    // It is tried again in a second, not in a minute, and not at every call.
    cache.beside(async {}).await;
    assert_eq!(rule.num_calls(), 2);
    tokio::time::advance(Duration::from_secs(1)).await;
    cache.beside(async {}).await;
    assert_eq!(
        (rule.num_calls(), name(&cache).as_deref()),
        (3, Some("Second"))
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_missing_is_looked_for_every_few_seconds_at_most() {
    let (cache, rule) = cache(vec![
        answer(&seller_file("First")),
        answer(&seller_file("Second")),
    ])
    .await;
    cache.look_again().await;
    assert_eq!(rule.num_calls(), 1);
    tokio::time::advance(Duration::from_secs(5)).await;
    cache.look_again().await;
    cache.look_again().await;
    assert_eq!(
        (rule.num_calls(), name(&cache).as_deref()),
        (2, Some("Second"))
    );
}

#[tokio::test(start_paused = true)]
async fn only_what_was_read_within_the_last_seconds_is_known_to_be_in_force() {
    const TIME: Duration = Duration::from_secs(2);
    let (cache, rule) = cache(vec![
        answer(&seller_file("First")),
        failure(),
        answer(&seller_file("Second")),
    ])
    .await;
    // Read at the start.
    assert!(cache.look_again_for(TIME).await);
    tokio::time::advance(Duration::from_secs(5)).await;
    // It fails, and is left alone for a moment.
    assert!(!cache.look_again_for(TIME).await);
    assert!(!cache.look_again_for(TIME).await);
    assert_eq!(
        (rule.num_calls(), name(&cache).as_deref()),
        (2, Some("First"))
    );
    tokio::time::advance(Duration::from_secs(1)).await;
    assert!(cache.look_again_for(TIME).await);
    assert_eq!(name(&cache).as_deref(), Some("Second"));
}

#[tokio::test(start_paused = true)]
async fn a_start_without_the_database_is_a_start() {
    let (cache, _) = cache(vec![failure(), answer(&seller_file("First"))]).await;
    assert_eq!(name(&cache), None);
    cache.look_again().await;
    assert_eq!(name(&cache).as_deref(), Some("First"));
}

#[tokio::test(start_paused = true)]
async fn who_would_act_on_what_is_missing_has_them_read_at_once() {
    const TIME: Duration = Duration::from_secs(2);
    let answers = vec![
        answer(&seller_file("First")),
        answer(&seller_file("Second")),
    ];
    let (cache, rule) = cache(answers).await;
    assert!(cache.look_again_for(TIME).await);
    assert_eq!(
        (rule.num_calls(), name(&cache).as_deref()),
        (1, Some("First"))
    );
    assert!(cache.look_now(TIME).await);
    assert_eq!(
        (rule.num_calls(), name(&cache).as_deref()),
        (2, Some("Second"))
    );
}
