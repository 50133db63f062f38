//! How orders are paid: what an authorization says of it, and who takes the payment (protocol §3.2,
//! §3.3).

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;

use crate::harness::bodies::{naming, o1};
use crate::harness::proxy::{Door, Fault};
use crate::harness::{Setup, System, items};

const ID: &str = "mkt1-959311095-01";

/// How the order was paid, as nobody else would write it.
const PAYMENT: &str = r#"{ "payments":[{"paymentSystem":"2","value":7590.0,"group":"creditCard"}],
    "connectorResponses":{"Message":"a","message":"b","nsu":12345678901234567890,"tid":"\u00e7"} }"#;

type Item = HashMap<String, AttributeValue>;

/// An authorization that says this of the payment.
fn paid(payment: &str) -> String {
    format!(r#"{{"marketplaceOrderId":"959311095-01","paymentData":{payment}}}"#)
}

async fn authorize(system: &System, payment: &str) {
    let path = format!("/pvt/orders/{ID}/fulfill");
    let reply = system.marketplace.post_text(&path, paid(payment)).await;
    assert_eq!(reply.status, 200, "{:?}", reply.body);
}

async fn placed(setup: Setup) -> System {
    let system = setup.start().await;
    let reply = system.marketplace.place(&json!([o1("959311095-01")])).await;
    assert_eq!(reply.status, 200);
    system
}

/// The order's items by their names.
async fn stored(system: &System) -> HashMap<String, Item> {
    let stored = items(&system.dynamodb(), &system.ready().tables["orders"]).await;
    let named = stored.into_iter().filter_map(|item| {
        let name = item.get("sk")?.as_s().ok()?.clone();
        (item["pk"] == AttributeValue::S(format!("ORDER#{ID}"))).then_some((name, item))
    });
    named.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_erp_is_given_what_the_first_authorization_says_of_the_payment() {
    let system = placed(Setup::new()).await;
    authorize(&system, PAYMENT).await;
    system.erp.sees("order.authorized", ID).await;
    let texts = system.erp.seen_texts();
    let expected = format!(r#""paymentData":{PAYMENT}"#);
    let told = texts.iter().filter(|text| text.contains(&expected)).count();
    assert_eq!(told, 1, "{texts:#?}");

    let before = stored(&system).await;
    let seconds = |item: &Item| item["expiresAt"].as_n().unwrap().parse::<i64>().unwrap();
    let (body, payment) = (&before["BODY"], &before["BODY#PAYMENT"]);
    assert!(seconds(payment) >= seconds(body));
    let in_180_days = jiff::Timestamp::now().as_second() + 180 * 24 * 60 * 60;
    assert!((in_180_days - seconds(payment)).abs() < 600);
    let state = format!("{:?}", before["STATE"]);
    for telling in ["creditCard", "nsu", "12345678901234567890"] {
        assert!(!state.contains(telling), "{state}");
    }

    // A repeat that says something else changes nothing, and is answered the same.
    authorize(&system, r#"{"payments":[{"value":1}]}"#).await;
    authorize(&system, "null").await;
    assert_eq!(stored(&system).await, before);
    assert_eq!(system.erp.seen_of(ID), ["order.placed", "order.authorized"]);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authorization_that_says_nothing_of_the_payment_keeps_nothing() {
    let system = placed(Setup::new()).await;
    let reply = system
        .marketplace
        .authorize(ID, &naming("959311095-01"))
        .await;
    assert_eq!(reply.status, 200);
    let event = system.erp.sees("order.authorized", ID).await;
    assert_eq!(event["data"].get("paymentData"), None);
    authorize(&system, PAYMENT).await;
    let mut names: Vec<_> = stored(&system).await.into_keys().collect();
    names.sort_unstable();
    assert_eq!(names, ["BODY", "STATE"]);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authorization_whose_answer_was_lost_keeps_what_it_says_once() {
    let door = Door::open().await;
    let system = placed(Setup::new().options(|options| door.lead(options))).await;
    let write = ("authorize-fulfillment", "TransactWriteItems");
    door.strike(write.0, write.1, Fault::LoseAnswer, 1);
    authorize(&system, PAYMENT).await;
    let event = system.erp.sees("order.authorized", ID).await;
    assert_eq!(event["data"]["paymentData"]["payments"][0]["value"], 7590.0);
    assert_eq!(event["sequence"], 2);
    authorize(&system, PAYMENT).await;
    assert_eq!(system.erp.seen_of(ID), ["order.placed", "order.authorized"]);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn as_much_as_a_call_can_hold_reaches_the_erp() {
    let system = placed(Setup::new()).await;
    let frame = paid(r#"{"x":""}"#).len();
    let payment = format!(
        r#"{{"x":"{}"}}"#,
        "0123456789".repeat((256 * 1024 - frame) / 10)
    );
    authorize(&system, &payment).await;
    let event = system.erp.sees("order.authorized", ID).await;
    assert_eq!(event["data"]["paymentData"].to_string(), payment);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_who_takes_the_payment_names_its_gateway_account() {
    let commented = "# merchant_name = \"gatewayaccount\"";
    let setup = Setup::new().seller(commented, "merchant_name = \"gatewayaccount\"");
    let system = setup.start().await;
    let first = system.marketplace.place(&json!([o1("1-01")])).await;
    let merchant = json!({"merchantName": "gatewayaccount"});
    assert_eq!(first.json()[0]["paymentData"], merchant);
    // Its repeat is answered the same; what the marketplace names itself goes back to it.
    let again = system.marketplace.place(&json!([o1("1-01")])).await;
    assert_eq!(again.body, first.body);
    let mut named = o1("1-02");
    named["paymentData"] = json!({"merchantName": "another"});
    let reply = system.marketplace.place(&json!([named])).await;
    assert_eq!(reply.json()[0]["paymentData"], named["paymentData"]);
    // The ERP is told of the order as it came.
    let event = system.erp.sees("order.placed", "mkt1-1-01").await;
    assert_eq!(event["data"]["order"], o1("1-01"));
    system.stop().await;
}
