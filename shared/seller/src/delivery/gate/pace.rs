//! The pace of a lane: a token bucket that remembers one time only, when it would be full again
//! (the generic cell rate algorithm). Tokens of the future can be had too, as slots.

use feirante_models::Instant;
use jiff::SignedDuration;

use super::{Admission, Gate, LaneSettings, Pass};

/// Slots are given away no farther ahead: who knows what holds the lane by then.
const HORIZON: SignedDuration = SignedDuration::from_mins(15);

impl Gate {
    /// Takes a token if the bucket holds one, else the first free slot.
    pub(super) fn take_token(&mut self, lane: &LaneSettings, now: Instant) -> Admission {
        let full_at = self.full_at.map_or(now, |full_at| full_at.max(now));
        // So long before it is full the bucket holds its first token.
        let ahead = i32::try_from(lane.burst.saturating_sub(1)).unwrap_or(i32::MAX);
        let slot = full_at.plus(-lane.interval() * ahead);
        if slot > now.plus(HORIZON) {
            return Admission::Held {
                until: now.plus(HORIZON / 2),
                spread: HORIZON / 2,
                why: "too many requests wait for their turn".to_owned(),
            };
        }
        self.full_at = Some(full_at.plus(lane.interval()));
        if slot > now {
            Admission::At(slot)
        } else {
            Admission::Now(Pass { probe: None })
        }
    }
}

impl LaneSettings {
    /// The time from one request to the next, in whole milliseconds, never too short.
    pub(super) fn interval(&self) -> SignedDuration {
        SignedDuration::from_millis(1000_u32.div_ceil(self.per_second.max(1)).into())
    }
}
