//! How the seller's agreements (C11) reach the marketplace.

use super::*;
use crate::harness::eventually;
use crate::outward::{QUICK, Say, dossier};

const AGREEMENT: &str = "/1-01/changes/c-1/send-agreement";

async fn modified(system: &System, market: &Scripted) -> String {
    let id = paid(system, "1-01").await;
    assert_eq!(ask(system, &id, "c-1", less(1)).await.status, 202);
    market.hears(AGREEMENT, 1).await;
    let confirmed = agree(system, &id, "c-1", "Confirmation").await;
    assert_eq!(confirmed.status, 200, "{confirmed:?}");
    id
}

/// Waits until the marketplace knows that the modification is applied.
async fn confirmed(system: &System, id: &str) {
    eventually("the modification to be confirmed", async || {
        let order = dossier(system, id).await.order;
        let stage = order.modifications.iter().next()?.stage.as_str();
        (stage == "confirmed").then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_agreements_are_sent_once() {
    let market = Scripted::start().await;
    let system = facing(&market, QUICK).start().await;
    let id = modified(&system, &market).await;
    confirmed(&system, &id).await;
    let kinds: Vec<Value> = market
        .heard(AGREEMENT)
        .iter()
        .map(|one| one.json())
        .collect();
    let kind = |kind: &str| json!({"agreementType": kind});
    assert_eq!(kinds, [kind("Acknowledgment"), kind("Confirmation")]);
    let call = &market.heard(AGREEMENT)[0].call;
    assert!(call.contains("accountName=mkt1"), "{call}");
    // The marketplace says so again: nothing is applied twice, nothing is sent again.
    let again = agree(&system, &id, "c-1", "Confirmation").await;
    assert_eq!(again.status, 200);
    assert_eq!(system.stock("2000037").await.reserved, 1);
    system.erp.settled("agreements").await;
    assert_eq!(market.heard(AGREEMENT).len(), 2);
    let events = system.erp.sees("order.modified", &id).await;
    assert_eq!(events["data"]["modification"]["totals"]["total"], 7590);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_marketplace_that_is_down_is_told_later_and_by_the_other_route() {
    let market = Scripted::start().await;
    let failures = [Say::Status(503), Say::HangUp, Say::Status(404)];
    market.says(&format!("orders{AGREEMENT}"), failures);
    let system = facing(&market, QUICK).start().await;
    let id = modified(&system, &market).await;
    confirmed(&system, &id).await;
    let heard = market.heard(AGREEMENT);
    let by_order_system = heard
        .iter()
        .filter(|one| one.call.contains("/order-system/"));
    assert!(by_order_system.count() > 0, "{heard:#?}");
    assert_eq!(
        heard.last().unwrap().json()["agreementType"],
        "Confirmation"
    );
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agreement_the_marketplace_refuses_is_told_the_erp_and_can_be_sent_again() {
    let market = Scripted::start().await;
    market.says_always(AGREEMENT, Say::Status(400));
    let system = facing(&market, QUICK).start().await;
    let id = modified(&system, &market).await;
    let event = system.erp.sees("delivery.failed", &id).await;
    assert_eq!(event["data"]["failure"]["kind"], "agreement");
    // The order is modified all the same: its invoices are over what the marketplace confirmed.
    eventually("the confirmation to be given up", async || {
        let letter = system.erp.dead_letter_now("agreements").await?;
        letter.body.contains("Confirmation").then_some(())
    })
    .await;
    market.recovers();
    let again = json!({"orderId": id, "changeRequestId": "c-1", "agreementType": "Confirmation"});
    system.erp.send("agreements", again).await;
    confirmed(&system, &id).await;
    system.stop().await;
}
