//! When a message was first sent, which whoever sends it again hands on.
//!
//! A queue tells when it took a message. What waited with its order, was passed on by another function
//! or comes out of the dead letters is taken anew, but what it says is no newer for that: of two
//! prices, counts or tracking numbers the one that was sent later holds.

use aws_sdk_sqs::error::BuildError;
use aws_sdk_sqs::types::MessageAttributeValue;
use feirante_models::Instant;

/// The message attribute that carries it.
pub const SENT_AT: &str = "sentAt";

/// The attribute's value.
///
/// # Errors
/// When the client can't make it, which would be a defect.
pub fn attribute(sent_at: Instant) -> Result<MessageAttributeValue, BuildError> {
    MessageAttributeValue::builder()
        .data_type("String")
        .string_value(sent_at.to_string())
        .build()
}

/// When a message was first sent whose attribute says `said`, and which a queue took at `queued_at`.
/// Nothing was sent after it was taken: what would come later, were it believed, could not replace it.
#[must_use]
pub fn first_sent(said: Option<&str>, queued_at: Instant) -> Instant {
    let said = said.and_then(|said| Instant::parse(said).ok());
    said.map_or(queued_at, |said| said.min(queued_at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_as_old_as_it_says_and_never_newer_than_its_queue_says() {
        let queued_at = Instant::parse("2026-11-21T10:00:00Z").unwrap();
        for (said, sent_at) in [
            (None, "2026-11-21T10:00:00.000Z"),
            (Some("2026-11-20T09:00:00.123Z"), "2026-11-20T09:00:00.123Z"),
            (Some("2026-11-21T10:00:00.001Z"), "2026-11-21T10:00:00.000Z"),
            (Some("2999-01-01T00:00:00Z"), "2026-11-21T10:00:00.000Z"),
            (Some("yesterday"), "2026-11-21T10:00:00.000Z"),
        ] {
            assert_eq!(first_sent(said, queued_at).to_string(), sent_at, "{said:?}");
        }
    }

    #[test]
    fn what_is_handed_on_is_read_again() {
        let sent_at = Instant::from_millis(1_795_219_200_123).unwrap();
        let attribute = attribute(sent_at).unwrap();
        let later = Instant::from_millis(1_795_219_300_000).unwrap();
        assert_eq!(first_sent(attribute.string_value(), later), sent_at);
    }
}
