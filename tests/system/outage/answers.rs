//! What each answer means.

use std::time::Duration;

use serde_json::json;

use super::whole;
use crate::harness::{System, eventually};
use crate::outward::{QUICK, Say, Scripted, attempts, cancel, facing_orders, sell, shipment};

fn page(status: u16) -> Say {
    let html = vec![("content-type", "text/html".to_owned())];
    Say::Full(
        status,
        html,
        "<html><body><h1>Bad Gateway</h1></body></html>".to_owned(),
    )
}

fn redirect(status: u16, to: &str) -> Say {
    Say::Full(status, vec![("location", to.to_owned())], String::new())
}

/// Orders `1-00`, `1-01`… of this system; our ids.
async fn sell_some(system: &System, count: usize) -> Vec<String> {
    let mut orders = Vec::new();
    for index in 0..count {
        orders.push(sell(system, &format!("1-{index:02}")).await);
    }
    orders
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_pass_is_tried_again_and_arrives_once() {
    let market = Scripted::start().await;
    let trap = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let json = || vec![("content-type", "application/json".to_owned())];
    let answers = [
        Say::Status(500),
        page(502),
        Say::Status(503),
        Say::Status(504),
        Say::Status(408),
        Say::Status(409),
        Say::Status(425),
        Say::Status(429),
        Say::Status(404),
        // A gateway's page is no receipt, whatever its status.
        page(200),
        Say::Full(200, json(), "{\"receipt\": \"r".to_owned()),
        redirect(301, &trap.url),
        redirect(302, &format!("{}/api/oms/pvt/orders/1/invoice", trap.url)),
        redirect(307, &trap.url),
        redirect(308, &trap.url),
        Say::HangUp,
        // For longer than a request may take.
        Say::Nothing,
    ];
    let orders = sell_some(&system, answers.len()).await;
    for (index, answer) in answers.iter().enumerate() {
        market.says(&format!("/1-{index:02}/invoice"), [answer.clone()]);
    }
    for order in &orders {
        system.erp.send("invoices", whole(order)).await;
    }
    for (order, answer) in orders.iter().zip(&answers) {
        system.erp.sees("order.invoiced", order).await;
        let theirs = order.trim_start_matches("mkt1-");
        let heard = market.heard(&format!("/{theirs}/invoice"));
        assert_eq!(heard.len(), 2, "{answer:?}");
        assert_eq!(heard[0].body, heard[1].body, "{answer:?}");
    }
    system.erp.settled("invoices").await;
    assert!(system.erp.dead_letter_now("invoices").await.is_none());
    assert_eq!(market.heard("").len(), 2 * answers.len());
    assert_eq!(trap.heard("").len(), 0);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_marketplace_nobody_can_connect_to_gets_everything_when_it_is_back() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let orders = sell_some(&system, 3).await;
    market.close().await;
    for order in &orders {
        system.erp.send("invoices", whole(order)).await;
    }
    for order in &orders {
        eventually("a second attempt in vain", async || {
            attempts(&system, order, "NFe-1")
                .await
                .filter(|count| *count >= 2)
        })
        .await;
    }
    market.open().await;
    for order in &orders {
        system.erp.sees("order.invoiced", order).await;
    }
    assert_eq!(market.heard("").len(), orders.len());
    system.stop().await;
}

/// The complaint of calls that fail and nobody knows why: the dead letter says what the marketplace
/// said, whatever shape that had.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_in_the_dead_letters_at_the_first_attempt_with_the_marketplaces_words() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let said = |status, body: &str| Say::Full(status, Vec::new(), body.to_owned());
    let envelope = json!({"error": {"code": "1", "message": "Bad items", "exception": null}});
    let answers = [
        (said(400, &envelope.to_string()), "400", "Bad items"),
        (said(401, r#"{"error":"no key"}"#), "401", "no key"),
        (said(403, "Access denied"), "403", "OMS › Notify invoice"),
        (said(405, ""), "405", ""),
        (said(410, "\"gone\""), "410", "gone"),
        (page(422), "422", "an HTML page"),
    ];
    let orders = sell_some(&system, answers.len()).await;
    for (index, (answer, status, words)) in answers.iter().enumerate() {
        market.says_always(&format!("/1-{index:02}/invoice"), answer.clone());
        let message = whole(&orders[index]);
        system.erp.send("invoices", &message).await;
        let letter = system.erp.dead_letter("invoices").await;
        assert_eq!(
            (letter.reason.as_str(), letter.status.as_str()),
            ("refused", *status)
        );
        assert!(letter.detail.contains(words), "{status}: {}", letter.detail);
        assert_eq!(letter.body, message.to_string());
        let event = system.erp.sees("delivery.failed", &orders[index]).await;
        let failure = &event["data"]["failure"];
        assert_eq!(failure["kind"], "invoice");
        assert_eq!(failure["status"].to_string(), *status);
        assert_eq!(failure["reason"], "refused");
        assert_eq!(failure["detail"], letter.detail);
        assert_eq!(market.heard(&format!("/1-{index:02}/invoice")).len(), 1);
        assert!(!letter.detail.contains("outbound-token"));
    }
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_tracking_number_or_cancellation_is_told_like_an_invoice() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let order = sell(&system, "1-01").await;
    system.erp.send("invoices", whole(&order)).await;
    system.erp.sees("order.invoiced", &order).await;
    let other = sell(&system, "1-02").await;
    for (end, queue, message, kind) in [
        (
            "/invoice/NFe-1",
            "tracking",
            shipment(&order, "NFe-1", "SR1"),
            "tracking",
        ),
        (
            "/cancel",
            "cancellations",
            cancel(&other, "Damaged"),
            "cancellation",
        ),
    ] {
        market.says(end, [Say::Status(403)]);
        let about = message["orderId"].as_str().unwrap().to_owned();
        system.erp.send(queue, message).await;
        let letter = system.erp.dead_letter(queue).await;
        assert_eq!(
            (letter.reason.as_str(), letter.status.as_str()),
            ("refused", "403")
        );
        let event = system.erp.sees("delivery.failed", &about).await;
        assert_eq!(event["data"]["failure"]["kind"], kind);
        assert_eq!(market.heard(end).len(), 1);
    }
    // Both can be sent again once the key may.
    system
        .erp
        .send("tracking", shipment(&order, "NFe-1", "SR1"))
        .await;
    system
        .erp
        .send("cancellations", cancel(&other, "Damaged"))
        .await;
    market.hears("/invoice/NFe-1", 2).await;
    system.erp.sees("order.canceled", &other).await;
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_the_marketplace_does_not_know_is_asked_for_again_for_a_while() {
    let market = Scripted::start().await;
    let delivery = QUICK.replace("give_up_after", "not_found_for = \"2s\"\ngive_up_after");
    let system = facing_orders(&market, &delivery).start().await;
    let (late, never) = (sell(&system, "1-01").await, sell(&system, "1-02").await);
    market.says("/1-01/invoice", [Say::Status(404), page(404)]);
    market.says_always(
        "/1-02/invoice",
        Say::Full(404, Vec::new(), "Order not found".to_owned()),
    );
    system.erp.send("invoices", whole(&late)).await;
    system.erp.send("invoices", whole(&never)).await;
    system.erp.sees("order.invoiced", &late).await;
    assert_eq!(market.heard("/1-01/invoice").len(), 3);
    let letter = system.erp.dead_letter("invoices").await;
    assert_eq!(
        (letter.reason.as_str(), letter.status.as_str()),
        ("refused", "404")
    );
    assert!(
        letter.detail.contains("Order not found"),
        "{}",
        letter.detail
    );
    system.erp.sees("delivery.failed", &never).await;
    let tried = market.heard("/1-02/invoice");
    let took = tried.last().unwrap().at - tried[0].at;
    assert!(
        tried.len() > 1 && took >= Duration::from_secs(2),
        "{took:?}"
    );
    system.stop().await;
}
