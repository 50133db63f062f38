//! The seller's own cancellations (protocol §3.5) and those that follow from something else.

use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::harness::Stock;
use crate::harness::bodies::{naming, order};
use crate::outward::{
    QUICK, Say, Scripted, authorize, cancel, facing_orders, invoice, place, sell,
};

const C10: &str = "POST /api/oms/pvt/orders/1-01/cancel";

const FREE: Stock = Stock {
    on_hand: 99,
    reserved: 0,
    available: 99,
};

#[tokio::test(flavor = "multi_thread")]
async fn the_marketplace_is_told_once_why_the_seller_cancels() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    // CAN-12, asked for again and again at the same time.
    let id = sell(&system, "1-01").await;
    let message = cancel(&id, "Damaged in the \"warehouse\"");
    join_all((0..5).map(|_| system.erp.send("cancellations", &message))).await;
    system.erp.sees("order.canceled", &id).await;
    system.erp.settled("cancellations").await;
    system
        .erp
        .send("cancellations", cancel(&id, "Another reason"))
        .await;
    system.erp.settled("cancellations").await;
    let heard = market.heard("");
    assert_eq!(heard.len(), 1, "{heard:#?}");
    assert_eq!(heard[0].call, C10);
    assert_eq!(heard[0].header("x-vtex-api-apptoken"), "outbound-token");
    assert_eq!(
        heard[0].body,
        r#"{"reason":"Damaged in the \"warehouse\"","requestedByUser":false}"#
    );
    assert_eq!(system.status(&id).await, "canceled");
    assert_eq!(system.stock("2000037").await, FREE);
    assert!(system.erp.dead_letter_now("cancellations").await.is_none());
    // The marketplace may tell us what we told it, in any order: never a refusal.
    let asked = system.marketplace.cancel(&id, &naming("1-01")).await;
    assert_eq!(asked.json()["orderId"], *id);
    let repeated = system.marketplace.cancel(&id, &naming("1-01")).await;
    assert_eq!(repeated.body, asked.body);
    let late = system.marketplace.authorize(&id, &naming("1-01")).await;
    assert_eq!((late.status, late.code().as_str()), (409, "ES018"));
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partly_invoiced_order_is_not_canceled_and_the_marketplace_is_not_asked() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = sell(&system, "1-01").await;
    let part = invoice(&id, "NFe-1", 5000, &[("2000037", 1, 5000)]);
    system.erp.send("invoices", part).await;
    market.hears("/invoice", 1).await;
    system.erp.settled("invoices").await;
    system
        .erp
        .send("cancellations", cancel(&id, "Damaged"))
        .await;
    let letter = system.erp.dead_letter("cancellations").await;
    assert_eq!(
        (letter.reason.as_str(), letter.status.as_str()),
        ("refused", "409")
    );
    assert_eq!(
        letter.detail,
        "the order is partially_invoiced: it can be canceled after returns of its whole value only"
    );
    let event = system.erp.sees("delivery.failed", &id).await;
    assert_eq!(event["data"]["failure"]["kind"], "cancellation");
    assert_eq!(market.heard("/cancel").len(), 0);
    assert_eq!(system.status(&id).await, "partially_invoiced");
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_the_marketplace_refuses_leaves_the_order_as_it_was() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = sell(&system, "1-01").await;
    market.says(
        C10,
        [Say::Full(400, Vec::new(), "Order in separation".to_owned())],
    );
    system
        .erp
        .send("cancellations", cancel(&id, "Damaged"))
        .await;
    let letter = system.erp.dead_letter("cancellations").await;
    assert_eq!(
        (letter.reason.as_str(), letter.status.as_str()),
        ("refused", "400")
    );
    assert!(
        letter.detail.contains("Order in separation"),
        "{}",
        letter.detail
    );
    system.erp.sees("delivery.failed", &id).await;
    assert_eq!(system.status(&id).await, "authorized");
    assert_eq!(system.stock("2000037").await.reserved, 1);
    // It can be invoiced, as before.
    let message = invoice(&id, "NFe-1", 7590, &[("2000037", 1, 7390)]);
    system.erp.send("invoices", message).await;
    system.erp.sees("order.invoiced", &id).await;
    system.stop().await;
}

/// A seller that asks to cancel and then refuses the marketplace's own call leaves the order stuck
/// for ever.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_seller_asked_to_cancel_is_not_refused_when_the_marketplace_asks_back() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = sell(&system, "1-01").await;
    // The shopper has asked already, and the ERP thinks about it.
    let asked = system.marketplace.cancel(&id, &naming("1-01")).await;
    assert_eq!((asked.status, asked.body.len()), (200, 0));
    market.says(C10, [Say::Status(503), Say::Status(503)]);
    system
        .erp
        .send("cancellations", cancel(&id, "Damaged"))
        .await;
    market.hears(C10, 1).await;
    // While the marketplace is told, it may ask: no answer yet, or yes, but never no.
    let refuse = json!({"orderId": id, "action": "refuse", "reason": "Packed"});
    system.erp.send("cancellations", refuse).await;
    let meanwhile = system.marketplace.cancel(&id, &naming("1-01")).await;
    assert_eq!(meanwhile.status, 200);
    system.erp.sees("order.canceled", &id).await;
    let confirmed = system.marketplace.cancel(&id, &naming("1-01")).await;
    assert_eq!(confirmed.json()["orderId"], *id);
    assert!(confirmed.json()["receipt"].is_string());
    assert_eq!(system.stock("2000037").await, FREE);
    assert_eq!(system.status(&id).await, "canceled");
    system.stop().await;
}

/// An order nobody paid is canceled there as well.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_not_paid_yet_can_be_canceled() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = place(&system, order("1-01", &[("2000037", 1, 7390)])).await;
    system
        .erp
        .send("cancellations", cancel(&id, "Damaged"))
        .await;
    system.erp.sees("order.canceled", &id).await;
    assert_eq!(market.heard("").len(), 1);
    assert_eq!(system.stock("2000037").await, FREE);
    system.stop().await;
}

/// The complaint of stock that is sold twice: a payment that comes after the reservation has ended
/// finds the goods gone, is refused, and the marketplace is told that the order can't be kept.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_payment_whose_stock_is_gone_is_refused_and_the_order_canceled() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = place(&system, order("1-01", &[("34562", 5, 890)])).await;
    let in_nine_days = Timestamp::now() + SignedDuration::from_hours(9 * 24);
    let tick = json!({
        "version": "0", "id": "1", "detail-type": "Scheduled Event", "source": "aws.events",
        "account": "123456789012", "region": "us-east-1", "resources": [], "detail": {},
        "time": in_nine_days.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    });
    let summary = system.invoke("expire-reservations", tick).await;
    assert_eq!(summary["expired"], 1, "{summary}");
    let other = place(&system, order("1-02", &[("34562", 1, 890)])).await;
    authorize(&system, &other).await;
    for _ in 0..2 {
        let late = system.marketplace.authorize(&id, &naming("1-01")).await;
        assert_eq!(late.status, 409);
        assert!(
            ["ES014", "ES018"].contains(&late.code().as_str()),
            "{}",
            late.code()
        );
    }
    system.erp.sees("order.canceled", &id).await;
    system.erp.settled("cancellations").await;
    let heard = market.heard("");
    assert_eq!(heard.len(), 1, "{heard:#?}");
    assert_eq!(heard[0].call, C10);
    assert_eq!(
        heard[0].json()["reason"],
        "The payment came after the reservation, and the stock was gone"
    );
    assert_eq!(
        system.stock("34562").await,
        Stock {
            on_hand: 5,
            reserved: 1,
            available: 4
        }
    );
    system.stop().await;
}
