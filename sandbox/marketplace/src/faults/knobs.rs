//! The faults that can be set, as the control API writes them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::name::CallName;

/// The faults of an account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct AccountFaults {
    /// Whether the whole account is down for the seller.
    pub down: Option<Down>,
    /// Faults of every call of the seller's that has none of its own. The marketplace's own calls
    /// have only those set by their name.
    pub all: Option<RouteFaults>,
    /// Faults by call name.
    pub calls: BTreeMap<CallName, RouteFaults>,
}

/// How an account is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Down {
    /// Connections are closed without an answer as soon as they turn out to be for it.
    Refuse,
    /// Everything is answered 503 with a gateway's page.
    Unavailable,
}

/// The faults of one kind of call.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct RouteFaults {
    /// How much later than it could every answer comes, in milliseconds; the request was processed
    /// by then. A call of the marketplace's own leaves that much later.
    pub latency_ms: u64,
    /// Up to this much more, by chance.
    pub jitter_ms: u64,
    /// What else goes wrong. For each call all rules are asked in order; of those that strike, the
    /// first that decides how the call ends does, and all that spoil its answer do.
    pub rules: Vec<FaultRule>,
}

/// A fault and how often it strikes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FaultRule {
    /// What happens.
    pub fault: Fault,
    /// How likely it strikes a call, from 0 to 1.
    #[serde(default = "always")]
    pub probability: f64,
    /// How often it still strikes; without end if absent. It is counted down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
}

/// Something that can go wrong with a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum Fault {
    /// The connection is closed; the request is not processed. A call of the marketplace's own is
    /// not made.
    DropBefore,
    /// The request is processed, then the connection is closed. Of a call of the marketplace's own
    /// the answer is not looked at.
    DropAfter,
    /// An error status.
    Status {
        /// The status, such as 500, 502, 503 or 504.
        status: u16,
        /// Whether the request was processed all the same.
        #[serde(default)]
        processed: bool,
    },
    /// 429; the request is not processed.
    TooManyRequests {
        /// What `Retry-After` says, in seconds.
        #[serde(default)]
        retry_after_seconds: u64,
    },
    /// The request is processed and answered 200 with a gateway's page of HTML.
    Html,
    /// The answer is called `text/html` but is what it should be.
    WrongContentType,
    /// The answer's body is compressed, whether or not that was asked for.
    Gzip,
    /// The answer's body comes in chunks, without a length.
    Chunked,
    /// A byte order mark comes before the answer's body.
    Bom,
    /// Dates are in whole seconds and UTC, not with seven fractional digits and an offset.
    PlainDates,
    /// A call of the marketplace's own is made twice.
    Duplicate,
    /// The body of a call of the marketplace's own has fields nobody has heard of.
    ExtraFields,
    /// The names of its headers are written `Content-Type`, not `content-type`.
    TitleCaseHeaders,
    /// Its path has characters percent-encoded that need not be.
    EncodedPath,
}

fn always() -> f64 {
    1.0
}

impl Fault {
    /// The name it has in the control API and in the journal.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::DropBefore => "dropBefore",
            Self::DropAfter => "dropAfter",
            Self::Status { .. } => "status",
            Self::TooManyRequests { .. } => "tooManyRequests",
            Self::Html => "html",
            Self::WrongContentType => "wrongContentType",
            Self::Gzip => "gzip",
            Self::Chunked => "chunked",
            Self::Bom => "bom",
            Self::PlainDates => "plainDates",
            Self::Duplicate => "duplicate",
            Self::ExtraFields => "extraFields",
            Self::TitleCaseHeaders => "titleCaseHeaders",
            Self::EncodedPath => "encodedPath",
        }
    }
}
