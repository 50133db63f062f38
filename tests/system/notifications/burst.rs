//! Many changes of one SKU cost few calls, and the last value wins.

use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::stands;
use crate::harness::{Setup, System};
use crate::outward::QUICK;

const SKU: &str = "2000037";

/// The calls of a kind the marketplace got about the SKU.
async fn about(system: &System, name: &str) -> Vec<Value> {
    let path = format!("calls?name={name}&sku={SKU}&account=mkt1");
    let calls = system.market().get(&path).await;
    calls.as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_prices_within_a_second_are_told_by_three_calls_and_the_last_one_is_seen() {
    let system = Setup::new()
        .seller("[[warehouses]]", &format!("{QUICK}\n[[warehouses]]"))
        .marketplace()
        .start()
        .await;
    let market = system.market();
    let suggestion = format!("suggestions/mkt1/{SKU}");
    let pending = format!("{suggestion}?until_status=pending&within=20s");
    market.get(&pending).await;
    market
        .post(&format!("{suggestion}/approve"), json!({}))
        .await;
    // The schedule asks for the decision.
    let in_an_hour = Timestamp::now() + SignedDuration::from_hours(1);
    let time = in_an_hour.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let tick = json!({"time": time});
    system.invoke("notify-marketplace", tick).await;
    stands(&system, SKU, "bound").await;
    let offer = format!("offers/mkt1/{SKU}?until_price=7390&until_stock=99&within=20s");
    market.get(&offer).await;
    let mut before = Vec::new();
    for name in ["price", "inventory", "announce"] {
        before.push(about(&system, name).await.len());
    }

    let now = Timestamp::now();
    let prices = (0..100).map(|index| {
        let as_of = now + SignedDuration::from_millis(index);
        let message = json!({
            "type": "price", "sku": SKU, "price": 1000 + index, "asOf": as_of.to_string(),
        });
        let system = &system;
        async move { system.erp.send("offers", message).await }
    });
    join_all(prices).await;
    let seen = market
        .get(&format!("offers/mkt1/{SKU}?until_price=1099&within=20s"))
        .await;
    assert_eq!(seen["price"], 1099, "{seen}");
    system.erp.settled("offers").await;
    system.erp.settled("notifications").await;

    let told = about(&system, "price").await;
    let calls = told.len() - before[0];
    eprintln!("{calls} calls");
    assert!((1..=3).contains(&calls), "{calls}");
    assert!(told.iter().all(|call| call["status"] == 202));
    // Never two within two seconds.
    let at = |call: &Value| {
        call["startedAt"]
            .as_str()
            .unwrap()
            .parse::<Timestamp>()
            .unwrap()
    };
    for pair in told[before[0]..].windows(2) {
        assert!(at(&pair[1]).duration_since(at(&pair[0])) >= SignedDuration::from_secs(2));
    }
    // And nothing else of it changed.
    assert_eq!(about(&system, "inventory").await.len(), before[1]);
    assert_eq!(about(&system, "announce").await.len(), before[2]);
    let last = about(&system, "simulate").await.pop().unwrap();
    let answer: Value = serde_json::from_str(last["responseBody"].as_str().unwrap()).unwrap();
    assert_eq!(answer["items"][0]["price"], 1099);
    assert_eq!(market.get("violations").await, json!([]));
    system.stop().await;
}
