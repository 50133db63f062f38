//! What time it is: the system's clock, or one that tests move.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;

/// The time by which delays, visibility, deduplication and retention are judged.
pub trait Clock: Send + Sync + 'static {
    /// The current time. Milliseconds count; anything finer is dropped.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that stands still until it is moved. Its clones show the same time.
#[derive(Clone, Debug)]
pub struct ManualClock {
    milliseconds: Arc<AtomicI64>,
}

impl ManualClock {
    /// A clock that shows `start`.
    #[must_use]
    pub fn starting_at(start: Timestamp) -> Self {
        Self {
            milliseconds: Arc::new(AtomicI64::new(start.as_millisecond())),
        }
    }

    /// Moves the clock forward by `duration`, in whole milliseconds.
    pub fn advance(&self, duration: Duration) {
        let milliseconds = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        self.milliseconds.fetch_add(milliseconds, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        let milliseconds = self.milliseconds.load(Ordering::SeqCst);
        Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::MAX)
    }
}
