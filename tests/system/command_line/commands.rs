//! What commands do when nothing is wrong.

use std::collections::BTreeSet;
use std::path::Path;

use aws_sdk_dynamodb::types::AttributeValue;
use futures::future::join_all;
use serde_json::{Value, json};

use super::program::{Files, feirante};
use crate::harness::bodies::{cart, o1, shelf};
use crate::harness::program::Program;
use crate::harness::{Marketplace, System, eventually};

const SELLER: &str = include_str!("../../../sandbox/fixture/seller.toml");
const OFFERS: &str = include_str!("../../../sandbox/fixture/offers.jsonl");

/// The fixture's seller with other shipping costs.
fn dearer() -> String {
    assert_eq!(SELLER.matches("price = 200  ").count(), 1);
    SELLER.replace("price = 200  ", "price = 321  ")
}

fn keys(value: &Value) -> BTreeSet<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

async fn stock(marketplace: &Marketplace) -> Value {
    let reply = marketplace.simulate(&shelf(&[("2000037", 1)])).await;
    reply.json()["logisticsInfo"][0]["stockBalance"].clone()
}

/// What delivery costs, by the answer of one call.
async fn delivery(marketplace: &Marketplace) -> Value {
    let reply = marketplace.simulate(&cart(&[("2000037", 1)])).await;
    reply.json()["logisticsInfo"][0]["slas"][0]["price"].clone()
}

/// The version of the seller file in force.
async fn version(system: &System) -> i64 {
    let table = &system.ready().tables["settings"];
    let answer = system
        .dynamodb()
        .get_item()
        .table_name(table)
        .key("name", AttributeValue::S("seller".to_owned()))
        .consistent_read(true)
        .send()
        .await;
    let item = answer.unwrap().item.unwrap();
    item["version"].as_n().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ready_file_says_where_everything_is() {
    let files = Files::new();
    let sandbox = Program::with(&files.directory(), &[]).await;
    let ready = &sandbox.ready;
    let everything = [
        "api",
        "bases",
        "console",
        "deadLetters",
        "dynamodb",
        "marketplace",
        "queues",
        "region",
        "sqs",
        "tables",
    ];
    assert_eq!(keys(ready), everything.into());
    assert_eq!(ready["region"], "us-east-1");
    assert_eq!(ready["console"], Value::Null);
    for server in ["api", "dynamodb", "marketplace", "sqs"] {
        let url = ready[server].as_str().unwrap();
        assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    }
    let api = ready["api"].as_str().unwrap();
    assert_eq!(ready["bases"], json!({"mkt1": format!("{api}/m/k9")}));

    assert_eq!(
        keys(&ready["tables"]),
        ["accounts", "listings", "offers", "orders", "settings"].into()
    );
    assert!(
        ready["tables"]
            .as_object()
            .unwrap()
            .values()
            .all(Value::is_string)
    );
    let inward = [
        "agreements",
        "cancellations",
        "invoices",
        "notifications",
        "offers",
        "tracking",
    ];
    let mut queues: BTreeSet<_> = inward.into();
    assert_eq!(keys(&ready["deadLetters"]), queues);
    queues.insert("orders");
    assert_eq!(keys(&ready["queues"]), queues);
    let sqs = ready["sqs"].as_str().unwrap();
    for (name, end) in [("offers", "/erp-offers"), ("orders", "/erp-orders.fifo")] {
        let url = ready["queues"][name].as_str().unwrap();
        assert!(url.starts_with(sqs) && url.ends_with(end), "{url}");
    }

    // Ready means that a simulation can read the offers.
    assert_eq!(stock(&Marketplace::new(api, "k9")).await, 99);
    sandbox.terminate().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_is_there_again_with_its_fixture_or_without() {
    let files = Files::new();
    let data = files.path("data");
    let fixture = files.fixture(&SELLER.replace(r#""k9""#, r#""other-key""#), OFFERS);
    let with: [(&str, &Path); 2] = [("--data", &data), ("--fixture", &fixture)];
    let without: [(&str, &Path); 1] = [("--data", &data)];
    let seller_of =
        |sandbox: &Program| Marketplace::new(sandbox.ready["api"].as_str().unwrap(), "other-key");

    let sandbox = Program::with(&files.directory(), &with).await;
    let placed = seller_of(&sandbox)
        .place(&json!([o1("959311095-01")]))
        .await;
    assert_eq!(placed.status, 200);
    assert_eq!(stock(&seller_of(&sandbox)).await, 98);
    sandbox.terminate().await;

    // The fixture's counts are older than the order.
    let sandbox = Program::with(&files.directory(), &with).await;
    assert_eq!(stock(&seller_of(&sandbox)).await, 98);
    sandbox.terminate().await;

    // Without a fixture the seller file in force stays, too.
    let sandbox = Program::with(&files.directory(), &without).await;
    assert_eq!(stock(&seller_of(&sandbox)).await, 98);
    let again = seller_of(&sandbox)
        .place(&json!([o1("959311095-01")]))
        .await;
    assert_eq!(again.body, placed.body);
    sandbox.terminate().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn apply_puts_a_seller_file_in_force() {
    let system = System::start().await;
    assert_eq!(delivery(&system.marketplace).await, 200);
    let (database, table) = (&system.ready().dynamodb, &system.ready().tables["settings"]);
    let files = Files::new();
    let apply = async |seller: &str, more: &[&str]| {
        let file = files.write("seller.toml", seller);
        let file = file.to_str().unwrap();
        let mut arguments = vec!["apply", file, "--dynamodb", database, "--table", table];
        arguments.extend(more);
        feirante(&arguments).await
    };
    let before = version(&system).await;
    assert!(!apply("[seller]", &[]).await.refused().is_empty());
    apply(&dearer(), &["--check"]).await.succeeded();
    assert_eq!(version(&system).await, before);

    let applied = apply(&dearer(), &[]).await;
    let said = format!("in force as version {}", before + 1);
    assert!(applied.succeeded().contains(&said), "{applied:?}");
    assert_eq!(version(&system).await, before + 1);

    // A process keeps what it has read for a minute. Calls at once need more processes, and those
    // that start now read what is in force now.
    eventually("an answer by the new seller file", async || {
        let answers = join_all((0..8).map(|_| delivery(&system.marketplace))).await;
        answers.contains(&json!(321)).then_some(())
    })
    .await;
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_shows_each_step() {
    let demo = feirante(&["demo"]).await;
    let mut rest = demo.succeeded();
    for step in [
        "suggest",
        "approve",
        "simulate",
        "place",
        "authorize",
        "invoice",
        "track",
        "deliver",
        "cancel",
        "return",
        "oversell",
        "expire",
        "outage",
        "recover",
        "books",
    ] {
        let start = rest
            .find(&format!("\n{step} "))
            .unwrap_or_else(|| panic!("no {step}: {rest}"));
        rest = &rest[start + 1..];
        let line = rest.lines().next().unwrap();
        assert!(line.contains(" ms "), "no time: {line}");
    }
    let widest = demo.out.lines().max_by_key(|line| line.chars().count());
    assert!(
        widest.is_some_and(|line| line.chars().count() <= 100),
        "{widest:?}"
    );
    assert_eq!(demo.err, "");
}
