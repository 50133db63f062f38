//! SKUs the seller would like to see in the catalog.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A suggestion with all its versions (protocol §3.10, §4.3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Suggestion {
    /// The account.
    pub account: String,
    /// The seller's SKU code.
    pub sku: String,
    /// What became of the last version.
    pub status: SuggestionStatus,
    /// Every version, the oldest first; never empty.
    pub versions: Vec<SuggestionVersion>,
}

/// What became of a suggestion, as C6 spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SuggestionStatus {
    /// Nobody decided yet.
    Pending,
    /// The SKU is in the catalog.
    Approved,
    /// It is not wanted so.
    Denied,
}

/// One version of a suggestion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SuggestionVersion {
    /// 1 for the first.
    pub version: u64,
    /// The body as it was sent.
    pub content: Value,
    /// When it came.
    pub at: Timestamp,
    /// What the matcher made of it.
    pub matches: Vec<Match>,
}

/// The matcher's judgement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Match {
    /// The judgement's id.
    pub match_id: String,
    /// Who judged.
    pub matcher_id: String,
    /// 0 to 100.
    pub score: u8,
    /// How it matched, such as `newproduct` or `insufficientScore`.
    pub match_type: String,
}

impl SuggestionStatus {
    /// The word that lists are filtered by, which is not the word that answers have.
    pub(crate) fn filter_word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "accepted",
            Self::Denied => "denied",
        }
    }
}

impl Suggestion {
    /// The number of the last version.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.versions.last().map_or(0, |version| version.version)
    }
}
