//! What each failing answer means.

use std::time::Duration;

use feirante_marketplace::Failure;

use crate::fixture::{APP_KEY, APP_TOKEN, at, cancel, invoice, price, send};
use crate::server::{Server, response};

async fn of_invoice(status: u16, body: &'static str) -> Failure {
    let server = Server::always(status, body).await;
    let failure = send(&invoice(&at(&server.url))).await.unwrap_err();
    assert_eq!(server.seen().len(), 1);
    failure
}

#[tokio::test]
async fn a_refusal_is_final() {
    for status in [400, 401, 402, 405, 406, 410, 411, 413, 415, 422, 451] {
        assert_eq!(
            of_invoice(
                status,
                r#"{"error":{"code":"OMS7","message":"Σ Output > total","exception":null}}"#
            )
            .await,
            Failure::Refused {
                status,
                detail: "OMS7: Σ Output > total".to_owned()
            }
        );
    }
}

#[tokio::test]
async fn a_403_names_the_permission() {
    assert_eq!(
        of_invoice(403, "Access denied").await.to_string(),
        "403: needs the permission OMS › Notify invoice, and OMS › Notify refund for a return: Access denied"
    );
    let server = Server::always(403, "").await;
    assert_eq!(
        send(&price(&at(&server.url)))
            .await
            .unwrap_err()
            .to_string(),
        "403: needs the permission Seller Register › View Seller: an empty answer"
    );
}

#[tokio::test]
async fn a_404_is_apart() {
    assert_eq!(
        of_invoice(
            404,
            "Seller StockKeepingUnit 1 not found for this seller id s"
        )
        .await,
        Failure::NotFound {
            detail: "Seller StockKeepingUnit 1 not found for this seller id s".to_owned(),
            unknown_sku: false,
        }
    );
}

#[tokio::test]
async fn what_may_pass_is_unavailable() {
    for status in [304, 408, 409, 425, 500, 502, 503, 504, 599] {
        let failure = of_invoice(status, "").await;
        let Failure::Unavailable {
            status: Some(seen),
            retry_after: None,
            ..
        } = failure
        else {
            panic!("{status}: {failure:?}")
        };
        assert_eq!(seen, status);
    }
}

#[tokio::test]
async fn a_dead_end_is_told_in_its_own_words() {
    assert_eq!(of_invoice(300, "choose").await.to_string(), "300: choose");
}

#[tokio::test]
async fn an_asked_pause_is_told() {
    for status in [429, 503] {
        let server = Server::answering(move |_| {
            let mut response = response(status, "");
            response
                .headers_mut()
                .insert("retry-after", "7".parse().unwrap());
            response
        })
        .await;
        let failure = send(&cancel(&at(&server.url))).await.unwrap_err();
        assert_eq!(failure.status(), Some(status));
        assert_eq!(failure.retry_after(), Some(Duration::from_secs(7)));
    }
}

#[tokio::test]
async fn a_long_answer_is_cut() {
    let server = Server::answering(|_| response(403, "é".repeat(5_000))).await;
    let failure = send(&cancel(&at(&server.url))).await.unwrap_err();
    assert_eq!(failure.detail().chars().count(), 300);
    assert!(failure.detail().ends_with('…'));
    assert!(failure.detail().contains("OMS › Cancel order"));
}

#[tokio::test]
async fn credentials_that_come_back_are_not_told() {
    // At the place where a long text is cut, too.
    for padding in [0, 290] {
        let server = Server::answering(move |_| {
            response(
                400,
                format!("{} {APP_TOKEN} {APP_KEY}", "x".repeat(padding)),
            )
        })
        .await;
        let failure = send(&cancel(&at(&server.url))).await.unwrap_err();
        let shown = format!("{failure} {failure:?}");
        for secret in ["outbound", "vtexappkey"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
