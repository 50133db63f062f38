//! What the journal tells.

use super::*;

#[tokio::test]
async fn every_call_is_written_down_refused_ones_too_and_without_credentials() {
    let market = Market::open().await;
    market.invoice(&output("1", TOTAL)).await.assert_receipt();
    assert_eq!(market.call(Method::GET, "/nowhere", None).await.status, 404);
    let calls = market
        .control(Method::GET, "calls?account=mkt1", None)
        .await;
    assert!(
        !calls.text.contains(TOKEN) && !calls.text.contains(KEY),
        "{}",
        calls.text
    );
    let calls = calls.json();
    let invoice = &calls[0];
    assert_eq!(invoice["direction"], "received");
    assert_eq!(invoice["name"], "invoice");
    assert_eq!(invoice["method"], "POST");
    assert_eq!(
        invoice["url"],
        "/mkt1/api/oms/pvt/orders/1000-01/invoice?an=mkt1"
    );
    assert_eq!(invoice["order"], ORDER);
    assert_eq!(invoice["status"], 200);
    assert_eq!(invoice["outcome"], "answered");
    let sent: Value = serde_json::from_str(invoice["requestBody"].as_str().unwrap()).unwrap();
    assert_eq!(sent, output("1", TOTAL));
    assert!(
        invoice["responseBody"]
            .as_str()
            .unwrap()
            .contains("receipt")
    );
    assert!(invoice["durationMs"].as_f64().unwrap() > 0.0);
    let headers = invoice["requestHeaders"].as_array().unwrap();
    assert!(headers.contains(&json!(["x-vtex-api-apptoken", "***"])));
    assert_eq!(calls[1]["name"], "unknown");
    assert_eq!(calls[1]["status"], 404);
}

#[tokio::test]
async fn calls_can_be_filtered_counted_and_forgotten() {
    let market = Market::open().await;
    let price = format!("/api/notificator/seller1/changenotification/{BOUND}/price");
    for _ in 0..3 {
        market.notify(&price).await;
    }
    market.invoice(&output("1", 1)).await.assert_receipt();
    let ids = async |query: &str| -> Vec<u64> {
        let path = format!("calls?account=mkt1&{query}");
        let calls = market.control(Method::GET, &path, None).await.json();
        let calls = calls.as_array().unwrap().iter();
        calls
            .filter(|call| call["direction"] == "received")
            .map(|call| call["id"].as_u64().unwrap())
            .collect()
    };
    let prices = ids("name=price").await;
    assert_eq!(prices.len(), 3);
    assert_eq!(
        ids(&format!("name=price&since={}", prices[0])).await,
        prices[1..]
    );
    assert_eq!(ids("name=price&limit=1").await, prices[2..]);
    assert_eq!(ids(&format!("order={ORDER}")).await.len(), 1);
    assert_eq!(ids(&format!("sku={BOUND}&name=price")).await, prices);
    let stats = market.control(Method::GET, "stats", None).await.json();
    assert_eq!(stats["price"]["count"], 3);
    assert_eq!(stats["price"]["byStatus"]["202"], 3);
    assert_eq!(stats["invoice"]["count"], 1);

    assert_eq!(
        market.control(Method::DELETE, "calls", None).await.status,
        204
    );
    assert_eq!(ids("name=price").await, Vec::<u64>::new());
    market.notify(&price).await;
    assert!(ids("name=price").await[0] > prices[2]);
    let wrong = market
        .control(Method::GET, "calls?name=nothing", None)
        .await;
    assert_eq!(wrong.status, 400);
}

#[tokio::test]
async fn the_journal_keeps_the_last_calls_only_and_all_counts() {
    let mut options = options();
    options.keep = 2;
    let market = Market::open_with(options).await;
    for number in ["1", "2", "3"] {
        market.invoice(&output(number, 1)).await.assert_receipt();
    }
    let calls = market
        .control(Method::GET, "calls?name=invoice", None)
        .await
        .json();
    let kept: Vec<_> = calls.as_array().unwrap().iter().collect();
    assert_eq!(kept.len(), 2);
    assert!(kept[0]["requestBody"].as_str().unwrap().contains("\"2\""));
    let stats = market.control(Method::GET, "stats", None).await.json();
    assert_eq!(stats["invoice"]["count"], 3);
}

#[tokio::test]
async fn faults_are_named_on_the_calls_they_struck() {
    let market = Market::open().await;
    market
        .fault(
            "invoice",
            json!([{ "fault": { "kind": "status", "status": 500 }, "count": 1 }]),
        )
        .await;
    market.invoice(&output("1", 1)).await;
    let calls = market
        .control(Method::GET, "calls?name=invoice", None)
        .await
        .json();
    assert_eq!(calls[0]["faults"], json!(["status"]));
    let stats = market.control(Method::GET, "stats", None).await.json();
    assert_eq!(stats["invoice"]["struck"], 1);
}

#[tokio::test]
async fn a_reset_forgets_everything_but_the_options() {
    let market = Market::open().await;
    market.invoice(&output("1", 1)).await.assert_receipt();
    market.set(json!({ "autoApprove": true })).await;
    market
        .control(Method::DELETE, &format!("bindings/mkt1/{BOUND}"), None)
        .await;
    market
        .control(
            Method::POST,
            "faults/mkt1",
            Some(json!({ "down": "refuse" })),
        )
        .await;
    assert_eq!(
        market.control(Method::POST, "reset", None).await.status,
        204
    );
    assert_eq!(
        market.control(Method::GET, "orders", None).await.json(),
        json!([])
    );
    assert_eq!(
        market.control(Method::GET, "violations", None).await.json(),
        json!([])
    );
    assert_eq!(
        market
            .control(Method::GET, "bindings/mkt1", None)
            .await
            .json(),
        json!([BOUND])
    );
    let settings = market
        .control(Method::GET, "settings/mkt1", None)
        .await
        .json();
    assert_eq!(settings["autoApprove"], false);
    assert_eq!(
        market.call(Method::GET, "/suggestions", None).await.status,
        200
    );
}

#[tokio::test]
async fn settings_that_make_no_sense_are_refused() {
    let market = Market::open().await;
    for wrong in [json!({ "autoAprove": true }), json!({ "verbs": "get" })] {
        let answer = market
            .control(Method::PUT, "settings/mkt1", Some(wrong))
            .await;
        assert_eq!(answer.status, 400, "{answer:?}");
    }
    let all = market.control(Method::GET, "settings", None).await.json();
    assert_eq!(all["mkt1"]["verbs"], "both");
    assert_eq!(all["mkt2"], all["mkt1"]);
}
