//! `kill -9` in the middle of everything: what was acknowledged is there, what was not can be
//! repeated.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::harness::bodies::o1;
use crate::harness::program::Program;
use crate::harness::{Erp, Marketplace, PATIENCE, eventually};

/// How often the sandbox is killed, and what it has acknowledged each time before it is.
const KILLS: usize = 2;
const ORDERS_EACH: usize = 40;
const MESSAGES_EACH: usize = 40;

/// What was sent, and what came back.
#[derive(Debug, Default)]
struct Ledger {
    /// Orders by the marketplace's id, with the answer if there was one.
    orders: BTreeMap<String, Option<Vec<u8>>>,
    /// SKUs whose count the queue has taken.
    counts: BTreeSet<String>,
}

impl Ledger {
    fn acknowledged(&self) -> usize {
        self.orders.values().flatten().count()
    }
}

type Shared = Arc<Mutex<Ledger>>;

/// Places one order after the other until the sandbox is gone.
async fn place_on(marketplace: Marketplace, ledger: Shared, name: String) {
    for number in 0.. {
        let id = format!("{name}-{number}");
        ledger.lock().unwrap().orders.insert(id.clone(), None);
        let call = marketplace
            .request("POST", "/pvt/orders")
            .json(&json!([o1(&id)]));
        let Ok(answer) = call.send().await else {
            return;
        };
        // Whoever is told a failure was not told of an order.
        if answer.status() != 200 {
            continue;
        }
        let Ok(body) = answer.bytes().await else {
            return;
        };
        ledger
            .lock()
            .unwrap()
            .orders
            .insert(id, Some(body.to_vec()));
    }
}

/// Sends one count after the other until the sandbox is gone.
async fn count_on(erp: Erp, url: String, ledger: Shared, name: String) {
    for number in 0.. {
        let sku = format!("{name}-{number}");
        let count = json!({"type": "stock", "sku": sku, "warehouse": "main", "onHand": 3});
        let call = erp.sqs().send_message().queue_url(&url);
        if call.message_body(count.to_string()).send().await.is_err() {
            return;
        }
        ledger.lock().unwrap().counts.insert(sku);
    }
}

/// What the Offers table holds of each SKU's stock, by attribute.
async fn stocks(program: &Program, attribute: &str) -> BTreeMap<String, i64> {
    let items = program.items("offers").await.into_iter();
    items
        .filter_map(|item| {
            let stock = item.get(attribute)?.as_n().unwrap().parse().unwrap();
            Some((item["sku"].as_s().unwrap().clone(), stock))
        })
        .collect()
}

/// The ids of the orders in the table.
async fn held(program: &Program) -> BTreeSet<String> {
    let items = program.items("orders").await.into_iter();
    items
        .filter(|item| item["sk"].as_s().unwrap() == "STATE")
        .map(|item| item["pk"].as_s().unwrap().replace("ORDER#mkt1-", ""))
        .collect()
}

/// One round of life: placements and counts from several sides, and no warning of the end.
async fn live_and_die(program: Program, ledger: &Shared, round: usize) {
    let erp = program.erp();
    // Enough for every order of the test.
    let plenty = json!({"type": "stock", "sku": "2000037", "warehouse": "main", "onHand": 9999});
    erp.send("offers", plenty).await;
    eventually("enough stock", async || {
        (stocks(&program, "onHand:main").await["2000037"] == 9999).then_some(())
    })
    .await;
    let before = {
        let ledger = ledger.lock().unwrap();
        (ledger.acknowledged(), ledger.counts.len())
    };
    let mut busy = JoinSet::new();
    for one in 0..4 {
        let name = format!("order-{round}-{one}");
        busy.spawn(place_on(program.marketplace(), Arc::clone(ledger), name));
    }
    for one in 0..2 {
        let url = program.ready["queues"]["offers"].as_str().unwrap();
        let name = format!("count-{round}-{one}");
        busy.spawn(count_on(
            program.erp(),
            url.to_owned(),
            Arc::clone(ledger),
            name,
        ));
    }
    eventually("enough to lose", async || {
        let ledger = ledger.lock().unwrap();
        let placed = ledger.acknowledged() >= before.0 + ORDERS_EACH;
        (placed && ledger.counts.len() >= before.1 + MESSAGES_EACH).then_some(())
    })
    .await;
    program.kill().await;
    busy.join_all().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_kill_9_and_retries_make_one_order_each() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = Shared::default();
    for round in 0..KILLS {
        let program = Program::start(directory.path()).await;
        live_and_die(program, &ledger, round).await;
    }
    let started = Instant::now();
    let program = Program::start(directory.path()).await;
    eprintln!("restarted in {:?}", started.elapsed());
    let ledger = Arc::into_inner(ledger).unwrap().into_inner().unwrap();
    eprintln!(
        "{} orders sent, {} acknowledged; {} counts acknowledged",
        ledger.orders.len(),
        ledger.acknowledged(),
        ledger.counts.len()
    );

    let orders = held(&program).await;
    for (id, answer) in &ledger.orders {
        assert!(answer.is_none() || orders.contains(id), "{id} is lost");
    }
    let reserved = stocks(&program, "reserved:main").await["2000037"];
    assert_eq!(usize::try_from(reserved).unwrap(), orders.len());

    // Everything once more, whether it was answered or not.
    let marketplace = program.marketplace();
    for (id, answer) in &ledger.orders {
        let reply = marketplace.place(&json!([o1(id)])).await;
        assert_eq!(reply.status, 200, "{id}");
        assert_eq!(reply.json()[0]["orderId"], format!("mkt1-{id}"));
        assert!(
            answer.as_ref().is_none_or(|first| *first == reply.body),
            "{id}"
        );
    }
    let orders = held(&program).await;
    assert!(orders.iter().eq(ledger.orders.keys()), "{orders:?}");
    let reserved = stocks(&program, "reserved:main").await["2000037"];
    assert_eq!(usize::try_from(reserved).unwrap(), orders.len());

    counts_took_effect(&program, &ledger).await;
    the_erp_is_told(&program, &orders).await;
    program.kill().await;
}

/// Those a function had in its hands when it was killed included.
async fn counts_took_effect(program: &Program, ledger: &Ledger) {
    eventually("every count", async || {
        let taken = stocks(program, "onHand:main").await;
        let all = ledger.counts.iter().all(|sku| taken.get(sku) == Some(&3));
        all.then_some(())
    })
    .await;
}

async fn the_erp_is_told(program: &Program, orders: &BTreeSet<String>) {
    let erp = program.erp();
    let started = Instant::now();
    let told = || -> BTreeSet<String> {
        let placed = erp.seen().into_iter();
        placed
            .filter(|event| event["type"] == "order.placed")
            .map(|event: Value| event["subject"].as_str().unwrap().replace("mkt1-", ""))
            .collect()
    };
    while told() != *orders {
        let missing: Vec<_> = orders.difference(&told()).cloned().collect();
        assert!(
            started.elapsed() < PATIENCE,
            "the ERP was not told of {missing:?}"
        );
        erp.receive().await;
    }
}
