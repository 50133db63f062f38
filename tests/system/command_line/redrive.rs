//! `feirante redrive`: what could not be handled, why, and once more.

use aws_sdk_sqs::types::QueueAttributeName::ApproximateNumberOfMessages;
use serde_json::{Value, json};

use super::program::{Ended, feirante};
use crate::harness::bodies::cart;
use crate::harness::{System, eventually};
use crate::outward::{QUICK, Say, Scripted, facing_orders, invoice, sell, with};

const ITEM: [(&str, i64, i64); 1] = [("2000037", 1, 7390)];

async fn redrive(system: &System, arguments: &[&str]) -> Ended {
    redrive_of(system, "invoices", arguments).await
}

async fn redrive_of(system: &System, queue: &str, arguments: &[&str]) -> Ended {
    let queues = ["--sqs", &system.ready().sqs];
    feirante(&[&["redrive", queue], arguments, &queues].concat()).await
}

async fn letters(system: &System, arguments: &[&str]) -> Vec<Value> {
    let ended = redrive(system, &[arguments, &["--json"]].concat()).await;
    serde_json::from_str(ended.succeeded()).unwrap()
}

/// The complaint of what is invoiced in the ERP and not at the marketplace: look, mend, replay.
#[tokio::test(flavor = "multi_thread")]
async fn dead_letters_are_shown_with_their_reasons_and_delivered_when_they_are_sent_again() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let mut orders = Vec::new();
    for (theirs, status) in [("1-01", 403), ("1-02", 403), ("1-03", 403), ("1-04", 400)] {
        market.says(&format!("/{theirs}/invoice"), [Say::Status(status)]);
        let order = sell(&system, theirs).await;
        let undated = json!({"issuanceDate": null});
        let message = with(invoice(&order, "NFe-1", 7590, &ITEM), undated);
        system.erp.send("invoices", message).await;
        system.erp.sees("delivery.failed", &order).await;
        orders.push(order);
    }
    system.erp.send("invoices", "not JSON").await;
    system.erp.settled("invoices").await;
    eventually("all of the letters", async || {
        let url = &system.ready().dead_letters["invoices"];
        let attributes = system.erp.sqs().get_queue_attributes().queue_url(url);
        let asked = attributes.attribute_names(ApproximateNumberOfMessages);
        let answer = asked.send().await.unwrap();
        (answer.attributes()?.get(&ApproximateNumberOfMessages)? == "5").then_some(())
    })
    .await;

    // Looking changes nothing.
    let shown = redrive(&system, &[]).await;
    let shown = shown.succeeded();
    for words in ["MESSAGE", "REASON", "refused", "403", "invalid", "not JSON"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(shown.ends_with("5 of 5 dead letters\n"), "{shown}");
    let refused = letters(&system, &["--status", "403"]).await;
    assert_eq!(refused.len(), 3);
    assert!(
        refused[0]["detail"]
            .as_str()
            .unwrap()
            .contains("Notify invoice"),
        "{refused:?}"
    );
    assert_eq!(market.heard("").len(), 4);

    // One by its id, beside an id that is not there.
    let names = |letter: &&Value| letter["body"].as_str().unwrap().contains("mkt1-1-02");
    let there = refused.iter().find(names).unwrap()["id"].as_str().unwrap();
    let some = redrive(&system, &["--message", "gone", "--message", there]).await;
    assert_eq!(some.status, Some(2), "{some:?}");
    assert!(some.out.ends_with("1 sent again\n"), "{some:?}");
    assert!(
        some.err
            .contains("1 of 2 messages are not among the dead letters"),
        "{some:?}"
    );
    system.erp.sees("order.invoiced", &orders[1]).await;
    assert_eq!(market.heard("").len(), 5);
    // All of a kind.
    redrive(&system, &["--status", "403", "--all"])
        .await
        .succeeded();
    system.erp.sees("order.invoiced", &orders[0]).await;
    system.erp.sees("order.invoiced", &orders[2]).await;
    assert_eq!(market.heard("").len(), 7);
    // And all: what is wrong comes back with its reason.
    redrive(&system, &["--all"]).await.succeeded();
    system.erp.sees("order.invoiced", &orders[3]).await;
    let letter = system.erp.dead_letter("invoices").await;
    assert_eq!(
        (letter.reason.as_str(), letter.body.as_str()),
        ("invalid", "not JSON")
    );
    assert!(system.erp.dead_letter_now("invoices").await.is_none());
    // Each was sent twice: refused, and taken. The second time it is no newer than the first.
    assert_eq!(market.heard("").len(), 8);
    for theirs in ["1-01", "1-02", "1-03", "1-04"] {
        let sent = market.heard(&format!("/{theirs}/invoice"));
        let dates = [0, 1].map(|index: usize| sent[index].json()["issuanceDate"].clone());
        assert!(dates[0].is_string());
        assert_eq!(dates[0], dates[1], "{theirs}");
    }
    system.stop().await;
}

/// What the queue itself has set aside has no attributes, and says nothing of its time but when it was
/// sent.
#[tokio::test(flavor = "multi_thread")]
async fn a_price_from_the_dead_letters_is_no_newer_than_it_was() {
    let system = System::start().await;
    let price = |cents: i64| json!({"type": "price", "sku": "2000037", "price": cents});
    let request = system.erp.sqs().send_message();
    request
        .queue_url(&system.ready().dead_letters["offers"])
        .message_body(price(1000).to_string())
        .send()
        .await
        .unwrap();
    system.erp.send("offers", price(2000)).await;
    system.erp.settled("offers").await;
    let again = redrive_of(&system, "offers", &["--all"]).await;
    assert!(again.succeeded().ends_with("1 sent again\n"), "{again:?}");
    system.erp.settled("offers").await;
    assert!(system.erp.dead_letter_now("offers").await.is_none());
    let answer = system.marketplace.simulate(&cart(&[("2000037", 1)])).await;
    assert_eq!(answer.json()["items"][0]["price"], 2000);
    system.stop().await;
}
