//! Schedules as event sources: a function invoked by the clock.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use crate::addresses::{ACCOUNT, REGION};
use crate::runtime::Functions;

/// A clock and the function it invokes.
#[derive(Debug)]
pub(super) struct ScheduleSource {
    pub(super) function: String,
    pub(super) every: Duration,
    pub(super) functions: Arc<Functions>,
}

impl ScheduleSource {
    /// Invokes the function once per period, the first time after one, until the token is
    /// cancelled. A run that takes longer than a period skips what it missed.
    pub(super) async fn run(self, stop: CancellationToken) {
        let mut clock = tokio::time::interval_at(Instant::now() + self.every, self.every);
        clock.set_missed_tick_behavior(MissedTickBehavior::Skip);
        while stop.run_until_cancelled(clock.tick()).await.is_some() {
            let event = event(&self.function, Timestamp::now());
            let event = Bytes::from(event.to_string());
            if let Err(error) = self.functions.invoke(&self.function, event).await {
                tracing::warn!("a scheduled run failed: {error}");
            }
        }
    }
}

/// The event, as EventBridge writes it.
fn event(function: &str, now: Timestamp) -> Value {
    json!({
        "version": "0",
        "id": uuid::Uuid::new_v4().to_string(),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "region": REGION,
        "resources": [format!("arn:aws:events:{REGION}:{ACCOUNT}:rule/{function}")],
        "detail": {},
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_event_is_a_scheduled_one_of_that_second() {
        let now = "2026-11-21T08:09:10.987Z".parse().unwrap();
        let event = event("expire-reservations", now);
        assert_eq!(event["detail-type"], "Scheduled Event");
        assert_eq!(event["time"], "2026-11-21T08:09:10Z");
        assert_eq!(
            event["resources"][0],
            "arn:aws:events:us-east-1:000000000000:rule/expire-reservations"
        );
    }
}
