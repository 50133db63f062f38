//! The published OpenAPI documents, against what really answers.
//!
//! `VTEX_OPENAPI_DIR` names the directory with `external-seller-fulfillment.json`; without it these
//! tests say so and pass. Where the documents contradict themselves or the marketplace's behaviour,
//! [`known::KNOWN`] says how and why we do otherwise, and each entry must still be true.

mod document;
mod known;

use serde_json::{Value, json};

use crate::harness::bodies::{cart, naming, o1, shelf};
use crate::harness::{Reply, Setup, System, eventually};
use document::{CANCEL, Document, FULFILL, ORDERS, SIMULATION};
use known::Deviations;

/// A seller that takes the published requests as they are: it has their SKUs and credentials.
async fn published_seller() -> System {
    Setup::new()
        .seller(r#"app_key = "K""#, r#"app_key = "appKey""#)
        .seller(r#"app_token = "T""#, r#"app_token = "appToken""#)
        .sku("6", 1990, 10)
        .sku("123456789abc", 2499, 10)
        .start()
        .await
}

/// Sends the published request of an operation, with the published headers.
async fn send(system: &System, document: &Document, operation: &str, id: &str) -> Reply {
    let path = operation.split('/').map(|part| match part {
        "{sellerOrderId}" | "{orderId}" => id,
        part => part,
    });
    let path = path.collect::<Vec<_>>().join("/");
    let mut request = system.marketplace.request("POST", &path);
    for (name, value) in document.headers(operation) {
        request = request.header(name, value);
    }
    let body = document.example(operation).to_string();
    system.marketplace.send(request.body(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_published_requests_are_accepted_as_they_are() {
    let Some(document) = Document::of_environment() else {
        return;
    };
    let system = published_seller().await;

    let priced = send(&system, &document, SIMULATION, "").await;
    assert_eq!(priced.status, 200, "{priced:?}");
    let answer = priced.json();
    assert_eq!(answer["items"][0]["id"], "6");
    assert_eq!(answer["postalCode"], "22270-030");
    assert_eq!(answer["logisticsInfo"][0]["slas"][0]["id"], "Normal");

    let placed = send(&system, &document, ORDERS, "").await;
    assert_eq!(placed.status, 200, "{placed:?}");
    let order = placed.json()["orderId"].as_str().unwrap().to_owned();
    assert_eq!(system.stock("123456789abc").await.reserved, 1);

    // The published path has an id that the seller gave; ours is this one.
    let authorized = send(&system, &document, FULFILL, &order).await;
    assert_eq!(authorized.status, 200, "{authorized:?}");
    assert_eq!(authorized.json()["orderId"], order);

    // The published path of a cancellation has the marketplace's id.
    let theirs = document.path_parameter(CANCEL);
    let asked = send(&system, &document, CANCEL, &theirs).await;
    assert_eq!((asked.status, asked.body.len()), (200, 0), "{asked:?}");
    let event = system.erp.sees("order.cancellationRequested", &order).await;
    assert_eq!(event["data"]["reason"], "Out of stock");
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn simulations_are_answered_by_the_published_schema() {
    let Some(document) = Document::of_environment() else {
        return;
    };
    let system = Setup::new().sku("by-weight", 1000, 10).start().await;
    let by_weight = json!({
        "type": "sku", "sku": "by-weight", "active": true, "name": "Queijo",
        "measurementUnit": "kg", "unitMultiplier": 0.5,
    });
    system.erp.send("offers", by_weight).await;
    eventually("the SKU sold by weight", async || {
        let reply = system
            .marketplace
            .simulate(&shelf(&[("by-weight", 1)]))
            .await;
        let multiplier = reply.json()["items"][0]["unitMultiplier"].clone();
        (multiplier == 0.5).then_some(())
    })
    .await;

    let mut not_served = cart(&[("2000037", 1)]);
    not_served["postalCode"] = json!("99999-000");
    let carts = [
        ("a shelf", shelf(&[("2000037", 1)])),
        ("a cart", cart(&[("2000037", 1)])),
        ("a SKU with offerings, short", cart(&[("34562", 9)])),
        ("pickup", cart(&[("77", 1)])),
        ("delivery windows", cart(&[("W1", 1)])),
        (
            "out of stock beside another",
            cart(&[("5837", 1), ("2000037", 1)]),
        ),
        ("out of stock", cart(&[("5837", 1)])),
        ("unknown", cart(&[("nope", 1)])),
        ("not served", not_served),
        ("sold by weight", cart(&[("by-weight", 1)])),
    ];
    let mut deviations = Deviations::default();
    let mut answers = Vec::new();
    for (name, cart) in &carts {
        let reply = system.marketplace.simulate(cart).await;
        deviations.note(&document, SIMULATION, &reply);
        answers.push((*name, reply.json()));
    }
    // The cases are what they are called: a schema checks only what is there.
    let answer = |name| &answers.iter().find(|(one, _)| *one == name).unwrap().1;
    let sla = |name| &answer(name)["logisticsInfo"][0]["slas"];
    assert_eq!(sla("pickup")[0]["pickupStoreInfo"]["isPickupStore"], true);
    let scheduled = sla("delivery windows").as_array().unwrap().iter();
    let windows = scheduled.flat_map(|sla| sla["availableDeliveryWindows"].as_array().unwrap());
    assert!(windows.count() > 0);
    assert_eq!(
        answer("a SKU with offerings, short")["items"][0]["offerings"][0]["id"],
        "6"
    );
    assert_eq!(answer("out of stock")["logisticsInfo"], json!([]));
    assert_eq!(answer("unknown")["items"], json!([]));
    assert_eq!(sla("not served"), &json!([]));
    deviations.are_those_known(&[SIMULATION]);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_are_answered_by_the_published_schema() {
    let Some(document) = Document::of_environment() else {
        return;
    };
    let system = published_seller().await;
    let mut deviations = Deviations::default();
    let placed = send(&system, &document, ORDERS, "").await;
    deviations.note(&document, ORDERS, &placed);

    // As the marketplace really sends it; behind the array, each order is what the schema has.
    let many = system
        .marketplace
        .place(&json!([o1("1-01"), o1("2-01")]))
        .await;
    deviations.note(&document, ORDERS, &many);
    for order in many.json().as_array().unwrap() {
        let one = Reply {
            body: order.to_string().into_bytes(),
            ..many.clone()
        };
        deviations.note(&document, ORDERS, &one);
    }

    let order = placed.json()["orderId"].as_str().unwrap().to_owned();
    let authorized = send(&system, &document, FULFILL, &order).await;
    deviations.note(&document, FULFILL, &authorized);
    let evaluating = send(&system, &document, CANCEL, &order).await;
    deviations.note(&document, CANCEL, &evaluating);
    // What was never authorized is canceled at once.
    let confirmed = system
        .marketplace
        .cancel("mkt1-1-01", &naming("1-01"))
        .await;
    deviations.note(&document, CANCEL, &confirmed);
    assert_eq!(confirmed.json()["orderId"], "mkt1-1-01");
    deviations.are_those_known(&[ORDERS, FULFILL, CANCEL]);
    system.stop().await;
}

#[test]
fn a_schema_is_read_strictly() {
    let document = Document::new(json!({
        "paths": {SIMULATION: {"post": {"responses": {"200": {"content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/answer"},
        }}}}}}},
        "components": {"schemas": {
            "answer": {
                "type": "object",
                "required": ["rows", "total"],
                "properties": {
                    "rows": {"type": "array", "items": {"$ref": "#/components/schemas/row"}},
                    "note": {"type": "string", "nullable": true},
                    "total": {"type": "integer"},
                },
            },
            "row": {"type": "object", "properties": {"id": {"type": "string"}}},
        }},
    }));
    let deviations = |answer: Value| document.deviations(SIMULATION, answer.to_string().as_bytes());
    assert!(deviations(json!({"rows": [{"id": "1"}], "total": 1, "note": null})).is_empty());
    assert_eq!(
        deviations(json!({"rows": [{"id": "1"}, {"id": 2, "colour": "blue"}]})),
        [
            "/rows/*/colour: unknown",
            "/rows/*/id: a number is no string",
            "/total: missing",
        ]
        .map(str::to_owned)
        .into()
    );
    let empty = document.deviations(SIMULATION, b"");
    assert_eq!(empty, [": nothing is no object".to_owned()].into());
}
