//! One call, as the journal shows it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::name::CallName;

/// A call that is over, in either direction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// Counts the calls in the order they ended, from 1.
    pub id: u64,
    /// Who called.
    pub direction: Direction,
    /// The account it was about, if its path names one.
    pub account: Option<String>,
    /// Which call it was.
    pub name: CallName,
    /// The verb.
    pub method: String,
    /// Path and query of a call of the seller's, as they came; the whole URL of the marketplace's.
    pub url: String,
    /// The request's headers, names in lower case, credentials as `***`.
    pub request_headers: Vec<(String, String)>,
    /// The request's body; what is no UTF-8 in it is replaced.
    pub request_body: String,
    /// How it ended.
    pub outcome: Outcome,
    /// The answer's status, if there was an answer.
    pub status: Option<u16>,
    /// The answer's headers.
    pub response_headers: Vec<(String, String)>,
    /// The answer's body, before any fault was put into it.
    pub response_body: String,
    /// When it began.
    pub started_at: Timestamp,
    /// How long it took.
    pub duration_ms: f64,
    /// The marketplace's id of the order it was about.
    pub order: Option<String>,
    /// The SKU it was about.
    pub sku: Option<String>,
    /// The faults that struck it.
    pub faults: Vec<String>,
    /// Whether it repeated a call that had been answered with success.
    pub repeat: bool,
}

/// Who called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Direction {
    /// The seller, the marketplace's services.
    Received,
    /// The marketplace, the seller.
    Sent,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// With an answer.
    Answered,
    /// Without one: a fault closed the connection, before or after the request was processed.
    HungUp,
    /// Without one: the caller went away, or the call was given up.
    Abandoned,
    /// Without one, for this reason.
    Failed(String),
}
