//! How the seller's agreements (C11) reach the marketplace.

use super::*;
use crate::harness::eventually;
use crate::outward::{QUICK, Say, dossier, invoice};

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
    reaches(system, id, "confirmed").await;
}

async fn reaches(system: &System, id: &str, stage: &str) {
    eventually(&format!("the modification to be {stage}"), async || {
        let order = dossier(system, id).await.order;
        let now = order.modifications.iter().next()?.stage.as_str();
        (now == stage).then_some(())
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
    let system = facing(&market, QUICK).start().await;
    let id = paid(&system, "1-01").await;
    assert_eq!(ask(&system, &id, "c-1", less(1)).await.status, 202);
    reaches(&system, &id, "acknowledged").await;
    market.says_always(AGREEMENT, Say::Status(400));
    let asked = agree(&system, &id, "c-1", "Confirmation").await;
    assert_eq!(asked.status, 200, "{asked:?}");
    let event = system.erp.sees("delivery.failed", &id).await;
    let failure = &event["data"]["failure"];
    assert_eq!(failure["kind"], "agreement");
    assert_eq!(failure["changeRequestId"], "c-1");
    assert_eq!(failure["agreementType"], "Confirmation");
    // The order is modified all the same, and may be invoiced over what it is now.
    let part = invoice(&id, "NFe-1", 5000, &[("2000037", 1, 7390)]);
    system.erp.send("invoices", part).await;
    market.hears("/1-01/invoice", 1).await;
    // The marketplace asks again, and hears it.
    market.recovers();
    let again = agree(&system, &id, "c-1", "Confirmation").await;
    assert_eq!(again.status, 200, "{again:?}");
    confirmed(&system, &id).await;
    let letter = system.erp.dead_letter("agreements").await;
    assert!(letter.body.contains("Confirmation"), "{}", letter.body);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_modification_the_marketplace_will_not_hear_of_is_over() {
    let market = Scripted::start().await;
    market.says_always(AGREEMENT, Say::Status(400));
    let system = facing(&market, QUICK).start().await;
    let id = paid(&system, "1-01").await;
    assert_eq!(ask(&system, &id, "c-1", less(1)).await.status, 202);
    reaches(&system, &id, "over").await;
    market.recovers();
    // Another may be asked for.
    assert_eq!(ask(&system, &id, "c-2", less(1)).await.status, 202);
    system.stop().await;
}

/// An invoice of the order as it is now reaches the marketplace after the confirmation.
#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_comes_after_the_confirmation_it_is_about() {
    let market = Scripted::start().await;
    let system = facing(&market, QUICK).start().await;
    let id = paid(&system, "1-01").await;
    assert_eq!(ask(&system, &id, "c-1", less(1)).await.status, 202);
    reaches(&system, &id, "acknowledged").await;
    market.says(AGREEMENT, [Say::Status(503), Say::Status(503)]);
    let asked = agree(&system, &id, "c-1", "Confirmation").await;
    assert_eq!(asked.status, 200, "{asked:?}");
    let whole = invoice(&id, "NFe-1", 7390 + 200, &[("2000037", 1, 7390)]);
    system.erp.send("invoices", whole).await;
    system.erp.sees("order.invoiced", &id).await;
    let heard = market.heard("");
    let calls: Vec<&str> = heard.iter().map(|one| one.call.as_str()).collect();
    let last = |what: &str| calls.iter().rposition(|call| call.contains(what));
    assert!(last("send-agreement") < last("/invoice"), "{calls:#?}");
    system.stop().await;
}
