use serde_json::{Value, json};

use super::*;
use crate::Instant;

fn shipment() -> Value {
    json!({
        "orderId": "mkt1-959311095-01", "invoiceNumber": "NFe-00001", "courier": "Correios",
        "trackingNumber": "SR000987654321", "trackingUrl": "https://t.example/SR000987654321",
        "dispatchedDate": "2026-11-22",
    })
}

fn progress() -> Value {
    json!({
        "orderId": "mkt1-959311095-01", "invoiceNumber": "NFe-00001", "isDelivered": false,
        "deliveredDate": null,
        "events": [{"city": "Rio", "state": "RJ", "description": "Out for delivery",
            "date": "2026-11-23T09:00:00Z"}],
    })
}

fn with(mut message: Value, fields: &Value) -> Value {
    for (name, value) in fields.as_object().unwrap() {
        message[name] = value.clone();
    }
    message
}

fn read(message: &Value) -> TrackingMessage {
    TrackingMessage::read(message.to_string().as_bytes()).unwrap()
}

fn refusal(message: &Value) -> String {
    TrackingMessage::read(message.to_string().as_bytes())
        .unwrap_err()
        .to_string()
}

fn event(description: &str, date: &str) -> TrackingEvent {
    TrackingEvent {
        city: "Rio".to_owned(),
        state: "RJ".to_owned(),
        description: description.to_owned(),
        date: Instant::parse(date).unwrap(),
    }
}

#[test]
fn a_tracking_number_is_read() {
    let message = read(&shipment());
    assert_eq!(message.order.order_id().as_str(), "mkt1-959311095-01");
    assert_eq!(message.invoice_number.as_str(), "NFe-00001");
    let expected = Shipment {
        courier: "Correios".to_owned(),
        tracking_number: "SR000987654321".to_owned(),
        tracking_url: "https://t.example/SR000987654321".to_owned(),
        dispatched_date: Some("2026-11-22".to_owned()),
    };
    assert_eq!(message.shipment, Some(expected));
    assert_eq!(message.progress, None);
}

#[test]
fn where_a_package_is_is_read() {
    let message = read(&progress());
    assert_eq!(message.shipment, None);
    let expected = Progress {
        is_delivered: false,
        delivered_date: None,
        events: vec![event("Out for delivery", "2026-11-23T09:00:00Z")],
    };
    assert_eq!(message.progress, Some(expected));
}

#[test]
fn one_message_may_be_both() {
    let message = read(&with(shipment(), &progress()));
    assert!(message.shipment.is_some() && message.progress.is_some());
}

#[test]
fn a_message_that_says_nothing_is_refused() {
    for nothing in [
        json!({"isDelivered": null, "events": null}),
        json!({"isDelivered": null, "events": []}),
        json!({"isDelivered": null, "events": [], "trackingNumber": " ", "courier": "Correios"}),
    ] {
        let why = refusal(&with(progress(), &nothing));
        assert!(why.contains("has neither a trackingNumber nor"), "{why}");
    }
}

#[test]
fn without_is_delivered_events_are_of_a_package_on_its_way() {
    let message = read(&with(progress(), &json!({"isDelivered": null})));
    assert!(!message.progress.unwrap().is_delivered);
}

#[test]
fn a_package_may_be_on_its_way_without_events() {
    let progress = read(&with(progress(), &json!({"events": []}))).progress;
    assert_eq!(progress.unwrap().events, []);
}

#[test]
fn a_delivery_has_its_date() {
    let delivered = json!({"isDelivered": true, "deliveredDate": "2026-11-24 15:30"});
    let progress = read(&with(progress(), &delivered)).progress.unwrap();
    assert!(progress.is_delivered);
    assert_eq!(
        progress.delivered_date,
        Some(Instant::parse("2026-11-24T15:30:00Z").unwrap())
    );
}

#[test]
fn events_are_by_date_and_none_twice() {
    let [late, early] = ["2026-11-24", "2026-11-23T09:00:00Z"]
        .map(|date| json!({"city": "Rio", "state": "RJ", "description": "Moved", "date": date}));
    let events = json!({"events": [late, early, late]});
    let progress = read(&with(progress(), &events)).progress.unwrap();
    let expected = [
        event("Moved", "2026-11-23T09:00:00Z"),
        event("Moved", "2026-11-24"),
    ];
    assert_eq!(progress.events, expected);
}

#[test]
fn a_place_may_be_unknown() {
    let events = json!({"events": [{"description": "Posted", "date": "2026-11-23"}]});
    let progress = read(&with(progress(), &events)).progress.unwrap();
    assert_eq!(
        (
            progress.events[0].city.as_str(),
            progress.events[0].state.as_str()
        ),
        ("", "")
    );
}

#[test]
fn mistakes_are_named_by_their_place() {
    let event = |field: &str, value: Value| {
        let mut event = progress()["events"][0].clone();
        event[field] = value;
        json!({"events": [progress()["events"][0], event]})
    };
    for (fields, mistake) in [
        (json!({"orderId": null}), "ES002: /orderId: is missing"),
        (
            json!({"invoiceNumber": null}),
            "ES002: /invoiceNumber: is missing",
        ),
        (
            json!({"invoiceNumber": "a/b"}),
            "ES002: /invoiceNumber: an invoice number has",
        ),
        (
            json!({"isDelivered": "true"}),
            "ES002: /isDelivered: is neither true nor false",
        ),
        (
            json!({"isDelivered": true, "deliveredDate": "soon"}),
            "ES002: /deliveredDate: is not",
        ),
        (
            json!({"deliveredDate": "2026-11-24"}),
            "ES002: /deliveredDate: is there, and isDelivered is not true",
        ),
        (json!({"events": {}}), "ES002: /events: is not a list"),
        (
            json!({"events": vec![json!({}); 201]}),
            "ES002: /events: has more than 200",
        ),
        (
            event("description", Value::Null),
            "ES002: /events/1/description: is missing",
        ),
        (
            event("description", json!(" ")),
            "ES002: /events/1/description: is empty",
        ),
        (
            event("date", Value::Null),
            "ES002: /events/1/date: is missing",
        ),
        (
            event("date", json!("noon")),
            "ES002: /events/1/date: is not a date and time",
        ),
        (
            event("city", json!([])),
            "ES002: /events/1/city: is not a text",
        ),
        (
            event("state", json!("a\nb")),
            "ES002: /events/1/state: has a control character",
        ),
        (
            json!({"trackingNumber": "x".repeat(201)}),
            "ES002: /trackingNumber: is longer than",
        ),
        (
            json!({"dispatchedDate": "x"}),
            "ES002: /dispatchedDate: is not a date and time",
        ),
        (
            json!({"unknown": "x".repeat(LARGEST_MESSAGE)}),
            "ES016: the body: is larger than 64 KB",
        ),
    ] {
        let why = refusal(&with(progress(), &fields));
        assert!(why.starts_with(mistake), "{mistake}: {why}");
    }
}

/// They are kept with orders: another one for the same event would send it twice.
#[test]
fn hashes_never_change() {
    insta::assert_snapshot!(read(&shipment()).shipment.unwrap().hash(), @"b726ad3c2bd8a5da");
    insta::assert_snapshot!(read(&progress()).progress.unwrap().events[0].hash(), @"f7c04ffe9776190d");
}

#[test]
fn each_field_counts_for_a_hash() {
    let shipments = [
        json!({}),
        json!({"courier": "x"}),
        json!({"trackingNumber": "x"}),
        json!({"trackingUrl": "x"}),
        json!({"dispatchedDate": "2026-11-23"}),
        json!({"dispatchedDate": null}),
        json!({"courier": null, "trackingUrl": "Correios"}),
    ]
    .map(|fields| read(&with(shipment(), &fields)).shipment.unwrap().hash());
    let distinct: std::collections::HashSet<_> = shipments.iter().collect();
    assert_eq!(distinct.len(), shipments.len());

    let sent = event("Moved", "2026-11-23");
    for other in [
        TrackingEvent {
            city: "x".to_owned(),
            ..sent.clone()
        },
        TrackingEvent {
            state: "x".to_owned(),
            ..sent.clone()
        },
        event("moved", "2026-11-23"),
        event("Moved", "2026-11-24"),
    ] {
        assert_ne!(other.hash(), sent.hash());
    }
}
