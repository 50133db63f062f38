//! The ERP: it puts messages on the seller's queues and reads `erp-orders.fifo`.

use std::collections::BTreeMap;
use std::time::Instant;

use aws_sdk_sqs::error::DisplayErrorContext;
use aws_sdk_sqs::types::Message;
use serde::Deserialize;
use serde_json::Value;

use super::stage::PATIENCE;
use super::unmet::{Held, Unmet};
use crate::ready::Ready;

/// How long a queue is asked to wait for a message, in seconds.
const WAIT: i32 = 2;

/// The ERP.
#[derive(Debug)]
pub(super) struct Erp {
    sqs: aws_sdk_sqs::Client,
    queues: BTreeMap<String, String>,
    dead_letters: BTreeMap<String, String>,
    /// Each event once, in the order they came.
    events: Vec<Event>,
}

/// What the ERP is told of an order.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Event {
    id: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) subject: String,
    pub(super) sequence: u64,
    pub(super) data: Value,
}

/// A message that was refused for good.
#[derive(Debug, Clone)]
pub(super) struct Letter {
    pub(super) body: Value,
    pub(super) reason: String,
    pub(super) detail: String,
}

impl Erp {
    /// At the queues of the system that `ready` describes.
    pub(super) fn new(sqs: aws_sdk_sqs::Client, ready: &Ready) -> Self {
        Self {
            sqs,
            queues: ready.queues.clone(),
            dead_letters: ready.dead_letters.clone(),
            events: Vec::new(),
        }
    }

    /// Puts a message on a queue, named as the ready file does: `invoices`.
    pub(super) async fn send(&self, queue: &str, body: &Value) -> Held {
        let sent = self
            .sqs
            .send_message()
            .queue_url(url(&self.queues, queue)?)
            .message_body(body.to_string())
            .send();
        sent.await.map(drop).map_err(|error| {
            Unmet::failed(format_args!("queue {queue}"), DisplayErrorContext(error))
        })
    }

    /// Reads events until the ERP knows of one of this type of this order.
    pub(super) async fn hears(&mut self, kind: &str, order: &str) -> Held<Event> {
        let started = Instant::now();
        loop {
            let is_it = |event: &&Event| event.kind == kind && event.subject == order;
            if let Some(found) = self.events.iter().find(is_it) {
                return Ok(found.clone());
            }
            if started.elapsed() > PATIENCE {
                let known: Vec<&str> = self
                    .events_of(order)
                    .map(|event| event.kind.as_str())
                    .collect();
                let expected = format_args!("{kind} of {order} on erp-orders.fifo").to_string();
                return Err(Unmet::new(expected, format_args!("only {known:?}")));
            }
            for message in self.receive(url(&self.queues, "orders")?).await? {
                let event: Event = serde_json::from_str(message.body().unwrap_or_default())
                    .map_err(|error| Unmet::failed("reading an event", error))?;
                // Each comes at least once.
                if self.events.iter().all(|known| known.id != event.id) {
                    self.events.push(event);
                }
            }
        }
    }

    /// What the ERP knows of an order, in the order it came.
    pub(super) fn events_of(&self, order: &str) -> impl Iterator<Item = &Event> {
        self.events
            .iter()
            .filter(move |event| event.subject == order)
    }

    /// Takes dead letters of a queue until `enough` of them are there.
    pub(super) async fn dead_letters(
        &self,
        queue: &str,
        enough: impl Fn(&[Letter]) -> bool,
    ) -> Held<Vec<Letter>> {
        let started = Instant::now();
        let mut letters = Vec::new();
        while !enough(&letters) {
            if started.elapsed() > PATIENCE {
                let expected = format_args!("other dead letters of {queue}").to_string();
                return Err(Unmet::new(expected, format_args!("{letters:?}")));
            }
            let messages = self.receive(url(&self.dead_letters, queue)?).await?;
            letters.extend(messages.iter().map(Letter::of));
        }
        Ok(letters)
    }

    /// What lies in a queue's dead letters now.
    pub(super) async fn letters_left(&self, queue: &str) -> Held<usize> {
        let name = aws_sdk_sqs::types::QueueAttributeName::ApproximateNumberOfMessages;
        let answer = self
            .sqs
            .get_queue_attributes()
            .queue_url(url(&self.dead_letters, queue)?)
            .attribute_names(name.clone())
            .send();
        let answer = answer
            .await
            .map_err(|error| Unmet::failed("counting dead letters", DisplayErrorContext(error)))?;
        let count = answer.attributes().and_then(|all| all.get(&name));
        count
            .and_then(|count| count.parse().ok())
            .ok_or_else(|| Unmet::new("a number of dead letters", "none"))
    }

    /// Takes what is there, or comes soon, off a queue.
    async fn receive(&self, url: &str) -> Held<Vec<Message>> {
        let failed = |error| Unmet::failed(format_args!("receiving from {url}"), error);
        let answer = self
            .sqs
            .receive_message()
            .queue_url(url)
            .max_number_of_messages(10)
            .wait_time_seconds(WAIT)
            .message_attribute_names("All")
            .send()
            .await
            .map_err(|error| failed(DisplayErrorContext(error).to_string()))?;
        let messages = answer.messages.unwrap_or_default();
        for message in &messages {
            self.sqs
                .delete_message()
                .queue_url(url)
                .receipt_handle(message.receipt_handle().unwrap_or_default())
                .send()
                .await
                .map_err(|error| failed(DisplayErrorContext(error).to_string()))?;
        }
        Ok(messages)
    }
}

impl Letter {
    fn of(message: &Message) -> Self {
        let text = |name: &str| {
            let attribute = message.message_attributes().and_then(|all| all.get(name));
            let text = attribute.and_then(|attribute| attribute.string_value());
            text.unwrap_or_default().to_owned()
        };
        Self {
            body: serde_json::from_str(message.body().unwrap_or_default()).unwrap_or_default(),
            reason: text("reason"),
            detail: text("detail"),
        }
    }
}

fn url<'a>(queues: &'a BTreeMap<String, String>, queue: &str) -> Held<&'a str> {
    queues
        .get(queue)
        .map(String::as_str)
        .ok_or_else(|| Unmet::new(format_args!("a queue {queue}"), "none"))
}
