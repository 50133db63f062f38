//! The calls about a SKU: when each kind was made last, and what it told of.

use feirante_models::Instant;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::delivery::Attempts;
use crate::mapping::Names;

/// No marketplace gets two calls of a kind about a SKU within less.
pub const PACE: SignedDuration = SignedDuration::from_secs(2);

/// A call that has not ended by then never will: its function was cut off.
const LONGEST_CALL: SignedDuration = SignedDuration::from_secs(30);

/// Who waits for another's call looks again after this.
pub(super) const LOOKS_AGAIN: SignedDuration = SignedDuration::from_secs(1);

/// What can be asked of a marketplace about a SKU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Request {
    /// Says that its data changed, and learns whether the SKU is known there (C1, C2).
    Announcement,
    /// Says that its price changed (C3).
    Price,
    /// Says that its stock changed (C4).
    Inventory,
    /// Suggests it (C5).
    Suggestion,
    /// Asks what became of the suggestion (C6).
    Poll,
    /// Takes the suggestion back: the SKU is not sold any more (C6).
    Withdrawal,
}

impl Request {
    /// Whether it concerns a suggestion that is there already: if it is refused, the suggestion has most
    /// likely been decided about, which is nobody's mistake.
    #[must_use]
    pub const fn is_about_a_suggestion(self) -> bool {
        matches!(self, Self::Poll | Self::Withdrawal)
    }

    /// Its name, for logs and people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Announcement => "announcement",
            Self::Price => "price",
            Self::Inventory => "inventory",
            Self::Suggestion => "suggestion",
            Self::Poll => "poll",
            Self::Withdrawal => "withdrawal",
        }
    }
}

/// A call that somebody has claimed and must make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// What is asked.
    pub request: Request,
    /// When it was claimed, which is before it is made: whatever could be read then, it tells of.
    pub started_at: Instant,
    /// The names of the SKU then, under which a suggestion is made.
    pub names: Option<Names>,
}

/// The calls of one kind about a SKU.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Track {
    /// Whether there may be another now.
    #[serde(default)]
    pub(super) pace: Pace,
    /// When the last call that was delivered began: the marketplace knows of what was readable then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) covered_until: Option<Instant>,
    /// How often the next one has failed already.
    #[serde(default, skip_serializing_if = "is_fresh")]
    pub(super) attempts: Attempts,
}

/// Whether there may be a call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "lowercase")]
pub(super) enum Pace {
    /// At any time.
    #[default]
    Free,
    /// Somebody makes one.
    Calling {
        /// Since when.
        since: Instant,
    },
    /// One was made.
    Resting {
        /// The next one not before.
        until: Instant,
    },
}

fn is_fresh(attempts: &Attempts) -> bool {
    *attempts == Attempts::default()
}

impl Track {
    /// The attempts at the call that is due or under way.
    #[must_use]
    pub const fn attempts(&self) -> &Attempts {
        &self.attempts
    }

    /// Whether the marketplace knows of what could be read at `readable_at`.
    #[must_use]
    pub fn covers(&self, readable_at: Instant) -> bool {
        self.covered_until >= Some(readable_at)
    }

    /// When to look again, if there can be no call at `now`.
    pub(super) fn busy_until(&self, now: Instant) -> Option<Instant> {
        let paced = match self.pace {
            Pace::Free => None,
            Pace::Resting { until } => Some(until),
            // It will most likely have ended by the time there might be another.
            Pace::Calling { since } => Some(
                since
                    .plus(PACE)
                    .max(now.plus(LOOKS_AGAIN))
                    .min(since.plus(LONGEST_CALL)),
            ),
        };
        paced
            .filter(|until| *until > now)
            .max(self.attempts.due_later(now))
    }

    /// Whether somebody makes such a call at `now`.
    pub(super) fn is_under_way(&self, now: Instant) -> bool {
        matches!(self.pace, Pace::Calling { since } if since.plus(LONGEST_CALL) > now)
    }

    pub(super) fn claim(&mut self, now: Instant) {
        self.pace = Pace::Calling { since: now };
    }

    /// Whether the call that began at `started_at` is still the one this track waits for.
    pub(super) fn awaits(&self, started_at: Instant) -> bool {
        self.pace == Pace::Calling { since: started_at }
    }

    /// The call was made and has ended.
    pub(super) fn rest(&mut self, now: Instant) {
        self.pace = Pace::Resting {
            until: now.plus(PACE),
        };
    }

    /// The call was not made after all.
    pub(super) fn release(&mut self) {
        self.pace = Pace::Free;
    }
}

/// The tracks of a listing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Tracks {
    /// Of announcements.
    pub announcement: Track,
    /// Of price notifications.
    pub price: Track,
    /// Of inventory notifications.
    pub inventory: Track,
    /// Of suggestions.
    pub suggestion: Track,
    /// Of questions for the suggestion.
    pub poll: Track,
    /// Of withdrawals.
    pub withdrawal: Track,
}

impl Tracks {
    /// The track of a kind of call.
    #[must_use]
    pub const fn of(&self, request: Request) -> &Track {
        match request {
            Request::Announcement => &self.announcement,
            Request::Price => &self.price,
            Request::Inventory => &self.inventory,
            Request::Suggestion => &self.suggestion,
            Request::Poll => &self.poll,
            Request::Withdrawal => &self.withdrawal,
        }
    }

    pub(super) const fn of_mut(&mut self, request: Request) -> &mut Track {
        match request {
            Request::Announcement => &mut self.announcement,
            Request::Price => &mut self.price,
            Request::Inventory => &mut self.inventory,
            Request::Suggestion => &mut self.suggestion,
            Request::Poll => &mut self.poll,
            Request::Withdrawal => &mut self.withdrawal,
        }
    }
}
