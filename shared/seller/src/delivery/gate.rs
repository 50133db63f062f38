//! The gate of a lane: how fast requests go to one marketplace, and when none does.
//!
//! One value for all instances of all functions, changed by one conditional write at a time.

mod pace;

use feirante_models::Instant;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{Breaker, LaneSettings};

/// What is known of one lane.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Gate {
    /// When the token bucket will be full again, all slots given away being used.
    pub full_at: Option<Instant>,
    /// Failures since the last success.
    pub failures: u32,
    /// How often the breaker opened since the last success.
    pub openings: u32,
    /// What holds everything back.
    pub hold: Option<Hold>,
}

/// A time in which nothing is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hold {
    /// Its end.
    pub until: Instant,
    /// Why.
    pub cause: Cause,
    /// In words, for people.
    pub why: String,
    /// Until when the one request that goes first after it is waited for, once that is on its way.
    pub probing: Option<Instant>,
}

/// Why a lane is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Cause {
    /// The marketplace asked for a pause (429).
    Limited,
    /// It failed too often in a row.
    Failing,
    /// It refuses our key.
    Refused,
}

/// Leave to make one request; what came of it is told with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Pass {
    /// For the first request after a hold: until when it is waited for, which tells it from others.
    probe: Option<Instant>,
}

/// Whether a request may go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admission {
    /// It may, now.
    Now(Pass),
    /// It may then: the slot is its own.
    At(Instant),
    /// It may not, and must ask again.
    Held {
        /// Not before then.
        until: Instant,
        /// Those held should come back spread over so long a time after `until`.
        spread: SignedDuration,
        /// Why.
        why: String,
    },
}

/// A first request that says nothing for so long is taken for lost, and another goes first.
const PROBE_LOST_AFTER: SignedDuration = SignedDuration::from_mins(1);
/// How long the others wait before they ask what became of it.
const PROBE_ASKED_AFTER: SignedDuration = SignedDuration::from_secs(5);
/// Those who were held come back spread over no longer time.
const LONGEST_SPREAD: SignedDuration = SignedDuration::from_mins(1);

impl Gate {
    /// Asks for leave: the answer, and the gate after it if that is another.
    #[must_use]
    pub fn admit(&self, lane: &LaneSettings, now: Instant) -> (Admission, Option<Self>) {
        let probe = match self.standing(lane, now) {
            Standing::Held(held) => return (held, None),
            Standing::Open => false,
            Standing::Probe => true,
        };
        let mut gate = self.clone();
        match gate.take_token(lane, now) {
            Admission::Now(_) => gate.let_through(lane, probe, now),
            slot @ Admission::At(_) => (slot, Some(gate)),
            held @ Admission::Held { .. } => (held, None),
        }
    }

    /// The same for one who holds a slot that is due: of the bucket it asks nothing more.
    #[must_use]
    pub fn resume(&self, lane: &LaneSettings, now: Instant) -> (Admission, Option<Self>) {
        match self.standing(lane, now) {
            Standing::Held(held) => (held, None),
            Standing::Open => (Admission::Now(Pass { probe: None }), None),
            Standing::Probe => self.clone().let_through(lane, true, now),
        }
    }

    /// After a request the marketplace answered, whatever it said; `None`: the gate stays as it is.
    #[must_use]
    pub fn succeeded(&self, pass: Pass) -> Option<Self> {
        if !self.heeds(pass) {
            return None;
        }
        let hold = self.hold.clone().filter(|hold| !hold.ends_with_probe());
        let gate = Self {
            full_at: self.full_at,
            hold,
            ..Self::default()
        };
        (gate != *self).then_some(gate)
    }

    /// After a request the marketplace failed to answer; `None`: the gate stays as it is.
    #[must_use]
    pub fn failed(
        &self,
        lane: &LaneSettings,
        pass: Pass,
        detail: &str,
        now: Instant,
    ) -> Option<Self> {
        if !self.heeds(pass) {
            return None;
        }
        let mut gate = self.clone();
        gate.failures = gate.failures.saturating_add(1);
        if !self.is_closed() && gate.failures < lane.breaker.failures {
            return Some(gate);
        }
        let until = now.plus(lane.breaker.pause_after(gate.openings));
        gate.openings = gate.openings.saturating_add(1);
        gate.hold = Some(Hold {
            until: self.held_until(until),
            cause: Cause::Failing,
            why: format!("failed {} times in a row, at last: {detail}", gate.failures),
            probing: None,
        });
        Some(gate)
    }

    /// After an answer that asked for a pause until `until`; `None`: the gate stays as it is.
    #[must_use]
    pub fn limited(&self, until: Instant) -> Option<Self> {
        let until = self.held_until(until);
        let hold = match &self.hold {
            // What else it is held for is not over by this.
            Some(hold) if hold.ends_with_probe() => Hold {
                until,
                probing: None,
                ..hold.clone()
            },
            _ => Hold {
                until,
                cause: Cause::Limited,
                why: "the marketplace limits our rate".to_owned(),
                probing: None,
            },
        };
        self.holding(hold)
    }

    /// After an answer that refused our key; `reason` says whose and what it lacks. `None`: the gate
    /// stays as it is.
    #[must_use]
    pub fn paused(&self, lane: &LaneSettings, reason: &str, now: Instant) -> Option<Self> {
        self.holding(Hold {
            until: self.held_until(now.plus(lane.paused_for)),
            cause: Cause::Refused,
            why: reason.to_owned(),
            probing: None,
        })
    }

    /// Whether the marketplace refused our key, and no request since has shown that it takes it again.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        let hold = self.hold.as_ref();
        hold.is_some_and(|hold| hold.cause == Cause::Refused)
    }

    /// Whether what became of a request says something new. While the lane is closed only the probe
    /// under way does; the others were made before.
    fn heeds(&self, pass: Pass) -> bool {
        let probing = self.hold.as_ref().and_then(|hold| hold.probing);
        !self.is_closed() || (probing.is_some() && probing == pass.probe)
    }

    /// Whether a probe must open the lane.
    fn is_closed(&self) -> bool {
        self.hold.as_ref().is_some_and(Hold::ends_with_probe)
    }

    fn standing(&self, lane: &LaneSettings, now: Instant) -> Standing {
        let Some(hold) = &self.hold else {
            return Standing::Open;
        };
        if now < hold.until {
            let left = SignedDuration::from_millis(hold.until.millis() - now.millis());
            return hold.back_at(hold.until, (left / 4).min(LONGEST_SPREAD));
        }
        match hold.probing.filter(|lost_at| now < *lost_at) {
            Some(lost_at) => {
                let patience = PROBE_ASKED_AFTER.min(lane.breaker.pause);
                hold.back_at(now.plus(patience).min(lost_at), patience)
            }
            None if hold.ends_with_probe() => Standing::Probe,
            None => Standing::Open,
        }
    }

    /// Lets one through; with `probe`, nobody else until it is known what became of it.
    fn let_through(
        mut self,
        lane: &LaneSettings,
        probe: bool,
        now: Instant,
    ) -> (Admission, Option<Self>) {
        let lost_at = now.plus(PROBE_LOST_AFTER.min(lane.breaker.longest_pause));
        let probe = probe.then_some(lost_at);
        self.hold = self.hold.filter(|_| probe.is_some()).map(|hold| Hold {
            probing: probe,
            ..hold
        });
        (Admission::Now(Pass { probe }), Some(self))
    }

    fn holding(&self, hold: Hold) -> Option<Self> {
        let gate = Self {
            hold: Some(hold),
            ..self.clone()
        };
        (gate != *self).then_some(gate)
    }

    /// `until`, or when a hold there is ends, if that is later.
    fn held_until(&self, until: Instant) -> Instant {
        self.hold
            .as_ref()
            .map_or(until, |hold| hold.until.max(until))
    }
}

/// How a gate stands, its bucket aside.
enum Standing {
    /// Requests may go.
    Open,
    /// One may go, and the others wait for what becomes of it.
    Probe,
    /// None may.
    Held(Admission),
}

impl Hold {
    /// Whether a first request has to show that it is over.
    fn ends_with_probe(&self) -> bool {
        self.cause != Cause::Limited
    }

    fn back_at(&self, until: Instant, spread: SignedDuration) -> Standing {
        Standing::Held(Admission::Held {
            until,
            spread,
            why: self.why.clone(),
        })
    }
}

impl Breaker {
    /// How long the marketplace is left alone after `openings` times in a row before.
    fn pause_after(&self, openings: u32) -> SignedDuration {
        let times = 2_i32.checked_pow(openings).unwrap_or(i32::MAX);
        let pause = self.pause.checked_mul(times).unwrap_or(SignedDuration::MAX);
        pause.min(self.longest_pause)
    }
}
