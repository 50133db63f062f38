//! When something is tried again, and when it is given up.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::whole;
use crate::harness::eventually;
use crate::outward::{QUICK, Say, Scripted, attempts, facing_orders, kill, sell};

fn later(status: u16, retry_after: String) -> Say {
    Say::Full(status, vec![("retry-after", retry_after)], String::new())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_marketplace_that_says_when_to_come_back_is_left_alone_until_then() {
    let market = Scripted::start().await;
    let delivery = QUICK.replace(
        "longest_retry_after = \"2s\"",
        "longest_retry_after = \"3s\"",
    );
    let system = facing_orders(&market, &delivery).start().await;
    let in_three_seconds = Timestamp::now() + SignedDuration::from_secs(3);
    let by_date = in_three_seconds
        .strftime("%a, %d %b %Y %H:%M:%S GMT")
        .to_string();
    // By date, by seconds, and for longer than the seller file follows. A 429 is for all that goes
    // there, so that comes last.
    let together = [
        ("1-01", 503, by_date, 1),
        ("1-02", 503, "2".to_owned(), 2),
        ("1-03", 503, "86400".to_owned(), 3),
    ];
    for answers in [&together[..], &[("1-04", 429, "2".to_owned(), 2)]] {
        for (theirs, status, header, _) in answers {
            let answer = later(*status, header.clone());
            market.says(&format!("/{theirs}/invoice"), [answer]);
            let order = sell(&system, theirs).await;
            system.erp.send("invoices", whole(&order)).await;
        }
        for (theirs, status, header, seconds) in answers {
            let heard = market.hears(&format!("/{theirs}/invoice"), 2).await;
            let waited = heard[1].at - heard[0].at;
            eprintln!("{status}, Retry-After: {header}: {waited:?}");
            let asked = Duration::from_secs(*seconds);
            assert!(waited >= asked, "{header}: {waited:?}");
            let latest = asked + Duration::from_secs(5);
            assert!(waited < latest, "{header}: {waited:?}");
            let order = format!("mkt1-{theirs}");
            system.erp.sees("order.invoiced", &order).await;
        }
    }
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_tried_for_long_enough_is_given_up_and_can_be_sent_again() {
    let market = Scripted::start().await;
    let delivery = QUICK.replace("give_up_after = \"1m\"", "give_up_after = \"2s\"");
    let system = facing_orders(&market, &delivery).start().await;
    let order = sell(&system, "1-01").await;
    market.says_always(
        "/invoice",
        Say::Full(503, Vec::new(), "Closed for repairs".to_owned()),
    );
    system.erp.send("invoices", whole(&order)).await;
    let letter = system.erp.dead_letter("invoices").await;
    let tried = market.heard("/invoice").len();
    assert!(tried > 1);
    assert_eq!(
        (letter.reason.as_str(), letter.status.as_str()),
        ("refused", "503")
    );
    let expected = format!("given up after {tried} attempts: ");
    assert!(letter.detail.starts_with(&expected), "{}", letter.detail);
    assert!(
        letter.detail.contains("Closed for repairs"),
        "{}",
        letter.detail
    );
    let event = system.erp.sees("delivery.failed", &order).await;
    assert_eq!(event["data"]["failure"]["status"], 503);
    market.recovers();
    system.erp.send("invoices", whole(&order)).await;
    system.erp.sees("order.invoiced", &order).await;
    assert_eq!(market.heard("/invoice").len(), tried + 1);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_dies_between_two_attempts_loses_neither_the_message_nor_its_count() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK)
        .options(|options| options.visibility = Some(Duration::from_secs(3)))
        .start()
        .await;
    let order = sell(&system, "1-01").await;
    market.says(
        "/invoice",
        [Say::Status(503), Say::Status(503), Say::Status(503)],
    );
    system.erp.send("invoices", whole(&order)).await;
    for count in 1..=3 {
        eventually("the attempt to be counted", async || {
            attempts(&system, &order, "NFe-1")
                .await
                .filter(|made| *made >= count)
        })
        .await;
        kill(&system, "send-invoice");
    }
    system.erp.sees("order.invoiced", &order).await;
    assert_eq!(market.heard("/invoice").len(), 4);
    assert!(system.erp.dead_letter_now("invoices").await.is_none());
    system.stop().await;
}
