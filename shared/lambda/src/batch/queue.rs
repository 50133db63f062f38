//! Messages of a queue.

use std::time::Duration;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use feirante_models::Instant;
use feirante_store::Budget;
use futures::future::join_all;
use lambda_runtime::{Error, LambdaEvent, service_fn};

use super::Failure;
use crate::dead_letters::DeadLetters;
use crate::metrics::{Metrics, Unit};
use crate::panics::caught;
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

/// A function that handles a queue's messages.
pub trait QueueFunction: Send + Sync {
    /// Its name.
    const NAME: &'static str;

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
    let (mut rejected, mut failed) = (0, 0);
    for (record, outcome) in event.records.into_iter().zip(outcomes) {
        match outcome {
            Outcome::Handled => {}
            Outcome::Rejected => rejected += 1,
            Outcome::Failed => {
                failed += 1;
                response.add_failure(record.message_id.unwrap_or_default());
            }
        }
    }
    let mut metrics = Metrics::of(F::NAME);
    metrics.add("DeadLetters", Unit::Count, rejected);
    metrics.add("Failures", Unit::Count, failed);
    metrics.write();
    response
}

enum Outcome {
    Handled,
    Rejected,
    Failed,
}

async fn one<F: QueueFunction>(function: &F, record: &SqsMessage) -> Outcome {
    let message_id = record.message_id.as_deref().unwrap_or_default();
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
    let rejection = match failure {
        Failure::Rejected(rejection) => rejection,
        Failure::Later(why) => {
            tracing::error!(
                function = F::NAME,
                messageId = message_id,
                why,
                "a message failed"
            );
            return Outcome::Failed;
        }
    };
    tracing::warn!(
        function = F::NAME,
        messageId = message_id,
        reason = rejection.reason,
        detail = rejection.detail,
        "a message can't be handled"
    );
    match function.dead_letters().put(message.body, &rejection).await {
        Ok(()) => Outcome::Rejected,
        Err(why) => {
            tracing::error!(
                function = F::NAME,
                messageId = message_id,
                why,
                "dead letters"
            );
            Outcome::Failed
        }
    }
}

fn sent_at(record: &SqsMessage) -> Option<Instant> {
    Instant::from_millis(record.attributes.get("SentTimestamp")?.parse().ok()?)
}
