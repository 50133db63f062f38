//! What functions ask of the database, held against what their roles in the template allow.
//!
//! Nothing here enforces a role; where it is deployed, a missing permission is a call that fails.

use std::collections::BTreeSet;

use feirante_sandbox::template::TEMPLATE;
use serde_json::{Value, json};

use crate::harness::bodies::{cart, naming, o1};
use crate::harness::proxy::{Call, Door};
use crate::harness::{Setup, System, eventually};

/// Actions on what they are done to: `dynamodb:GetItem orders`.
type Actions = BTreeSet<String>;

#[tokio::test(flavor = "multi_thread")]
async fn every_function_asks_for_just_what_its_role_allows() {
    let door = Door::open().await;
    let setup = Setup::new().options(|options| door.lead(options));
    let system = setup.start().await;
    lead_a_whole_life(&system).await;
    let functions = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../functions"));
    for function in functions.unwrap() {
        let function = function.unwrap().file_name().into_string().unwrap();
        let asked: Actions = door.calls_of(&function).iter().flat_map(asked_by).collect();
        assert_eq!(asked, allowed(&function), "{function}");
    }
    system.stop().await;
}

/// Makes every function do all it can do.
async fn lead_a_whole_life(system: &System) {
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
    let later = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(9 * 24);
    eventually("what is due to be listed", async || {
        let summary = system
            .invoke("expire-reservations", json!({"time": later.to_string()}))
            .await;
        (summary["expired"] == 1).then_some(())
    })
    .await;
    ok(marketplace
        .authorize("mkt1-late", &naming("late"))
        .await
        .status);
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
