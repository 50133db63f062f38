//! What an answer means: for the request, and for the lane.

use std::time::Duration;

use feirante_marketplace::{Answer, Failure};
use feirante_seller::delivery::{Failed, Lane};
use jiff::SignedDuration;

/// What an answer means for the request.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// It is done.
    Delivered(Answer),
    /// The SKU is not known.
    UnknownSku { detail: String },
    /// It is tried again.
    Again { failed: Failed, lane: Sign },
    /// It is refused for good.
    Final { status: u16, detail: String },
    /// The key is: whatever it asks for is refused.
    KeyRefused { status: u16, detail: String },
}

/// What a failure says about the lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    /// The marketplace is there: the failure is the request's own.
    Alive,
    /// It is down, or not far from it.
    Down,
    /// It wants to be left alone.
    Busy,
}

impl Verdict {
    pub(crate) fn of(sent: Result<Answer, Failure>, lane: Lane) -> Self {
        match sent {
            Ok(answer) => Self::Delivered(answer),
            Err(Failure::NotFound {
                detail,
                unknown_sku: true,
            }) => Self::UnknownSku { detail },
            // An order may not have reached this part of the marketplace yet (protocol §2.5).
            Err(Failure::NotFound { detail, .. }) if lane == Lane::Orders => Self::Again {
                failed: Failed {
                    not_found: true,
                    ..Failed::plain(Some(404), detail)
                },
                lane: Sign::Alive,
            },
            Err(Failure::NotFound { detail, .. }) => Self::Final {
                status: 404,
                detail,
            },
            Err(Failure::Refused { status, detail }) if matches!(status, 401 | 403) => {
                Self::KeyRefused { status, detail }
            }
            Err(Failure::Refused { status, detail }) => Self::Final { status, detail },
            Err(Failure::Limited {
                retry_after,
                detail,
            }) => Self::Again {
                failed: failed(Some(429), detail, retry_after),
                lane: Sign::Busy,
            },
            Err(Failure::Unavailable {
                status,
                retry_after,
                detail,
            }) => Self::Again {
                failed: failed(status, detail, retry_after),
                lane: match status {
                    // In conflict with another request, or too early for this one.
                    Some(409 | 425) => Sign::Alive,
                    _ => Sign::Down,
                },
            },
        }
    }
}

fn failed(status: Option<u16>, detail: String, retry_after: Option<Duration>) -> Failed {
    let signed = |pause| SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX);
    Failed {
        retry_after: retry_after.map(signed),
        ..Failed::plain(status, detail)
    }
}
