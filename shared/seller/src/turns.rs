//! Requests of one kind about one thing, like the tracking numbers of a package: one is made at a
//! time, and each has its own attempts.

use std::collections::BTreeMap;

use feirante_models::Instant;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::delivery::Attempts;

/// Who finds somebody at it looks again after this: mostly that one is done long before it could
/// be taken for dead.
const LOOKS_AGAIN: SignedDuration = SignedDuration::from_secs(1);

/// Requests whose attempts are kept at most. They are in an item that has to hold much else, and an ERP
/// may have a thousand things to say of a package while the marketplace is down. What has no room is not
/// attempted yet, and looks for room again after a while.
const MOST_UNSETTLED: usize = 20;
const LOOKS_FOR_ROOM: SignedDuration = SignedDuration::from_mins(10);

/// A request that was due so long ago comes no more: nobody waits for the room of what was lost.
const LOST_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// Who writes turns: a text that nobody else has. By it a writer knows its own write when it meets it
/// again, because the answer to it was lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Holder(String);

impl Holder {
    /// Called `nonce`, which has to be random: two who would write the same are still two.
    #[must_use]
    pub fn new(nonce: impl Into<String>) -> Self {
        Self(nonce.into())
    }
}

/// Whose turn it is, and how often each has had it. A request is named by a hash of its content, so
/// a message that comes twice is one request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Turns {
    /// Raised by every change: who writes has read the one before.
    revision: u64,
    /// A request is being made, until then at most: whoever makes it may have died.
    #[serde(skip_serializing_if = "Option::is_none")]
    busy_until: Option<Instant>,
    /// Who took the last turn, or wrote without one; unknown where an older version did.
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<Holder>,
    /// Of the requests that are not settled.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    attempts: BTreeMap<String, Attempts>,
}

impl Turns {
    /// How often they changed; 0: never.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// The attempts at a request so far.
    #[must_use]
    pub fn attempts(&self, request: &str) -> Attempts {
        self.attempts.get(request).cloned().unwrap_or_default()
    }

    /// All requests that are not settled.
    pub fn unsettled(&self) -> impl Iterator<Item = &Attempts> {
        self.attempts.values()
    }

    /// When to come again for a request, if it may not be made now.
    #[must_use]
    pub fn later(&self, request: &str, now: Instant) -> Option<Instant> {
        let busy = self
            .busy_until
            .filter(|until| *until > now)
            .map(|until| until.min(now.plus(LOOKS_AGAIN)));
        let waits = match self.attempts.get(request) {
            Some(attempts) => attempts.due_later(now),
            None if self.has_no_room(request, now) => Some(now.plus(LOOKS_FOR_ROOM)),
            None => None,
        };
        busy.max(waits)
    }

    /// Whether a request waits for others that are not settled: there is no room for its attempts.
    #[must_use]
    pub fn has_no_room(&self, request: &str, now: Instant) -> bool {
        if self.has_put_off(request) {
            return false;
        }
        let comes = |attempts: &&Attempts| {
            let due = attempts.next_at;
            due.is_some_and(|due| due.plus(LOST_AFTER) > now)
        };
        self.attempts.values().filter(comes).count() >= MOST_UNSETTLED
    }

    /// Whether a request was put off and is not settled.
    #[must_use]
    pub fn has_put_off(&self, request: &str) -> bool {
        self.attempts.contains_key(request)
    }

    /// Whether somebody makes a request at `now`.
    #[must_use]
    pub fn are_taken(&self, now: Instant) -> bool {
        self.busy_until.is_some_and(|until| until > now)
    }

    /// Whether these, which were to be written, are what is `stored`, and nobody else wrote that.
    #[must_use]
    pub fn are_stored_as(&self, stored: &Self) -> bool {
        self.holder.is_some() && self == stored
    }

    /// `holder` makes a request, until `until` at most.
    #[must_use]
    pub fn taken(&self, until: Instant, holder: Holder) -> Self {
        Self {
            revision: self.revision + 1,
            busy_until: Some(until),
            holder: Some(holder),
            attempts: self.attempts.clone(),
        }
    }

    /// It was made, or could not be, and is to be made again; for whoever has the turn. If there is no
    /// room for its attempts, those of the request that was due the longest ago are forgotten.
    #[must_use]
    pub fn put_off(&self, request: &str, attempts: Attempts) -> Self {
        let mut turns = self.settled(request);
        while turns.attempts.len() >= MOST_UNSETTLED {
            let due = |(_, attempts): &(&String, &Attempts)| attempts.next_at;
            let Some((longest_due, _)) = turns.attempts.iter().min_by_key(due) else {
                break;
            };
            let longest_due = longest_due.clone();
            turns.attempts.remove(&longest_due);
        }
        turns.attempts.insert(request.to_owned(), attempts);
        turns
    }

    /// It will not be made any more; for `holder`, who has no turn.
    #[must_use]
    pub fn forgotten(&self, request: &str, holder: Holder) -> Self {
        Self {
            holder: Some(holder),
            ..self.settled(request)
        }
    }

    /// It was made for the last time; for whoever has the turn.
    #[must_use]
    pub fn settled(&self, request: &str) -> Self {
        let mut attempts = self.attempts.clone();
        attempts.remove(request);
        Self {
            revision: self.revision + 1,
            busy_until: None,
            holder: self.holder.clone(),
            attempts,
        }
    }
}

#[cfg(test)]
mod tests;
