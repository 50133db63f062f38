//! One message of a queue, as whoever handles it sees it.

use std::time::Duration;

use feirante_models::Instant;
use feirante_store::Budget;
use jiff::SignedDuration;

use super::Failure;
use crate::Deadline;

/// One message.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    /// Its text.
    pub body: &'a str,
    /// When it was first sent: how new what it says is, however often it was sent again.
    pub sent_at: Instant,
    /// When its queue took it: how long it has waited there.
    pub queued_at: Instant,
    /// Until when it must be handled.
    pub budget: Budget,
    /// When the invocation that handles it ends.
    pub deadline: Deadline,
}

impl Message<'_> {
    /// That what comes next about it is still done in this invocation, though it may take `time`.
    ///
    /// # Errors
    /// A wait that is over at once: another invocation goes on with it.
    pub fn has(&self, time: Duration) -> Result<(), Failure> {
        if self.deadline.left() >= time {
            return Ok(());
        }
        Err(Failure::Wait {
            until: Instant::now(),
            why: "it goes on in another invocation".to_owned(),
        })
    }

    /// When a message looks again for something whose time is not known: soon at first, then after a
    /// tenth of its age. Each look is a receive, and a queue gives a message up after so many.
    #[must_use]
    pub fn looks_again(&self, now: Instant) -> Instant {
        const SOONEST: SignedDuration = SignedDuration::from_secs(5);
        const LATEST: SignedDuration = SignedDuration::from_hours(1);
        let age = SignedDuration::from_millis(now.millis() - self.queued_at.millis());
        now.plus((age / 10).clamp(SOONEST, LATEST))
    }
}
