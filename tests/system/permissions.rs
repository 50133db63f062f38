//! What functions ask of the database, held against what their roles in the template allow.
//!
//! Nothing here enforces a role; where it is deployed, a missing permission is a call that fails.

use std::collections::BTreeSet;

use feirante_sandbox::template::TEMPLATE;
use serde_json::{Value, json};

use crate::harness::bodies::{cart, naming, o1};
use crate::harness::proxy::{Call, Door};
use crate::harness::{Market, Setup, System, eventually};

/// Actions on what they are done to: `dynamodb:GetItem orders`.
type Actions = BTreeSet<String>;

#[tokio::test(flavor = "multi_thread")]
async fn every_function_asks_for_just_what_its_role_allows() {
    let door = Door::open().await;
    let setup = Setup::new().marketplace();
    let system = setup.options(|options| door.lead(options)).start().await;
    lead_an_inward_life(&system).await;
    lead_an_outward_life(&system).await;
    let functions = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../functions"));
    for function in functions.unwrap() {
        let function = function.unwrap().file_name().into_string().unwrap();
        let asked: Actions = door.calls_of(&function).iter().flat_map(asked_by).collect();
        assert_eq!(asked, allowed(&function), "{function}");
    }
    system.stop().await;
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

/// The actions a call needs: a transaction those of its parts.
fn asked_by(call: &Call) -> Vec<String> {
    let action = |operation: &str, part: &Value| {
        let table = part["TableName"].as_str().unwrap();
        let index = part["IndexName"]
            .as_str()
            .map(|index| format!("/index/{index}"));
        format!("dynamodb:{operation} {table}{}", index.unwrap_or_default())
    };
    match call.operation.as_str() {
        "BatchGetItem" => {
            let tables = call.body["RequestItems"].as_object().unwrap().keys();
            tables
                .map(|table| format!("dynamodb:BatchGetItem {table}"))
                .collect()
        }
        "TransactWriteItems" => {
            let items = call.body["TransactItems"].as_array().unwrap().iter();
            let parts = items.flat_map(|item| item.as_object().unwrap());
            parts
                .map(|(kind, part)| action(&format!("{kind}Item"), part))
                .collect()
        }
        operation => vec![action(operation, &call.body)],
    }
}

/// What the function's role allows on tables, their streams aside: those are read for it.
fn allowed(function: &str) -> Actions {
    let template: serde_norway::Value = serde_norway::from_str(TEMPLATE).unwrap();
    let words = function
        .split('-')
        .map(|word| word[..1].to_uppercase() + &word[1..]);
    let role = format!("{}Role", words.collect::<String>());
    let policies = &template["Resources"][role.as_str()]["Properties"]["Policies"];
    let statements = policies
        .as_sequence()
        .unwrap()
        .iter()
        .flat_map(|policy| policy["PolicyDocument"]["Statement"].as_sequence().unwrap());
    let allowed = statements.flat_map(|statement| {
        // `!GetAtt Orders.Arn`, or `!Sub ${Orders.Arn}/index/due`.
        let resource = serde_norway::to_string(&statement["Resource"]).unwrap();
        let resource = resource.trim().rsplit(' ').next().unwrap_or_default();
        let resource = resource
            .trim_matches(['"', '\''])
            .replace(['$', '{', '}'], "");
        let table = resource.replace(".Arn", "").to_lowercase();
        let actions = statement["Action"].as_sequence().unwrap().iter();
        actions.map(move |action| format!("{} {table}", action.as_str().unwrap()))
    });
    allowed
        .filter(|action| action.starts_with("dynamodb:"))
        .filter(|action| {
            !action.contains("Stream") && !action.contains("Shard") && !action.contains("Records")
        })
        .collect()
}
