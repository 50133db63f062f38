//! A queue's dead letters: taken, given back, sent again.

use std::collections::HashSet;

use aws_sdk_sqs::types::{Message, MessageSystemAttributeName};
use feirante_models::Instant;
use serde::Serialize;
use serde_json::Value;

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

    /// Sends it again, then deletes it: cut off in between, it comes twice, which every reader of
    /// these queues expects.
    pub(super) async fn send_again(&self, letter: Letter) -> Result<(), Failure> {
        let failed = |error: &dyn std::error::Error| {
            Failure::system(&format!("message {} can't be sent again", letter.id), error)
        };
        self.client
            .send_message()
            .queue_url(&self.queue)
            .message_body(dated(&letter.body, letter.sent_at))
            .set_message_group_id(letter.group.clone())
            .set_message_deduplication_id(letter.deduplication.clone())
            .send()
            .await
            .map_err(|error| failed(&error))?;
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
        let attribute = |name: &str| {
            let attributes = message.message_attributes.as_ref()?;
            attributes.get(name)?.string_value.clone()
        };
        let system = |name: MessageSystemAttributeName| message.attributes.as_ref()?.get(&name);
        let sent_at = system(MessageSystemAttributeName::SentTimestamp)
            .and_then(|millis| Instant::from_millis(millis.parse().ok()?));
        Self {
            id: message.message_id.clone().unwrap_or_default(),
            sent_at,
            reason: attribute("reason"),
            status: attribute("status"),
            detail: attribute("detail"),
            group: system(MessageSystemAttributeName::MessageGroupId).cloned(),
            deduplication: system(MessageSystemAttributeName::MessageDeduplicationId).cloned(),
            body: message.body.unwrap_or_default(),
            receipt: message.receipt_handle.unwrap_or_default(),
        }
    }
}

/// A message of the ERP's that says how something is, without saying when, means when it was sent.
/// Sent again it would be taken for news, and older prices and counts would win.
fn dated(body: &str, sent_at: Option<Instant>) -> String {
    let (Ok(Value::Object(mut message)), Some(sent_at)) = (serde_json::from_str(body), sent_at)
    else {
        return body.to_owned();
    };
    let kind = message.get("type").and_then(Value::as_str);
    let absolute = kind.is_some_and(|kind| ["sku", "price", "stock"].contains(&kind));
    if !absolute || message.get("asOf").is_some_and(|as_of| !as_of.is_null()) {
        return body.to_owned();
    }
    message.insert("asOf".to_owned(), Value::String(sent_at.to_string()));
    Value::Object(message).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_again_is_not_newer_than_it_was() {
        let at = Instant::parse("2026-11-21T10:00:00Z").ok();
        let dated = |body: &str| dated(body, at);
        let sent_again = dated(r#"{"type":"price","sku":"1","price":5,"asOf":null}"#);
        assert_eq!(
            serde_json::from_str::<Value>(&sent_again).ok(),
            Some(serde_json::json!({
                "type": "price", "sku": "1", "price": 5, "asOf": "2026-11-21T10:00:00.000Z"
            }))
        );
        for same in [
            r#"{"type":"price","sku":"1","price":5,"asOf":"2026-11-20T00:00:00Z"}"#,
            r#"{"type":"stockAdjustment","id":"a","sku":"1","warehouse":"main","delta":1}"#,
            r#"{"orderId":"mkt1-1-01","type":"Output"}"#,
            "not JSON",
        ] {
            assert_eq!(dated(same), same);
        }
    }
}
