//! C8 and C9.

use super::*;

fn shipment() -> Value {
    json!({
        "courier": "Correios",
        "trackingNumber": "SR000987654321",
        "trackingUrl": "https://t.example/SR000987654321",
        "dispatchedDate": "2026-11-22",
    })
}

fn event(description: &str) -> Value {
    json!({
        "city": "Rio",
        "state": "RJ",
        "description": description,
        "date": "2026-11-23T09:00:00Z",
    })
}

fn progress(is_delivered: bool, events: &[&str]) -> Value {
    let events: Vec<_> = events
        .iter()
        .map(|description| event(description))
        .collect();
    json!({ "isDelivered": is_delivered, "events": events })
}

async fn invoiced() -> Market {
    let market = Market::open().await;
    market
        .invoice(&output("NF-1", TOTAL))
        .await
        .assert_receipt();
    market
}

impl Market {
    async fn ship(&self, body: &Value) -> Answer {
        self.order_call(Method::POST, "invoice/NF-1", body).await
    }

    async fn report(&self, body: &Value) -> Answer {
        self.order_call(Method::POST, "invoice/NF-1/tracking", body)
            .await
    }
}

#[tokio::test]
async fn a_package_is_tracked_and_delivered() {
    let market = invoiced().await;
    market.ship(&shipment()).await.assert_receipt();
    assert!(market.order().reached("tracked"));
    market
        .report(&progress(false, &["Posted"]))
        .await
        .assert_receipt();
    assert!(!market.order().reached("delivered"));
    market
        .report(&progress(true, &["Delivered"]))
        .await
        .assert_receipt();
    market
        .report(&progress(false, &["Late word"]))
        .await
        .assert_receipt();

    let order = market.order();
    assert!(order.reached("delivered"));
    assert_eq!(order.status, Status::Invoiced);
    let package = market.only_invoice().package;
    assert_eq!(package.tracking.unwrap().tracking_number, "SR000987654321");
    let told: Vec<_> = package
        .events
        .iter()
        .map(|event| event.description.clone().unwrap())
        .collect();
    assert_eq!(told, ["Posted", "Delivered", "Late word"]);
    assert_eq!(market.broken(), Vec::<String>::new());
}

#[tokio::test]
async fn tracking_of_an_invoice_there_is_none_of_is_404_and_a_violation() {
    let market = Market::open().await;
    market.ship(&shipment()).await.assert_envelope(404, "NF-1");
    market
        .report(&progress(true, &[]))
        .await
        .assert_envelope(404, "NF-1");
    assert_eq!(market.broken(), ["early-tracking", "early-tracking"]);
}

#[tokio::test]
async fn progress_needs_a_tracking_number_first() {
    let market = invoiced().await;
    market
        .report(&progress(true, &[]))
        .await
        .assert_envelope(400, "tracking number");
    assert_eq!(market.broken(), ["early-progress"]);
}

#[tokio::test]
async fn a_tracking_number_is_required_and_the_rest_only_if_asked_for() {
    let market = invoiced().await;
    let mut body = shipment();
    body["trackingNumber"] = json!("");
    market
        .ship(&body)
        .await
        .assert_envelope(400, "trackingNumber");
    let mut body = shipment();
    body["dispatchedDate"] = Value::Null;
    market.ship(&body).await.assert_receipt();
    market.set(json!({ "allTrackingFields": true })).await;
    market
        .ship(&body)
        .await
        .assert_envelope(400, "dispatchedDate");
}

#[tokio::test]
async fn progress_says_whether_it_is_delivered() {
    let market = invoiced().await;
    market.ship(&shipment()).await.assert_receipt();
    for (body, names) in [
        (json!({}), "isDelivered"),
        (json!({ "isDelivered": "true" }), "isDelivered"),
        (json!({ "isDelivered": false, "events": {} }), "events"),
        (json!({ "isDelivered": false, "events": ["x"] }), "events"),
        (
            json!({ "isDelivered": false, "events": [{ "city": 1 }] }),
            "city",
        ),
    ] {
        market.report(&body).await.assert_envelope(400, names);
    }
    market
        .report(&json!({ "isDelivered": false }))
        .await
        .assert_receipt();
    market.set(json!({ "verbs": "ord" })).await;
    let body = json!({ "isDelivered": false });
    let answer = market
        .order_call(Method::PUT, "invoice/NF-1/tracking", &body)
        .await;
    answer.assert_envelope(400, "events");
}

#[tokio::test]
async fn each_mode_takes_its_own_verbs() {
    let market = invoiced().await;
    for (verbs, post, other) in [
        ("esm", true, false),
        ("ord", false, true),
        ("both", true, true),
    ] {
        market.set(json!({ "verbs": verbs })).await;
        for (route, body, second) in [
            ("invoice/NF-1", shipment(), Method::PATCH),
            ("invoice/NF-1/tracking", progress(false, &[]), Method::PUT),
        ] {
            for (method, taken) in [(Method::POST, post), (second, other)] {
                let answer = market.order_call(method.clone(), route, &body).await;
                let expected = if taken { 200 } else { 405 };
                assert_eq!(answer.status, expected, "{verbs} {method} {route}");
                if !taken {
                    answer.assert_envelope(405, "verb");
                }
            }
        }
    }
}

#[tokio::test]
async fn repeats_of_answered_calls_are_counted_by_content() {
    let market = invoiced().await;
    market.ship(&shipment()).await.assert_receipt();
    market.ship(&shipment()).await.assert_receipt();
    let mut another = shipment();
    another["trackingNumber"] = json!("SR2");
    market.ship(&another).await.assert_receipt();
    market
        .report(&progress(false, &["Posted"]))
        .await
        .assert_receipt();
    market
        .report(&progress(false, &["Posted"]))
        .await
        .assert_receipt();
    let order = market.order();
    assert_eq!(order.repeats["shipment"], 1);
    assert_eq!(order.repeats["progress"], 1);
    let stats = market.control(Method::GET, "stats", None).await.json();
    assert_eq!(stats["shipment"]["repeats"], 1);
    assert_eq!(stats["shipment"]["byStatus"], json!({ "200": 3 }));
}

#[tokio::test]
async fn an_event_that_is_there_already_is_shown_once() {
    let market = invoiced().await;
    market.ship(&shipment()).await.assert_receipt();
    market.fault("progress", json!([{ "fault": { "kind": "status", "status": 500, "processed": true }, "count": 1 }])).await;
    assert_eq!(
        market.report(&progress(false, &["Posted"])).await.status,
        500
    );
    // Its answer was lost, so it may come again; once answered it may not.
    market
        .report(&progress(false, &["Posted", "Moved"]))
        .await
        .assert_receipt();
    let order = market.order();
    assert_eq!(order.repeated_events, 1);
    assert!(order.repeats.is_empty());
    market
        .report(&progress(false, &["Moved", "Arrived"]))
        .await
        .assert_receipt();
    let order = market.order();
    assert_eq!(order.repeated_events, 2);
    assert_eq!(order.repeats["event"], 1);
    assert_eq!(market.only_invoice().package.events.len(), 3);
}

#[tokio::test]
async fn a_space_in_the_number_breaks_tracking_where_that_issue_is_known() {
    let market = Market::open().await;
    market.set(json!({ "ki409225": true })).await;
    market
        .invoice(&output("NF 1", TOTAL))
        .await
        .assert_receipt();
    let answer = market
        .order_call(Method::POST, "invoice/NF%201", &shipment())
        .await;
    answer.assert_envelope(500, "An error has occurred");
    market.set(json!({ "ki409225": false })).await;
    let answer = market
        .order_call(Method::POST, "invoice/NF%201", &shipment())
        .await;
    answer.assert_receipt();
}
