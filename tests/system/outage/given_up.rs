//! What a marketplace never answered, and what can be done after it.

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;

use super::whole;
use crate::harness::System;
use crate::harness::bodies::naming;
use crate::outward::{QUICK, Say, Scripted, cancel, facing_orders, invoice, sell, with};

/// A system that soon gives up.
async fn impatient(market: &Scripted) -> System {
    let delivery = QUICK.replace("give_up_after = \"1m\"", "give_up_after = \"1s\"");
    facing_orders(market, &delivery).start().await
}

async fn delete_offer(system: &System, sku: &str) {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let delete = system
        .dynamodb()
        .delete_item()
        .table_name(&system.ready().tables["offers"])
        .key("sku", text(sku))
        .key("part", text("OFFER"));
    delete.send().await.unwrap();
}

/// Sends a message to a marketplace that fails until it is given up, and is well again then.
async fn given_up(system: &System, market: &Scripted, queue: &str, message: Value) {
    let order = message["orderId"].as_str().unwrap().to_owned();
    let (_, theirs) = order.split_once('-').unwrap();
    for call in ["invoice", "cancel"] {
        market.says_always(&format!("/{theirs}/{call}"), Say::Status(503));
    }
    system.erp.send(queue, message).await;
    let letter = system.erp.dead_letter(queue).await;
    assert_eq!(
        (letter.reason.as_str(), letter.status.as_str()),
        ("refused", "503")
    );
    system.erp.sees("delivery.failed", &order).await;
    market.recovers();
    market.forget();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_that_was_given_up_holds_no_cancellation_back() {
    let market = Scripted::start().await;
    let system = impatient(&market).await;
    let (agrees, refuses) = (sell(&system, "1-01").await, sell(&system, "1-02").await);
    for order in [&agrees, &refuses] {
        given_up(&system, &market, "invoices", whole(order)).await;
    }
    let erp = &system.erp;
    erp.send("cancellations", cancel(&agrees, "Damaged")).await;
    erp.sees("order.canceled", &agrees).await;
    // The other invoice did arrive: the marketplace says so, and that is the last word.
    let no = Say::Full(400, Vec::new(), "The order is invoiced".to_owned());
    market.says("/1-02/cancel", [no]);
    erp.send("cancellations", cancel(&refuses, "Damaged")).await;
    assert_eq!(erp.dead_letter("cancellations").await.status, "400");
    erp.send("invoices", whole(&refuses)).await;
    erp.sees("order.invoiced", &refuses).await;
    assert_eq!(market.heard("/1-01/invoice").len(), 0);
    assert_eq!(system.stock("2000037").await.on_hand, 98);
    assert_eq!(system.stock("2000037").await.reserved, 0);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_that_was_given_up_may_be_sent_again_or_made_anew() {
    let market = Scripted::start().await;
    let system = impatient(&market).await;
    let erp = &system.erp;
    let (first, second) = (sell(&system, "1-01").await, sell(&system, "1-02").await);
    for order in [&first, &second] {
        given_up(&system, &market, "invoices", whole(order)).await;
    }
    let dated = serde_json::json!({"issuanceDate": "2026-11-22T00:00:00Z"});
    erp.send("invoices", with(whole(&first), dated)).await;
    // A marketplace that has it would say yes to the other content, and keep its own.
    let corrected = erp.dead_letter("invoices").await;
    assert_eq!(corrected.status, "409", "{}", corrected.detail);
    erp.send("invoices", whole(&first)).await;
    erp.sees("order.invoiced", &first).await;
    let anew = invoice(&second, "NFe-2", 7590, &[("2000037", 1, 7390)]);
    erp.send("invoices", anew).await;
    erp.sees("order.invoiced", &second).await;
    // There is no room for the one that was given up.
    erp.send("invoices", whole(&second)).await;
    let letter = erp.dead_letter("invoices").await;
    assert_eq!(letter.status, "409");
    assert_eq!(
        letter.detail,
        "75.90 is more than what is left to invoice: 0.00 of 75.90"
    );
    let heard = market.heard("/invoice");
    assert_eq!(heard.len(), 2, "{heard:#?}");
    let stock = system.stock("2000037").await;
    assert_eq!((stock.on_hand, stock.reserved), (97, 0));
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_that_was_given_up_holds_nothing_back() {
    let market = Scripted::start().await;
    let system = impatient(&market).await;
    let erp = &system.erp;
    let mut orders = Vec::new();
    for theirs in ["1-01", "1-02", "1-03"] {
        let order = sell(&system, theirs).await;
        let message = cancel(&order, "Damaged");
        given_up(&system, &market, "cancellations", message).await;
        orders.push(order);
    }
    let [again, sold, asked] = orders.try_into().unwrap();
    erp.send("cancellations", cancel(&again, "Lost")).await;
    erp.sees("order.canceled", &again).await;
    let heard = market.heard("/1-01/cancel");
    assert_eq!(heard.len(), 1, "{heard:#?}");
    assert_eq!(heard[0].json()["reason"], "Lost");
    // The seller has found it after all.
    erp.send("invoices", whole(&sold)).await;
    erp.sees("order.invoiced", &sold).await;
    // The marketplace had it, and asks back: yes, though it would be the ERP's to decide.
    let confirmed = system.marketplace.cancel(&asked, &naming("1-03")).await;
    assert_eq!(confirmed.json()["orderId"], *asked);
    erp.sees("order.canceled", &asked).await;
    let stock = system.stock("2000037").await;
    assert_eq!((stock.on_hand, stock.reserved), (98, 0));
    system.stop().await;
}

/// The marketplace asked, and may have had the invoice since: then it wants no cancellation any more.
#[tokio::test(flavor = "multi_thread")]
async fn a_yes_to_the_marketplace_is_a_question_where_it_may_have_an_invoice() {
    let market = Scripted::start().await;
    let system = impatient(&market).await;
    let erp = &system.erp;
    let confirm = |order: &str| serde_json::json!({"orderId": order, "action": "confirm"});
    let (agrees, refuses) = (sell(&system, "1-01").await, sell(&system, "1-02").await);
    for (order, theirs) in [(&agrees, "1-01"), (&refuses, "1-02")] {
        system.marketplace.cancel(order, &naming(theirs)).await;
        given_up(&system, &market, "invoices", whole(order)).await;
    }
    erp.send("cancellations", confirm(&agrees)).await;
    erp.sees("order.canceled", &agrees).await;
    assert_eq!(market.heard("/1-01/cancel").len(), 1);
    let no = Say::Full(400, Vec::new(), "The order is invoiced".to_owned());
    market.says("/1-02/cancel", [no]);
    erp.send("cancellations", confirm(&refuses)).await;
    assert_eq!(erp.dead_letter("cancellations").await.status, "400");
    assert_eq!(system.status(&refuses).await, "cancel_requested");
    let stock = system.stock("2000037").await;
    assert_eq!((stock.on_hand, stock.reserved), (99, 1));
    erp.send("invoices", whole(&refuses)).await;
    erp.sees("order.invoiced", &refuses).await;
    system.stop().await;
}

/// The units of an order move in the write that settles it: without their SKU that can't be done.
#[tokio::test(flavor = "multi_thread")]
async fn the_erp_is_told_of_what_can_not_be_written_for_want_of_its_sku() {
    let market = Scripted::start().await;
    let system = impatient(&market).await;
    let (sold, canceled) = (sell(&system, "1-01").await, sell(&system, "1-02").await);
    let asked = sell(&system, "1-03").await;
    system.marketplace.cancel(&asked, &naming("1-03")).await;
    delete_offer(&system, "2000037").await;
    let confirm = serde_json::json!({"orderId": asked, "action": "confirm"});
    for (queue, message, order) in [
        ("invoices", whole(&sold), &sold),
        ("cancellations", cancel(&canceled, "Damaged"), &canceled),
        ("cancellations", confirm, &asked),
    ] {
        system.erp.send(queue, message).await;
        let letter = system.erp.dead_letter(queue).await;
        assert_eq!(letter.status, "500", "{}", letter.detail);
        let event = system.erp.sees("delivery.failed", order).await;
        assert_eq!(event["data"]["failure"]["detail"], *letter.detail);
    }
    assert_eq!(market.heard("/invoice").len(), 1);
    assert_eq!(market.heard("/cancel").len(), 1);
    system.stop().await;
}

/// A queue keeps no message for ever. What it lets go of is on its way no more.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_waited_in_vain_is_given_up() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let (sold, canceled) = (sell(&system, "1-01").await, sell(&system, "1-02").await);
    market.says_always("/invoice", Say::Status(503));
    market.says_always("/cancel", Say::Status(503));
    for (queue, function, message, order) in [
        ("invoices", "send-invoice", whole(&sold), &sold),
        (
            "cancellations",
            "resolve-cancellation",
            cancel(&canceled, "Damaged"),
            &canceled,
        ),
    ] {
        let event = received_for_the_last_time(&message);
        let failures = system.invoke(function, event).await;
        assert_eq!(failures["batchItemFailures"], serde_json::json!([]));
        let letter = system.erp.dead_letter(queue).await;
        assert_eq!(letter.status, "504");
        assert!(letter.detail.contains("in vain"), "{}", letter.detail);
        let event = system.erp.sees("delivery.failed", order).await;
        assert_eq!(event["data"]["failure"]["detail"], *letter.detail);
    }
    market.recovers();
    let erp = &system.erp;
    erp.send("cancellations", cancel(&sold, "Damaged")).await;
    erp.sees("order.canceled", &sold).await;
    erp.send("invoices", whole(&canceled)).await;
    erp.sees("order.invoiced", &canceled).await;
    system.stop().await;
}

/// A message as SQS hands it over when it has given it as often as it may.
fn received_for_the_last_time(message: &Value) -> Value {
    serde_json::json!({"Records": [{
        "messageId": "1", "receiptHandle": "none", "body": message.to_string(),
        "attributes": {
            "ApproximateReceiveCount": "951",
            "SentTimestamp": jiff::Timestamp::now().as_millisecond().to_string(),
        },
        "eventSource": "aws:sqs",
    }]})
}
