//! What a success is answered with (C7 to C10).

use serde_json::Value;

use crate::Instant;
use crate::read;

/// Characters of a receipt that are kept with an order. Those of a marketplace have 36.
const LONGEST: usize = 200;

/// The receipt of what the marketplace was sent. Nothing is decided by it: whatever of it can't be
/// read is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Receipt {
    /// When the marketplace handled it.
    pub date: Option<Instant>,
    /// The order, in the marketplace's words or in ours: samples show both.
    pub order_id: Option<String>,
    /// Proof of it. A repeat of the same invoice gets another one.
    pub receipt: Option<String>,
}

impl Receipt {
    /// The receipt in the body of an answer, which may be empty or anything else.
    #[must_use]
    pub fn read(body: &[u8]) -> Self {
        serde_json::from_slice(read::without_mark(body))
            .map(|answer| Self::of(&answer))
            .unwrap_or_default()
    }

    /// The receipt in an answer that has been read as JSON.
    #[must_use]
    pub fn of(answer: &Value) -> Self {
        let text = |name| match answer.get(name) {
            Some(Value::String(text)) if !text.trim().is_empty() => {
                Some(text.chars().take(LONGEST).collect())
            }
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        Self {
            date: text("date").and_then(|date| Instant::parse(&date).ok()),
            order_id: text("orderId"),
            receipt: text("receipt"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_sample_is_read() {
        let body = br#"{"date":"2021-06-09T15:22:56.7612218-02:00","orderId":"1138342255777-01",
            "receipt":"527b1ae251264ef1b7a9b597cd8f16b9"}"#;
        let expected = Receipt {
            date: Some(Instant::parse("2021-06-09T17:22:56.761Z").unwrap()),
            order_id: Some("1138342255777-01".to_owned()),
            receipt: Some("527b1ae251264ef1b7a9b597cd8f16b9".to_owned()),
        };
        assert_eq!(Receipt::read(body), expected);
    }

    #[test]
    fn what_can_t_be_read_is_none() {
        for body in [
            "",
            "OK",
            "<html></html>",
            "[]",
            "\"r\"",
            "null",
            "{}",
            r#"{"date":"soon","orderId":null,"receipt":{}}"#,
            r#"{"receipt":" "}"#,
        ] {
            assert_eq!(Receipt::read(body.as_bytes()), Receipt::default(), "{body}");
        }
    }

    #[test]
    fn of_a_long_receipt_the_beginning_is_kept() {
        let body = format!(r#"{{"receipt":"{}"}}"#, "\u{e3}".repeat(LONGEST + 1));
        let receipt = Receipt::read(body.as_bytes()).receipt.unwrap();
        assert_eq!(receipt, "\u{e3}".repeat(LONGEST));
    }

    #[test]
    fn a_number_is_a_receipt_too() {
        let body = "\u{feff}{\"receipt\":12}";
        let receipt = Receipt::read(body.as_bytes()).receipt;
        assert_eq!(receipt.as_deref(), Some("12"));
    }
}
