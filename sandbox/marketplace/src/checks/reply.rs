//! What came back from a seller.

use std::time::Duration;

use serde_json::Value;

/// An answer with its body read whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The `content-type` header, if it is there and text.
    pub(crate) content_type: Option<String>,
    /// The body, content encoding undone.
    pub(crate) body: Vec<u8>,
    /// From before the request was sent until the body was read.
    pub(crate) took: Duration,
}

impl Reply {
    /// The body as JSON, whatever the content type says.
    #[must_use]
    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Whether the body says nothing: no bytes, white space, or an empty object (protocol §5.1).
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.body.trim_ascii().is_empty()
            || self
                .json()
                .is_some_and(|body| body.as_object().is_some_and(serde_json::Map::is_empty))
    }

    /// Whether the content type is JSON's, with any parameter.
    #[must_use]
    pub(super) fn is_called_json(&self) -> bool {
        self.content_type.as_deref().is_some_and(|content_type| {
            let essence = content_type.split(';').next().unwrap_or_default();
            essence.trim().eq_ignore_ascii_case("application/json")
        })
    }
}
