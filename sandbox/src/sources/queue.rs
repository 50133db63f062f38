//! Queues as event sources: messages to a function, successes deleted, failures left to come again.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_sqs::types::{
    DeleteMessageBatchRequestEntry, Message, MessageAttributeValue, MessageSystemAttributeName,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::backoff::{self, Backoff};
use super::{answer, batch};
use crate::errors::{Cause, InvokeError};
use crate::runtime::Functions;

/// What one request to a queue can give or delete.
const REQUEST_LIMIT: usize = 10;

/// The longest wait for a message that SQS offers, in seconds.
const LONG_POLL: i32 = 20;

/// Between two looks at a queue while a batch is gathered for less than a second more.
const GATHER_PAUSE: Duration = Duration::from_millis(100);

/// A queue and the function it feeds.
#[derive(Debug)]
pub(super) struct QueueSource {
    pub(super) function: String,
    pub(super) url: String,
    pub(super) arn: String,
    pub(super) batch_size: usize,
    pub(super) window: Duration,
    /// Invocations at once.
    pub(super) concurrency: usize,
    pub(super) reports_failures: bool,
    pub(super) functions: Arc<Functions>,
    pub(super) sqs: aws_sdk_sqs::Client,
}

impl QueueSource {
    /// Feeds the function until the token is cancelled and the batches in hand are settled.
    pub(super) async fn run(self, stop: CancellationToken) {
        let source = Arc::new(self);
        let permits = Arc::new(Semaphore::new(source.concurrency.max(1)));
        let batches = TaskTracker::new();
        let mut backoff = Backoff::default();
        // Messages are taken only when they can be worked on: waiting counts as being hidden.
        while let Some(Ok(permit)) = stop
            .run_until_cancelled(Arc::clone(&permits).acquire_owned())
            .await
        {
            match source.gather(&stop).await {
                Ok(messages) if messages.is_empty() => break,
                Ok(messages) => {
                    backoff.reset();
                    let source = Arc::clone(&source);
                    batches.spawn(async move { source.work_on(messages, permit).await });
                }
                Err(error) => {
                    tracing::warn!(queue = source.url, error = &*error, "no messages");
                    stop.run_until_cancelled(backoff.wait()).await;
                }
            }
        }
        batches.close();
        batches.wait().await;
    }

    /// Waits for a first message, then fills the batch until the window is over or, if there is
    /// none, the queue has no more at hand. Empty only if the token is cancelled: what has been
    /// taken by then is returned, since it would stay hidden for long otherwise.
    async fn gather(&self, stop: &CancellationToken) -> Result<Vec<Message>, Cause> {
        let mut messages = Vec::new();
        while messages.is_empty() {
            let first = self.receive(self.batch_size, LONG_POLL);
            match stop.run_until_cancelled(first).await {
                Some(received) => messages = received?,
                None => return Ok(messages),
            }
        }
        let end = Instant::now() + self.window;
        while messages.len() < self.batch_size {
            let left = end.saturating_duration_since(Instant::now());
            let wait = i32::try_from(left.as_secs()).map_or(LONG_POLL, |left| left.min(LONG_POLL));
            let more = self.receive(self.batch_size - messages.len(), wait);
            let Some(more) = stop.run_until_cancelled(more).await else {
                break;
            };
            let more = more?;
            let exhausted = more.is_empty();
            messages.extend(more);
            if exhausted && left.is_zero() {
                break;
            }
            if exhausted && wait == 0 {
                tokio::time::sleep(left.min(GATHER_PAUSE)).await;
            }
        }
        Ok(messages)
    }

    async fn receive(&self, room: usize, wait: i32) -> Result<Vec<Message>, Cause> {
        let count = room.clamp(1, REQUEST_LIMIT) as i32;
        let received = self
            .sqs
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(count)
            .wait_time_seconds(wait)
            .message_attribute_names("All")
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .send()
            .await?;
        Ok(received.messages.unwrap_or_default())
    }

    async fn work_on(&self, messages: Vec<Message>, permit: OwnedSemaphorePermit) {
        let records: Vec<_> = messages.iter().map(|m| record(m, &self.arn)).collect();
        let mut failures = 0;
        for range in batch::cut(&records) {
            let answer = self
                .functions
                .invoke(&self.function, batch::event(&records[range.clone()]))
                .await;
            match self.done(&messages[range], answer) {
                Ok(done) => self.delete(&done).await,
                Err(error) => {
                    failures += 1;
                    tracing::warn!(queue = self.url, "a batch failed: {error}");
                }
            }
        }
        // A function that can't even start must not use up the receives of a whole queue at once.
        if failures > 0 {
            tokio::time::sleep(backoff::after(failures)).await;
        }
        drop(permit);
    }

    /// The messages of a batch that are dealt with.
    fn done<'a>(
        &self,
        messages: &'a [Message],
        answer: Result<axum::body::Bytes, InvokeError>,
    ) -> Result<Vec<&'a Message>, Cause> {
        let answer = answer?;
        if !self.reports_failures {
            return Ok(messages.iter().collect());
        }
        Ok(successes(messages, &answer)?)
    }

    async fn delete(&self, messages: &[&Message]) {
        for messages in messages.chunks(REQUEST_LIMIT) {
            if let Err(error) = self.delete_some(messages).await {
                // They come again; functions are written for that.
                tracing::warn!(queue = self.url, error = &*error, "messages not deleted");
            }
        }
    }

    async fn delete_some(&self, messages: &[&Message]) -> Result<(), Cause> {
        let mut request = self.sqs.delete_message_batch().queue_url(&self.url);
        for (index, message) in messages.iter().enumerate() {
            let entry = DeleteMessageBatchRequestEntry::builder()
                .id(index.to_string())
                .receipt_handle(message.receipt_handle().unwrap_or_default())
                .build()?;
            request = request.entries(entry);
        }
        let deleted = request.send().await?;
        match deleted.failed.first() {
            Some(failed) => Err(format!("{}: {:?}", failed.code, failed.message).into()),
            None => Ok(()),
        }
    }
}

/// The messages an answer doesn't name. One it names that was not in the batch makes it worthless.
fn successes<'a>(
    messages: &'a [Message],
    answer: &[u8],
) -> Result<Vec<&'a Message>, answer::Unclear> {
    let mut failed: HashSet<_> = answer::failed_records(answer)?.into_iter().collect();
    let done = messages
        .iter()
        .filter(|message| !failed.remove(message.message_id().unwrap_or_default()))
        .collect();
    match failed.is_empty() {
        true => Ok(done),
        false => Err(answer::Unclear),
    }
}

/// A message as Lambda hands it over.
fn record(message: &Message, arn: &str) -> Value {
    let attributes: BTreeMap<_, _> = message
        .attributes()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.as_str(), value))
        .collect();
    let mut record = json!({
        "messageId": message.message_id(),
        "receiptHandle": message.receipt_handle(),
        "body": message.body().unwrap_or_default(),
        "attributes": attributes,
        "messageAttributes": message_attributes(message.message_attributes()),
        "md5OfBody": message.md5_of_body(),
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": arn.split(':').nth(3),
    });
    if let Some(digest) = message.md5_of_message_attributes() {
        record["md5OfMessageAttributes"] = digest.into();
    }
    record
}

fn message_attributes(attributes: Option<&HashMap<String, MessageAttributeValue>>) -> Value {
    let mut all = Map::new();
    for (name, value) in attributes.into_iter().flatten() {
        let mut attribute = json!({
            "stringListValues": [],
            "binaryListValues": [],
            "dataType": value.data_type(),
        });
        if let Some(text) = value.string_value() {
            attribute["stringValue"] = text.into();
        }
        if let Some(bytes) = value.binary_value() {
            attribute["binaryValue"] = STANDARD.encode(bytes).into();
        }
        all.insert(name.clone(), attribute);
    }
    Value::Object(all)
}

#[cfg(test)]
mod tests {
    use aws_sdk_sqs::primitives::Blob;

    use super::*;

    fn message(id: &str) -> Message {
        Message::builder().message_id(id).build()
    }

    #[test]
    fn a_message_is_written_as_lambda_does() {
        let attribute = |kind: &str| MessageAttributeValue::builder().data_type(kind);
        let message = Message::builder()
            .message_id("m-1")
            .receipt_handle("r-1")
            .body("{}")
            .md5_of_body("99914b932bd37a50b983c5e7c90ae93b")
            .md5_of_message_attributes("d41d")
            .attributes(MessageSystemAttributeName::ApproximateReceiveCount, "1")
            .attributes(MessageSystemAttributeName::SentTimestamp, "1795248550123")
            .message_attributes(
                "reason",
                attribute("String").string_value("late").build().unwrap(),
            )
            .message_attributes(
                "raw",
                attribute("Binary")
                    .binary_value(Blob::new(b"\xff"))
                    .build()
                    .unwrap(),
            )
            .build();
        assert_eq!(
            record(&message, "arn:aws:sqs:us-east-1:000000000000:erp-offers"),
            json!({
                "messageId": "m-1",
                "receiptHandle": "r-1",
                "body": "{}",
                "attributes": {
                    "ApproximateReceiveCount": "1",
                    "SentTimestamp": "1795248550123",
                },
                "messageAttributes": {
                    "reason": {
                        "stringValue": "late",
                        "stringListValues": [],
                        "binaryListValues": [],
                        "dataType": "String",
                    },
                    "raw": {
                        "binaryValue": "/w==",
                        "stringListValues": [],
                        "binaryListValues": [],
                        "dataType": "Binary",
                    },
                },
                "md5OfMessageAttributes": "d41d",
                "md5OfBody": "99914b932bd37a50b983c5e7c90ae93b",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:erp-offers",
                "awsRegion": "us-east-1",
            })
        );
    }

    #[test]
    fn messages_that_are_not_named_are_done() {
        let messages = [message("a"), message("b"), message("c")];
        let answer = br#"{"batchItemFailures":[{"itemIdentifier":"b"}]}"#;
        let done = successes(&messages, answer).unwrap();
        let ids: Vec<_> = done.iter().filter_map(|m| m.message_id()).collect();
        assert_eq!(ids, ["a", "c"]);
    }

    #[test]
    fn naming_a_message_of_another_batch_fails_all() {
        let answer = br#"{"batchItemFailures":[{"itemIdentifier":"z"}]}"#;
        assert_eq!(successes(&[message("a")], answer), Err(answer::Unclear));
    }
}
