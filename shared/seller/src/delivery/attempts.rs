//! The attempts at one request: how many there were, and when the next one is due.

use feirante_models::Instant;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::DeliverySettings;

/// The attempts at one request, stored with what is to be delivered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Attempts {
    /// How often the marketplace was asked. Being held back is no attempt.
    pub count: u32,
    /// When it was asked first.
    pub first_at: Option<Instant>,
    /// When it was first asked in vain about an order it did not know.
    pub missing_since: Option<Instant>,
    /// Not before then; `None`: at once, or nothing is left to do.
    pub next_at: Option<Instant>,
    /// That `next_at` is a slot kept for it in its lane: it need not ask for another.
    pub admitted: bool,
    /// How the last one ended.
    pub last: Option<LastAttempt>,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LastAttempt {
    /// When.
    pub at: Instant,
    /// The answer's status; `None`: there was none.
    pub status: Option<u16>,
    /// What was wrong, for people; empty when nothing was.
    pub detail: String,
}

/// An attempt that failed in a way that may pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// The answer's status; `None`: there was none.
    pub status: Option<u16>,
    /// What was wrong.
    pub detail: String,
    /// How long the marketplace asks to be left alone.
    pub retry_after: Option<SignedDuration>,
    /// That the marketplace does not know the order, which is believed after a shorter time.
    pub not_found: bool,
}

impl Failed {
    /// A failure that asks for nothing of its own.
    #[must_use]
    pub const fn plain(status: Option<u16>, detail: String) -> Self {
        Self {
            status,
            detail,
            retry_after: None,
            not_found: false,
        }
    }
}

/// What comes after an attempt that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Another one, at `next_at`.
    Again(Attempts),
    /// None: it was tried for as long as the settings say.
    Exhausted(Attempts),
}

/// A slot not used for so long is lost. Queues give messages back a little late; were slots good for
/// ever, all those who missed theirs could come at once.
const SLOT_KEPT_FOR: SignedDuration = SignedDuration::from_secs(30);

impl Attempts {
    /// When the request may go, if that is still to come.
    #[must_use]
    pub fn due_later(&self, now: Instant) -> Option<Instant> {
        self.next_at.filter(|next_at| *next_at > now)
    }

    /// Whether a slot is kept for it that is due at `now`.
    #[must_use]
    pub fn holds_slot(&self, now: Instant) -> bool {
        self.admitted
            && self
                .next_at
                .is_some_and(|slot| slot <= now && now <= slot.plus(SLOT_KEPT_FOR))
    }

    /// After an attempt that failed at `now`. `jitter`, from 0 to 1, spreads what failed together.
    #[must_use]
    pub fn failed(
        &self,
        settings: &DeliverySettings,
        failure: Failed,
        now: Instant,
        jitter: f64,
    ) -> Next {
        let mut attempts = self.ended(now, failure.status, failure.detail);
        let mut gives_up_at = attempts
            .first_at
            .unwrap_or(now)
            .plus(settings.give_up_after);
        if failure.not_found {
            let since = *attempts.missing_since.get_or_insert(now);
            gives_up_at = gives_up_at.min(since.plus(settings.not_found_for));
        }
        if now >= gives_up_at {
            return Next::Exhausted(attempts);
        }
        let backoff = jittered(settings.wait(attempts.count), jitter);
        // The last attempt is made when the time is over, not long before.
        let mut next_at = now.plus(backoff).min(gives_up_at);
        if let Some(asked) = failure.retry_after {
            next_at = next_at.max(settings.retry_after(asked, now));
        }
        attempts.next_at = Some(next_at);
        Next::Again(attempts)
    }

    /// After an attempt that settled the matter, one way or the other.
    #[must_use]
    pub fn settled(&self, now: Instant, status: Option<u16>, detail: impl Into<String>) -> Self {
        self.ended(now, status, detail.into())
    }

    /// Held back until `until`, which is no attempt. With `slot`, that time is kept for it.
    #[must_use]
    pub fn held(&self, until: Instant, slot: bool) -> Self {
        Self {
            next_at: Some(until),
            admitted: slot,
            ..self.clone()
        }
    }

    fn ended(&self, now: Instant, status: Option<u16>, detail: String) -> Self {
        Self {
            count: self.count.saturating_add(1),
            first_at: self.first_at.or(Some(now)),
            missing_since: self.missing_since,
            next_at: None,
            admitted: false,
            last: Some(LastAttempt {
                at: now,
                status,
                detail,
            }),
        }
    }
}

/// From half of `wait` to all of it.
fn jittered(wait: SignedDuration, jitter: f64) -> SignedDuration {
    let share = 0.5 + 0.5 * jitter.clamp(0.0, 1.0);
    SignedDuration::try_from_secs_f64(wait.as_secs_f64() * share).unwrap_or(wait)
}

impl DeliverySettings {
    /// The wait after so many failed attempts.
    fn wait(&self, attempts: u32) -> SignedDuration {
        let index = usize::try_from(attempts)
            .unwrap_or(usize::MAX)
            .saturating_sub(1);
        let wait = self.retry.get(index).or(self.retry.last());
        wait.copied().unwrap_or(SignedDuration::ZERO)
    }
}
