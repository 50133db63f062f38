//! What became of a request.

use std::fmt;
use std::time::Duration;

use feirante_models::outward::Receipt;
use serde_json::Value;

use crate::ways::Ways;

/// The marketplace did what was asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Its status: 2xx, or 304 to a suggestion of a SKU that is in the catalog already.
    pub status: u16,
    /// Its receipt, where it sends one.
    pub receipt: Receipt,
    /// Its body, where that is JSON.
    pub body: Option<Value>,
    /// The account's ways with what this request has shown, where that is news: to be kept.
    pub learned: Option<Ways>,
}

/// The marketplace did not, or nobody knows. Each `detail` is one line of at most 300 characters for
/// logs and people, without credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// It won't, however often it is asked.
    Refused {
        /// A 4xx but for those below.
        status: u16,
        /// Its reason; of a 403 also the permission that is needed.
        detail: String,
    },
    /// 404: it knows no such thing, or not yet.
    NotFound {
        /// Its reason.
        detail: String,
        /// To an announcement: it said in the documented words that it does not know the SKU
        /// (protocol §3.9). Any other 404 to an announcement is a mistake in settings.
        unknown_sku: bool,
    },
    /// 429: it wants to be asked less often.
    Limited {
        /// When it wants to be asked again, at most a day from now.
        retry_after: Option<Duration>,
        /// Its reason.
        detail: String,
    },
    /// It can't just now, or can't be reached: 408, 409, 425, 5xx, a redirect, no answer in time, or
    /// an answer that is not the marketplace's.
    Unavailable {
        /// Its status, if it answered.
        status: Option<u16>,
        /// When it wants to be asked again, at most a day from now.
        retry_after: Option<Duration>,
        /// Its reason.
        detail: String,
    },
}

impl Failure {
    /// The answer's status, if there was an answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. } => Some(*status),
            Self::NotFound { .. } => Some(404),
            Self::Limited { .. } => Some(429),
            Self::Unavailable { status, .. } => *status,
        }
    }

    /// One line on the reason.
    #[must_use]
    pub fn detail(&self) -> &str {
        match self {
            Self::Refused { detail, .. }
            | Self::NotFound { detail, .. }
            | Self::Limited { detail, .. }
            | Self::Unavailable { detail, .. } => detail,
        }
    }

    /// When the marketplace wants to be asked again.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Limited { retry_after, .. } | Self::Unavailable { retry_after, .. } => {
                *retry_after
            }
            Self::Refused { .. } | Self::NotFound { .. } => None,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status() {
            Some(status) => write!(f, "{status}: {}", self.detail()),
            None => f.write_str(self.detail()),
        }
    }
}

impl std::error::Error for Failure {}
