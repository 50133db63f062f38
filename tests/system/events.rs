//! What happens to an order and what the ERP is told of it (queue `erp-orders.fifo`).

mod table;

use serde_json::{Value, json};

use crate::harness::bodies::{naming, o1};
use crate::harness::{System, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn events_are_cloud_events_that_rise_with_the_order() {
    let system = System::start().await;
    // Numbers, order of keys and times as nobody else would write them.
    let unusual =
        r#"{"z":1.50,"at":"2021-06-09T15:22:56.7612218-02:00","big":12345678901234567890,"#;
    let sent = o1("959311095-01").to_string().replacen('{', unusual, 1);
    let placed = system
        .marketplace
        .post_text("/pvt/orders", format!("[{sent}]"))
        .await;
    assert_eq!(placed.status, 200);
    let id = "mkt1-959311095-01";
    system
        .marketplace
        .authorize(id, &naming("959311095-01"))
        .await;
    let request = json!({
        "marketplaceOrderId": "959311095-01", "cancellationRequestId": "8583", "reason": "regret",
        "requestedByUser": true, "cancellationRequestDate": "2022-10-14T19:45:30.2370123+00:00",
    });
    system.marketplace.cancel(id, &request).await;
    system
        .erp
        .send("cancellations", json!({"orderId": id, "action": "refuse"}))
        .await;
    system.erp.settled("cancellations").await;
    system
        .erp
        .send("cancellations", json!({"orderId": id, "action": "confirm"}))
        .await;
    system.erp.sees("order.canceled", id).await;

    let seen = system.erp.seen();
    let mut ids = Vec::new();
    let mut last = 0;
    for event in &seen {
        assert_eq!(event["specversion"], "1.0");
        assert_eq!(event["subject"], id);
        assert_eq!(event["datacontenttype"], "application/json");
        assert!(event["source"].as_str().unwrap().contains("mkt1"));
        assert!(
            event["time"]
                .as_str()
                .unwrap()
                .parse::<jiff::Timestamp>()
                .is_ok()
        );
        assert_eq!(event["data"]["orderId"], id);
        assert_eq!(event["data"]["marketplace"], "mkt1");
        assert_eq!(event["data"]["marketplaceOrderId"], "959311095-01");
        let sequence = event["sequence"].as_u64().unwrap();
        assert!(sequence > last, "{seen:#?}");
        last = sequence;
        ids.push(event["id"].as_str().unwrap());
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 4, "{seen:#?}");
    assert_eq!(seen[0]["sequence"], 1);
    let expected: Value = serde_json::from_str(&sent).unwrap();
    assert_eq!(seen[0]["data"]["order"], expected);
    assert_eq!(seen[1]["data"].get("order"), None);
    let asked = &seen[2]["data"];
    assert_eq!(asked["cancellationRequestId"], "8583");
    assert_eq!(asked["reason"], "regret");
    assert_eq!(asked["requestedByUser"], true);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_reaches_the_erp_as_it_was_sent_to_the_letter() {
    let system = System::start().await;
    let plain = o1("1-01").to_string();
    let sent = plain.replacen('{', "{ \"n\": 1.50, \"e\": \"\\u00e9\\/\", \"n2\":1E+2,", 1);
    let both = format!("[{sent},{}]", o1("1-02"));
    assert_eq!(
        system
            .marketplace
            .post_text("/pvt/orders", both)
            .await
            .status,
        200
    );
    // Each order of a call is told by itself.
    system.erp.sees("order.placed", "mkt1-1-02").await;
    let text = eventually("the event's text", async || {
        system.erp.receive().await;
        let texts = system.erp.seen_texts();
        texts.into_iter().find(|text| text.contains("mkt1-1-01"))
    })
    .await;
    assert!(text.contains(&format!(r#""order":{sent}"#)), "{text}");
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn characters_that_no_queue_takes_hold_up_no_event() {
    let system = System::start().await;
    let mut odd = o1("odd-01");
    odd["openTextField"] = json!("a\u{ffff}b\u{fffe}");
    let placed = system.marketplace.place(&json!([odd])).await;
    assert_eq!(placed.status, 200);
    let body = r#"{"marketplaceOrderId":"odd-01","reason":"\uffff"}"#;
    let authorized = system
        .marketplace
        .authorize("mkt1-odd-01", &naming("odd-01"))
        .await;
    assert_eq!(authorized.status, 200);
    let asked = system
        .marketplace
        .post_text("/pvt/orders/mkt1-odd-01/cancel", body)
        .await;
    assert_eq!((asked.status, asked.body.len()), (200, 0));
    let event = system.erp.sees("order.placed", "mkt1-odd-01").await;
    assert_eq!(
        event["data"]["order"]["openTextField"],
        "a\u{ffff}b\u{fffe}"
    );
    let event = system
        .erp
        .sees("order.cancellationRequested", "mkt1-odd-01")
        .await;
    assert_eq!(event["data"]["reason"], "\u{ffff}");
    system.stop().await;
}
