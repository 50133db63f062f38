//! Messages of a queue.

use std::time::Duration;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use feirante_models::Instant;
use feirante_store::Budget;
use futures::future::join_all;
use jiff::SignedDuration;
use lambda_runtime::{Error, LambdaEvent, service_fn};

use super::Failure;
use crate::dead_letters::{DeadLetters, Rejection};
use crate::metrics::{Metrics, Unit};
use crate::panics::caught;
use crate::source_queue::{SourceQueue, after_failure};
use crate::{Clients, Environment, start};

/// How long one message may take: well under the function's time-out, since nobody waits.
const TIME: Duration = Duration::from_secs(10);

/// One message.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    /// Its text.
    pub body: &'a str,
    /// When it was sent.
    pub sent_at: Instant,
    /// Until when it must be handled.
    pub budget: Budget,
}

impl Message<'_> {
    /// When a message looks again for something whose time is not known: soon at first, then after a
    /// tenth of its age. Each look is a receive, and a queue gives a message up after so many.
    #[must_use]
    pub fn looks_again(&self, now: Instant) -> Instant {
        const SOONEST: SignedDuration = SignedDuration::from_secs(5);
        const LATEST: SignedDuration = SignedDuration::from_hours(1);
        let age = SignedDuration::from_millis(now.millis() - self.sent_at.millis());
        now.plus((age / 10).clamp(SOONEST, LATEST))
    }
}

/// A function that handles a queue's messages.
pub trait QueueFunction: Send + Sync {
    /// Its name.
    const NAME: &'static str;

    /// Where its messages come from, and wait.
    fn queue(&self) -> &SourceQueue;

    /// Where messages go that it can't handle.
    fn dead_letters(&self) -> &DeadLetters;

    /// Handles a message; it may come again all the same.
    fn handle(&self, message: &Message<'_>) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// Runs a function that handles messages, until Lambda ends it.
///
/// # Errors
/// When it can't start, or Lambda can't be reached.
pub async fn run<F, M, E>(
    make: impl FnOnce(Environment<'static>, Clients) -> M,
) -> Result<(), Error>
where
    F: QueueFunction,
    M: Future<Output = Result<F, E>>,
    E: std::error::Error + Send + Sync + 'static,
{
    let function = start::ready(make).await?;
    let function = &function;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<SqsEvent>| async move {
        // Boxed: a function's future is deep, and the runtime wraps it many times.
        Ok::<_, std::convert::Infallible>(Box::pin(respond(function, event.payload)).await)
    }))
    .await
}

/// Handles a batch and names the messages the queue shall give again.
pub async fn respond<F: QueueFunction>(function: &F, event: SqsEvent) -> SqsBatchResponse {
    let outcomes = join_all(event.records.iter().map(|record| one(function, record))).await;
    let mut response = SqsBatchResponse::default();
    let (mut rejected, mut failed, mut waiting) = (0, 0, 0);
    for (record, outcome) in event.records.into_iter().zip(outcomes) {
        match outcome {
            Outcome::Handled => continue,
            Outcome::Rejected => {
                rejected += 1;
                continue;
            }
            Outcome::Failed => failed += 1,
            Outcome::Waiting => waiting += 1,
        }
        response.add_failure(record.message_id.unwrap_or_default());
    }
    let mut metrics = Metrics::of(F::NAME);
    metrics.add("DeadLetters", Unit::Count, rejected);
    metrics.add("Failures", Unit::Count, failed);
    metrics.add("Waiting", Unit::Count, waiting);
    metrics.write();
    response
}

enum Outcome {
    Handled,
    Rejected,
    Failed,
    Waiting,
}

/// Handles a message; if it must come again, decides when.
async fn one<F: QueueFunction>(function: &F, record: &SqsMessage) -> Outcome {
    let message = Message {
        body: record.body.as_deref().unwrap_or_default(),
        sent_at: sent_at(record).unwrap_or_else(Instant::now),
        budget: Budget::of(TIME),
    };
    let failure = match caught(function.handle(&message)).await {
        Ok(Ok(())) => return Outcome::Handled,
        Ok(Err(failure)) => failure,
        Err(panicked) => Failure::Later(panicked.to_string()),
    };
    match in_time(failure, &message, receives(record)) {
        Failure::Rejected(rejection) => match set_aside(function, record, &rejection).await {
            Ok(()) => Outcome::Rejected,
            Err(why) => failed(function, record, format!("dead letters: {why}")).await,
        },
        Failure::Later(why) => failed(function, record, why).await,
        Failure::Wait { until, why } => {
            tracing::info!(
                function = F::NAME,
                messageId = record.message_id.as_deref(),
                until = until.to_string(),
                why,
                "a message waits"
            );
            hide(function, record, until).await;
            Outcome::Waiting
        }
    }
}

/// What would wait beyond its queue's patience goes to the dead letters while it still can say why:
/// a queue deletes what is older than it keeps, and sets aside without a word what it has given too
/// often. Both are a little more than these in every queue of the template.
fn in_time(failure: Failure, message: &Message<'_>, receives: u32) -> Failure {
    const OLDEST: SignedDuration = SignedDuration::from_hours(12 * 24);
    const MOST_RECEIVES: u32 = 950;
    // From here on it comes once an hour: what is left of its receives lasts for the rest of its days.
    const SELDOM_AFTER: u32 = 500;
    const SELDOM: SignedDuration = SignedDuration::from_hours(1);
    match failure {
        Failure::Wait { until, why }
            if receives >= MOST_RECEIVES || until > message.sent_at.plus(OLDEST) =>
        {
            Rejection::refused(504, format!("waited in vain: {why}")).into()
        }
        Failure::Wait { until, why } if receives >= SELDOM_AFTER => Failure::Wait {
            until: until.max(Instant::now().plus(SELDOM)),
            why,
        },
        failure => failure,
    }
}

/// A message that may work later comes again soon at first, so that a short outage of the database
/// delays it by seconds.
async fn failed<F: QueueFunction>(function: &F, record: &SqsMessage, why: String) -> Outcome {
    tracing::error!(
        function = F::NAME,
        messageId = record.message_id.as_deref(),
        why,
        "a message failed"
    );
    if let Some(until) = after_failure(receives(record), Instant::now()) {
        hide(function, record, until).await;
    }
    Outcome::Failed
}

async fn hide<F: QueueFunction>(function: &F, record: &SqsMessage, until: Instant) {
    if let Some(receipt_handle) = &record.receipt_handle {
        function.queue().hide(receipt_handle, until).await;
    }
}

async fn set_aside<F: QueueFunction>(
    function: &F,
    record: &SqsMessage,
    rejection: &Rejection,
) -> Result<(), String> {
    tracing::warn!(
        function = F::NAME,
        messageId = record.message_id.as_deref(),
        reason = rejection.reason,
        detail = rejection.detail,
        "a message can't be handled"
    );
    let body = record.body.as_deref().unwrap_or_default();
    function.dead_letters().put(body, rejection).await
}

/// How often the message was received, this time included.
fn receives(record: &SqsMessage) -> u32 {
    let count = record.attributes.get("ApproximateReceiveCount");
    count.and_then(|count| count.parse().ok()).unwrap_or(1)
}

fn sent_at(record: &SqsMessage) -> Option<Instant> {
    Instant::from_millis(record.attributes.get("SentTimestamp")?.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_waits_no_longer_than_its_queue_keeps_it() {
        let sent_at = Instant::from_millis(0).unwrap();
        let message = Message {
            body: "{}",
            sent_at,
            budget: Budget::of(TIME),
        };
        let wait = |days: i64| Failure::Wait {
            until: sent_at.plus(SignedDuration::from_hours(24 * days)),
            why: "an order is being canceled".to_owned(),
        };
        for (days, receives, waits) in [
            (1, 1, true),
            (12, 949, true),
            (13, 1, false),
            (1, 950, false),
        ] {
            let failure = in_time(wait(days), &message, receives);
            assert_eq!(
                matches!(failure, Failure::Wait { .. }),
                waits,
                "{days} days, {receives}"
            );
            if let Failure::Rejected(rejection) = failure {
                assert!(rejection.detail.contains("being canceled"), "{rejection:?}");
            }
        }
    }
}
