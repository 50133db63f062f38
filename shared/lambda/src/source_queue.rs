//! The queue a function's messages come from: a message that must wait is hidden on it, so that it
//! comes again when its time has come and not a visibility time-out later.

use feirante_models::Instant;
use feirante_store::told;
use jiff::SignedDuration;

/// The longest a message is hidden. SQS allows twelve hours from its receive; how long the batch
/// waited for an instance is not known here, so one hour is left for that. What must wait longer
/// comes back in between and is hidden again.
const LONGEST: i64 = 11 * 60 * 60;

/// The first `QUICK` failures of a message are our own hiccups more often than outages: it comes
/// again after 2, 4, 8 … seconds. From then on the queue's own visibility paces it.
const QUICK: u32 = 7;

/// The queue that feeds a function.
#[derive(Debug, Clone)]
pub struct SourceQueue {
    client: aws_sdk_sqs::Client,
    url: String,
}

impl SourceQueue {
    /// The queue at `url`.
    #[must_use]
    pub fn new(client: aws_sdk_sqs::Client, url: impl Into<String>) -> Self {
        Self {
            client,
            url: url.into(),
        }
    }

    /// Hides a message until then, in whole seconds and never too short. A failure is only logged:
    /// the message comes back by itself, at the end of the queue's visibility.
    pub async fn hide(&self, receipt_handle: &str, until: Instant) {
        let hidden = self
            .client
            .change_message_visibility()
            .queue_url(&self.url)
            .receipt_handle(receipt_handle)
            .visibility_timeout(seconds(until, Instant::now()))
            .send()
            .await;
        if let Err(error) = hidden {
            let why = told(&error);
            tracing::warn!(why, "a message can't be hidden: it comes after its queue's");
        }
    }
}

/// Whole seconds from `now` to `until`, none if that has passed.
fn seconds(until: Instant, now: Instant) -> i32 {
    let milliseconds = until.millis().saturating_sub(now.millis()).max(0);
    let seconds = milliseconds.saturating_add(999) / 1000;
    i32::try_from(seconds.min(LONGEST)).unwrap_or(i32::MAX)
}

/// When a message comes again that failed at its `receives`th receive; `None` leaves it to the queue.
#[must_use]
pub fn after_failure(receives: u32, now: Instant) -> Option<Instant> {
    let quick = (1..=QUICK).contains(&receives);
    quick.then(|| now.plus(SignedDuration::from_secs(1 << receives)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64) -> Instant {
        Instant::from_millis(milliseconds).unwrap()
    }

    #[test]
    fn a_wait_is_rounded_up_and_never_longer_than_the_queue_allows() {
        let day = 24 * 60 * 60 * 1000;
        for (until, hidden) in [(-5, 0), (0, 0), (1, 1), (1000, 1), (1001, 2), (day, 39_600)] {
            assert_eq!(seconds(at(1_000_000 + until), at(1_000_000)), hidden);
        }
    }

    #[test]
    fn a_failure_is_tried_again_soon_then_at_the_queues_pace() {
        let wait = |receives| after_failure(receives, at(0)).map(Instant::seconds);
        assert_eq!(wait(0), None);
        assert_eq!(wait(1), Some(2));
        assert_eq!(wait(7), Some(128));
        assert_eq!(wait(8), None);
    }
}
