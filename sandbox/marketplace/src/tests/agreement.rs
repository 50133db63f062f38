//! C11.

use super::*;
use crate::books::{Modification, ModificationState};

async fn with_modification() -> Market {
    let market = Market::open().await;
    market.update_order(|order| {
        order.modifications.push(Modification {
            change_request_id: "c1".to_owned(),
            state: ModificationState::Requested,
            body: json!({}),
            lines: order.lines.clone(),
            total: order.total - 1,
        });
    });
    market
}

impl Market {
    async fn agree(&self, agreement: &str) -> Answer {
        let path = format!(
            "/api/oms/pvt/orders/{ORDER}/changes/c1/send-agreement?an=mkt1&accountName=mkt1"
        );
        self.post(&path, &json!({ "agreementType": agreement }))
            .await
    }

    fn state(&self) -> ModificationState {
        self.order().modifications[0].state
    }
}

#[tokio::test]
async fn a_modification_is_acknowledged_and_confirmed_in_that_order() {
    let market = with_modification().await;
    let total = market.order().total;
    market
        .agree("Confirmation")
        .await
        .assert_envelope(409, "wait");
    let answer = market.agree("Acknowledgment").await;
    assert_eq!(answer.status, 200);
    let expected = json!({
        "orderId": ORDER,
        "changeRequestId": "c1",
        "agreementType": "Acknowledgment",
    });
    assert_eq!(answer.json(), expected);
    assert_eq!(market.agree("Acknowledgment").await.status, 200);

    market.update_order(|order| {
        order.modifications[0].state = ModificationState::ConfirmationAsked;
    });
    assert_eq!(market.agree("Confirmation").await.status, 200);
    assert_eq!(market.state(), ModificationState::Applied);
    assert_eq!(market.order().total, total - 1);
    // What is agreed to twice is applied once.
    market.update_order(|order| order.total += 5);
    assert_eq!(market.agree("Confirmation").await.status, 200);
    assert_eq!(market.order().total, total + 4);
}

#[tokio::test]
async fn both_paths_lead_there() {
    let market = with_modification().await;
    let path =
        format!("/api/order-system/orders/{ORDER}/changes/c1/send-agreement?accountName=mkt1");
    let body = json!({ "agreementType": "Acknowledgment" });
    assert_eq!(market.post(&path, &body).await.status, 200);
    // The driver may have asked for the confirmation by now.
    assert!(market.state() >= ModificationState::Acknowledged);
}

#[tokio::test]
async fn another_word_is_refused_with_its_code() {
    let market = with_modification().await;
    let answer = market.agree("acknowledgment").await;
    answer.assert_envelope(400, "agreement type");
    assert_eq!(answer.json()["error"]["code"], "SalesOrderSystem035");
}

#[tokio::test]
async fn the_account_must_be_named_and_the_modification_known() {
    let market = with_modification().await;
    let body = json!({ "agreementType": "Acknowledgment" });
    let nameless = format!("/api/oms/pvt/orders/{ORDER}/changes/c1/send-agreement?an=mkt1");
    market
        .post(&nameless, &body)
        .await
        .assert_envelope(400, "accountName");
    let unknown = format!("/api/oms/pvt/orders/{ORDER}/changes/c2/send-agreement?accountName=mkt1");
    market
        .post(&unknown, &body)
        .await
        .assert_envelope(404, "c2");
}
