//! The queue `notifications`: what marketplaces have to be told.

use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use feirante_seller::listing::Task;
use feirante_store::told;
use futures::future::try_join_all;
use jiff::SignedDuration;

/// Messages one call takes at most.
const AT_ONCE: usize = 10;

/// The longest a queue delays a message, in seconds.
const LONGEST_DELAY: i64 = 900;

/// The queue.
#[derive(Debug, Clone)]
pub struct Notifications {
    client: aws_sdk_sqs::Client,
    url: String,
}

/// The queue did not take all of it.
#[derive(Debug, thiserror::Error)]
#[error("notifications: {0}")]
pub struct NotSent(String);

impl Notifications {
    /// The queue at `url`.
    #[must_use]
    pub fn new(client: aws_sdk_sqs::Client, url: impl Into<String>) -> Self {
        Self {
            client,
            url: url.into(),
        }
    }

    /// Sends messages, each to be seen after its delay, in whole seconds and a quarter of an hour at
    /// most.
    ///
    /// # Errors
    /// When the queue does not take all of them. Some may have been sent.
    pub async fn send(&self, messages: &[(Task, SignedDuration)]) -> Result<(), NotSent> {
        let calls = messages.chunks(AT_ONCE).map(|some| self.send_some(some));
        try_join_all(calls).await.map(drop)
    }

    async fn send_some(&self, messages: &[(Task, SignedDuration)]) -> Result<(), NotSent> {
        let entries = messages.iter().enumerate().map(|(index, message)| {
            let (task, delay) = message;
            let body = task.to_message().map_err(|error| not_sent(&error))?;
            let delay = delay.as_secs().clamp(0, LONGEST_DELAY);
            SendMessageBatchRequestEntry::builder()
                .id(index.to_string())
                .message_body(body)
                .delay_seconds(i32::try_from(delay).map_err(|error| not_sent(&error))?)
                .build()
                .map_err(|error| not_sent(&error))
        });
        let answer = self
            .client
            .send_message_batch()
            .queue_url(&self.url)
            .set_entries(Some(entries.collect::<Result<_, _>>()?))
            .send()
            .await
            .map_err(|error| NotSent(told(&error)))?;
        match answer.failed.first() {
            None => Ok(()),
            Some(failed) => {
                let why = failed.message.as_deref().unwrap_or(&failed.code);
                Err(NotSent(why.to_owned()))
            }
        }
    }
}

fn not_sent(why: &dyn std::fmt::Display) -> NotSent {
    NotSent(why.to_string())
}
