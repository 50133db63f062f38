//! Rate limits, and whether the seller heeds what it was told.

use std::time::Duration;

use super::*;

fn price() -> String {
    format!("/api/notificator/seller1/changenotification/{BOUND}/price")
}

#[tokio::test]
async fn calls_beyond_the_limit_are_429_for_the_account_alone() {
    let market = Market::open().await;
    market
        .set(json!({ "rateLimit": { "calls": 2, "windowMs": 600_000 } }))
        .await;
    assert_eq!(market.notify(&price()).await.status, 202);
    assert_eq!(market.notify(&price()).await.status, 202);
    let refused = market.notify(&price()).await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.headers["retry-after"], "1");
    assert_eq!(refused.headers["x-ratelimit-remaining"], "0");
    let other = market.running.account_url("mkt2") + &price();
    let answer = market.try_call(Method::POST, &other, None).await.unwrap();
    assert_eq!(answer.status, 202);
    market.set(json!({ "rateLimit": null })).await;
    assert_eq!(market.notify(&price()).await.status, 202);
}

#[tokio::test]
async fn a_call_within_retry_after_is_a_violation_on_its_lane() {
    let mut options = options();
    options.backoff_grace = Duration::ZERO;
    let market = Market::open_with(options).await;
    let fault = json!({ "kind": "tooManyRequests", "retryAfterSeconds": 600 });
    market
        .fault("price", json!([{ "fault": fault, "count": 1 }]))
        .await;
    assert_eq!(market.notify(&price()).await.status, 429);
    assert_eq!(market.broken(), Vec::<String>::new());

    // Another lane, another account: nobody told them to wait.
    market.invoice(&output("1", 1)).await.assert_receipt();
    let other = market.running.account_url("mkt2") + &price();
    market.try_call(Method::POST, &other, None).await.unwrap();
    assert_eq!(market.broken(), Vec::<String>::new());

    assert_eq!(
        market.call(Method::GET, "/suggestions", None).await.status,
        200
    );
    let violations = market.world.books.violations();
    assert_eq!(violations.len(), 1);
    assert_eq!(violations[0].rule, "backoff");
}

#[tokio::test]
async fn calls_that_were_on_their_way_are_forgiven() {
    let mut options = options();
    options.backoff_grace = Duration::from_secs(600);
    let market = Market::open_with(options).await;
    let fault = json!({ "kind": "tooManyRequests", "retryAfterSeconds": 3_600 });
    market
        .fault("price", json!([{ "fault": fault, "count": 1 }]))
        .await;
    assert_eq!(market.notify(&price()).await.status, 429);
    assert_eq!(market.notify(&price()).await.status, 202);
    assert_eq!(market.broken(), Vec::<String>::new());
}

#[tokio::test]
async fn a_final_refusal_may_come_once_more_and_not_twice() {
    let market = Market::open().await;
    let wrong = json!({ "type": "Output" });
    for _ in 0..2 {
        assert_eq!(market.invoice(&wrong).await.status, 400);
    }
    assert_eq!(market.broken(), Vec::<String>::new());
    assert_eq!(market.invoice(&wrong).await.status, 400);
    assert_eq!(market.broken(), ["repeated-refusal"]);
}

#[tokio::test]
async fn refusals_that_are_not_final_may_come_again() {
    let market = Market::open().await;
    for _ in 0..4 {
        let unknown = "/api/oms/pvt/orders/9999-01/invoice?an=mkt1";
        assert_eq!(market.post(unknown, &output("1", 1)).await.status, 404);
        let announce = "/api/sku-binding/pvt/skuseller/changenotification/seller1/nope";
        assert_eq!(market.notify(announce).await.status, 404);
    }
    market
        .set(json!({ "deniedPermissions": ["viewSeller"] }))
        .await;
    for _ in 0..4 {
        assert_eq!(market.notify(&price()).await.status, 403);
    }
    assert_eq!(market.broken(), Vec::<String>::new());
}
