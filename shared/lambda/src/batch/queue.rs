//! Messages of a queue.

use std::time::Duration;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use feirante_models::Instant;
use feirante_store::Budget;
use futures::future::join_all;
use jiff::SignedDuration;
use lambda_runtime::{Error, LambdaEvent, service_fn};

use super::Failure;
pub use super::message::Message;
use crate::dead_letters::{DeadLetters, Rejection};
use crate::metrics::{Metric, Metrics};
use crate::panics::caught;
use crate::sent_at::{SENT_AT, first_sent};
use crate::source_queue::{SourceQueue, after_failure};
use crate::{Clients, Deadline, Environment, start};

/// A message that waits and is older than this is given up.
pub const OLDEST: SignedDuration = SignedDuration::from_hours(12 * 24);
/// And one that was received so often, whatever it waits for.
pub const MOST_RECEIVES: u32 = 950;

/// How long one message may take: well under the function's time-out, since nobody waits.
const TIME: Duration = Duration::from_secs(10);

/// A function that handles a queue's messages.
pub trait QueueFunction: Send + Sync {
    /// Its name.
    const NAME: &'static str;

    /// How long a message may take at most. None is begun where the invocation leaves less.
    const LONGEST: Duration = TIME;

    /// Where its messages come from, and wait.
    fn queue(&self) -> &SourceQueue;

    /// Where messages go that it can't handle.
    fn dead_letters(&self) -> &DeadLetters;

    /// Handles a message; it may come again all the same.
    fn handle(&self, message: &Message<'_>) -> impl Future<Output = Result<(), Failure>> + Send;

    /// What becomes of a message that has waited in vain: it goes to the dead letters, unless there
    /// is something to be done before and that can't be done now.
    fn waited_in_vain(
        &self,
        message: &Message<'_>,
        rejection: Rejection,
    ) -> impl Future<Output = Failure> + Send {
        let _ = message;
        std::future::ready(rejection.into())
    }
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
        let deadline = Deadline::of(&event.context);
        // Boxed: a function's future is deep, and the runtime wraps it many times.
        Ok::<_, std::convert::Infallible>(
            Box::pin(respond(function, event.payload, deadline)).await,
        )
    }))
    .await
}

/// Handles a batch before `deadline` and names the messages the queue shall give again.
pub async fn respond<F: QueueFunction>(
    function: &F,
    event: SqsEvent,
    deadline: Deadline,
) -> SqsBatchResponse {
    let records = event.records.iter();
    let outcomes = join_all(records.map(|record| one(function, record, deadline))).await;
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
    metrics.add(Metric::DeadLetters, rejected);
    metrics.add(Metric::Failures, failed);
    metrics.add(Metric::Waiting, waiting);
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
async fn one<F: QueueFunction>(function: &F, record: &SqsMessage, deadline: Deadline) -> Outcome {
    let queued_at = queued_at(record).unwrap_or_else(Instant::now);
    let message = Message {
        body: record.body.as_deref().unwrap_or_default(),
        sent_at: sent_at(record, queued_at),
        queued_at,
        budget: Budget::of(TIME),
        deadline,
    };
    let (left, longest) = (deadline.left(), F::LONGEST);
    if left < longest {
        // The whole batch is begun at once, so it is not the other messages that took the time.
        let why = format!("it may take {longest:?} and the invocation ends in {left:?}");
        return failed(function, record, why).await;
    }
    let failure = match caught(function.handle(&message)).await {
        Ok(Ok(())) => return Outcome::Handled,
        Ok(Err(failure)) => failure,
        Err(panicked) => Failure::Later(panicked.to_string()),
    };
    let failure = match in_time(failure, &message, receives(record)) {
        Ok(failure) => failure,
        Err(in_vain) => match caught(function.waited_in_vain(&message, in_vain)).await {
            Ok(failure) => failure,
            Err(panicked) => Failure::Later(panicked.to_string()),
        },
    };
    match failure {
        Failure::Rejected(rejection) => {
            match set_aside(function, record, &message, &rejection).await {
                Ok(()) => Outcome::Rejected,
                Err(why) => failed(function, record, format!("dead letters: {why}")).await,
            }
        }
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
fn in_time(failure: Failure, message: &Message<'_>, receives: u32) -> Result<Failure, Rejection> {
    // From here on it comes once an hour: what is left of its receives lasts for the rest of its days.
    const SELDOM_AFTER: u32 = 500;
    const SELDOM: SignedDuration = SignedDuration::from_hours(1);
    match failure {
        Failure::Wait { until, why }
            if receives >= MOST_RECEIVES || until > message.queued_at.plus(OLDEST) =>
        {
            Err(Rejection::refused(504, format!("waited in vain: {why}")))
        }
        // A defect, mostly: its queue would set it aside without a word soon.
        Failure::Later(why) if receives >= MOST_RECEIVES => {
            Err(Rejection::refused(500, format!("failed in the end: {why}")))
        }
        Failure::Wait { until, why } if receives >= SELDOM_AFTER => Ok(Failure::Wait {
            until: until.max(Instant::now().plus(SELDOM)),
            why,
        }),
        failure => Ok(failure),
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
    message: &Message<'_>,
    rejection: &Rejection,
) -> Result<(), String> {
    tracing::warn!(
        function = F::NAME,
        messageId = record.message_id.as_deref(),
        reason = rejection.reason,
        detail = rejection.detail,
        "a message can't be handled"
    );
    let letters = function.dead_letters();
    letters
        .put(message.body, Some(message.sent_at), rejection)
        .await
}

/// How often the message was received, this time included.
fn receives(record: &SqsMessage) -> u32 {
    let count = record.attributes.get("ApproximateReceiveCount");
    count.and_then(|count| count.parse().ok()).unwrap_or(1)
}

fn sent_at(record: &SqsMessage, queued_at: Instant) -> Instant {
    let said = record.message_attributes.get(SENT_AT);
    let said = said.and_then(|said| said.string_value.as_deref());
    first_sent(said, queued_at)
}

fn queued_at(record: &SqsMessage) -> Option<Instant> {
    Instant::from_millis(record.attributes.get("SentTimestamp")?.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_waits_no_longer_than_its_queue_keeps_it() {
        let queued_at = Instant::from_millis(0).unwrap();
        let message = Message {
            body: "{}",
            // Long ago: it was sent again, and has waited on this queue since then only.
            sent_at: queued_at.plus(-OLDEST),
            queued_at,
            budget: Budget::of(TIME),
            deadline: Deadline::after(TIME),
        };
        let wait = |days: i64| Failure::Wait {
            until: queued_at.plus(SignedDuration::from_hours(24 * days)),
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
                matches!(failure, Ok(Failure::Wait { .. })),
                waits,
                "{days} days, {receives}"
            );
            if let Err(rejection) = failure {
                assert!(rejection.detail.contains("being canceled"), "{rejection:?}");
            }
        }
    }
}
