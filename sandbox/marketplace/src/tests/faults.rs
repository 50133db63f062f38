//! What goes wrong on purpose.

use std::io::Read as _;
use std::time::{Duration, Instant};

use super::*;

fn invoice_url(market: &Market) -> String {
    let base = market.running.account_url("mkt1");
    format!("{base}/api/oms/pvt/orders/{ORDER}/invoice?an=mkt1")
}

/// Sends an invoice and gives the answer as bytes.
async fn raw(market: &Market, number: &str) -> (reqwest::header::HeaderMap, Vec<u8>) {
    let response = market
        .client
        .post(invoice_url(market))
        .header("X-VTEX-API-AppKey", KEY)
        .header("X-VTEX-API-AppToken", TOKEN)
        .json(&output(number, 1))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    let headers = response.headers().clone();
    (headers, response.bytes().await.unwrap().to_vec())
}

#[tokio::test]
async fn a_connection_can_close_before_or_after_the_request_was_processed() {
    let market = Market::open().await;
    for (kind, processed) in [("dropBefore", 0), ("dropAfter", 1)] {
        market
            .fault(
                "invoice",
                json!([{ "fault": { "kind": kind }, "count": 1 }]),
            )
            .await;
        let body = output(kind, 1);
        let lost = market
            .try_call(Method::POST, &invoice_url(&market), Some(&body))
            .await;
        assert!(lost.is_err(), "{kind}");
        assert_eq!(market.order().invoices.len(), processed, "{kind}");
    }
    market.invoice(&output("1", 1)).await.assert_receipt();
}

#[tokio::test]
async fn every_status_can_be_answered_processed_or_not() {
    let market = Market::open().await;
    for (number, status) in [500, 502, 503, 504].into_iter().enumerate() {
        for processed in [false, true] {
            let before = market.order().invoices.len();
            let fault = json!({ "kind": "status", "status": status, "processed": processed });
            market
                .fault("invoice", json!([{ "fault": fault, "count": 1 }]))
                .await;
            let answer = market
                .invoice(&output(&format!("{number}-{processed}"), 1))
                .await;
            assert_eq!(answer.status, status);
            assert_eq!(answer.text.starts_with('<'), status != 500, "{answer:?}");
            let entered = market.order().invoices.len() - before;
            assert_eq!(entered, usize::from(processed), "{status}");
        }
    }
}

#[tokio::test]
async fn a_429_tells_when_to_come_back() {
    let market = Market::open().await;
    let fault = json!({ "kind": "tooManyRequests", "retryAfterSeconds": 7 });
    market
        .fault("price", json!([{ "fault": fault, "count": 1 }]))
        .await;
    let path = format!("/api/notificator/seller1/changenotification/{BOUND}/price");
    let answer = market.notify(&path).await;
    assert_eq!(answer.status, 429);
    assert_eq!(answer.headers["retry-after"], "7");
    assert_eq!(answer.headers["x-ratelimit-remaining"], "0");
    assert_eq!(answer.headers["x-ratelimit-reset"], "7");
    assert!(market.world.books.offer("mkt1", BOUND).is_none());
}

#[tokio::test]
async fn a_page_with_200_is_no_answer_though_the_request_was_processed() {
    let market = Market::open().await;
    market
        .fault(
            "invoice",
            json!([{ "fault": { "kind": "html" }, "count": 1 }]),
        )
        .await;
    let answer = market.invoice(&output("1", 1)).await;
    assert_eq!(answer.status, 200);
    assert!(answer.text.starts_with("<html>"));
    assert_eq!(market.only_invoice().number, "1");
    assert!(!market.order().accepted[0].answered);
}

#[tokio::test]
async fn answers_can_be_spoiled_in_ways_that_can_be_read_all_the_same() {
    let market = Market::open().await;

    market
        .fault(
            "invoice",
            json!([{ "fault": { "kind": "wrongContentType" } }]),
        )
        .await;
    let (headers, body) = raw(&market, "1").await;
    assert_eq!(headers["content-type"], "text/html");
    assert!(serde_json::from_slice::<Value>(&body).is_ok());

    market
        .fault("invoice", json!([{ "fault": { "kind": "bom" } }]))
        .await;
    let (_, body) = raw(&market, "2").await;
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap();
    assert!(serde_json::from_slice::<Value>(body).is_ok());

    market
        .fault(
            "invoice",
            json!([{ "fault": { "kind": "gzip" } }, { "fault": { "kind": "chunked" } }]),
        )
        .await;
    let (headers, body) = raw(&market, "3").await;
    assert_eq!(headers["content-encoding"], "gzip");
    assert_eq!(headers["transfer-encoding"], "chunked");
    let mut text = String::new();
    flate2::read::GzDecoder::new(body.as_slice())
        .read_to_string(&mut text)
        .unwrap();
    assert!(serde_json::from_str::<Value>(&text).is_ok());

    market
        .fault("invoice", json!([{ "fault": { "kind": "plainDates" } }]))
        .await;
    let (_, body) = raw(&market, "4").await;
    let body: Value = serde_json::from_slice(&body).unwrap();
    let date = body["date"].as_str().unwrap();
    assert_eq!(date.len(), "2026-11-21T00:00:00Z".len(), "{date}");
}

#[tokio::test]
async fn latency_delays_the_answer_of_a_request_that_was_processed() {
    let market = Market::open().await;
    let faults = json!({ "calls": { "invoice": { "latencyMs": 150, "jitterMs": 10 } } });
    market
        .control(Method::POST, "faults/mkt1", Some(faults))
        .await;
    let began = Instant::now();
    market.invoice(&output("1", 1)).await.assert_receipt();
    assert!(began.elapsed() >= Duration::from_millis(150));

    // A caller that does not wait so long never had an answer.
    let faults = json!({ "calls": { "invoice": { "latencyMs": 60_000 } } });
    market
        .control(Method::POST, "faults/mkt1", Some(faults))
        .await;
    let call = market
        .client
        .post(invoice_url(&market))
        .header("X-VTEX-API-AppKey", KEY)
        .header("X-VTEX-API-AppToken", TOKEN)
        .timeout(Duration::from_millis(200))
        .json(&output("2", 1))
        .send();
    assert!(call.await.unwrap_err().is_timeout());
    let calls = "calls?name=invoice&until_count=2";
    let calls = market.control(Method::GET, calls, None).await;
    assert_eq!(calls.status, 200);
    assert_eq!(calls.json()[1]["outcome"], "abandoned");
    assert!(!market.order().accepted[1].answered);
}

#[tokio::test]
async fn one_account_can_be_down_and_come_back_while_others_are_up() {
    let market = Market::open().await;
    let mine = market.running.account_url("mkt1") + "/suggestions";
    let other = market.running.account_url("mkt2") + "/suggestions";
    for (down, status) in [("refuse", None), ("unavailable", Some(503))] {
        let faults = json!({ "down": down });
        market
            .control(Method::POST, "faults/mkt1", Some(faults))
            .await;
        let answer = market.try_call(Method::GET, &mine, None).await;
        assert_eq!(
            answer.ok().map(|answer| answer.status.as_u16()),
            status,
            "{down}"
        );
        let answer = market.try_call(Method::GET, &other, None).await.unwrap();
        assert_eq!(answer.status, 200, "{down}");
    }
    market
        .control(Method::POST, "faults/mkt1", Some(json!({ "down": null })))
        .await;
    let answer = market.try_call(Method::GET, &mine, None).await.unwrap();
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn the_same_seed_brings_the_same_faults_whatever_else_is_called() {
    let mut runs = Vec::new();
    for disturbed in [false, true] {
        let mut options = options();
        options.seed = 42;
        let market = Market::open_with(options).await;
        let rules = json!([{ "fault": { "kind": "status", "status": 500 }, "probability": 0.5 }]);
        let faults = json!({ "all": { "rules": rules } });
        market
            .control(Method::POST, "faults/mkt1", Some(faults))
            .await;
        let mut run = Vec::new();
        for _ in 0..40 {
            if disturbed {
                market.call(Method::GET, "/suggestions", None).await;
            }
            let path = format!("/api/notificator/seller1/changenotification/{BOUND}/price");
            run.push(market.notify(&path).await.status.as_u16());
        }
        runs.push(run);
    }
    assert_eq!(runs[0], runs[1]);
    assert!(runs[0].contains(&500) && runs[0].contains(&202), "{runs:?}");
}

#[tokio::test]
async fn faults_are_merged_by_call_and_reset_as_a_whole() {
    let market = Market::open().await;
    market
        .fault(
            "price",
            json!([{ "fault": { "kind": "dropAfter" }, "count": 3 }]),
        )
        .await;
    market.fault("invoice", json!([])).await;
    let faults = market
        .control(Method::GET, "faults/mkt1", None)
        .await
        .json();
    assert_eq!(faults["calls"]["price"]["rules"][0]["count"], 3);
    assert!(faults["calls"]["invoice"].is_object());
    let reset = json!({ "reset": true, "down": "refuse" });
    let faults = market
        .control(Method::POST, "faults/mkt1", Some(reset))
        .await
        .json();
    assert_eq!(
        faults,
        json!({ "down": "refuse", "all": null, "calls": {} })
    );

    let wrong = json!({ "calls": { "invoice": { "rules": [{ "fault": { "kind": "fire" } }] } } });
    let answer = market
        .control(Method::POST, "faults/mkt1", Some(wrong))
        .await;
    assert_eq!(answer.status, 422);
    assert_eq!(
        market
            .control(Method::GET, "faults/nobody", None)
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn header_names_can_be_written_in_title_case() {
    let market = Market::open().await;
    for (title_case, name) in [(true, "\r\nContent-Type:"), (false, "\r\ncontent-type:")] {
        let settings = json!({ "titleCaseHeaders": title_case });
        let set = market.control(Method::PUT, "server", Some(settings)).await;
        assert_eq!(set.status, 204);
        let address = market.running.url().strip_prefix("http://").unwrap();
        let mut connection = tokio::net::TcpStream::connect(address).await.unwrap();
        let request = b"GET /mkt1/suggestions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        tokio::io::AsyncWriteExt::write_all(&mut connection, request)
            .await
            .unwrap();
        let mut answer = String::new();
        tokio::io::AsyncReadExt::read_to_string(&mut connection, &mut answer)
            .await
            .unwrap();
        assert!(answer.contains(name), "{answer}");
    }
}
