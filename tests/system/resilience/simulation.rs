//! A simulation is answered with 200 in time, whatever the database does (protocol §2.5).

use std::time::Duration;

use futures::future::join_all;
use serde_json::{Value, json};

use super::{OUTAGES, behind_a_door, soon};
use crate::harness::bodies::{cart, shelf};
use crate::harness::proxy::{Door, Fault};
use crate::harness::{Setup, eventually};

const SIMULATE: &str = "simulate-fulfillment";

/// Price and stock of a SKU in a simulation's answer, if it is sold.
fn told(answer: &Value, sku: &str) -> Option<(i64, i64)> {
    let items = answer["items"].as_array().unwrap();
    let item = items.iter().find(|item| item["id"] == sku)?;
    let rows = answer["logisticsInfo"].as_array().unwrap();
    let row = rows
        .iter()
        .find(|row| row["itemIndex"] == item["requestIndex"])?;
    let price = item["price"].as_i64().unwrap();
    Some((price, row["stockBalance"].as_i64().unwrap()))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_instance_has_seen_it_tells_again_while_the_database_is_down() {
    join_all(OUTAGES.map(async |outage| {
        let (door, system) = behind_a_door().await;
        let seen = system.marketplace.simulate(&shelf(&[("2000037", 1)])).await;
        assert_eq!(told(&seen.json(), "2000037"), Some((7390, 99)));
        door.shut(SIMULATE, outage);

        let both = cart(&[("34562", 1), ("2000037", 1)]);
        let what = format!("simulation, {outage:?}");
        let reply = soon(&what, system.marketplace.simulate(&both)).await;
        assert_eq!(reply.status, 200);
        assert_eq!(told(&reply.json(), "2000037"), Some((7390, 99)));
        assert_eq!(told(&reply.json(), "34562"), None, "nobody had told it");

        let malformed = system
            .marketplace
            .post_text("/pvt/orderForms/simulation", "[")
            .await;
        assert_eq!(
            (malformed.status, malformed.code().as_str()),
            (400, "ES001")
        );

        // The last known is no longer told once the truth can be had.
        door.heal();
        let count = json!({"type": "stock", "sku": "2000037", "warehouse": "main", "onHand": 7});
        system.erp.send("offers", count).await;
        eventually("the new count", async || {
            let reply = system.marketplace.simulate(&both).await;
            let told = |sku| told(&reply.json(), sku);
            (told("2000037") == Some((7390, 7)) && told("34562") == Some((890, 5))).then_some(())
        })
        .await;
        system.stop().await;
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_database_is_waited_for_within_reason() {
    let (door, system) = behind_a_door().await;
    door.shut(SIMULATE, Fault::Slow(Duration::from_millis(400)));
    let cart = shelf(&[("2000037", 1)]);
    let call = system.marketplace.simulate(&cart);
    let reply = soon("simulation, 400 ms late", call).await;
    assert_eq!(told(&reply.json(), "2000037"), Some((7390, 99)));
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passing_failure_is_not_noticed() {
    let (door, system) = behind_a_door().await;
    for failure in [
        Fault::Refuse,
        Fault::Throttle,
        Fault::Fail,
        Fault::LoseAnswer,
    ] {
        door.strike(SIMULATE, "BatchGetItem", failure, 2);
        let reply = system.marketplace.simulate(&shelf(&[("77", 1)])).await;
        assert_eq!(told(&reply.json(), "77"), Some((250, 3)), "{failure:?}");
    }
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_never_read_its_settings_offers_nothing_until_it_can() {
    join_all([Fault::Refuse, Fault::Hang].map(async |outage| {
        let door = Door::open().await;
        door.shut(SIMULATE, outage);
        let setup = Setup::new().options(|options| {
            door.lead(options);
            options.processes = 1;
        });
        let system = setup.start().await;
        let what = format!("simulation without settings, {outage:?}");
        let cart = cart(&[("2000037", 1)]);
        let call = system.marketplace.simulate(&cart);
        let reply = soon(&what, call).await;
        assert_eq!(reply.status, 200);
        let nothing = json!({
            "country": "BRA", "postalCode": "22251-030", "allowMultipleDeliveries": true,
            "items": [], "logisticsInfo": [],
        });
        let answer = reply.json();
        for (field, value) in nothing.as_object().unwrap() {
            assert_eq!(&answer[field], value, "{answer}");
        }
        for malformed in ["", "[]", r#"{"items":["#, r#"{"items":[{"id":"1"}]}"#] {
            let call = system
                .marketplace
                .post_text("/pvt/orderForms/simulation", malformed);
            let reply = soon(&what, call).await;
            assert_eq!(reply.status, 400, "{malformed}");
            reply.code();
        }
        door.heal();
        let reply = system.marketplace.simulate(&cart).await;
        assert_eq!(told(&reply.json(), "2000037"), Some((7390, 99)));
        system.stop().await;
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_starts_while_the_database_hangs_answers_in_time() {
    let door = Door::open().await;
    let setup = Setup::new().options(|options| {
        door.lead(options);
        options.processes = 2;
    });
    let system = setup.start().await;
    door.shut(SIMULATE, Fault::Hang);
    // One of the two finds the first instance busy and has to start another.
    let cart = shelf(&[("2000037", 1)]);
    let call = |what| soon(what, system.marketplace.simulate(&cart));
    let (warm, cold) = tokio::join!(call("one instance"), call("another instance"));
    assert_eq!((warm.status, cold.status), (200, 200));
    let starts = door.operations_of(SIMULATE);
    let starts = starts.iter().filter(|operation| *operation == "GetItem");
    assert!(starts.count() >= 2, "only one instance was there");
    system.stop().await;
}
