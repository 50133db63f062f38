//! Messages that nobody can do anything with.

use std::time::{Duration, Instant};

use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use serde_json::json;

use super::whole;
use crate::harness::{PATIENCE, System};
use crate::outward::{QUICK, Scripted, cancel, facing_orders, sell, shipment};

/// What nothing stands in the way of takes effect within this time, and a bit for a busy machine.
const ON_TIME: Duration = Duration::from_secs(4);

/// Puts messages on a queue in one call, so that one batch has them.
async fn send_together(system: &System, queue: &str, messages: &[String]) {
    let entries = messages.iter().enumerate().map(|(index, message)| {
        let entry = SendMessageBatchRequestEntry::builder().id(index.to_string());
        entry.message_body(message).build().unwrap()
    });
    let sent = system
        .erp
        .sqs()
        .send_message_batch()
        .queue_url(&system.ready().queues[queue])
        .set_entries(Some(entries.collect()))
        .send()
        .await
        .unwrap();
    assert!(sent.failed().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poison_message_is_set_aside_at_once_and_its_neighbours_are_on_time() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let (first, second) = (sell(&system, "1-01").await, sell(&system, "1-02").await);
    let third = sell(&system, "1-03").await;
    let poison = [
        "not JSON".to_owned(),
        "[".repeat(20_000),
        "null".to_owned(),
        json!({"orderId": "mkt1-1-01", "x": "y".repeat(100_000)}).to_string(),
        r#"{"orderId":{"a":1},"action":"cancel"}"#.to_owned(),
    ];
    for (queue, good, end) in [
        ("invoices", [whole(&first), whole(&second)], "/invoice"),
        (
            "tracking",
            [
                shipment(&first, "NFe-1", "SR1"),
                shipment(&second, "NFe-1", "SR2"),
            ],
            "/invoice/NFe-1",
        ),
        (
            "cancellations",
            [cancel(&third, "Damaged"), cancel(&third, "Damaged")],
            "/cancel",
        ),
    ] {
        let mut messages = poison.to_vec();
        messages.insert(0, good[0].to_string());
        messages.push(good[1].to_string());
        let sent = Instant::now();
        send_together(&system, queue, &messages).await;
        let calls = if queue == "cancellations" { 1 } else { 2 };
        let heard = market.hears(end, calls).await;
        let took = heard.iter().map(|one| one.at - sent).max().unwrap();
        let mut letters = Vec::new();
        for _ in &poison {
            let letter = system.erp.dead_letter(queue).await;
            assert_eq!(letter.reason, "invalid", "{}", letter.detail);
            letters.push(letter.body);
        }
        eprintln!(
            "{queue}: neighbours {took:?}, dead letters {:?}",
            sent.elapsed()
        );
        assert!(took < ON_TIME, "{took:?}");
        assert!(sent.elapsed() < PATIENCE);
        letters.sort();
        let mut expected = poison.to_vec();
        expected.sort();
        assert_eq!(letters, expected);
        system.erp.settled(queue).await;
        assert!(system.erp.dead_letter_now(queue).await.is_none());
    }
    system.stop().await;
}
