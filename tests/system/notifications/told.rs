//! Each change is told by its own call.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::told_of_the_fixture;
use crate::harness::System;
use crate::harness::bodies::order;
use crate::outward::{QUICK, Scripted, authorize, facing_two, invoice, place};

/// A notification leaves within this time of its change.
const SOON: Duration = Duration::from_secs(5);

/// The calls both marketplaces got, once those that are expected came and nothing is under way.
async fn calls(system: &System, markets: [&Scripted; 2], expected: [&[&str]; 2]) -> Duration {
    let began = Instant::now();
    let mut took = Duration::ZERO;
    for (market, expected) in markets.iter().zip(expected) {
        for call in expected {
            let heard = market.hears(call, 1).await;
            took = took.max(heard[0].at.saturating_duration_since(began));
        }
    }
    system.erp.settled("notifications").await;
    for (market, expected) in markets.iter().zip(expected) {
        let heard = market.heard("");
        let mut calls: Vec<&str> = heard.iter().map(|one| one.call.as_str()).collect();
        calls.sort_unstable();
        assert_eq!(calls, expected);
        for one in &heard {
            assert_eq!(one.body, "", "{}", one.call);
        }
        market.forget();
    }
    took
}

fn price(sku: &str, price: i64) -> Value {
    json!({"type": "price", "sku": sku, "price": price})
}

/// Prices and stock were once told to the catalog's route, which has not worked since 2023.
#[tokio::test(flavor = "multi_thread")]
async fn prices_and_stock_go_to_the_notificator_and_only_other_data_to_the_catalog() {
    let (first, second) = (Scripted::start().await, Scripted::start().await);
    let system = facing_two(&first, &second, QUICK).start().await;
    let markets = [&first, &second];
    told_of_the_fixture(&system, &first).await;
    told_of_the_fixture(&system, &second).await;

    // CAT-05. One of the prices holds at one marketplace only.
    let mut special = price("77", 260);
    special["marketplace"] = json!("mkt2");
    for message in [
        price("34562", 900),
        special,
        json!({"type": "stock", "sku": "W1", "warehouse": "main", "onHand": 12}),
        json!({
            "type": "sku", "sku": "5837", "active": true, "name": "Vela",
            "catalog": {"productName": "Vela de cera"},
        }),
    ] {
        system.erp.send("offers", message).await;
    }
    let first_s = [
        "POST /api/notificator/seller1/changenotification/34562/price",
        "POST /api/notificator/seller1/changenotification/W1/inventory",
        "POST /api/sku-binding/pvt/skuseller/changenotification/seller1/5837",
    ];
    let second_s = [
        "POST /api/notificator/seller2/changenotification/34562/price",
        "POST /api/notificator/seller2/changenotification/77/price",
        "POST /api/notificator/seller2/changenotification/W1/inventory",
        "POST /api/sku-binding/pvt/skuseller/changenotification/seller2/5837",
    ];
    let took = calls(&system, markets, [&first_s, &second_s]).await;
    eprintln!("changes by the ERP: {took:?}");
    assert!(took < SOON, "{took:?}");
    system.stop().await;
}

/// Out of stock at one marketplace and still sold at the other is how goods are sold twice.
#[tokio::test(flavor = "multi_thread")]
async fn what_one_marketplace_sells_is_told_to_all_of_them_at_once() {
    let (first, second) = (Scripted::start().await, Scripted::start().await);
    let system = facing_two(&first, &second, QUICK).start().await;
    let markets = [&first, &second];
    told_of_the_fixture(&system, &first).await;
    told_of_the_fixture(&system, &second).await;

    let id = place(&system, order("1-01", &[("2000037", 2, 7390)])).await;
    let stock: [&[&str]; 2] = [
        &["POST /api/notificator/seller1/changenotification/2000037/inventory"],
        &["POST /api/notificator/seller2/changenotification/2000037/inventory"],
    ];
    let took = calls(&system, markets, stock).await;
    eprintln!("an order: {took:?}");
    assert!(took < SOON, "{took:?}");
    // To be paid and invoiced changes nothing that a buyer could see.
    authorize(&system, &id).await;
    let items = [("2000037", 2, 7390)];
    system
        .erp
        .send("invoices", invoice(&id, "NFe-1", 2 * 7390 + 200, &items))
        .await;
    first.hears("/1-01/invoice", 1).await;
    system.erp.sees("order.invoiced", &id).await;
    first.forget();

    // An order that was never paid gives its units back.
    place(&system, order("1-02", &[("9007199254740993", 1, 100)])).await;
    let key: [&[&str]; 2] = [
        &["POST /api/notificator/seller1/changenotification/9007199254740993/inventory"],
        &["POST /api/notificator/seller2/changenotification/9007199254740993/inventory"],
    ];
    calls(&system, markets, key).await;
    let in_nine_days = Timestamp::now() + SignedDuration::from_hours(9 * 24);
    let tick = json!({
        "version": "0", "id": "1", "detail-type": "Scheduled Event", "source": "aws.events",
        "account": "123456789012", "region": "us-east-1", "resources": [], "detail": {},
        "time": in_nine_days.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    });
    assert_eq!(
        system.invoke("expire-reservations", tick).await["expired"],
        1
    );
    calls(&system, markets, key).await;
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stays_as_it_was_is_not_told() {
    let (first, second) = (Scripted::start().await, Scripted::start().await);
    let system = facing_two(&first, &second, QUICK).start().await;
    told_of_the_fixture(&system, &first).await;
    told_of_the_fixture(&system, &second).await;
    // The same again; an older one; of a SKU nobody sells; and one that is news.
    let old = json!({
        "type": "price", "sku": "34562", "price": 1, "asOf": "2026-10-01T00:00:00Z",
    });
    for message in [
        json!({"type": "price", "sku": "34562", "price": 890, "listPrice": 990}),
        old,
        price("nobody-sells-this", 100),
        json!({"type": "stock", "sku": "77", "warehouse": "main", "onHand": 3}),
        price("W1", 1010),
    ] {
        system.erp.send("offers", message).await;
        system.erp.settled("offers").await;
    }
    calls(
        &system,
        [&first, &second],
        [
            &["POST /api/notificator/seller1/changenotification/W1/price"],
            &["POST /api/notificator/seller2/changenotification/W1/price"],
        ],
    )
    .await;
    system.stop().await;
}
