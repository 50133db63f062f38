//! `[delivery]`: how what is owed to the marketplaces is sent, and sent again.

use feirante_models::Instant;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::file::{Table, Value};
use crate::delivery::Lane;

/// How requests to the marketplaces are repeated and paced (protocol §2.5). Each marketplace is
/// paced apart from the others, by the same figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DeliverySettings {
    /// How long to wait after each failed attempt; the last wait repeats. Never empty.
    pub retry: Vec<SignedDuration>,
    /// How long after its first attempt a request is given up.
    pub give_up_after: SignedDuration,
    /// How long an order the marketplace does not know is asked for again: it may know it soon.
    pub not_found_for: SignedDuration,
    /// No `Retry-After` is followed for longer.
    pub longest_retry_after: SignedDuration,
    /// How often each marketplace is told of every SKU again, so that whatever it missed is right by
    /// then (protocol §3.11); `None`: never by itself.
    pub resync_every: Option<SignedDuration>,
    /// The pace of what concerns orders.
    pub orders: LaneSettings,
    /// The pace of what concerns the catalog.
    pub catalog: LaneSettings,
}

/// How fast requests of one kind go to one marketplace, and when they are held back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LaneSettings {
    /// Requests a second in the long run: 1 to 1000.
    pub per_second: u32,
    /// Requests that may go at once after a quiet time: 1 or more.
    pub burst: u32,
    /// When a marketplace that fails is left alone.
    pub breaker: Breaker,
    /// How long nothing is sent after our key was refused; in the catalog's lane only.
    pub paused_for: SignedDuration,
}

/// When a marketplace that fails is left alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Breaker {
    /// So many failures in a row.
    pub failures: u32,
    /// For how long the first time. It doubles each time the marketplace still fails after it.
    pub pause: SignedDuration,
    /// For how long at most.
    pub longest_pause: SignedDuration,
}

impl Default for DeliverySettings {
    fn default() -> Self {
        Self {
            retry: vec![
                SignedDuration::from_secs(5),
                SignedDuration::from_mins(1),
                SignedDuration::from_mins(5),
                SignedDuration::from_mins(15),
                SignedDuration::from_hours(1),
            ],
            give_up_after: SignedDuration::from_hours(24),
            not_found_for: SignedDuration::from_hours(1),
            longest_retry_after: SignedDuration::from_hours(1),
            resync_every: Some(SignedDuration::from_hours(24)),
            orders: LaneSettings::default(),
            catalog: LaneSettings::default(),
        }
    }
}

impl Default for LaneSettings {
    fn default() -> Self {
        Self {
            per_second: 5,
            burst: 10,
            breaker: Breaker::default(),
            paused_for: SignedDuration::from_mins(15),
        }
    }
}

impl Default for Breaker {
    fn default() -> Self {
        Self {
            failures: 5,
            pause: SignedDuration::from_secs(30),
            longest_pause: SignedDuration::from_mins(5),
        }
    }
}

/// The shortest time that can be set: tests want short ones.
const SHORTEST: SignedDuration = SignedDuration::from_millis(1);
/// The longest wait: a message can be hidden in its queue for twelve hours.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(11);
/// The longest time a request is kept up: a day less than a queue can keep its message.
const LONGEST_EFFORT: SignedDuration = SignedDuration::from_hours(13 * 24);

impl DeliverySettings {
    /// The pace of `lane`.
    #[must_use]
    pub const fn lane(&self, lane: Lane) -> &LaneSettings {
        match lane {
            Lane::Orders => &self.orders,
            Lane::Catalog => &self.catalog,
        }
    }

    /// Until when a `Retry-After` of `asked` is followed.
    #[must_use]
    pub fn retry_after(&self, asked: SignedDuration, now: Instant) -> Instant {
        now.plus(asked.min(self.longest_retry_after))
    }

    pub(super) fn read(table: &mut Table<'_>) -> Option<Self> {
        let default = Self::default();
        let retry = table
            .get("retry")
            .map(|value| value.some(|wait| wait.duration(SHORTEST..=LONGEST_WAIT)));
        let mut time = |key, otherwise, longest| {
            table
                .get(key)
                .map_or(Some(otherwise), |value| value.duration(SHORTEST..=longest))
        };
        let give_up_after = time("give_up_after", default.give_up_after, LONGEST_EFFORT);
        let not_found_for = time("not_found_for", default.not_found_for, LONGEST_EFFORT);
        let longest_retry_after = time(
            "longest_retry_after",
            default.longest_retry_after,
            LONGEST_WAIT,
        );
        let resync_every = table
            .get("resync_every")
            .map_or(Some(default.resync_every), |value| match value.any_text() {
                Some("never") => Some(None),
                _ => value.duration(SHORTEST..=LONGEST_EFFORT).map(Some),
            });
        let mut lane = |lane: Lane| {
            table
                .get(lane.name())
                .map_or(Some(LaneSettings::default()), |value| {
                    value.table(|table| LaneSettings::read(table, lane))
                })
        };
        let (orders, catalog) = (lane(Lane::Orders), lane(Lane::Catalog));
        Some(Self {
            retry: retry.unwrap_or(default.retry),
            give_up_after: give_up_after?,
            not_found_for: not_found_for?,
            longest_retry_after: longest_retry_after?,
            resync_every: resync_every?,
            orders: orders?,
            catalog: catalog?,
        })
    }
}

impl LaneSettings {
    fn read(table: &mut Table<'_>, lane: Lane) -> Option<Self> {
        let default = Self::default();
        let per_second = count(table.get("per_second"), default.per_second);
        let burst = count(table.get("burst"), default.burst);
        let breaker = table
            .get("breaker")
            .map_or(Some(default.breaker), |value| value.table(Breaker::read));
        let mut paused_for = Some(default.paused_for);
        // What concerns one order is refused alone, and pauses nothing.
        if lane == Lane::Catalog
            && let Some(value) = table.get("paused_for")
        {
            paused_for = value.duration(SHORTEST..=LONGEST_WAIT);
        }
        Some(Self {
            per_second: per_second?,
            burst: burst?,
            breaker: breaker?,
            paused_for: paused_for?,
        })
    }
}

impl Breaker {
    fn read(table: &mut Table<'_>) -> Option<Self> {
        let default = Self::default();
        let failures = count(table.get("failures"), default.failures);
        let mut time = |key, otherwise| {
            table.get(key).map_or(Some(otherwise), |value| {
                value.duration(SHORTEST..=LONGEST_WAIT)
            })
        };
        let pause = time("pause", default.pause);
        let longest_pause = time("longest_pause", default.longest_pause);
        let (pause, longest_pause) = (pause?, longest_pause?);
        if pause > longest_pause {
            table.mistake(
                "pause",
                format_args!("is longer than longest_pause, {longest_pause:#}"),
            );
        }
        Some(Self {
            failures: failures?,
            pause,
            longest_pause,
        })
    }
}

fn count(value: Option<Value<'_>>, otherwise: u32) -> Option<u32> {
    let Some(value) = value else {
        return Some(otherwise);
    };
    value
        .integer(1..1001)
        .and_then(|count| u32::try_from(count).ok())
}

#[cfg(test)]
mod tests;
