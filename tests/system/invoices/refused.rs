//! What is refused here, before any request.

use serde_json::{Value, json};

use super::letter;
use crate::harness::bodies::{naming, o1, order};
use crate::harness::{System, eventually};
use crate::outward::{
    QUICK, Scripted, authorize, cancel, facing_orders, invoice, place, returned, sell, with,
};

const ITEM: [(&str, i64, i64); 1] = [("2000037", 1, 7390)];

/// Sends an invoice that must be refused here: its dead letter, which the ERP is told of too.
async fn refused(system: &System, message: Value) -> (String, String, String) {
    system.erp.send("invoices", &message).await;
    let letter = letter(&system.erp, "invoices").await;
    let order = message["orderId"].as_str().unwrap();
    let failed = |event: &Value| {
        event["type"] == "delivery.failed"
            && event["subject"] == order
            && event["data"]["failure"]["detail"] == *letter.2
    };
    let event = eventually("delivery.failed", async || {
        system.erp.receive().await;
        system.erp.seen().into_iter().find(failed)
    });
    let failure = event.await["data"]["failure"].clone();
    assert_eq!(failure["kind"], "invoice");
    assert_eq!(failure["reason"], *letter.0);
    assert_eq!(failure["status"].to_string(), letter.1);
    letter
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_invoiced_before_its_payment_is_approved_or_after_the_order_is_over() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    // INV-03, and the complaint of orders that ship though they were never paid.
    let id = place(&system, o1("1-01")).await;
    let message = || invoice(&id, "NFe-1", 7590, &ITEM);
    let (reason, status, detail) = refused(&system, message()).await;
    assert_eq!((reason.as_str(), status.as_str()), ("refused", "409"));
    assert_eq!(
        detail,
        "the order is placed: nothing may be invoiced before it is authorized"
    );
    // The same message does its work once it may.
    authorize(&system, &id).await;
    system.erp.send("invoices", message()).await;
    system.erp.sees("order.invoiced", &id).await;

    let gone = place(&system, o1("1-02")).await;
    system.marketplace.cancel(&gone, &naming("1-02")).await;
    let (.., detail) = refused(&system, invoice(&gone, "NFe-1", 7590, &ITEM)).await;
    assert_eq!(
        detail,
        "the order is canceled: nothing can be invoiced any more"
    );
    assert_eq!(market.heard("").len(), 1);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_held_for_review_is_not_invoiced() {
    let market = Scripted::start().await;
    let review = "[[marketplaces.divergence]]\nup_to_percent = 90\ndecision = \"review\"\n\n\
                  [marketplaces.endpoints]\napi";
    let system = facing_orders(&market, QUICK)
        .seller("[marketplaces.endpoints]\napi", review)
        .start()
        .await;
    let id = place(&system, order("1-01", &[("2000037", 1, 5000)])).await;
    system.erp.sees("order.needsReview", &id).await;
    authorize(&system, &id).await;
    let (reason, status, detail) = refused(&system, invoice(&id, "NFe-1", 5200, &ITEM)).await;
    assert_eq!((reason.as_str(), status.as_str()), ("refused", "409"));
    assert_eq!(
        detail,
        "the order is held until its prices have been reviewed"
    );
    // The seller does not want it at that price.
    system
        .erp
        .send("cancellations", cancel(&id, "Wrong price"))
        .await;
    system.erp.sees("order.canceled", &id).await;
    let calls: Vec<_> = market.heard("").into_iter().map(|one| one.call).collect();
    assert_eq!(calls, ["POST /api/oms/pvt/orders/1-01/cancel"]);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_the_order_holds_is_not_invoiced() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = sell(&system, "1-01").await;
    // INV-09.
    for (value, items, expected) in [
        (
            7591,
            ITEM,
            "75.91 is more than what is left to invoice: 75.90 of 75.90",
        ),
        (
            7590,
            [("2000037", 2, 3695)],
            "SKU 2000037: 2 units, and the order has 1",
        ),
        (
            7590,
            [("34562", 1, 7390)],
            "SKU 34562: 1 units, and the order has 0",
        ),
        (
            i64::MAX,
            ITEM,
            "92233720368547758.07 is more than what is left to invoice: 75.90 of 75.90",
        ),
    ] {
        let (reason, status, detail) = refused(&system, invoice(&id, "NFe-1", value, &items)).await;
        assert_eq!((reason.as_str(), status.as_str()), ("refused", "409"));
        assert_eq!(detail, expected);
    }
    assert_eq!(system.status(&id).await, "authorized");
    assert_eq!(market.heard("").len(), 0);
    system.stop().await;
}

/// A space breaks tracking, `#` and `/` keep an order from ever being invoiced, and neither can be
/// mended afterwards (known issues 409225 and 953285).
#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_number_that_the_marketplace_would_choke_on_is_refused_before_it_is_sent() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = sell(&system, "1-01").await;
    for number in ["NFe 1", "NFe#1", "1/2", "Nº-1", "", &"9".repeat(45)] {
        let (reason, status, detail) = refused(&system, invoice(&id, number, 7590, &ITEM)).await;
        assert_eq!(
            (reason.as_str(), status.as_str()),
            ("invalid", "400"),
            "{number}"
        );
        assert!(detail.contains("/invoiceNumber"), "{number}: {detail}");
    }
    assert_eq!(market.heard("").len(), 0);
    // Its longest and its plainest.
    system
        .erp
        .send("invoices", invoice(&id, &"9".repeat(44), 7590, &ITEM))
        .await;
    system.erp.sees("order.invoiced", &id).await;
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_no_invoice_says_where_it_is_wrong() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = sell(&system, "1-01").await;
    let good = invoice(&id, "NFe-1", 7590, &ITEM);
    for (fields, pointer) in [
        (json!({"type": "output"}), "/type"),
        (json!({"invoiceValue": -1}), "/invoiceValue"),
        (json!({"invoiceValue": 75.9}), "/invoiceValue"),
        (json!({"items": []}), "/items"),
        (
            json!({"items": [{"id": "2000037", "quantity": 0, "price": 1}]}),
            "/items/0/quantity",
        ),
        (json!({"issuanceDate": "yesterday"}), "/issuanceDate"),
    ] {
        let (reason, status, detail) = refused(&system, with(good.clone(), fields)).await;
        assert_eq!(
            (reason.as_str(), status.as_str()),
            ("invalid", "400"),
            "{pointer}"
        );
        assert!(detail.contains(pointer), "{pointer}: {detail}");
    }
    // Where it names no order there is, there is nobody to tell.
    for (message, status) in [
        (
            with(good, json!({"orderId": "mkt1-9-01"})).to_string(),
            "404",
        ),
        ("{\"orderId\"".to_owned(), "400"),
    ] {
        system.erp.send("invoices", &message).await;
        let letter = system.erp.dead_letter("invoices").await;
        assert_eq!((letter.status.as_str(), letter.body), (status, message));
    }
    assert_eq!(market.heard("").len(), 0);
    system.stop().await;
}

/// A return before the whole order was invoiced refunds nobody, and one was once counted as a sale
/// (known issue 930491).
#[tokio::test(flavor = "multi_thread")]
async fn a_return_needs_the_whole_order_invoiced_and_never_counts_as_a_sale() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = sell(&system, "1-01").await;
    let back = |value| returned(&id, "NFe-9", value, &ITEM);
    let (.., detail) = refused(&system, back(7590)).await;
    assert_eq!(
        detail,
        "the order is authorized: a return needs the whole order invoiced first"
    );
    system
        .erp
        .send("invoices", invoice(&id, "NFe-1", 5000, &ITEM))
        .await;
    system.erp.settled("invoices").await;
    let (.., detail) = refused(&system, back(5000)).await;
    assert_eq!(
        detail,
        "the order is partially_invoiced: a return needs the whole order invoiced first"
    );
    // The refused returns count neither as returned nor as sold.
    system
        .erp
        .send("invoices", invoice(&id, "NFe-2", 2590, &ITEM))
        .await;
    system.erp.sees("order.invoiced", &id).await;
    let (.., detail) = refused(&system, back(7591)).await;
    assert_eq!(
        detail,
        "75.91 is more than what is left to invoice: 75.90 of 75.90"
    );
    assert_eq!(market.heard("").len(), 2);
    system.stop().await;
}
