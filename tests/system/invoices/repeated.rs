//! Messages that come again, and messages that come corrected.

use futures::future::join_all;
use serde_json::json;

use super::{SHIPPED, c7, letter};
use crate::outward::{QUICK, Say, Scripted, facing_orders, invoice, sell, with};

const ITEM: [(&str, i64, i64); 1] = [("2000037", 1, 7390)];

fn error(status: u16, message: &str) -> Say {
    let envelope = json!({"error": {"code": "1", "message": message, "exception": null}});
    let json = vec![("content-type", "application/json".to_owned())];
    Say::Full(status, json, envelope.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_that_comes_again_is_sent_once() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    // Ten equal messages at the very same time, of an order each way.
    let order = sell(&system, "1-01").await;
    let message = invoice(&order, "NFe-1", 7590, &ITEM);
    join_all((0..10).map(|_| system.erp.send("invoices", &message))).await;
    system.erp.sees("order.invoiced", &order).await;
    system.erp.settled("invoices").await;
    assert_eq!(market.heard(&c7("1-01")).len(), 1);
    // And later, spelled in another way.
    let spelled = json!({
        "marketplace": "mkt1", "marketplaceOrderId": "1-01", "type": "Output",
        "invoiceNumber": "NFe-1", "issuanceDate": "2026-11-20T21:00:01-03:00",
        "invoiceValue": 7590.0, "courier": null,
        "items": [{"price": 7390, "quantity": 1.0, "id": 2_000_037}],
    });
    system.erp.send("invoices", spelled).await;
    system.erp.settled("invoices").await;
    assert_eq!(market.heard("").len(), 1);
    assert_eq!(system.stock("2000037").await, SHIPPED);
    assert!(system.erp.dead_letter_now("invoices").await.is_none());
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_was_sent_keeps_its_content() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = sell(&system, "1-01").await;
    let message = invoice(&id, "NFe-1", 5000, &ITEM);
    system.erp.send("invoices", &message).await;
    market.hears(&c7("1-01"), 1).await;
    system.erp.settled("invoices").await;
    for other in [
        json!({"invoiceValue": 5001}),
        json!({"items": [{"id": "2000037", "quantity": 1, "price": 7391}]}),
        json!({"invoiceKey": "3"}),
        json!({"issuanceDate": "2026-11-21T00:00:02Z"}),
    ] {
        system
            .erp
            .send("invoices", with(message.clone(), other))
            .await;
        let (reason, status, detail) = letter(&system.erp, "invoices").await;
        assert_eq!((reason.as_str(), status.as_str()), ("refused", "409"));
        assert_eq!(detail, "invoice NFe-1 of this order has other content");
    }
    assert_eq!(market.heard("").len(), 1);
    // What is left can still be invoiced.
    system
        .erp
        .send("invoices", invoice(&id, "NFe-2", 2590, &ITEM))
        .await;
    system.erp.sees("order.invoiced", &id).await;
    system.stop().await;
}

/// The complaint of orders that are invoiced in the ERP and not at the marketplace: a refusal is
/// told with what the marketplace said, and the ERP can mend it.
#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_the_marketplace_refused_is_corrected_under_its_number_or_another() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    for (theirs, again) in [("1-01", "NFe-1"), ("1-02", "NFe-2")] {
        market.says(&c7(theirs), [error(400, "invoiceKey is missing")]);
        let id = sell(&system, theirs).await;
        let message = invoice(&id, "NFe-1", 7590, &ITEM);
        system.erp.send("invoices", &message).await;
        let letter = system.erp.dead_letter("invoices").await;
        assert_eq!(letter.body, message.to_string());
        assert_eq!(
            (letter.reason.as_str(), letter.status.as_str()),
            ("refused", "400")
        );
        assert!(
            letter.detail.contains("invoiceKey is missing"),
            "{}",
            letter.detail
        );
        let event = system.erp.sees("delivery.failed", &id).await;
        let failure = &event["data"]["failure"];
        assert_eq!(failure["invoiceNumber"], "NFe-1");
        assert_eq!(failure["status"], 400);
        assert_eq!(system.status(&id).await, "authorized");
        assert_eq!(market.heard(&c7(theirs)).len(), 1);

        let corrected = json!({"invoiceNumber": again, "invoiceKey": "3".repeat(44)});
        system.erp.send("invoices", with(message, corrected)).await;
        system.erp.sees("order.invoiced", &id).await;
        assert_eq!(market.heard(&c7(theirs)).len(), 2);
    }
    system.stop().await;
}
