//! Samples pass the schema and the reader.

use serde_json::{Value, json};

use crate::queue::{Queue, complaints, repository};

fn passes(queue: Queue, message: &str) {
    let value: Value = serde_json::from_str(message).unwrap();
    let complaints = complaints(&queue.validator(), &value);
    assert!(complaints.is_empty(), "{message}: {complaints:?}");
    let read = queue.reads(message.as_bytes());
    assert_eq!(read, Ok(()), "{message}");
}

#[test]
fn the_examples_of_the_schemas_pass() {
    for queue in Queue::ALL {
        for example in queue.examples() {
            passes(queue, &example.to_string());
        }
    }
}

/// What integrations were built by; it may grow and never change.
#[test]
fn the_messages_of_the_contract_pass() {
    use Queue::{Cancellations, Invoices, Offers, Tracking};
    for (queue, message) in [
        (
            Offers,
            r#"{"type":"sku","sku":"2000037","active":true,"name":"Sku sample","weightGrams":500,"dimensionsCm":{"height":1,"width":1,"length":1},"measurementUnit":"un","unitMultiplier":1,"shippingMethods":null,"offerings":[],"asOf":null,"catalog":{"productId":"321","productName":"Product sample","description":"sample","brand":"Brand 1","category":"Category 1","ean":"7908010136043","refId":"REFID123","images":[{"name":"Principal","url":"https://images.example/1.jpg"}],"productSpecifications":[{"name":"Fabric","values":["Cotton"]}],"skuSpecifications":[]}}"#,
        ),
        (
            Offers,
            r#"{"type":"price","sku":"2000037","price":7390,"listPrice":7490,"validUntil":null,"marketplace":null,"salesChannel":null,"asOf":null}"#,
        ),
        (
            Offers,
            r#"{"type":"stock","sku":"2000037","warehouse":"main","onHand":99,"asOf":"2026-11-21T00:00:00Z"}"#,
        ),
        (
            Offers,
            r#"{"type":"stockAdjustment","id":"adj-1","sku":"2000037","warehouse":"main","delta":-3}"#,
        ),
        (
            Invoices,
            r#"{"orderId":"mkt1-959311095-01","type":"Output","invoiceNumber":"NFe-00001","issuanceDate":"2026-11-21T00:00:00Z","invoiceValue":7590,"items":[{"id":"2000037","quantity":1,"price":7390}],"invoiceKey":null,"invoiceUrl":null,"embeddedInvoice":null,"courier":null,"trackingNumber":null,"trackingUrl":null,"dispatchedDate":null,"restock":false}"#,
        ),
        (
            Tracking,
            r#"{"orderId":"mkt1-959311095-01","invoiceNumber":"NFe-00001","courier":"Correios","trackingNumber":"SR000987654321","trackingUrl":"https://t.example/SR000987654321","dispatchedDate":"2026-11-22"}"#,
        ),
        (
            Tracking,
            r#"{"orderId":"mkt1-959311095-01","invoiceNumber":"NFe-00001","isDelivered":false,"deliveredDate":null,"events":[{"city":"Rio","state":"RJ","description":"Out for delivery","date":"2026-11-23T09:00:00Z"}]}"#,
        ),
        (
            Cancellations,
            r#"{"orderId":"mkt1-959311095-01","action":"cancel","reason":"Damaged in the warehouse"}"#,
        ),
        (
            Cancellations,
            r#"{"orderId":"mkt1-959311095-01","action":"confirm"}"#,
        ),
        (
            Cancellations,
            r#"{"orderId":"mkt1-959311095-01","action":"refuse","reason":"Already packed"}"#,
        ),
    ] {
        passes(queue, message);
    }
}

/// The sample events of the functions that read a queue of the ERP's.
#[test]
fn the_sample_events_of_the_functions_pass() {
    let mut seen = Vec::new();
    for file in std::fs::read_dir(repository("events")).unwrap() {
        let text = std::fs::read(file.unwrap().path()).unwrap();
        let event: Value = serde_json::from_slice(&text).unwrap();
        for record in event["Records"].as_array().into_iter().flatten() {
            let arn = record["eventSourceARN"].as_str().unwrap();
            let queue = Queue::ALL
                .into_iter()
                .find(|queue| arn.ends_with(queue.name()));
            if let Some(queue) = queue {
                passes(queue, record["body"].as_str().unwrap());
                seen.push(queue);
            }
        }
    }
    assert!(seen.contains(&Queue::Offers) && seen.contains(&Queue::Cancellations));
}

#[test]
fn the_offers_of_the_sandbox_pass() {
    let offers = std::fs::read_to_string(repository("sandbox/fixture/offers.jsonl")).unwrap();
    let mut passed = 0;
    for message in offers.lines().filter(|line| !line.trim().is_empty()) {
        passes(Queue::Offers, message);
        passed += 1;
    }
    assert!(passed > 0);
}

#[test]
fn times_are_promised_in_the_forms_that_are_read() {
    let message = |time: &str| json!({"type": "stock", "sku": "1", "warehouse": "main", "onHand": 1, "asOf": time});
    let validator = Queue::Offers.validator();
    for time in [
        "2026-11-21T10:00:00Z",
        "2026-11-21T10:00:00.123456789Z",
        "2026-11-21T10:00:00-03:00",
        "2026-11-21T10:00:00+0530",
        "2026-11-21T10:00:00-03",
        "2026-11-21T10:00Z",
        "2026-11-21 10:00",
        "2026-11-21 10:00:00",
        "2026-11-21T10:00:00.5",
        "2026-11-21",
    ] {
        passes(Queue::Offers, &message(time).to_string());
    }
    for time in [
        "",
        "now",
        "2026-13-01",
        "2026-11-32",
        "2026-11-21T24:00:00Z",
        "2026-11-21T10:60:00Z",
        "21/11/2026",
        "1795219200",
        "2026-11-21T10:00:00.1234567890Z",
    ] {
        let message = message(time);
        assert!(!validator.is_valid(&message), "{time}");
        assert!(
            Queue::Offers.reads(message.to_string().as_bytes()).is_err(),
            "{time}"
        );
    }
}
