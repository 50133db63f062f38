//! `feirante orders`: what was sold, and what became of it.

use serde_json::Value;

use super::program::{Ended, feirante};
use crate::harness::{System, eventually};
use crate::outward::{
    QUICK, Say, Scripted, attempts, facing_orders, invoice, progress, sell, sell_at, shipment,
};

const ITEM: [(&str, i64, i64); 1] = [("2000037", 1, 7390)];

async fn orders(system: &System, arguments: &[&str]) -> Ended {
    let database = ["--dynamodb", &system.ready().dynamodb];
    feirante(&[&["orders"], arguments, &database].concat()).await
}

fn json(ended: &Ended) -> Value {
    serde_json::from_str(ended.succeeded()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_are_listed_by_day_marketplace_and_status() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK)
        .second_marketplace()
        .start()
        .await;
    let first = sell(&system, "1-01").await;
    let second = sell(&system, "1-02").await;
    let other = sell_at(&system.second_marketplace(), "1-01").await;
    system
        .erp
        .send("invoices", invoice(&second, "NFe-1", 7590, &ITEM))
        .await;
    system.erp.sees("order.invoiced", &second).await;

    let listed = orders(&system, &["list"]).await;
    let lines: Vec<&str> = listed.succeeded().lines().collect();
    for words in [
        ["ORDER", "MARKETPLACE", "STATUS"],
        [&*first, "mkt1", "authorized"],
        [&*second, "1-02", "invoiced"],
        [&*other, "mkt2", "authorized"],
    ] {
        let line = lines
            .iter()
            .find(|line| words.iter().all(|word| line.contains(word)));
        assert!(line.is_some(), "{words:?}: {lines:#?}");
    }
    assert!(
        lines.iter().all(|line| line.chars().count() <= 120),
        "{lines:#?}"
    );
    for (arguments, expected) in [
        (
            &["list", "--json", "--marketplace", "mkt2"][..],
            vec![&other],
        ),
        (&["list", "--json", "--status", "invoiced"], vec![&second]),
        (&["list", "--json", "--to", "2020-01-01"], vec![]),
        (&["list", "--json"], vec![&first, &second, &other]),
    ] {
        let listed = json(&orders(&system, arguments).await);
        let found = listed.as_array().unwrap().iter();
        let mut found: Vec<_> = found
            .map(|order| order["orderId"].as_str().unwrap())
            .collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{arguments:?}");
    }
    let mistaken = orders(
        &system,
        &["list", "--from", "2026-02-02", "--to", "2026-02-01"],
    )
    .await;
    assert_eq!(mistaken.refused().len(), 1);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_shown_with_its_invoices_its_timeline_and_what_is_on_its_way() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = sell(&system, "1-01").await;
    market.says("/invoice", [Say::Status(503)]);
    system
        .erp
        .send("invoices", invoice(&id, "NFe-1", 5000, &ITEM))
        .await;
    market.hears("/invoice", 2).await;
    system.erp.settled("invoices").await;
    system
        .erp
        .send("tracking", shipment(&id, "NFe-1", "SR1"))
        .await;
    system
        .erp
        .send("tracking", progress(&id, "NFe-1", &["Posted"], false))
        .await;
    market.hears("/tracking", 1).await;
    system
        .erp
        .send("tracking", shipment(&id, "NFe-2", "SR2"))
        .await;
    system.erp.settled("tracking").await;
    market.says_always(
        "/invoice",
        Say::Full(503, Vec::new(), "Closed for repairs".to_owned()),
    );
    system
        .erp
        .send("invoices", invoice(&id, "NFe-2", 2590, &ITEM))
        .await;
    eventually("an attempt in vain", async || {
        attempts(&system, &id, "NFe-2").await
    })
    .await;

    let by_theirs = orders(&system, &["show", "1-01", "--marketplace", "mkt1"]).await;
    for shown in [orders(&system, &["show", &id]).await, by_theirs] {
        let shown = shown.succeeded();
        for words in [
            "Order mkt1-1-01 (1-01 at mkt1)",
            "total 75.90, not invoiced 25.90",
            "placed at 73.90 (our price 73.90)",
            "authorized: the payment is approved",
            "invoice NFe-1 over 50.00 accepted",
            "invoice NFe-1 over 50.00 sent at attempt 2 (receipt receipt-2); 25.90 left",
            "Correios SR1",
            "tracking number of NFe-1 sent (receipt receipt-3)",
            "1 events of NFe-1 sent (receipt receipt-4)",
            "invoice NFe-2",
            "Closed for repairs",
            "Waits for invoice NFe-2: ",
        ] {
            assert!(shown.contains(words), "{words}: {shown}");
        }
        // The buyer is nobody's business here.
        for personal in ["a@ct.vtex.com.br", "3244239851", "Rua A"] {
            assert!(!shown.contains(personal), "{shown}");
        }
    }
    let shown = json(&orders(&system, &["show", &id, "--json"]).await);
    assert_eq!(shown["order"]["orderId"], *id, "{shown}");
    assert_eq!(shown["packages"].as_array().unwrap().len(), 2);
    let unknown = orders(&system, &["show", "mkt1-9-01"]).await;
    assert_eq!(unknown.refused(), ["error: there is no order mkt1-9-01"]);
    system.stop().await;
}
