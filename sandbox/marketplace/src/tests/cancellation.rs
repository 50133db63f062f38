//! C10.

use super::*;
use crate::books::{Cancellation, CancellationOutcome};

impl Market {
    async fn cancel(&self) -> Answer {
        let body = json!({ "reason": "Damaged in the warehouse", "requestedByUser": false });
        self.order_call(Method::POST, "cancel", &body).await
    }
}

#[tokio::test]
async fn an_order_without_an_invoice_is_canceled_and_a_second_time_answered_alike() {
    let market = Market::open().await;
    let first = market.cancel().await;
    first.assert_receipt();
    assert_eq!(market.order().status, Status::Canceled);
    let second = market.cancel().await;
    assert_eq!(first.json(), second.json());
    assert_eq!(market.order().repeats["cancellation"], 1);
}

#[tokio::test]
async fn an_unpaid_order_can_be_canceled_too() {
    let market = Market::open().await;
    market.update_order(|order| {
        order.authorization = None;
        order.status = Status::PaymentPending;
    });
    market.cancel().await.assert_receipt();
}

#[tokio::test]
async fn a_partly_invoiced_order_can_not_be_canceled() {
    let market = Market::open().await;
    market.invoice(&output("1", 5_000)).await.assert_receipt();
    market.cancel().await.assert_envelope(400, "partially");
    assert_eq!(market.order().status, Status::PaymentApproved);
    assert_eq!(market.broken(), ["illegal-cancellation"]);
}

#[tokio::test]
async fn an_invoiced_order_can_be_canceled_only_once_it_is_returned() {
    let market = Market::open().await;
    market.invoice(&output("1", TOTAL)).await.assert_receipt();
    market.cancel().await.assert_envelope(400, "invoiced");
    market
        .invoice(&input("R1", TOTAL - 1))
        .await
        .assert_receipt();
    market.cancel().await.assert_envelope(400, "invoiced");
    assert_eq!(market.broken(), ["illegal-cancellation"; 2]);

    market.invoice(&input("R2", 1)).await.assert_receipt();
    market.set(json!({ "cancelAfterInput": false })).await;
    market.cancel().await.assert_envelope(400, "invoiced");
    assert_eq!(market.broken().len(), 2, "the seller could not know");
    market.set(json!({ "cancelAfterInput": true })).await;
    market.cancel().await.assert_receipt();
    assert_eq!(market.order().status, Status::Canceled);
}

#[tokio::test]
async fn a_reason_is_required_unless_the_orders_schema_rules() {
    let market = Market::open().await;
    let answer = market.order_call(Method::POST, "cancel", &json!({})).await;
    answer.assert_envelope(400, "reason");
    market.set(json!({ "verbs": "ord" })).await;
    let path = format!("/api/oms/pvt/orders/{ORDER}/cancel?an=mkt1");
    market.notify(&path).await.assert_receipt();
}

#[tokio::test]
async fn an_unknown_order_is_404() {
    let market = Market::open().await;
    let path = "/api/oms/pvt/orders/9999-01/cancel?an=mkt1";
    let answer = market.post(path, &json!({ "reason": "x" })).await;
    answer.assert_envelope(404, "9999-01");
}

#[tokio::test]
async fn the_sellers_cancel_ends_an_open_request_of_the_shopper() {
    let market = Market::open().await;
    market.update_order(|order| {
        order.cancellation = Some(Cancellation {
            request_id: "r1".to_owned(),
            requested_at: Timestamp::now(),
            reason: "changed my mind".to_owned(),
            requested_by_user: true,
            calls: 1,
            outcome: None,
        });
        order.move_to(Status::WaitingForSellerDecision, "asked", Timestamp::now());
    });
    market.cancel().await.assert_receipt();
    let order = market.order();
    assert_eq!(order.status, Status::Canceled);
    let outcome = order.cancellation.unwrap().outcome;
    assert_eq!(outcome, Some(CancellationOutcome::CanceledBySeller));
}
