//! A listing: a SKU at a marketplace.

use feirante_models::{AccountName, Instant, SkuId};
use serde::{Deserialize, Serialize};

use super::track::{Request, Tracks};
use crate::mapping::{Name, Names};

/// Where a SKU stands at a marketplace (protocol §4.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Listing {
    /// The SKU.
    pub sku: SkuId,
    /// The marketplace.
    pub account: AccountName,
    /// Raised by each write; 0: never written.
    pub version: u64,
    /// Where it stands.
    #[serde(flatten)]
    pub state: State,
    /// Since when.
    pub since: Instant,
    /// When its price changes next by time alone, as far as was known when it was last worked on. Once
    /// that has passed, the marketplace is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes_at: Option<Instant>,
    /// The calls about it.
    #[serde(default)]
    pub tracks: Tracks,
    /// The names it was suggested under last; `None`: the seller's own, or it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub names: Option<Names>,
    /// What the marketplace said last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<LastAnswer>,
}

/// Where a SKU stands at a marketplace. `due` is when the schedule takes it up, whether or not
/// anything about the SKU changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "state",
    rename_all = "lowercase",
    rename_all_fields = "camelCase"
)]
pub enum State {
    /// The marketplace has not said whether it knows the SKU.
    Unknown {
        /// When to ask it, if it must be asked even though nothing changes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Instant>,
    },
    /// The marketplace does not know it: it is about to be suggested.
    Absent {
        /// When, at the latest.
        due: Instant,
        /// That it has been denied as it is.
        denied_before: bool,
    },
    /// It is suggested, and nobody has decided.
    Suggested {
        /// When to ask for the decision.
        due: Instant,
        /// How often that was asked.
        polls: u32,
        /// That it has been denied as it is.
        denied_before: bool,
    },
    /// The marketplace knows it, and has yet to be told of its price and its stock.
    Accepted {
        /// When, at the latest.
        due: Instant,
    },
    /// The marketplace knows it, its price and its stock.
    Bound,
    /// The marketplace does not want it.
    Denied {
        /// What it says.
        reason: String,
        /// When it is offered once more: a catalog under load denies good SKUs (protocol §3.10).
        /// `None`: it was, and is not again before its data change.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Instant>,
    },
    /// Somebody has to mend something.
    Error {
        /// What.
        problem: Problem,
    },
}

/// What keeps a SKU from a marketplace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "lowercase",
    rename_all_fields = "camelCase"
)]
pub enum Problem {
    /// It can't be suggested before the ERP says more of it.
    Incomplete {
        /// What is missing or wrong, each with its place; never empty.
        missing: Vec<String>,
    },
    /// It is not suggested before the seller file says what the marketplace calls these.
    Unmapped {
        /// The seller's names, the first of them where they are many; never empty.
        names: Vec<Name>,
    },
    /// The marketplace refused a call for good.
    Refused {
        /// Which.
        request: Request,
        /// The answer's status.
        status: u16,
        /// What the answer said.
        detail: String,
        /// When it is tried again: what was wrong may have been mended on either side.
        due: Instant,
    },
}

/// The end of a call, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LastAnswer {
    /// When.
    pub at: Instant,
    /// Which call.
    pub request: Request,
    /// The answer's status; `None`: there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// What was wrong; empty when nothing was.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

impl Listing {
    /// A SKU of which the marketplace has never been told.
    #[must_use]
    pub fn new(sku: SkuId, account: AccountName, now: Instant) -> Self {
        Self {
            sku,
            account,
            version: 0,
            state: State::Unknown { due: None },
            since: now,
            changes_at: None,
            tracks: Tracks::default(),
            names: None,
            last: None,
        }
    }

    /// When the schedule takes it up; `None`: never. What rests in its state is taken up when its
    /// price changes by time alone; what is on its way learns of that anyway.
    #[must_use]
    pub const fn due(&self) -> Option<Instant> {
        match self.state {
            State::Bound | State::Unknown { due: None } => self.changes_at,
            _ => self.state.due(),
        }
    }

    /// Whether the marketplace may show the SKU, or has it among its suggestions: what is not sold any
    /// more has to disappear there.
    #[must_use]
    pub const fn may_be_there(&self) -> bool {
        matches!(
            self.state,
            State::Suggested { .. }
                | State::Accepted { .. }
                | State::Bound
                | State::Error {
                    problem: Problem::Refused { .. },
                }
        )
    }

    /// The listing in another state from `now` on; one that stays what it is keeps its time.
    pub(super) fn enter(&mut self, state: State, now: Instant) {
        if self.state.name() != state.name() {
            self.since = now;
        }
        self.state = state;
    }
}

impl State {
    /// The names of all states, in the order a listing may go through them.
    pub const NAMES: [&'static str; 7] = [
        "unknown",
        "absent",
        "suggested",
        "accepted",
        "bound",
        "denied",
        "error",
    ];

    /// The names of the states in which something can be due, the more urgent first.
    pub const WITH_DUE: [&'static str; 7] = [
        "accepted",
        "absent",
        "suggested",
        "unknown",
        "bound",
        "denied",
        "error",
    ];

    /// Its name, in tables and for people.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "unknown",
            Self::Absent { .. } => "absent",
            Self::Suggested { .. } => "suggested",
            Self::Accepted { .. } => "accepted",
            Self::Bound => "bound",
            Self::Denied { .. } => "denied",
            Self::Error { .. } => "error",
        }
    }

    /// When the schedule takes it up for its state's sake; `None`: never.
    pub(super) const fn due(&self) -> Option<Instant> {
        match self {
            Self::Unknown { due } | Self::Denied { due, .. } => *due,
            Self::Absent { due, .. }
            | Self::Suggested { due, .. }
            | Self::Accepted { due }
            | Self::Error {
                problem: Problem::Refused { due, .. },
            } => Some(*due),
            Self::Bound
            | Self::Error {
                problem: Problem::Incomplete { .. } | Problem::Unmapped { .. },
            } => None,
        }
    }

    /// The same, due not before `until`.
    pub(super) fn postpone(&mut self, until: Instant) {
        match self {
            Self::Unknown { due: Some(due) }
            | Self::Denied { due: Some(due), .. }
            | Self::Absent { due, .. }
            | Self::Suggested { due, .. }
            | Self::Accepted { due }
            | Self::Error {
                problem: Problem::Refused { due, .. },
            } => *due = (*due).max(until),
            Self::Unknown { due: None }
            | Self::Denied { due: None, .. }
            | Self::Bound
            | Self::Error {
                problem: Problem::Incomplete { .. } | Problem::Unmapped { .. },
            } => {}
        }
    }
}
