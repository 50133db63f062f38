//! The sample events in `events/`: each is what its function really gets, and really takes.
//!
//! They are meant for `sam local invoke -e events/NAME.json` too, so they speak of the fixture's
//! seller: key `k9`, SKU 2000037, order O1 of the protocol.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::harness::bodies::{naming, o1, shelf};
use crate::harness::{Market, Setup, Stock, System, Taker, eventually};
use crate::modifications::modifiable;

/// The order that the samples are about.
const ORDER: &str = "mkt1-959311095-01";

/// Samples of a function besides the one that has its name.
const MORE: [&str; 3] = [
    "notify-marketplace-clock",
    "relay-changes-offers",
    "simulate-fulfillment-get",
];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Names in a directory of the repository, without their extension.
fn names(directory: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(repository().join(directory)).unwrap();
    entries
        .map(|entry| {
            let path = entry.unwrap().path();
            path.file_stem().unwrap().to_str().unwrap().to_owned()
        })
        .collect()
}

fn sample(name: &str) -> Value {
    let file = repository().join("events").join(format!("{name}.json"));
    let text = std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The body of an answer to API Gateway with status 200; null if it is empty.
fn body_of(answer: &Value) -> Value {
    assert_eq!(answer["statusCode"], 200, "{answer}");
    assert_eq!(answer["isBase64Encoded"], false, "{answer}");
    match answer["body"].as_str() {
        None | Some("") => Value::Null,
        Some(text) => serde_json::from_str(text).unwrap(),
    }
}

/// All of the batch was taken.
fn taken(answer: &Value) {
    assert_eq!(answer, &json!({"batchItemFailures": []}));
}

#[test]
fn every_function_has_one_sample_and_every_sample_a_function() {
    let mut expected = names("functions");
    expected.extend(MORE.map(str::to_owned));
    assert_eq!(names("events"), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_samples_of_a_simulation_are_answered_by_the_same_bytes() {
    let system = System::start().await;
    let posted = sample("simulate-fulfillment");
    let answer = system.invoke("simulate-fulfillment", posted).await;
    let priced = body_of(&answer);
    assert_eq!(priced["items"][0]["price"], 7390);
    assert_eq!(priced["items"][1]["quantity"], 5);
    assert_eq!(priced["items"].as_array().unwrap().len(), 2);
    assert_eq!(priced["logisticsInfo"][0]["slas"][0]["id"], "Normal");

    let gotten = sample("simulate-fulfillment-get");
    let again = system.invoke("simulate-fulfillment", gotten).await;
    assert_eq!(again["statusCode"], 200);
    assert_eq!(again["body"], answer["body"]);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_samples_of_an_order_take_it_from_placement_to_cancellation() {
    let system = System::start().await;
    let answer = system.invoke("place-order", sample("place-order")).await;
    let placed = body_of(&answer);
    assert_eq!(placed[0]["orderId"], ORDER);
    assert_eq!(placed[0]["followUpEmail"], "pedidos@feira.example");
    assert_eq!(system.stock("2000037").await.reserved, 1);

    let event = sample("authorize-fulfillment");
    let authorized = body_of(&system.invoke("authorize-fulfillment", event).await);
    assert_eq!(authorized["orderId"], ORDER);
    assert_eq!(authorized["marketplaceOrderId"], "959311095-01");

    // The fixture's seller asks the ERP: empty means that it is thinking.
    let answer = system.invoke("cancel-order", sample("cancel-order")).await;
    assert_eq!(body_of(&answer), Value::Null);
    let request = system.erp.sees("order.cancellationRequested", ORDER).await;
    assert_eq!(request["data"]["reason"], "Shopper changed their mind");
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_samples_of_a_modification_take_it_and_tell_the_marketplace_so() {
    let taker = Taker::start().await;
    let system = modifiable(Setup::new())
        .seller("[[warehouses]]", &taker.endpoints())
        .options(|options| {
            // Only the sample tells the marketplace.
            let sender = options.stack.functions.get_mut("send-agreement").unwrap();
            sender.sources.clear();
        })
        .start()
        .await;
    let placed = system.marketplace.place(&json!([o1("959311095-01")])).await;
    assert_eq!(placed.status, 200);
    let naming = naming("959311095-01");
    let paid = system.marketplace.authorize(ORDER, &naming).await;
    assert_eq!(paid.status, 200);

    let answer = system.invoke("modify-order", sample("modify-order")).await;
    assert_eq!(answer["statusCode"], 202, "{answer}");
    let echo: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    assert_eq!(echo["requestId"], "e8532a32-7f7e-434a-88ec-29609f0ede46");
    assert_eq!(echo["totalChangeValue"], 7390);

    let event = sample("send-agreement");
    taken(&system.invoke("send-agreement", event).await);
    let path = "orders/959311095-01/changes/e8532a32-7f7e-434a-88ec-29609f0ede46/send-agreement";
    let told = taker.hears(&format!("POST /api/oms/pvt/{path}")).await;
    assert_eq!(told.body, json!({"agreementType": "Acknowledgment"}));
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_of_update_offers_puts_a_sku_on_sale() {
    let system = System::start().await;
    taken(
        &system
            .invoke("update-offers", sample("update-offers"))
            .await,
    );

    let reply = system.marketplace.simulate(&shelf(&[("2000038", 1)])).await;
    let answer = reply.json();
    assert_eq!(answer["items"][0]["price"], 7590);
    assert_eq!(answer["items"][0]["listPrice"], 7690);
    assert_eq!(answer["items"][0]["offerings"][0]["price"], 250);
    assert_eq!(answer["logisticsInfo"][0]["stockBalance"], 40);
    let adjusted = Stock {
        on_hand: 8,
        reserved: 0,
        available: 8,
    };
    assert_eq!(system.stock("34562").await, adjusted);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_of_resolve_cancellation_confirms_one_order_and_refuses_another() {
    let system = System::start().await;
    for id in ["959311095-01", "959311096-01"] {
        let order = format!("mkt1-{id}");
        let placed = system.marketplace.place(&json!([o1(id)])).await;
        assert_eq!(placed.status, 200);
        let authorized = system.marketplace.authorize(&order, &naming(id)).await;
        assert_eq!(authorized.status, 200);
        let asked = system.marketplace.cancel(&order, &naming(id)).await;
        assert_eq!((asked.status, asked.body), (200, Vec::new()));
    }
    let event = sample("resolve-cancellation");
    taken(&system.invoke("resolve-cancellation", event).await);

    system.erp.sees("order.canceled", ORDER).await;
    let confirmed = system.marketplace.cancel(ORDER, &json!({})).await;
    assert_eq!(confirmed.json()["orderId"], ORDER);
    let refused = system
        .marketplace
        .cancel("mkt1-959311096-01", &json!({}))
        .await;
    assert_eq!((refused.status, refused.body), (200, Vec::new()));
    assert_eq!(system.stock("2000037").await.reserved, 1);
    system.stop().await;
}

/// The order is in no table here: what the ERP reads can only come from the sample.
#[tokio::test(flavor = "multi_thread")]
async fn the_sample_of_relay_changes_becomes_one_event_for_each_change_of_an_order() {
    let system = System::start().await;
    taken(
        &system
            .invoke("relay-changes", sample("relay-changes"))
            .await,
    );

    let authorized = system.erp.sees("order.authorized", ORDER).await;
    assert_eq!(authorized["sequence"], 2);
    assert_eq!(authorized["time"], "2026-11-21T08:00:04.414Z");
    let placed = &system.erp.seen()[0];
    assert_eq!(placed["sequence"], 1);
    assert_eq!(placed["data"]["marketplaceOrderId"], "959311095-01");
    // Neither the placement's own item nor its removal by the clock is news.
    let types = ["order.placed", "order.authorized"];
    assert_eq!(system.erp.seen_of(ORDER), types);
    assert_eq!(system.erp.seen().len(), types.len());
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_samples_of_invoice_and_tracking_take_a_paid_order_to_its_delivery() {
    let system = Setup::new().marketplace().start().await;
    let market = system.market();
    let order = buy(&market).await;
    taken(&system.invoke("send-invoice", sample("send-invoice")).await);
    let invoiced = market
        .get(&format!("{order}?until=tracked&within=20s"))
        .await;
    assert_eq!(invoiced["invoices"][0]["number"], "NFe-00001");
    assert_eq!(system.status(ORDER).await, "shipped");
    assert_eq!(system.stock("2000037").await.on_hand, 98);

    taken(
        &system
            .invoke("send-tracking", sample("send-tracking"))
            .await,
    );
    market
        .get(&format!("{order}?until=delivered&within=20s"))
        .await;
    system.erp.sees("order.delivered", ORDER).await;
    assert_eq!(market.get("violations").await, json!([]));
    system.stop().await;
}

/// The order that the samples are about, bought and paid; its path in the control API.
async fn buy(market: &Market) -> String {
    let (group, order) = ("959311095", "959311095-01");
    let items = json!([{"sku": "2000037", "quantity": 1}]);
    let purchase = json!({"account": "mkt1", "group": group, "items": items});
    let bought = market.post("buy", purchase).await;
    assert_eq!(bought["orders"][0]["id"], order, "{bought}");
    let payment = json!({"account": "mkt1", "order": order, "waitMs": 20_000});
    market.post("pay", payment).await;
    format!("orders/mkt1/{order}")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_samples_of_notify_marketplace_tell_what_changed_and_find_nothing_due() {
    let taker = Taker::start().await;
    let system = Setup::new()
        .seller("[[warehouses]]", &taker.endpoints())
        .options(|options| {
            // Only the sample has something to tell.
            let relay = options.stack.functions.get_mut("relay-changes").unwrap();
            relay.sources.clear();
        })
        .start()
        .await;
    let event = sample("notify-marketplace");
    taken(&system.invoke("notify-marketplace", event).await);
    for sku in ["2000037", "34562"] {
        let told = taker.heard();
        let mut about = told.iter().filter(|told| told.call.contains(sku));
        assert!(about.next().is_some(), "nothing of {sku}: {told:?}");
    }

    let tick = sample("notify-marketplace-clock");
    let summary = system.invoke("notify-marketplace", tick).await;
    assert_eq!(
        summary,
        json!({"done": 0, "waiting": 0, "refused": 0, "failed": 0, "paused": 0})
    );
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_of_changed_offers_becomes_one_notification_of_all_of_them() {
    let taker = Taker::start().await;
    let system = Setup::new()
        .seller("[[warehouses]]", &taker.endpoints())
        .options(|options| {
            for name in ["notify-marketplace", "relay-changes"] {
                options
                    .stack
                    .functions
                    .get_mut(name)
                    .unwrap()
                    .sources
                    .clear();
            }
        })
        .start()
        .await;
    let event = sample("relay-changes-offers");
    taken(&system.invoke("relay-changes", event).await);
    let message = system.erp.next_in("notifications").await;
    assert_eq!(message["sku"], "2000037");
    assert_eq!(message["account"], "mkt1");
    assert_eq!(message["kinds"], json!(["price", "inventory"]));
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_of_expire_reservations_releases_what_is_due_by_its_time() {
    let system = System::start().await;
    let placed = system.marketplace.place(&json!([o1("959311095-01")])).await;
    assert_eq!(placed.status, 200);

    // Its time is past: run against a real table by hand, it must not release anything.
    let tick = sample("expire-reservations");
    let nothing = system.invoke("expire-reservations", tick.clone()).await;
    let done = |expired: u32| {
        json!({
            "expired": expired, "failed": 0, "overdueReservations": 0, "lateInvoices": 0,
        })
    };
    assert_eq!(nothing, done(0));
    assert_eq!(system.stock("2000037").await.reserved, 1);

    let mut later = tick;
    let when = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(9 * 24);
    later["time"] = when.strftime("%Y-%m-%dT%H:%M:%SZ").to_string().into();
    // The index by which due orders are found follows the order's write.
    eventually("the reservation's end", async || {
        let summary = system.invoke("expire-reservations", later.clone()).await;
        (summary == done(1)).then_some(())
    })
    .await;
    assert_eq!(system.stock("2000037").await.reserved, 0);
    system.stop().await;
}
