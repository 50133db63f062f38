//! What the ERP puts on `erp-cancellations`.

use super::OrderReference;
use crate::Instant;
use crate::cancellation::shortened;
use crate::object::Object;
use crate::problem::Problem;
use crate::read::{self, Top};

/// A message of `erp-cancellations`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancellationMessage {
    /// The order.
    pub order: OrderReference,
    /// What the ERP decided.
    pub action: CancellationAction,
}

/// What the ERP decided about a cancellation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CancellationAction {
    /// The seller itself cancels the order.
    Cancel {
        /// Why, as the marketplace is told: at most 500 characters of it.
        reason: String,
        /// When the cancellation began that a person's rejection is, where the message follows from
        /// one: it goes on with that and begins none. The ERP never sends it.
        rejection: Option<Instant>,
    },
    /// The seller agrees to the marketplace's request.
    Confirm,
    /// The seller does not agree; it will invoice the order.
    Refuse {
        /// Why, for the order's timeline.
        reason: Option<String>,
    },
}

impl CancellationMessage {
    /// Reads a message.
    ///
    /// # Errors
    /// Names what is wrong by its JSON pointer.
    pub fn read(body: &[u8]) -> Result<Self, Problem> {
        let message = Object::read(read::json_text(body, Top::Object)?, String::new())?;
        let action = match message.id("action")?.as_str() {
            "cancel" => CancellationAction::Cancel {
                reason: shortened(message.id("reason")?),
                rejection: message.optional_instant("rejection")?,
            },
            "confirm" => CancellationAction::Confirm,
            "refuse" => CancellationAction::Refuse {
                reason: message.optional_id("reason")?.map(shortened),
            },
            _ => return Err(message.refuse("action", "is none of cancel, confirm, refuse")),
        };
        Ok(Self {
            order: OrderReference::read(&message)?,
            action,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> Result<CancellationMessage, Problem> {
        CancellationMessage::read(text.as_bytes())
    }

    #[test]
    fn each_action_is_read() {
        let action = |text: &str| read(text).unwrap().action;
        assert_eq!(
            action(r#"{"orderId":"mkt1-1-01","action":"confirm"}"#),
            CancellationAction::Confirm
        );
        assert_eq!(
            action(r#"{"orderId":"mkt1-1-01","action":"refuse"}"#),
            CancellationAction::Refuse { reason: None }
        );
        let reason = "Damaged in the warehouse".to_owned();
        assert_eq!(
            action(r#"{"orderId":"x","action":"cancel","reason":"Damaged in the warehouse"}"#),
            CancellationAction::Cancel {
                reason: reason.clone(),
                rejection: None,
            }
        );
        let begun = "2026-11-21T09:00:00.000Z";
        assert_eq!(
            action(&format!(
                r#"{{"orderId":"x","action":"cancel","reason":"{reason}","rejection":"{begun}"}}"#
            )),
            CancellationAction::Cancel {
                reason,
                rejection: Some(Instant::parse(begun).unwrap()),
            }
        );
    }

    #[test]
    fn a_long_reason_is_cut() {
        let message = json!({"orderId": "x", "action": "cancel", "reason": "\u{e3}".repeat(900)});
        let CancellationAction::Cancel { reason, .. } = read(&message.to_string()).unwrap().action
        else {
            panic!("{message}");
        };
        assert_eq!(reason.chars().count(), 500);
    }

    #[test]
    fn mistakes_are_named_by_their_place() {
        for (message, place) in [
            (r#"{"action":"confirm"}"#, "/orderId: is missing"),
            (r#"{"orderId":"x"}"#, "/action: is missing"),
            (r#"{"orderId":"x","action":"deny"}"#, "/action: is none of"),
            (
                r#"{"orderId":"x","action":"cancel"}"#,
                "/reason: is missing",
            ),
            (
                r#"{"orderId":"x","action":"cancel","reason":"r","rejection":"soon"}"#,
                "/rejection: ",
            ),
        ] {
            let why = read(message).unwrap_err().message;
            assert!(why.starts_with(place), "{why}");
        }
    }
}
