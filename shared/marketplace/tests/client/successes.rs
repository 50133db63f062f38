//! What counts as done, and what it is answered with.

use std::io::Write;

use feirante_marketplace::{Answer, Failure, calls};
use feirante_models::Instant;
use feirante_models::outward::Receipt;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use crate::fixture::{at, invoice, price, send, sku, suggest};
use crate::server::{Server, response};

const RECEIPT: &str =
    r#"{"date":"2021-06-09T15:22:56.7612218-02:00","orderId":"959311095-01","receipt":"527b1ae2"}"#;

fn packed(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

async fn of_packed(bytes: Vec<u8>) -> Result<Answer, Failure> {
    let server = Server::answering(move |_| {
        let mut response = response(200, bytes.clone());
        response
            .headers_mut()
            .insert("content-encoding", "gzip".parse().unwrap());
        response
    })
    .await;
    send(&invoice(&at(&server.url))).await
}

fn receipt() -> Receipt {
    Receipt {
        date: Instant::parse("2021-06-09T17:22:56.761Z").ok(),
        order_id: Some("959311095-01".to_owned()),
        receipt: Some("527b1ae2".to_owned()),
    }
}

#[tokio::test]
async fn a_receipt_is_read_whatever_it_is_called() {
    for mark in ["", "\u{feff}"] {
        let server = Server::answering(move |_| {
            let mut response = response(200, format!("{mark}{RECEIPT}\n"));
            response
                .headers_mut()
                .insert("content-type", "text/html".parse().unwrap());
            response
        })
        .await;
        let answer = send(&invoice(&at(&server.url))).await.unwrap();
        assert_eq!(answer.receipt, receipt());
        assert_eq!(answer.body.unwrap()["receipt"], "527b1ae2");
    }
}

#[tokio::test]
async fn a_packed_receipt_is_read() {
    assert_eq!(of_packed(packed(RECEIPT)).await.unwrap().receipt, receipt());
}

#[tokio::test]
async fn a_packed_answer_that_is_broken_or_swells_is_no_receipt() {
    let mut broken = packed(RECEIPT);
    broken.truncate(20);
    let swelling = packed(&" ".repeat(50_000_000));
    for bytes in [broken, swelling, b"{}".to_vec()] {
        let failure = of_packed(bytes).await.unwrap_err();
        assert!(
            failure
                .to_string()
                .starts_with("200: the answer is not whole"),
            "{failure}"
        );
    }
}

#[tokio::test]
async fn an_empty_answer_is_a_success() {
    for body in ["", " \r\n"] {
        let server = Server::always(200, body).await;
        let answer = send(&invoice(&at(&server.url))).await.unwrap();
        assert_eq!(answer.receipt, Receipt::default());
        assert_eq!(answer.body, None);
    }
}

#[tokio::test]
async fn a_gateway_s_page_is_no_receipt() {
    for (body, said) in [
        (
            "<html><title>Welcome</title></html>",
            "an HTML page: Welcome",
        ),
        ("OK", "OK"),
    ] {
        let server = Server::always(200, body).await;
        assert_eq!(
            send(&invoice(&at(&server.url))).await.unwrap_err(),
            Failure::Unavailable {
                status: Some(200),
                retry_after: None,
                detail: format!("the answer is no JSON but {said}"),
            }
        );
    }
}

#[tokio::test]
async fn a_notification_is_done_by_its_status_alone() {
    for (status, body) in [(202, ""), (200, "OK"), (200, "<html></html>"), (204, "")] {
        let server = Server::always(status, body).await;
        let answer = send(&price(&at(&server.url))).await.unwrap();
        assert_eq!(answer.status, status);
    }
}

#[tokio::test]
async fn a_suggestion_of_what_is_in_the_catalog_is_done() {
    let server = Server::always(304, "").await;
    assert_eq!(send(&suggest(&at(&server.url))).await.unwrap().status, 304);
}

#[tokio::test]
async fn a_suggestion_is_read() {
    let server = Server::always(200, r#"{"itemId":"2000037","status":"Pending"}"#).await;
    let call = calls::suggestion(&at(&server.url), &sku()).unwrap();
    let answer = send(&call).await.unwrap();
    assert_eq!(
        answer.body,
        Some(json!({"itemId":"2000037","status":"Pending"}))
    );
    let server = Server::always(200, "<html></html>").await;
    let call = calls::suggestion(&at(&server.url), &sku()).unwrap();
    let failure = send(&call).await.unwrap_err();
    assert!(matches!(failure, Failure::Unavailable { .. }), "{failure}");
}
