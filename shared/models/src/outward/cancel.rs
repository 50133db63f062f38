//! The seller cancels an order (C10, protocol §3.5).

use serde::Serialize;

/// The body of C10.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CancelBody {
    reason: String,
    requested_by_user: bool,
}

impl CancelBody {
    /// A cancellation for this reason. It is never the shopper's: those come from the marketplace.
    #[must_use]
    pub fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            requested_by_user: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_says_that_the_shopper_did_not_ask() {
        let written = serde_json::to_string(&CancelBody::new("Damaged in the warehouse")).unwrap();
        assert_eq!(
            written,
            r#"{"reason":"Damaged in the warehouse","requestedByUser":false}"#
        );
    }
}
