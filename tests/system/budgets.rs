//! What a call may cost: DynamoDB calls, time and bytes, counted at the database's door.
//!
//! A window holds no other call: the seller file was read when the functions started, and is read
//! again a minute later at the earliest.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use serde_json::{Value, json};

use crate::harness::bodies::{cart, naming, o1, order};
use crate::harness::proxy::{Door, Fault};
use crate::harness::{Setup, System};

const SIMULATE: &str = "simulate-fulfillment";

/// Longer, and the marketplace has given up.
pub const MARKETPLACE_WAITS: Duration = Duration::from_millis(2500);

/// What Lambda lets through.
const PAYLOAD_LIMIT: usize = 6 * 1024 * 1024;

async fn counted() -> (Door, System) {
    let door = Door::open().await;
    let setup = Setup::new().options(|options| door.lead(options));
    (door, setup.start().await)
}

/// Writes `count` SKUs that are sold like 2000037; their codes.
async fn stock_shelves(system: &System, count: usize) -> Vec<String> {
    let (client, table) = (system.dynamodb(), &system.ready().tables["offers"]);
    let text = |value: &str| AttributeValue::S(value.to_owned());
    let model = client
        .get_item()
        .table_name(table)
        .key("sku", text("2000037"))
        .key("part", text("OFFER"))
        .send()
        .await
        .unwrap()
        .item
        .unwrap();
    let skus: Vec<String> = (0..count).map(|index| format!("shelf-{index}")).collect();
    for batch in skus.chunks(25) {
        let writes = batch.iter().map(|sku| {
            let mut item = model.clone();
            item.insert("sku".to_owned(), text(sku));
            let put = PutRequest::builder().set_item(Some(item)).build().unwrap();
            WriteRequest::builder().put_request(put).build()
        });
        let written = client
            .batch_write_item()
            .request_items(table, writes.collect())
            .send()
            .await
            .unwrap();
        assert!(written.unprocessed_items.is_none_or(|left| left.is_empty()));
    }
    skus
}

/// A cart of one unit of each SKU.
fn cart_of(skus: &[String]) -> Value {
    let lines: Vec<(&str, i64)> = skus.iter().map(|sku| (sku.as_str(), 1)).collect();
    cart(&lines)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_simulation_of_up_to_100_skus_is_one_eventually_consistent_read() {
    let (door, system) = counted().await;
    let skus = stock_shelves(&system, 100).await;
    for size in [1, 7, 100] {
        door.start_counting();
        let reply = system.marketplace.simulate(&cart_of(&skus[..size])).await;
        assert_eq!(
            reply.json()["logisticsInfo"].as_array().unwrap().len(),
            size
        );
        assert_eq!(door.operations_of(SIMULATE), ["BatchGetItem"]);
        let request = &door.calls_of(SIMULATE)[0].body["RequestItems"];
        let tables = request.as_object().unwrap();
        assert_eq!(tables.len(), 1, "{request}");
        for keys in tables.values() {
            assert_ne!(keys["ConsistentRead"], true);
            assert_eq!(keys["Keys"].as_array().unwrap().len(), size);
        }
    }
    // Lines that repeat a SKU read it once.
    door.start_counting();
    let twice = cart(&[("2000037", 1), ("34562", 1), ("2000037", 2)]);
    assert_eq!(system.marketplace.simulate(&twice).await.status, 200);
    assert_eq!(door.operations_of(SIMULATE), ["BatchGetItem"]);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_simulation_of_an_instance_reads_once_beside_the_settings_of_its_start() {
    let (door, system) = counted().await;
    let started = Instant::now();
    let reply = system.marketplace.simulate(&cart(&[("2000037", 1)])).await;
    eprintln!("first simulation: {:?}", started.elapsed());
    assert_eq!(reply.status, 200);
    // Everything since the function's process started.
    assert_eq!(door.operations_of(SIMULATE), ["GetItem", "BatchGetItem"]);
    assert_eq!(
        door.calls_of(SIMULATE)[0].body["Key"]["name"]["S"],
        "seller"
    );
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_lines_are_answered_in_time_and_fit() {
    let (door, system) = counted().await;
    let skus = stock_shelves(&system, 1000).await;
    door.start_counting();
    let started = Instant::now();
    let reply = system.marketplace.simulate(&cart_of(&skus)).await;
    let took = started.elapsed();
    eprintln!("1,000 lines: {took:?}, {} bytes", reply.body.len());
    assert!(took < MARKETPLACE_WAITS, "{took:?}");
    assert!(reply.body.len() < PAYLOAD_LIMIT, "{}", reply.body.len());
    let rows = reply.json()["logisticsInfo"].as_array().unwrap().clone();
    assert_eq!(rows.len(), 1000);
    assert!(
        rows.iter()
            .all(|row| !row["slas"].as_array().unwrap().is_empty())
    );
    // On a machine that is busy, one may time out and be made again: it is the same then.
    let calls = door.calls_of(SIMULATE);
    assert!(calls.iter().all(|call| call.operation == "BatchGetItem"));
    let asked: BTreeSet<String> = calls.iter().map(|call| call.body.to_string()).collect();
    assert_eq!(asked.len(), 10);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_placement_and_its_repeat_take_two_calls_at_most() {
    let (door, system) = counted().await;
    for (what, orders, calls) in [
        (
            "a placement",
            json!([o1("b-1")]),
            vec!["BatchGetItem", "TransactWriteItems"],
        ),
        ("its repeat", json!([o1("b-1")]), vec!["BatchGetItem"]),
        (
            "two orders",
            json!([
                o1("b-2"),
                order("b-3", &[("34562", 1, 890), ("77", 1, 250)])
            ]),
            vec!["BatchGetItem", "TransactWriteItems"],
        ),
        (
            "one new order beside a repeated one",
            json!([o1("b-2"), o1("b-4")]),
            vec!["BatchGetItem", "TransactWriteItems"],
        ),
    ] {
        door.start_counting();
        let reply = system.marketplace.place(&orders).await;
        assert_eq!(reply.status, 200, "{what}");
        assert_eq!(door.operations_of("place-order"), calls, "{what}");
    }
    system.stop().await;
}

/// What is refused reserves nothing: two calls tell, and one more notes it for reports.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_placement_takes_two_calls_and_its_record() {
    let (door, system) = counted().await;
    system.marketplace.place(&json!([o1("b-1")])).await;
    for (what, order, calls) in [
        (
            "what is not sold",
            order("b-2", &[("nowhere", 1, 1500)]),
            vec!["BatchGetItem", "BatchGetItem"],
        ),
        (
            "what the write finds missing",
            order("b-3", &[("34562", 90, 890)]),
            vec!["BatchGetItem", "TransactWriteItems"],
        ),
        (
            "other content",
            order("b-1", &[("2000037", 2, 7390)]),
            vec!["BatchGetItem"],
        ),
    ] {
        door.start_counting();
        let reply = system.marketplace.place(&json!([order])).await;
        assert_eq!(reply.status, 409, "{what}");
        let mut made = door.operations_of("place-order");
        assert_eq!(made.pop().as_deref(), Some("UpdateItem"), "{what}");
        assert_eq!(made, calls, "{what}");
    }
    // What can't be read is none of the seller's orders.
    door.start_counting();
    assert_eq!(system.marketplace.place(&json!([])).await.status, 400);
    assert!(door.operations_of("place-order").is_empty());
    system.stop().await;
}

/// The record may fail: the refusal stays what it is, and does not take all of the call's time.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_waits_for_its_record_but_not_for_long() {
    let (door, system) = counted().await;
    // As long as a placement may take at all.
    let all = Duration::from_millis(1800);
    for fault in [Fault::Hang, Fault::Throttle, Fault::Refuse, Fault::Deny] {
        door.strike("place-order", "UpdateItem", fault, usize::MAX);
        let started = Instant::now();
        let refused = order("b-1", &[("34562", 90, 890)]);
        let reply = system.marketplace.place(&json!([refused])).await;
        let took = started.elapsed();
        assert_eq!((reply.status, reply.code().as_str()), (409, "ES014"));
        assert!(took < all, "{fault:?}: {took:?}");
        door.heal();
    }
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authorization_and_its_repeat_take_one_call() {
    let (door, system) = counted().await;
    system.marketplace.place(&json!([o1("b-1")])).await;
    for _ in 0..2 {
        door.start_counting();
        let reply = system
            .marketplace
            .authorize("mkt1-b-1", &naming("b-1"))
            .await;
        assert_eq!(reply.status, 200);
        assert_eq!(door.operations_of("authorize-fulfillment"), ["UpdateItem"]);
    }
    // With what it says of the payment, which has an item of its own.
    system.marketplace.place(&json!([o1("b-2")])).await;
    let mut paid = naming("b-2");
    paid["paymentData"] = json!({"payments": [{"value": 7590}]});
    for _ in 0..2 {
        door.start_counting();
        let reply = system.marketplace.authorize("mkt1-b-2", &paid).await;
        assert_eq!(reply.status, 200);
        let calls = door.operations_of("authorize-fulfillment");
        assert_eq!(calls, ["TransactWriteItems"]);
    }
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_takes_two_calls_and_its_repeat_one() {
    let (door, system) = counted().await;
    system
        .marketplace
        .place(&json!([o1("b-1"), o1("b-2"), o1("b-3")]))
        .await;
    system
        .marketplace
        .authorize("mkt1-b-3", &naming("b-3"))
        .await;
    // By our id, by the marketplace's, and one that the ERP is asked about.
    for in_path in ["mkt1-b-1", "b-2", "mkt1-b-3"] {
        for calls in [
            vec!["BatchGetItem", "TransactWriteItems"],
            vec!["BatchGetItem"],
        ] {
            door.start_counting();
            let reply = system.marketplace.cancel(in_path, &json!({})).await;
            assert_eq!(reply.status, 200);
            assert_eq!(door.operations_of("cancel-order"), calls, "{in_path}");
        }
    }
    system.stop().await;
}
