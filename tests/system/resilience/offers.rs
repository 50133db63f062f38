//! The ERP's messages: none is lost, and none holds up its neighbours.

use std::time::Duration;

use aws_sdk_sqs::types::{QueueAttributeName, SendMessageBatchRequestEntry};
use serde_json::json;

use crate::harness::proxy::{Door, Fault};
use crate::harness::{Setup, System, eventually};

fn count(sku: &str, on_hand: i64) -> String {
    json!({"type": "stock", "sku": sku, "warehouse": "main", "onHand": on_hand}).to_string()
}

/// Sends ten messages at most as one batch: they reach the function together.
async fn send_together(system: &System, messages: &[String]) {
    let entries = messages.iter().enumerate().map(|(index, message)| {
        SendMessageBatchRequestEntry::builder()
            .id(index.to_string())
            .message_body(message)
            .build()
            .unwrap()
    });
    let sent = system
        .erp
        .sqs()
        .send_message_batch()
        .queue_url(&system.ready().queues["offers"])
        .set_entries(Some(entries.collect()))
        .send()
        .await
        .unwrap();
    assert!(sent.failed().is_empty());
}

/// Messages in a queue, those being worked on included.
async fn waiting(system: &System, url: &str) -> i64 {
    let answer = system
        .erp
        .sqs()
        .get_queue_attributes()
        .queue_url(url)
        .attribute_names(QueueAttributeName::ApproximateNumberOfMessages)
        .attribute_names(QueueAttributeName::ApproximateNumberOfMessagesNotVisible)
        .send()
        .await
        .unwrap();
    let numbers = answer.attributes().unwrap().values();
    numbers.map(|number| number.parse::<i64>().unwrap()).sum()
}

/// Waits until every message has taken effect, and none went to the dead letters.
async fn all_take_effect(system: &System, skus: &[String], on_hand: i64) {
    for sku in skus {
        eventually(sku, async || {
            (system.stock(sku).await.on_hand == on_hand).then_some(())
        })
        .await;
    }
    eventually("an empty queue", async || {
        (waiting(system, &system.ready().queues["offers"]).await == 0).then_some(())
    })
    .await;
    assert_eq!(
        waiting(system, &system.ready().dead_letters["offers"]).await,
        0
    );
}

fn skus(count: usize) -> Vec<String> {
    (0..count).map(|index| format!("sku-{index}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_nobody_can_read_leaves_its_neighbours_alone() {
    let system = System::start().await;
    let skus = skus(9);
    let mut messages: Vec<String> = skus.iter().map(|sku| count(sku, 4)).collect();
    messages.insert(4, "{\"type\":\"stock\",".to_owned());
    send_together(&system, &messages).await;
    let dead = system.erp.dead_letter("offers").await;
    assert_eq!(dead.body, messages[4]);
    assert!(!dead.reason.is_empty() && !dead.detail.is_empty());
    all_take_effect(&system, &skus, 4).await;
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_outlast_a_database_that_is_down() {
    let door = Door::open().await;
    let setup = Setup::new().options(|options| door.lead(options));
    let system = setup.start().await;
    let skus = skus(10);
    for outage in [Fault::Refuse, Fault::Throttle] {
        door.start_counting();
        door.shut("update-offers", outage);
        let on_hand = if matches!(outage, Fault::Refuse) {
            5
        } else {
            6
        };
        let messages: Vec<String> = skus.iter().map(|sku| count(sku, on_hand)).collect();
        send_together(&system, &messages).await;
        eventually("a second try of each", async || {
            (door.calls_of("update-offers").len() >= 2 * skus.len()).then_some(())
        })
        .await;
        door.heal();
        all_take_effect(&system, &skus, on_hand).await;
    }
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_that_failed_come_again() {
    let door = Door::open().await;
    let setup = Setup::new().options(|options| {
        door.lead(options);
        let queues = &mut options.stack.queues;
        let offers = queues.iter_mut().find(|queue| queue.name == "erp-offers");
        // What failed is hidden for minutes in earnest; nobody waits for that here.
        offers.unwrap().visibility = Duration::from_secs(1);
    });
    let system = setup.start().await;
    let skus = skus(10);
    let messages: Vec<String> = skus.iter().map(|sku| count(sku, 8)).collect();
    // A refusal for good is not tried again by the function itself, only by the queue.
    door.start_counting();
    door.strike("update-offers", "UpdateItem", Fault::Deny, skus.len());
    send_together(&system, &messages).await;
    all_take_effect(&system, &skus, 8).await;
    let tries = door.operations_of("update-offers").len();
    assert!(tries >= 2 * skus.len(), "{tries}");
    system.stop().await;
}
