//! `feirante export`: offers, orders and listings as files.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::import::report;
use super::program::{Ended, Files, feirante};
use crate::harness::bodies::order;
use crate::harness::{Setup, System, eventually};
use crate::outward::{QUICK, Scripted, facing};

async fn export(system: &System, arguments: &[&str]) -> Ended {
    let database = ["--dynamodb", &system.ready().dynamodb];
    feirante(&[&["export"], arguments, &database].concat()).await
}

/// A SKU whose every field is of the kind that files make trouble of, and one of which only a price
/// is known.
fn troublesome() -> Vec<Value> {
    vec![
        json!({"type": "sku", "sku": "x;,|\"", "active": false, "name": "Tubo 1/2\" | \"azul\"; é",
            "weightGrams": 1, "dimensionsCm": {"height": 0.5, "width": 1e1, "length": 30},
            "measurementUnit": "kg", "unitMultiplier": 0.25, "shippingMethods": ["a|b", "c\\", "-"],
            "offerings": [{"type": "t", "id": "1", "name": "a, \"b\"", "price": 250}],
            "catalog": {"productId": "007", "description": "two\r\nlines, \"quoted\"\n",
                "category": "A/B", "ean": "0000000000017",
                "images": [{"name": "Front side", "url": "https://a/1.jpg?a=1|2"}, {"name": "", "url": "https://a/2"}],
                "productSpecifications": [{"name": "Cor", "values": ["Azul|claro", "Verde"]}],
                "skuSpecifications": [{"name": "Cor", "values": ["1"]}, {"name": "Cor", "values": ["2"]},
                    {"name": "cor", "values": ["-"]}]}}),
        json!({"type": "price", "sku": "x;,|\"", "price": 1, "listPrice": 123_456_789, "floor": 1,
            "validUntil": "2030-01-01T00:00:00.123Z"}),
        json!({"type": "price", "sku": "x;,|\"", "price": 2, "marketplace": "mkt1"}),
        json!({"type": "price", "sku": "x;,|\"", "price": 3, "marketplace": "mkt1", "salesChannel": "a,b",
            "validFrom": "2029-01-01"}),
        json!({"type": "stock", "sku": "x;,|\"", "warehouse": "main", "onHand": -2}),
        json!({"type": "stock", "sku": "x;,|\"", "warehouse": "loja", "onHand": 5}),
        json!({"type": "sku", "sku": "nowhere", "active": true, "name": "no method", "shippingMethods": []}),
        json!({"type": "price", "sku": "price only", "price": 5}),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_changes_nothing_when_it_is_imported() {
    let (system, files) = (System::start().await, Files::new());
    for message in troublesome() {
        system.erp.send("offers", message).await;
    }
    system.erp.settled("offers").await;
    assert!(system.erp.dead_letter_now("offers").await.is_none());
    for (name, style) in [
        ("offers.csv", &[][..]),
        ("brazil.csv", &["--delimiter", ";", "--decimal-comma"]),
        ("tabs.tsv", &["--delimiter", "tab"]),
        ("offers.jsonl", &[]),
    ] {
        let path = files.path(name);
        let path = path.to_str().unwrap();
        let ended = export(&system, &[&["offers", "-o", path], style].concat()).await;
        assert_eq!(ended.succeeded(), "");
        let report = report(&system, &[path, "--yes"]).await;
        assert_eq!(report["sent"], 0, "{name}: {report:#}");
        let contents = &report["contents"];
        assert_eq!(
            [&contents["skus"], &contents["prices"], &contents["counts"]],
            [8, 10, 8],
            "{name}"
        );
    }
    // Standard output has the same.
    let csv = export(&system, &["offers"]).await;
    let lines = |text: &str| text.lines().map(str::len).collect::<Vec<_>>();
    let file = std::fs::read_to_string(files.path("offers.csv")).unwrap();
    assert_eq!(lines(csv.succeeded()), lines(&file));

    // Another system made of the lines is the same.
    let other = System::start().await;
    let path = files.path("offers.jsonl");
    let path = path.to_str().unwrap();
    let there = report(&other, &[path, "--yes"]).await;
    assert_eq!(there["changes"]["newSkus"], 2, "{there:#}");
    other.erp.settled("offers").await;
    assert_eq!(
        report(&other, &[path, "--dry-run"]).await["changes"]["unchanged"],
        26
    );
    other.stop().await;
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_edited_after_an_export_does_not_bring_sold_units_back() {
    let (system, files) = (Setup::new().sku("tea", 500, 9).start().await, Files::new());
    let path = files.path("offers.csv");
    let path = path.to_str().unwrap();
    export(&system, &["offers", "-o", path]).await.succeeded();
    // The ERP counts after the export, before the import.
    let count = json!({"type": "stock", "sku": "tea", "warehouse": "main", "onHand": 4});
    system.erp.send("offers", count).await;
    system.erp.settled("offers").await;
    let report = report(&system, &[path, "--yes"]).await;
    assert_eq!(
        (&report["sent"], &report["changes"]["outdated"]),
        (&json!(0), &json!(1))
    );
    assert_eq!(system.stock("tea").await.on_hand, 4);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_are_exported_by_order_and_by_line_without_anything_personal() {
    let system = System::start().await;
    for id in ["e1-01", "e2-01"] {
        let items = [("2000037", 2, 7390), ("34562", 1, 890)];
        let placed = system.marketplace.place(&order(id, &items)).await;
        assert_eq!(placed.status, 200, "{placed:?}");
    }
    let csv = eventually("both orders in the list", async || {
        let csv = export(&system, &["orders"]).await.succeeded().to_owned();
        (csv.lines().count() == 3).then_some(csv)
    })
    .await;
    let columns =
        "order_id,marketplace,marketplace_order_id,status,placed_at,lines,units,total,not_invoiced";
    assert_eq!(csv.lines().next(), Some(columns));
    assert!(csv.contains("mkt1-e1-01,mkt1,e1-01,placed,"), "{csv}");

    let lines = export(&system, &["orders", "--lines", "--format", "jsonl"]).await;
    let lines: Vec<Value> = lines
        .succeeded()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let found: BTreeSet<String> = lines
        .iter()
        .map(|line| {
            format!(
                "{} {} {} {} {}",
                line["orderId"], line["line"], line["sku"], line["units"], line["price"]
            )
        })
        .collect();
    let expected = ["e1-01", "e2-01"].iter().flat_map(|id| {
        [
            format!("\"mkt1-{id}\" 1 \"2000037\" 2 7390"),
            format!("\"mkt1-{id}\" 2 \"34562\" 1 890"),
        ]
    });
    assert_eq!(found, expected.collect());
    for (arguments, rows) in [
        (&["--marketplace", "mkt2"][..], 1),
        (&["--from", "2020-01-01", "--to", "2020-01-31"], 1),
    ] {
        let ended = export(&system, &[&["orders"], arguments].concat()).await;
        assert_eq!(ended.succeeded().lines().count(), rows);
    }
    let backwards = export(
        &system,
        &["orders", "--from", "2026-02-01", "--to", "2026-01-01"],
    )
    .await;
    assert_eq!(backwards.refused().len(), 1);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn listings_are_exported_with_what_is_known() {
    let market = Scripted::start().await;
    let system = facing(&market, QUICK).start().await;
    let csv = eventually("every SKU to be listed", async || {
        let csv = export(&system, &["listings"]).await.succeeded().to_owned();
        (csv.matches(",mkt1,bound,").count() == 6).then_some(csv)
    })
    .await;
    assert_eq!(
        csv.lines().next(),
        Some("sku,marketplace,state,since,known")
    );
    let lines = export(&system, &["listings", "--format", "jsonl"]).await;
    let first: Value = serde_json::from_str(lines.succeeded().lines().next().unwrap()).unwrap();
    assert_eq!(first["account"], "mkt1");
    system.stop().await;
}
