//! How much a seller may call, and whether it keeps quiet when told to.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::books::RateLimit;
use crate::name::Lane;

/// What is remembered of the calls of the last while. Lost in a restart, as in real life.
pub(super) struct Limits {
    /// How long after a 429 calls that were on their way may still come in.
    grace: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// When each account's calls of the current window came.
    windows: HashMap<String, VecDeque<Instant>>,
    pauses: HashMap<(String, Lane), Pause>,
    /// How often a call of that content was refused for good.
    refusals: HashMap<Content, u32>,
}

/// The time a seller was told to keep quiet.
#[derive(Clone, Copy)]
struct Pause {
    from: Instant,
    until: Instant,
}

/// What makes two calls the same: account, verb, path with query, body.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Content {
    pub(super) account: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) body: Vec<u8>,
}

impl Limits {
    pub(super) fn new(grace: Duration) -> Self {
        Self {
            grace,
            state: Mutex::default(),
        }
    }

    /// Whether one more call of the account is within its limit; if it is, it counts.
    pub(super) fn admit(&self, account: &str, limit: &RateLimit, now: Instant) -> bool {
        let mut state = self.state();
        let window = state.windows.entry(account.to_owned()).or_default();
        let length = Duration::from_millis(limit.window_ms);
        while window
            .front()
            .is_some_and(|call| now.saturating_duration_since(*call) >= length)
        {
            window.pop_front();
        }
        let admitted = window.len() < usize::try_from(limit.calls).unwrap_or(usize::MAX);
        if admitted {
            window.push_back(now);
        }
        admitted
    }

    /// Notes that a lane was told with 429 to keep quiet for so long.
    pub(super) fn told_to_wait(&self, account: &str, lane: Lane, wait: Duration, now: Instant) {
        let mut state = self.state();
        let pause = state
            .pauses
            .entry((account.to_owned(), lane))
            .or_insert(Pause {
                from: now,
                until: now,
            });
        if pause.until <= now {
            pause.from = now;
        }
        pause.until = pause.until.max(now + wait);
    }

    /// By how much a call that comes now should have come later.
    pub(super) fn too_early(&self, account: &str, lane: Lane, now: Instant) -> Option<Duration> {
        let state = self.state();
        let pause = state.pauses.get(&(account.to_owned(), lane))?;
        let noticed = now.saturating_duration_since(pause.from) >= self.grace;
        let left = pause.until.saturating_duration_since(now);
        (noticed && !left.is_zero()).then_some(left)
    }

    /// How often a call of this content was refused for good so far.
    pub(super) fn refusals(&self, content: &Content) -> u32 {
        self.state().refusals.get(content).copied().unwrap_or(0)
    }

    /// Notes that a call of this content was refused for good.
    pub(super) fn refused(&self, content: Content) {
        *self.state().refusals.entry(content).or_default() += 1;
    }

    /// Forgets refusals and limits of the account: it behaves differently from now on.
    pub(super) fn forget(&self, account: &str) {
        let mut state = self.state();
        state.windows.remove(account);
        state.pauses.retain(|(of, _), _| of != account);
        state
            .refusals
            .retain(|content, _| content.account != account);
    }

    /// The state; a panic while it was locked can at most have lost a count.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: RateLimit = RateLimit {
        calls: 2,
        window_ms: 1_000,
        retry_after_seconds: 1,
    };

    fn after(start: Instant, milliseconds: u64) -> Instant {
        start + Duration::from_millis(milliseconds)
    }

    #[test]
    fn a_limit_counts_the_admitted_calls_of_the_last_window() {
        let limits = Limits::new(Duration::ZERO);
        let start = Instant::now();
        let admit = |milliseconds| limits.admit("mkt1", &LIMIT, after(start, milliseconds));
        assert!(admit(0));
        assert!(admit(600));
        assert!(!admit(999));
        assert!(admit(1_000), "the first is out of the window");
        assert!(!admit(1_599));
        assert!(admit(1_600));
    }

    #[test]
    fn a_pause_is_noticed_after_its_grace_and_until_its_end() {
        let limits = Limits::new(Duration::from_millis(500));
        let start = Instant::now();
        let told = |seconds, at| {
            let wait = Duration::from_secs(seconds);
            limits.told_to_wait("mkt1", Lane::Orders, wait, after(start, at));
        };
        let early = |at| {
            limits
                .too_early("mkt1", Lane::Orders, after(start, at))
                .is_some()
        };
        told(2, 0);
        assert_eq!(
            [early(499), early(500), early(1_999), early(2_000)],
            [false, true, true, false]
        );
        // A shorter word does not take a longer one back, nor start a new grace.
        told(1, 600);
        assert_eq!(
            [early(700), early(1_999), early(2_000)],
            [true, true, false]
        );
        // A new pause has a grace of its own.
        told(1, 5_000);
        assert_eq!(
            [early(5_499), early(5_500), early(6_000)],
            [false, true, false]
        );
    }

    #[test]
    fn what_an_account_is_forgiven_another_is_not() {
        let limits = Limits::new(Duration::ZERO);
        let content = |account: &str| Content {
            account: account.to_owned(),
            method: "POST".to_owned(),
            path: "/".to_owned(),
            body: Vec::new(),
        };
        limits.refused(content("mkt1"));
        limits.refused(content("mkt2"));
        limits.forget("mkt1");
        assert_eq!(limits.refusals(&content("mkt1")), 0);
        assert_eq!(limits.refusals(&content("mkt2")), 1);
    }
}
