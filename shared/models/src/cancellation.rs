//! Cancellation asked for by the marketplace (R5, protocol §3.4): the request.

use serde::{Deserialize, Serialize};

use crate::MarketplaceOrderId;
use crate::object::Object;
use crate::problem::Problem;
use crate::read::{self, Top};

/// What the marketplace says of a cancellation it asks for; nothing of it is required.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CancellationRequest {
    /// The order, in the marketplace's words; if there, it must be the one the path names.
    pub marketplace_order_id: Option<MarketplaceOrderId>,
    /// Why and by whom.
    pub details: CancellationDetails,
}

/// Why and by whom a cancellation is asked for, as the ERP is told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CancellationDetails {
    /// The marketplace's id of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancellation_request_id: Option<String>,
    /// The reason in the marketplace's words, at most 500 characters of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether the shopper asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requested_by_user: Option<bool>,
}

impl CancellationRequest {
    /// Reads a request; an empty body is one that says nothing.
    ///
    /// # Errors
    /// ES001, or ES002 with the JSON pointer of what is wrong.
    pub fn read(body: &[u8]) -> Result<Self, Problem> {
        if read::without_mark(body).trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        let body = Object::read(read::json_text(body, Top::Object)?, String::new())?;
        let marketplace_order_id = match body.optional_id("marketplaceOrderId")? {
            None => None,
            Some(id) => Some(
                MarketplaceOrderId::parse(id)
                    .map_err(|why| body.refuse("marketplaceOrderId", why))?,
            ),
        };
        // Details are passed on, not acted on: one of another type is no reason to refuse.
        let text = |name| body.optional_id(name).ok().flatten();
        Ok(Self {
            marketplace_order_id,
            details: CancellationDetails {
                cancellation_request_id: text("cancellationRequestId").map(shortened),
                reason: text("reason").map(shortened),
                requested_by_user: body
                    .get("requestedByUser")
                    .and_then(|json| serde_json::from_str(json).ok()),
            },
        })
    }
}

/// A reason in as many characters as are kept.
pub(crate) fn shortened(text: String) -> String {
    match text.char_indices().nth(500) {
        Some((end, _)) => text[..end].to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_body_says_nothing() {
        for body in ["", " \n", "\u{feff}", "{}"] {
            let request = CancellationRequest::read(body.as_bytes()).unwrap();
            assert_eq!(request, CancellationRequest::default());
        }
    }

    #[test]
    fn the_published_example_is_read() {
        let body = br#"{"marketplaceOrderId":"1138342255777-01","reason":"Out of stock",
            "cancellationRequestId":"8583","requestedByUser":true}"#;
        let request = CancellationRequest::read(body).unwrap();
        assert_eq!(
            request.marketplace_order_id.unwrap().as_str(),
            "1138342255777-01"
        );
        assert_eq!(request.details.reason.as_deref(), Some("Out of stock"));
        assert_eq!(request.details.requested_by_user, Some(true));
    }

    #[test]
    fn a_long_reason_is_cut() {
        let body = format!(r#"{{"reason":"{}"}}"#, "ã".repeat(900));
        let request = CancellationRequest::read(body.as_bytes()).unwrap();
        assert_eq!(request.details.reason.unwrap().chars().count(), 500);
    }

    #[test]
    fn details_of_another_type_are_passed_over() {
        let body = br#"{"marketplaceOrderId":12,"reason":{"a":1},"requestedByUser":"yes",
            "cancellationRequestId":8583}"#;
        let request = CancellationRequest::read(body).unwrap();
        assert_eq!(request.marketplace_order_id.unwrap().as_str(), "12");
        let expected = CancellationDetails {
            cancellation_request_id: Some("8583".to_owned()),
            ..CancellationDetails::default()
        };
        assert_eq!(request.details, expected);
    }

    #[test]
    fn an_order_that_is_named_is_named_rightly() {
        for (body, place) in [
            ("[]", "ES001"),
            ("{", "ES001"),
            (r#"{"marketplaceOrderId":""}"#, "ES002: /marketplaceOrderId"),
            (r#"{"marketplaceOrderId":[]}"#, "ES002: /marketplaceOrderId"),
        ] {
            let problem = CancellationRequest::read(body.as_bytes()).unwrap_err();
            assert!(problem.to_string().starts_with(place), "{body}: {problem}");
        }
    }
}
