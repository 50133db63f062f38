//! The Accounts table: what is known of each marketplace's account. One item per lane holds its
//! gate; one more holds the ways learned, and one how it stands with being told of every SKU again.
//!
//! A gate is shared by all instances of all functions. What an instance saw last it keeps, and
//! writes on condition that nothing changed since; the usual admission is that one call. If the
//! condition fails, the item as it is now comes back with the failure and is decided on anew.

mod item;
mod lanes;
mod list;
mod resync;
mod ways;

use aws_sdk_dynamodb::Client;
use feirante_models::{AccountName, Instant};
use feirante_seller::delivery::{Admission, Gate, Hold, Lane, LaneSettings, Pass};

use crate::{Budget, StoreError};
use lanes::{Lanes, Trust};
use ways::Learned;

pub use list::{LaneState, Survey};

/// The Accounts table, and what this process last saw of it.
#[derive(Debug)]
pub struct Accounts {
    client: Client,
    table: String,
    lanes: Lanes,
    learned: Learned,
}

/// A lane of an account, and how it is paced.
#[derive(Debug, Clone, Copy)]
pub struct LaneOf<'a> {
    /// The account.
    pub account: &'a AccountName,
    /// Which of its lanes.
    pub lane: Lane,
    /// Its pace.
    pub settings: &'a LaneSettings,
}

impl Accounts {
    /// The table called `table`.
    #[must_use]
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self {
            client,
            table: table.into(),
            lanes: Lanes::default(),
            learned: Learned::default(),
        }
    }

    /// Asks whether a request may go; `holds_slot`: one whose slot is due.
    ///
    /// # Errors
    /// When that could not be learned in time. The request must not go then.
    pub async fn admit(
        &self,
        lane: LaneOf<'_>,
        holds_slot: bool,
        now: Instant,
        budget: Budget,
    ) -> Result<Admission, StoreError> {
        let decide = |gate: &Gate| {
            if holds_slot {
                gate.resume(lane.settings, now)
            } else {
                gate.admit(lane.settings, now)
            }
        };
        self.change(lane, Trust::Fresh, now, budget, decide).await
    }

    /// Until when nothing is sent, and why, if that is so; asks for no leave.
    ///
    /// # Errors
    /// When that could not be learned in time.
    pub async fn held(
        &self,
        lane: LaneOf<'_>,
        now: Instant,
        budget: Budget,
    ) -> Result<Option<Hold>, StoreError> {
        let decide = |gate: &Gate| {
            let hold = gate.hold.clone();
            (hold.filter(|hold| hold.until > now), None)
        };
        self.change(lane, Trust::Fresh, now, budget, decide).await
    }

    /// Notes that the marketplace answered. Writes only where failures were counted before.
    ///
    /// # Errors
    /// When it could not be written in time.
    pub async fn succeeded(
        &self,
        lane: LaneOf<'_>,
        pass: Pass,
        now: Instant,
        budget: Budget,
    ) -> Result<(), StoreError> {
        let decide = |gate: &Gate| ((), gate.succeeded(pass));
        self.change(lane, Trust::Known, now, budget, decide).await
    }

    /// Notes that the marketplace failed to answer.
    ///
    /// # Errors
    /// When it could not be written in time.
    pub async fn failed(
        &self,
        lane: LaneOf<'_>,
        pass: Pass,
        detail: &str,
        now: Instant,
        budget: Budget,
    ) -> Result<(), StoreError> {
        let decide = |gate: &Gate| ((), gate.failed(lane.settings, pass, detail, now));
        self.change(lane, Trust::Known, now, budget, decide).await
    }

    /// Notes that the marketplace asked to be left alone until `until`.
    ///
    /// # Errors
    /// When it could not be written in time.
    pub async fn limited(
        &self,
        lane: LaneOf<'_>,
        until: Instant,
        now: Instant,
        budget: Budget,
    ) -> Result<(), StoreError> {
        let decide = |gate: &Gate| ((), gate.limited(until));
        self.change(lane, Trust::Urgent, now, budget, decide).await
    }

    /// Notes that the marketplace refused our key; `reason` says whose and what it lacks.
    ///
    /// # Errors
    /// When it could not be written in time.
    pub async fn paused(
        &self,
        lane: LaneOf<'_>,
        reason: &str,
        now: Instant,
        budget: Budget,
    ) -> Result<(), StoreError> {
        let decide = |gate: &Gate| ((), gate.paused(lane.settings, reason, now));
        self.change(lane, Trust::Urgent, now, budget, decide).await
    }
}
