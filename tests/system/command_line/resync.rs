//! `feirante resync`: every SKU is announced again.

use std::time::Duration;

use serde_json::Value;

use super::program::{Ended, feirante};
use crate::harness::System;
use crate::outward::{QUICK, Scripted, facing};
use crate::resync::{CALLS, SKUS, told_of_the_fixture};

async fn resync(system: &System, arguments: &[&str]) -> Ended {
    let ready = system.ready();
    let place = ["--dynamodb", &ready.dynamodb, "--sqs", &ready.sqs];
    feirante(&[&["resync"], arguments, &place].concat()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_sold_sku_is_announced_once_at_the_account_s_pace() {
    let market = Scripted::start().await;
    let (orders, catalog) = QUICK.split_once("[delivery.catalog]").unwrap();
    let slow = catalog.replace("per_second = 500", "per_second = 2");
    let system = facing(&market, &format!("{orders}[delivery.catalog]{slow}"))
        .start()
        .await;
    told_of_the_fixture(&system, &market).await;

    let ended = resync(&system, &["--json"]).await;
    let runs: Value = serde_json::from_str(ended.succeeded()).unwrap();
    assert_eq!(runs.as_array().unwrap().len(), 1, "{runs}");
    assert_eq!(runs[0]["marketplace"], "mkt1");
    assert_eq!(runs[0]["announced"], SKUS);
    assert!(runs[0]["finishedAt"].is_string(), "{runs}");
    for call in CALLS {
        market.hears(call, SKUS).await;
    }
    system.erp.settled("notifications").await;
    let heard = market.heard("");
    let mut calls: Vec<_> = heard.iter().map(|one| one.call.as_str()).collect();
    calls.sort_unstable();
    calls.dedup();
    assert_eq!((calls.len(), heard.len()), (3 * SKUS, 3 * SKUS));
    // Though so many might go at once.
    let took = heard[heard.len() - 1].at.duration_since(heard[0].at);
    assert!(took >= Duration::from_secs(6), "{took:?}");
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_t_be_told_is_named() {
    let market = Scripted::start().await;
    let system = facing(&market, QUICK).second_marketplace().start().await;
    told_of_the_fixture(&system, &market).await;
    for (account, words) in [
        ("mkt2", "has no [marketplaces.outbound] for mkt2"),
        ("mkt3", "names no marketplace mkt3"),
    ] {
        let ended = resync(&system, &["--marketplace", account]).await;
        let lines = ended.refused();
        assert!(lines[0].contains(words), "{lines:?}");
    }
    let shown = resync(&system, &["--marketplace", "mkt1"]).await;
    let shown = shown.succeeded();
    for words in ["MARKETPLACE", "mkt1", "asked for", "6"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(!shown.contains("under way"), "{shown}");
    system.stop().await;
}
