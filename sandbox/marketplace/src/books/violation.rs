//! What a seller did that the protocol does not allow.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One breach of the protocol (protocol §5.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Violation {
    /// Where it happened.
    pub account: String,
    /// The marketplace's id of the order in question.
    pub order: Option<String>,
    /// The SKU in question.
    pub sku: Option<String>,
    /// What was broken: a short name in kebab-case, such as `early-invoice`.
    pub rule: String,
    /// What was seen, for people.
    pub detail: String,
    /// When it was noticed.
    pub at: Timestamp,
}
