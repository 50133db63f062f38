//! A queue's dead letters: taken, given back, sent again.

use std::collections::HashSet;

use aws_sdk_sqs::types::{Message, MessageSystemAttributeName};
use feirante_lambda::sent_at::{SENT_AT, attribute, first_sent};
use feirante_models::Instant;
use serde::Serialize;

use crate::failure::Failure;

/// Dead letters are hidden for so long while they are looked at, in seconds.
const LOOKED_AT_FOR: i32 = 300;

/// How long an empty answer waits for what other servers of the queue hold, in seconds.
const WAIT: i32 = 2;

/// What one call gives at most.
const AT_ONCE: i32 = 10;

/// A queue and its dead letters.
pub(super) struct Letters {
    pub(super) client: aws_sdk_sqs::Client,
    pub(super) queue: String,
    pub(super) dead: String,
}

/// A message that could not be handled, and why.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Letter {
    pub(super) id: String,
    /// When it was first sent.
    pub(super) sent_at: Option<Instant>,
    pub(super) reason: Option<String>,
    pub(super) status: Option<String>,
    pub(super) detail: Option<String>,
    pub(super) body: String,
    /// The order of an event.
    #[serde(skip)]
    group: Option<String>,
    #[serde(skip)]
    deduplication: Option<String>,
    #[serde(skip)]
    receipt: String,
}

impl Letters {
    /// All there are, hidden from others for some minutes.
    pub(super) async fn take(&self) -> Result<Vec<Letter>, Failure> {
        let mut letters = Vec::new();
        let mut seen = HashSet::new();
        loop {
            let received = self
                .client
                .receive_message()
                .queue_url(&self.dead)
                .max_number_of_messages(AT_ONCE)
                .wait_time_seconds(WAIT)
                .visibility_timeout(LOOKED_AT_FOR)
                .message_attribute_names("All")
                .message_system_attribute_names(MessageSystemAttributeName::All)
                .send()
                .await
                .map_err(|error| Failure::system("the dead letters can't be read", &error))?;
            let messages = received.messages.unwrap_or_default();
            let before = letters.len();
            let new = messages.into_iter().map(Letter::of);
            letters.extend(new.filter(|letter| seen.insert(letter.id.clone())));
            if letters.len() == before {
                return Ok(letters);
            }
        }
    }

    /// Shows them to others again.
    pub(super) async fn give_back(&self, letters: Vec<Letter>) -> Result<(), Failure> {
        for letter in letters {
            self.client
                .change_message_visibility()
                .queue_url(&self.dead)
                .receipt_handle(letter.receipt)
                .visibility_timeout(0)
                .send()
                .await
                .map_err(|error| Failure::system("a dead letter can't be given back", &error))?;
        }
        Ok(())
    }

    /// Sends it again, with the time it was first sent, so that it is not taken for news. Then deletes
    /// it: cut off in between, it comes twice, which every reader of these queues expects.
    pub(super) async fn send_again(&self, letter: Letter) -> Result<(), Failure> {
        let failed = |error: &dyn std::error::Error| {
            Failure::system(&format!("message {} can't be sent again", letter.id), error)
        };
        let mut again = self
            .client
            .send_message()
            .queue_url(&self.queue)
            .message_body(&letter.body)
            .set_message_group_id(letter.group.clone())
            .set_message_deduplication_id(letter.deduplication.clone());
        if let Some(sent_at) = letter.sent_at {
            let sent_at = attribute(sent_at).map_err(|error| failed(&error))?;
            again = again.message_attributes(SENT_AT, sent_at);
        }
        again.send().await.map_err(|error| failed(&error))?;
        self.client
            .delete_message()
            .queue_url(&self.dead)
            .receipt_handle(&letter.receipt)
            .send()
            .await
            .map_err(|error| failed(&error))?;
        Ok(())
    }
}

impl Letter {
    fn of(message: Message) -> Self {
        let said = |name: &str| {
            let attributes = message.message_attributes.as_ref()?;
            attributes.get(name)?.string_value.clone()
        };
        let system = |name: MessageSystemAttributeName| message.attributes.as_ref()?.get(&name);
        let queued_at = system(MessageSystemAttributeName::SentTimestamp)
            .and_then(|millis| Instant::from_millis(millis.parse().ok()?));
        // What the queue itself set aside has no such attribute, and the time it was sent.
        let sent_at = queued_at.map(|queued_at| first_sent(said(SENT_AT).as_deref(), queued_at));
        Self {
            id: message.message_id.clone().unwrap_or_default(),
            sent_at,
            reason: said("reason"),
            status: said("status"),
            detail: said("detail"),
            group: system(MessageSystemAttributeName::MessageGroupId).cloned(),
            deduplication: system(MessageSystemAttributeName::MessageDeduplicationId).cloned(),
            body: message.body.unwrap_or_default(),
            receipt: message.receipt_handle.unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When a letter was first sent that its queue took on the 21st and that says `said`.
    fn sent_at(said: Option<&str>) -> Option<String> {
        let mut message = Message::builder()
            .attributes(MessageSystemAttributeName::SentTimestamp, "1795248550123");
        if let Some(said) = said {
            let said = attribute(Instant::parse(said).unwrap()).unwrap();
            message = message.message_attributes(SENT_AT, said);
        }
        let letter = Letter::of(message.build());
        letter.sent_at.map(|at| at.to_string())
    }

    #[test]
    fn a_letter_is_as_old_as_the_message_it_was() {
        for (said, first) in [
            (Some("2026-11-20T09:00:00Z"), "2026-11-20T09:00:00.000Z"),
            // What the queue set aside by itself keeps the time it was sent.
            (None, "2026-11-21T08:09:10.123Z"),
            (Some("2999-01-01T00:00:00Z"), "2026-11-21T08:09:10.123Z"),
        ] {
            assert_eq!(sent_at(said).as_deref(), Some(first));
        }
    }
}
