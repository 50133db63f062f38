//! When an invocation ends: what it cuts off in the middle comes again whole.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lambda_runtime::Context;
use tokio::time::Instant;

/// The end of an invocation.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(Instant);

impl Deadline {
    /// That of the invocation Lambda tells of.
    #[must_use]
    pub fn of(context: &Context) -> Self {
        let ends = Duration::from_millis(context.deadline);
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        Self::after(ends.saturating_sub(now.unwrap_or_default()))
    }

    /// `time` from now.
    #[must_use]
    pub fn after(time: Duration) -> Self {
        Self(Instant::now() + time)
    }

    /// What is left until then.
    #[must_use]
    pub fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ending(at: Duration) -> Deadline {
        let mut context = Context::default();
        context.deadline = u64::try_from(at.as_millis()).unwrap();
        Deadline::of(&context)
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_left_is_less_and_less_and_then_nothing() {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let deadline = ending(now + Duration::from_secs(60));
        let left = deadline.left();
        assert!(left <= Duration::from_secs(60) && left > Duration::from_secs(50));
        tokio::time::advance(Duration::from_secs(40)).await;
        assert_eq!(deadline.left(), left - Duration::from_secs(40));
        tokio::time::advance(Duration::from_secs(40)).await;
        assert_eq!(deadline.left(), Duration::ZERO);
        assert_eq!(ending(Duration::ZERO).left(), Duration::ZERO);
    }
}
