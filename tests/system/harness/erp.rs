//! The ERP's side of the queues.

use std::time::Instant;

use feirante::Ready;
use serde_json::Value;

use super::{PATIENCE, eventually};

/// The seller's ERP.
pub struct Erp {
    sqs: aws_sdk_sqs::Client,
    ready: Ready,
    /// The events' texts, in the order they came.
    seen: std::sync::Mutex<Vec<String>>,
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
        let texts = self.seen_texts();
        let events = texts.iter().map(|text| serde_json::from_str(text).unwrap());
        events.collect()
    }

    /// The same to the letter.
    pub fn seen_texts(&self) -> Vec<String> {
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
            let event = message.body().unwrap().to_owned();
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
        let started = Instant::now();
        loop {
            if let Some(letter) = self.take_dead_letter(queue, 2).await {
                return letter;
            }
            assert!(started.elapsed() < PATIENCE, "no dead letter in {queue}");
        }
    }

    /// Takes a message of a queue's dead letters, if there is one.
    pub async fn dead_letter_now(&self, queue: &str) -> Option<DeadLetter> {
        self.take_dead_letter(queue, 0).await
    }

    async fn take_dead_letter(&self, queue: &str, wait_seconds: i32) -> Option<DeadLetter> {
        let url = &self.ready.dead_letters[queue];
        let call = self
            .sqs
            .receive_message()
            .queue_url(url)
            .message_attribute_names("All")
            .wait_time_seconds(wait_seconds);
        let answer = call.send().await.unwrap();
        let message = answer.messages().first()?;
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
        Some(DeadLetter {
            body: message.body().unwrap().to_owned(),
            reason: attribute("reason"),
            status: attribute("status"),
            detail: attribute("detail"),
        })
    }

    /// The next message of a queue that nobody else reads, as JSON.
    pub async fn next_in(&self, queue: &str) -> Value {
        eventually("a message", async || {
            let call = self.sqs.receive_message();
            let call = call.queue_url(&self.ready.queues[queue]);
            let answer = call.wait_time_seconds(2).send().await.unwrap();
            let message = answer.messages().first()?;
            Some(serde_json::from_str(message.body().unwrap()).unwrap())
        })
        .await
    }

    /// Waits until all messages of a queue have been handled, one way or the other.
    pub async fn settled(&self, queue: &str) {
        use aws_sdk_sqs::types::QueueAttributeName::{
            ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible,
        };
        let url = &self.ready.queues[queue];
        eventually("the queue to be empty", async || {
            let answer = self
                .sqs
                .get_queue_attributes()
                .queue_url(url)
                .attribute_names(ApproximateNumberOfMessages)
                .attribute_names(ApproximateNumberOfMessagesNotVisible)
                .send()
                .await
                .unwrap();
            let counts = answer.attributes().unwrap();
            counts.values().all(|count| count == "0").then_some(())
        })
        .await;
    }
}
