//! Loading offers through the queue the ERP uses.

use std::time::Duration;

use aws_sdk_sqs::error::DisplayErrorContext;
use aws_sdk_sqs::types::{QueueAttributeName, SendMessageBatchRequestEntry};

use crate::failure::Failure;

/// Messages one call sends.
const BATCH: usize = 10;
/// Bytes one call sends at most: an eighth of what the queue takes, lines being small.
const BATCH_BYTES: usize = 128 * 1024;
/// How often the queue is asked whether it is empty.
const POLL: Duration = Duration::from_millis(50);
/// A queue that does not get shorter for so long is stuck.
const STUCK: Duration = Duration::from_secs(60);

/// The queue `erp-offers`.
#[derive(Debug)]
pub(super) struct OffersQueue {
    client: aws_sdk_sqs::Client,
    url: String,
}

impl OffersQueue {
    pub(super) const fn new(client: aws_sdk_sqs::Client, url: String) -> Self {
        Self { client, url }
    }

    /// Sends `messages`.
    pub(super) async fn send(&self, messages: &[String]) -> Result<(), Failure> {
        for batch in batches(messages) {
            let entries = batch
                .iter()
                .enumerate()
                .map(|(index, message)| {
                    SendMessageBatchRequestEntry::builder()
                        .id(index.to_string())
                        .message_body(message)
                        .build()
                })
                .collect::<Result<Vec<_>, _>>()
                .map_err(|error| Failure::system("the offers can't be sent", &error))?;
            let answer = self
                .client
                .send_message_batch()
                .queue_url(&self.url)
                .set_entries(Some(entries))
                .send()
                .await
                .map_err(|error| queue_failed(&DisplayErrorContext(error)))?;
            if let Some(refused) = answer.failed().first() {
                return Err(queue_failed(
                    &refused.message().unwrap_or_else(|| refused.code()),
                ));
            }
        }
        Ok(())
    }

    /// Waits until the queue is empty: a message leaves it when it has taken effect.
    pub(super) async fn taken_effect(&self) -> Result<(), Failure> {
        let (mut fewest, mut since) = (i64::MAX, tokio::time::Instant::now());
        loop {
            let answer = self
                .client
                .get_queue_attributes()
                .queue_url(&self.url)
                .attribute_names(QueueAttributeName::ApproximateNumberOfMessages)
                .attribute_names(QueueAttributeName::ApproximateNumberOfMessagesNotVisible)
                .send()
                .await
                .map_err(|error| queue_failed(&DisplayErrorContext(error)))?;
            let numbers = answer.attributes().into_iter().flat_map(|all| all.values());
            let left: i64 = numbers
                .filter_map(|number| number.parse::<i64>().ok())
                .sum();
            if left == 0 {
                return Ok(());
            }
            if left < fewest {
                (fewest, since) = (left, tokio::time::Instant::now());
            } else if since.elapsed() > STUCK {
                return Err(Failure::System(format!(
                    "{left} of the offers do not take effect"
                )));
            }
            tokio::time::sleep(POLL).await;
        }
    }
}

/// The messages in calls the queue takes.
fn batches(messages: &[String]) -> Vec<&[String]> {
    let mut batches = Vec::new();
    let mut rest = messages;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fits = |message: &&String| {
            bytes += message.len();
            bytes <= BATCH_BYTES
        };
        let count = rest.iter().take(BATCH).take_while(fits).count().max(1);
        let (batch, behind) = rest.split_at(count);
        batches.push(batch);
        rest = behind;
    }
    batches
}

fn queue_failed(why: &dyn std::fmt::Display) -> Failure {
    Failure::System(format!("the queue erp-offers: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_hold_ten_messages_and_no_more_bytes_than_a_call_takes() {
        let small = vec!["x".to_owned(); 25];
        let sizes: Vec<usize> = batches(&small).iter().map(|batch| batch.len()).collect();
        assert_eq!(sizes, [10, 10, 5]);
        let large = vec!["x".repeat(BATCH_BYTES); 3];
        assert_eq!(batches(&large).len(), 3);
    }
}
