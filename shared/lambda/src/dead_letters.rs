//! Dead letters: a message that can't be handled goes there at once, with its reason, and nothing
//! of it is lost.

use aws_sdk_sqs::types::MessageAttributeValue;
use feirante_models::{Instant, Problem};
use feirante_store::told;

use crate::sent_at::{self, SENT_AT};

/// Why a message can't be handled, for the person who looks at the dead letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// What kind of reason, in a word.
    pub reason: &'static str,
    /// The status an HTTP call would have been answered with.
    pub status: u16,
    /// What is wrong and where.
    pub detail: String,
}

impl Rejection {
    /// A message that can't be understood.
    #[must_use]
    pub fn invalid(problem: &Problem) -> Self {
        Self {
            reason: "invalid",
            status: problem.code.status(),
            detail: problem.message.clone(),
        }
    }

    /// A message that was understood and can't be followed.
    pub fn refused(status: u16, detail: impl Into<String>) -> Self {
        Self {
            reason: "refused",
            status,
            detail: detail.into(),
        }
    }
}

/// Characters of a detail that are kept: a message has room for its body first of all.
const LONGEST_DETAIL: usize = 1000;

/// A queue of dead letters.
#[derive(Debug, Clone)]
pub struct DeadLetters {
    client: aws_sdk_sqs::Client,
    url: String,
}

impl DeadLetters {
    /// The queue at `url`.
    #[must_use]
    pub fn new(client: aws_sdk_sqs::Client, url: impl Into<String>) -> Self {
        Self {
            client,
            url: url.into(),
        }
    }

    /// Puts a message there, as it came, with the time it was first sent, if it is one of a queue.
    ///
    /// # Errors
    /// When the queue does not take it, in the client's words for the log.
    pub async fn put(
        &self,
        body: &str,
        sent_at: Option<Instant>,
        rejection: &Rejection,
    ) -> Result<(), String> {
        let letter = self
            .client
            .send_message()
            .queue_url(&self.url)
            .message_body(body)
            .message_attributes("reason", attribute("String", rejection.reason)?)
            .message_attributes(
                "status",
                attribute("Number", &rejection.status.to_string())?,
            )
            .message_attributes("detail", attribute("String", &rejection.detail)?);
        let letter = match sent_at {
            Some(sent_at) => {
                let value = sent_at::attribute(sent_at).map_err(|error| error.to_string())?;
                letter.message_attributes(SENT_AT, value)
            }
            None => letter,
        };
        letter.send().await.map(drop).map_err(|error| told(&error))
    }
}

fn attribute(kind: &str, value: &str) -> Result<MessageAttributeValue, String> {
    // The queue refuses control characters, two others, and empty values.
    let refused = |c: char| c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}');
    let plain: String = value
        .chars()
        .take(LONGEST_DETAIL)
        .map(|c| if refused(c) { ' ' } else { c })
        .collect();
    let value = if plain.is_empty() {
        "-".to_owned()
    } else {
        plain
    };
    MessageAttributeValue::builder()
        .data_type(kind)
        .string_value(value)
        .build()
        .map_err(|error| error.to_string())
}
