//! The ERP's side of the queues.

use std::time::Instant;

use feirante::Ready;
use serde_json::Value;

use super::PATIENCE;

/// The seller's ERP.
pub struct Erp {
    sqs: aws_sdk_sqs::Client,
    ready: Ready,
    seen: std::sync::Mutex<Vec<Value>>,
}

/// A message in the dead letters.
#[derive(Debug)]
pub struct DeadLetter {
    pub body: String,
    pub reason: String,
    pub status: String,
    pub detail: String,
}

impl Erp {
    pub fn new(sqs: aws_sdk_sqs::Client, ready: Ready) -> Self {
        Self {
            sqs,
            ready,
            seen: std::sync::Mutex::default(),
        }
    }

    /// A client of the queues.
    pub fn sqs(&self) -> &aws_sdk_sqs::Client {
        &self.sqs
    }

    /// Puts a message on a queue, by its short name (`offers`, `cancellations`…).
    pub async fn send(&self, queue: &str, message: impl ToString) {
        self.sqs
            .send_message()
            .queue_url(&self.ready.queues[queue])
            .message_body(message.to_string())
            .send()
            .await
            .unwrap();
    }

    /// Reads events until one of this type of this order is there.
    pub async fn sees(&self, event: &str, order: &str) -> Value {
        let started = Instant::now();
        loop {
            let is_it = |seen: &&Value| seen["type"] == event && seen["subject"] == order;
            if let Some(found) = self.seen().iter().find(is_it) {
                return found.clone();
            }
            assert!(
                started.elapsed() < PATIENCE,
                "no {event} of {order}: {:#?}",
                self.seen()
            );
            self.receive().await;
        }
    }

    /// Every event seen so far, in the order it came.
    pub fn seen(&self) -> Vec<Value> {
        self.seen.lock().unwrap().clone()
    }

    /// Types of the events of an order seen so far.
    pub fn seen_of(&self, order: &str) -> Vec<String> {
        let events = self.seen();
        let of_order = events.iter().filter(|event| event["subject"] == order);
        of_order
            .map(|event| event["type"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Takes what is in the events' queue, waiting up to a second for something.
    pub async fn receive(&self) {
        let url = &self.ready.queues["orders"];
        let call = self
            .sqs
            .receive_message()
            .queue_url(url)
            .max_number_of_messages(10);
        let answer = call.wait_time_seconds(1).send().await.unwrap();
        for message in answer.messages() {
            let event = serde_json::from_str(message.body().unwrap()).unwrap();
            self.seen.lock().unwrap().push(event);
            let receipt = message.receipt_handle().unwrap();
            self.sqs
                .delete_message()
                .queue_url(url)
                .receipt_handle(receipt)
                .send()
                .await
                .unwrap();
        }
    }

    /// Waits for a message in a queue's dead letters, and takes it.
    pub async fn dead_letter(&self, queue: &str) -> DeadLetter {
        let url = &self.ready.dead_letters[queue];
        let started = Instant::now();
        loop {
            let call = self
                .sqs
                .receive_message()
                .queue_url(url)
                .message_attribute_names("All");
            let answer = call.wait_time_seconds(2).send().await.unwrap();
            let Some(message) = answer.messages().first() else {
                assert!(started.elapsed() < PATIENCE, "no dead letter in {queue}");
                continue;
            };
            let receipt = message.receipt_handle().unwrap();
            self.sqs
                .delete_message()
                .queue_url(url)
                .receipt_handle(receipt)
                .send()
                .await
                .unwrap();
            let attribute = |name: &str| {
                let attributes = message.message_attributes().unwrap();
                attributes[name].string_value().unwrap().to_owned()
            };
            return DeadLetter {
                body: message.body().unwrap().to_owned(),
                reason: attribute("reason"),
                status: attribute("status"),
                detail: attribute("detail"),
            };
        }
    }
}
