//! What functions ask of the database and of the queues, held against what their roles in the template
//! allow.
//!
//! Nothing here enforces a role; where it is deployed, a missing permission is a call that fails.

mod roles;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::bodies::{cart, naming, o1, order};
use crate::harness::proxy::Door;
use crate::harness::{Market, Setup, System, eventually};
use crate::modifications::modifiable;
use roles::{allowed, asked_by};

/// Actions on what they are done to: `dynamodb:GetItem orders`, `sqs:SendMessage erp-tracking`.
type Actions = BTreeSet<String>;

#[tokio::test(flavor = "multi_thread")]
async fn every_function_asks_for_just_what_its_role_allows() {
    let door = Door::open().await;
    let setup = modifiable(Setup::new()).marketplace();
    let setup = setup.options(|options| {
        door.lead(options);
        door.lead_to_queues(options);
    });
    let system = setup.start().await;
    lead_an_inward_life(&system).await;
    lead_an_outward_life(&system).await;
    for function in functions() {
        // Its role is held by a test of its own crate.
        if DEPLOYED_ONLY.contains(&function.as_str()) {
            continue;
        }
        let asked: Actions = door.calls_of(&function).iter().flat_map(asked_by).collect();
        let allowed = allowed(&function);
        let of = |service: &str, actions: &Actions| -> Actions {
            let actions = actions.iter().filter(|action| action.starts_with(service));
            actions.cloned().collect()
        };
        assert_eq!(
            of("dynamodb:", &asked),
            of("dynamodb:", &allowed),
            "{function}"
        );
        // Not every message fails here that may: of the queues more is allowed than was asked.
        let missing = &of("sqs:", &asked) - &of("sqs:", &allowed);
        assert!(missing.is_empty(), "{function}: {missing:?}");
        let silent = of("sqs:", &asked).is_empty() && USES_QUEUES.contains(&function.as_str());
        assert!(!silent, "{function} asked no queue for anything");
    }
    system.stop().await;
}

/// Functions that can't but send or hide some message in the lives below.
const USES_QUEUES: [&str; 4] = [
    "relay-changes",
    "notify-marketplace",
    "send-invoice",
    "send-tracking",
];

/// Functions that no event of the stack calls, so that nothing runs them here.
const DEPLOYED_ONLY: [&str; 1] = ["check-deployment"];

/// Whoever calls a marketplace may read the parameters that hold its keys, and nobody else.
#[test]
fn keys_of_marketplaces_are_for_those_who_call_them() {
    for function in functions() {
        let manifest = format!("{FUNCTIONS}/{function}/Cargo.toml");
        let manifest = std::fs::read_to_string(manifest).unwrap();
        let calls = manifest.contains("feirante-delivery");
        let may = allowed(&function)
            .iter()
            .any(|action| action.starts_with("ssm:GetParameter "));
        assert_eq!(may, calls, "{function}");
    }
}

const FUNCTIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../functions");

fn functions() -> Vec<String> {
    let functions = std::fs::read_dir(FUNCTIONS).unwrap();
    functions
        .map(|function| function.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// Makes every function do all it can do when it is called.
async fn lead_an_inward_life(system: &System) {
    let (marketplace, erp) = (&system.marketplace, &system.erp);
    let adjustment = json!({
        "type": "stockAdjustment", "id": "a", "sku": "2000037", "warehouse": "main", "delta": 1,
    });
    erp.send("offers", adjustment).await;
    erp.settled("offers").await;
    let ok = |status: u16| assert_eq!(status, 200);
    ok(marketplace.simulate(&cart(&[("2000037", 1)])).await.status);
    let oversell = order("refused", &[("34562", 90, 890)]);
    assert_eq!(marketplace.place(&json!([oversell])).await.status, 409);
    ok(marketplace.place(&json!([o1("canceled")])).await.status);
    ok(marketplace
        .authorize("mkt1-canceled", &naming("canceled"))
        .await
        .status);
    ok(marketplace
        .cancel("mkt1-canceled", &naming("canceled"))
        .await
        .status);
    erp.send(
        "cancellations",
        json!({"orderId": "mkt1-canceled", "action": "confirm"}),
    )
    .await;
    erp.sees("order.canceled", "mkt1-canceled").await;
    ok(marketplace.place(&json!([o1("unpaid")])).await.status);
    ok(marketplace
        .cancel("mkt1-unpaid", &naming("unpaid"))
        .await
        .status);
    ok(marketplace.place(&json!([o1("late")])).await.status);
    eventually("what is due to be listed", async || {
        let tick = json!({"time": in_days(9)});
        let summary = system.invoke("expire-reservations", tick).await;
        (summary["expired"] == 1).then_some(())
    })
    .await;
    ok(marketplace
        .authorize("mkt1-late", &naming("late"))
        .await
        .status);
}

/// Makes every function do all it can do when it calls the marketplace.
async fn lead_an_outward_life(system: &System) {
    let (market, erp) = (system.market(), &system.erp);
    // Its SKU is unknown there, is suggested, and is asked after until it has been decided about.
    let suggestion = "suggestions/mkt1/2000037";
    let until = format!("{suggestion}?until_status=pending&within=20s");
    market.get(&until).await;
    market
        .post(&format!("{suggestion}/approve"), json!({}))
        .await;
    // It is looked for at the marketplace when all SKUs are told again: it is not sold.
    let unpriced = json!({"type": "sku", "sku": "unpriced", "active": true, "name": "unpriced"});
    erp.send("offers", unpriced).await;
    erp.settled("offers").await;
    eventually("the suggestion to be asked after", async || {
        let tick = json!({"time": in_days(1)});
        let summary = system.invoke("notify-marketplace", tick).await;
        summary["done"].as_u64().filter(|done| *done > 0)
    })
    .await;

    let shipped = bought(&market).await;
    // Before its invoice, for which it waits; and the same with it.
    let tracking = json!({
        "marketplace": "mkt1", "marketplaceOrderId": shipped, "invoiceNumber": "NFe-1",
        "courier": "Correios", "trackingNumber": "SR1", "trackingUrl": "https://t.example/SR1",
        "dispatchedDate": "2026-11-22",
    });
    erp.send("tracking", &tracking).await;
    erp.settled("tracking").await;
    erp.send("invoices", invoice(&shipped, "Output", "NFe-1"))
        .await;
    let order = format!("orders/mkt1/{shipped}");
    market
        .get(&format!("{order}?until=tracked&within=20s"))
        .await;
    let delivered = json!({
        "marketplace": "mkt1", "marketplaceOrderId": shipped, "invoiceNumber": "NFe-1",
        "isDelivered": true, "deliveredDate": "2026-11-24T15:00:00Z", "events": [],
    });
    erp.send("tracking", &delivered).await;
    erp.sees("order.delivered", &format!("mkt1-{shipped}"))
        .await;
    // The invoice again, now with tracking of its own, which is passed on.
    let mut again = invoice(&shipped, "Output", "NFe-1");
    for field in ["courier", "trackingNumber", "trackingUrl", "dispatchedDate"] {
        again[field] = tracking[field].clone();
    }
    erp.send("invoices", again).await;
    erp.settled("invoices").await;
    erp.send("invoices", invoice(&shipped, "Input", "NFe-2"))
        .await;
    erp.sees("order.returned", &format!("mkt1-{shipped}")).await;

    // What can't be understood is told the ERP too, if it names an order that is known.
    erp.send("invoices", invoice(&shipped, "Output", "no number"))
        .await;
    let mut early = tracking.clone();
    early["invoiceNumber"] = json!("no number");
    erp.send("tracking", &early).await;
    for queue in ["invoices", "tracking"] {
        erp.dead_letter(queue).await;
    }

    let modified = bought(&market).await;
    let change = json!({
        "reason": "One more", "add": {"items": [{"id": "2000037", "quantity": 1}]},
    });
    let modify = json!({"account": "mkt1", "order": modified, "change": change, "waitMs": 20_000});
    let order = market.post("modify", modify).await;
    assert_eq!(order["modifications"][0]["state"], "applied", "{order}");
    let nonsense = json!({"orderId": format!("mkt1-{modified}"), "agreementType": "neither"});
    erp.send("agreements", nonsense).await;
    erp.dead_letter("agreements").await;

    let canceled = bought(&market).await;
    let cancellation = json!({
        "marketplace": "mkt1", "marketplaceOrderId": canceled, "action": "cancel",
        "reason": "Damaged in the warehouse",
    });
    erp.send("cancellations", cancellation).await;
    erp.sees("order.canceled", &format!("mkt1-{canceled}"))
        .await;
    for queue in ["cancellations", "invoices", "tracking"] {
        erp.settled(queue).await;
    }
}

/// An order of one unit that is bought and paid.
async fn bought(market: &Market) -> String {
    let items = json!([{"sku": "2000037", "quantity": 1}]);
    let bought = market
        .post("buy", json!({"account": "mkt1", "items": items}))
        .await;
    let order = bought["orders"][0]["id"].as_str().unwrap().to_owned();
    let payment = json!({"account": "mkt1", "order": order, "waitMs": 20_000});
    market.post("pay", payment).await;
    order
}

/// An invoice of all of such an order.
fn invoice(order: &str, kind: &str, number: &str) -> Value {
    json!({
        "marketplace": "mkt1", "marketplaceOrderId": order, "type": kind,
        "invoiceNumber": number, "invoiceValue": 7590,
        "items": [{"id": "2000037", "quantity": 1, "price": 7390}],
    })
}

fn in_days(days: i64) -> String {
    (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * days)).to_string()
}
