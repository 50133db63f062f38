//! `feirante report`: what was sold, refused and is out of stock.

use serde_json::{Value, json};

use super::program::{Ended, feirante};
use crate::harness::bodies::{naming, o1, order};
use crate::harness::{Setup, System, eventually};

async fn run(system: &System, command: &[&str], arguments: &[&str]) -> Ended {
    let database = ["--dynamodb", &system.ready().dynamodb];
    feirante(&[command, arguments, &database].concat()).await
}

async fn report(system: &System, arguments: &[&str]) -> Ended {
    run(system, &["report"], arguments).await
}

async fn json(system: &System, arguments: &[&str]) -> Value {
    let arguments = [arguments, &["--format", "json"]].concat();
    let ended = report(system, &arguments).await;
    serde_json::from_str(ended.succeeded()).unwrap()
}

/// Two marketplaces, of which one has fees; three orders, of which one is canceled; and one refused,
/// twice.
async fn market_day() -> System {
    let inbound = "[marketplaces.inbound]";
    let fees = "[marketplaces.fees]\ncommission_percent = 10\nfixed_per_order = 50\npayment_value = \"payout\"";
    let setup = Setup::new().second_marketplace();
    let setup = setup.seller(inbound, &format!("{fees}\n\n{inbound}"));
    let system = setup.start().await;
    let (first, second) = (&system.marketplace, system.second_marketplace());
    let two = order("1-01", &[("2000037", 2, 7390), ("34562", 1, 890)]);
    for placed in [
        first.place(&json!([two])).await,
        first.place(&json!([o1("1-02")])).await,
        second.place(&json!([o1("2-01")])).await,
        first.cancel("mkt1-1-02", &naming("1-02")).await,
    ] {
        assert_eq!(placed.status, 200, "{placed:?}");
    }
    for _ in 0..2 {
        let refused = order("1-03", &[("34562", 90, 890)]);
        assert_eq!(first.place(&json!([refused])).await.status, 409);
    }
    eventually("everything in the index by day", async || {
        let report = json(&system, &[]).await;
        let total = &report["total"];
        let complete = total["orders"] == 3 && total["refused"]["ES014"]["times"] == 2;
        complete.then_some(())
    })
    .await;
    system
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_sums_up_what_was_sold_refused_and_canceled() {
    let system = market_day().await;
    let report = json(&system, &[]).await;
    assert_eq!(
        report["rows"][0],
        json!({
            "marketplace": "mkt1", "orders": 2, "units": 4, "sales": 23_060, "shipping": 600,
            "other": 0, "canceled": 1, "canceledValue": 7590, "returned": 0, "returnedValue": 0,
            "fees": 1617, "payout": 14_453, "unknownFees": 0, "differing": 1, "difference": 1617,
            "refused": {"ES014": {"orders": 1, "times": 2}},
        })
    );
    let second = &report["rows"][1];
    assert_eq!(
        [&second["marketplace"], &second["sales"], &second["fees"]],
        [&json!("mkt2"), &json!(7390), &json!(0)]
    );
    assert_eq!(report["total"]["unknownFees"], 1);
    assert_eq!(
        report["stockOuts"],
        json!([
            {"sku": "34562", "refusedOrders": 1, "refusedUnits": 90, "outOfStock": false},
            {"sku": "5837", "refusedOrders": 0, "refusedUnits": 0, "outOfStock": true},
        ])
    );

    let at_one = json(&system, &["--marketplace", "mkt2", "--by", "day"]).await;
    assert_eq!(at_one["total"]["orders"], 1);
    assert_eq!(at_one["total"]["refused"], json!({}));
    let before = json(&system, &["--to", "2020-01-31", "--by", "month"]).await;
    assert_eq!(before["from"], "2020-01-02");
    assert_eq!(before["rows"], json!([]));
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_a_table_for_people_and_one_for_spreadsheets() {
    let system = market_day().await;
    let table = report(&system, &[]).await;
    let lines: Vec<&str> = table.succeeded().lines().collect();
    for words in [
        &["MARKETPLACE", "FEES", "PAYOUT"][..],
        &[
            "mkt1",
            "230.60",
            "1 (75.90)",
            "16.17",
            "144.53",
            "1 (16.17)",
        ],
        &["TOTAL", "3", "304.50"],
        &["fees are not known: 1"],
        &["mkt1", "ES014", "is not to be had", "1", "2"],
        &["34562", "1", "90"],
        &["5837", "out of stock"],
        &["3 orders"],
    ] {
        let found = |line: &&&str| words.iter().all(|word| line.contains(word));
        assert!(
            lines.iter().any(|line| found(&line)),
            "{words:?}: {lines:#?}"
        );
    }
    assert!(
        lines.iter().all(|line| line.chars().count() <= 120),
        "{lines:#?}"
    );

    let style = ["--format", "csv", "--delimiter", ";", "--decimal-comma"];
    let csv = report(&system, &[&style[..], &["--by", "sku"]].concat()).await;
    assert_eq!(
        csv.succeeded().lines().collect::<Vec<_>>(),
        [
            "sku;orders;units;sales;shipping;other;canceled;canceled_value;returned;returned_value;\
             fees;payout;unknown_fees;differing;difference;\
             refused_es012;refused_es013;refused_es014;refused_es015;refused_units;out_of_stock",
            "2000037;3;4;295,60;6,00;0,00;1;75,90;0;0,00;14,78;135,02;1;0;0,00;0;0;0;0;0;false",
            "34562;1;1;8,90;2,00;0,00;0;0,00;0;0,00;0,89;10,01;0;0;0,00;0;0;1;0;90;false",
            "5837;0;0;0,00;0,00;0,00;0;0,00;0;0,00;0,00;0,00;0;0;0,00;0;0;0;0;0;true",
        ]
    );

    let wrong = report(&system, &["--from", "2026-02-01", "--to", "2026-01-31"]).await;
    assert_eq!(
        wrong.refused(),
        ["error: --from 2026-02-01: is after the last day, 2026-01-31"]
    );
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_refused_order_is_exported_with_its_reason() {
    let bands = "[[marketplaces.divergence]]\nup_to_percent = 100\ndecision = \"deny\"";
    let inbound = "[marketplaces.inbound]";
    let setup = Setup::new().seller(inbound, &format!("{bands}\n\n{inbound}"));
    let system = setup.start().await;
    let missing = order("9-01", &[("nowhere", 1, 100), ("34562", 2, 890)]);
    for refused in [&missing, &order("9-02", &[("34562", 2, 900)]), &missing] {
        assert_eq!(
            system.marketplace.place(&json!([refused])).await.status,
            409
        );
    }
    let export = ["export", "refusals"];
    let rows = eventually("both in the index by day", async || {
        let jsonl = run(&system, &export, &["--format", "jsonl"]).await;
        let rows = jsonl.succeeded().lines();
        let rows: Vec<Value> = rows.map(|row| serde_json::from_str(row).unwrap()).collect();
        (rows.len() == 2 && rows[0]["times"] == 2).then_some(rows)
    })
    .await;
    let mut first = rows[0].clone();
    for time in ["firstAt", "lastAt"] {
        first.as_object_mut().unwrap().remove(time).unwrap();
    }
    assert_eq!(
        first,
        json!({
            "marketplace": "mkt1", "marketplaceOrderId": "9-01", "code": "ES014",
            "reason": "not_sold", "sku": "nowhere", "units": {"nowhere": 1, "34562": 2}, "times": 2,
        })
    );
    assert_eq!(
        [&rows[1]["theirs"], &rows[1]["ours"]],
        [&json!(1800), &json!(1780)]
    );
    let csv = run(&system, &export, &["--decimal-comma", "--delimiter", ";"]).await;
    let lines: Vec<&str> = csv.succeeded().lines().collect();
    assert!(
        lines[2].starts_with("mkt1;9-02;ES015;prices;;34562:2;18,00;17,80;1;2"),
        "{lines:?}"
    );
    let none = run(&system, &export, &["--marketplace", "mkt2"]).await;
    assert_eq!(none.succeeded().lines().count(), 1);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_shows_what_it_is_expected_to_bring_in() {
    let system = market_day().await;
    let show = ["orders", "show"];
    let shown = run(&system, &show, &["mkt1-1-01"]).await;
    let expected = "fees 16.17, payout 144.53; \
                    the marketplace announced 160.70, which differs by 16.17";
    assert!(shown.succeeded().contains(expected), "{shown:?}");
    let unknown = run(&system, &show, &["mkt2-2-01"]).await;
    assert!(
        unknown.succeeded().contains("fees unknown\n"),
        "{unknown:?}"
    );
    let shown = run(&system, &show, &["mkt1-1-01", "--json"]).await;
    let shown: Value = serde_json::from_str(shown.succeeded()).unwrap();
    assert_eq!(
        shown["expected"],
        json!({
            "fees": 1617, "feesOfLines": [1478, 89], "payout": 14_453, "announced": 16_070,
            "difference": 1617,
        })
    );
    system.stop().await;
}
