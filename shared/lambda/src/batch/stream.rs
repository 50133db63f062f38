//! Changes of a table, in their order.

use std::time::Duration;

use aws_lambda_events::dynamodb::{Event, EventRecord};
use aws_lambda_events::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use feirante_store::Budget;
use lambda_runtime::{Error, LambdaEvent, service_fn};

use super::Failure;
use crate::dead_letters::{DeadLetters, Rejection};
use crate::metrics::{Metric, Metrics};
use crate::panics::caught;
use crate::{Clients, Deadline, Environment, start};

/// How long one record may take in the database.
const TIME: Duration = Duration::from_secs(10);

/// How long it may take in all, with the message that tells of it. None is begun where the invocation
/// leaves less.
const LONGEST: Duration = Duration::from_secs(16);

/// A function that handles a table's changes.
pub trait StreamFunction: Send + Sync {
    /// Its name.
    const NAME: &'static str;

    /// What it gathers from the changes of a batch; `()` where each is done with by itself.
    type Batch: Default + Send;

    /// Where changes go that it can't handle.
    fn dead_letters(&self) -> &DeadLetters;

    /// Handles a change, or gathers it; it may come again all the same.
    fn handle(
        &self,
        record: &EventRecord,
        batch: &mut Self::Batch,
        budget: Budget,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Adds to the metrics what was done with the handled changes of a batch.
    fn measure(_batch: &Self::Batch, _metrics: &mut Metrics) {}

    /// Does what the handled changes of a batch ask for together. If it fails, all of them come
    /// again, whatever the failure: none of them can be blamed.
    fn finish(
        &self,
        batch: Self::Batch,
        budget: Budget,
    ) -> impl Future<Output = Result<(), Failure>> + Send {
        let _ = (batch, budget);
        async { Ok(()) }
    }
}

/// Runs a function that handles changes, until Lambda ends it.
///
/// # Errors
/// When it can't start, or Lambda can't be reached.
pub async fn run<F, M, E>(
    make: impl FnOnce(Environment<'static>, Clients) -> M,
) -> Result<(), Error>
where
    F: StreamFunction,
    M: Future<Output = Result<F, E>>,
    E: std::error::Error + Send + Sync + 'static,
{
    let function = start::ready(make).await?;
    let function = &function;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Event>| async move {
        let deadline = Deadline::of(&event.context);
        // Boxed: a function's future is deep, and the runtime wraps it many times.
        Ok::<_, std::convert::Infallible>(
            Box::pin(respond(function, event.payload, deadline)).await,
        )
    }))
    .await
}

/// Handles a batch in its order and names the first change that must come again, if any: an order's
/// events stay in the order of its changes. Every change but the first is begun only where there is
/// time for it before `deadline`.
pub async fn respond<F: StreamFunction>(
    function: &F,
    event: Event,
    deadline: Deadline,
) -> DynamoDbEventResponse {
    let mut response = DynamoDbEventResponse::default();
    let mut metrics = Metrics::of(F::NAME);
    metrics.add(Metric::DeadLetters, 0);
    metrics.add(Metric::Failures, 0);
    let mut batch = F::Batch::default();
    for (index, record) in event.records.iter().enumerate() {
        if index > 0 && deadline.left() < LONGEST {
            tracing::info!(
                function = F::NAME,
                handled = index,
                "out of time: the rest comes again"
            );
            response.batch_item_failures.push(from(record));
            break;
        }
        let handled = function.handle(record, &mut batch, Budget::of(TIME));
        let outcome = match caught(handled).await {
            Ok(outcome) => outcome,
            Err(panicked) => Err(Rejection::refused(500, panicked.to_string()).into()),
        };
        let failed = match outcome {
            Ok(()) => None,
            // Changes can't be hidden: one that waits comes again like one that failed.
            Err(Failure::Later(why) | Failure::Wait { why, .. }) => Some(why),
            Err(Failure::Rejected(rejection)) => {
                let failed = set_aside(function, record, &rejection).await.err();
                metrics.add(Metric::DeadLetters, i64::from(failed.is_none()));
                failed
            }
        };
        if let Some(why) = failed {
            let number = record.change.sequence_number.as_deref();
            tracing::error!(
                function = F::NAME,
                sequenceNumber = number,
                why,
                "a change failed"
            );
            metrics.add(Metric::Failures, 1);
            response.batch_item_failures.push(from(record));
            break;
        }
    }
    F::measure(&batch, &mut metrics);
    if let Some(first) = event.records.first()
        && let Err(why) = finished(function, batch).await
    {
        tracing::error!(function = F::NAME, why, "a batch failed");
        metrics.add(Metric::Failures, 1);
        response.batch_item_failures = vec![from(first)];
    }
    metrics.write();
    response
}

/// What the changes ask for together; else why it was not done.
async fn finished<F: StreamFunction>(function: &F, batch: F::Batch) -> Result<(), String> {
    match caught(function.finish(batch, Budget::of(TIME))).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(Failure::Later(why) | Failure::Wait { why, .. })) => Err(why),
        Ok(Err(Failure::Rejected(rejection))) => Err(rejection.detail),
        Err(panicked) => Err(panicked.to_string()),
    }
}

/// That this record and all behind it come again.
fn from(record: &EventRecord) -> DynamoDbBatchItemFailure {
    let mut failure = DynamoDbBatchItemFailure::default();
    failure
        .item_identifier
        .clone_from(&record.change.sequence_number);
    failure
}

async fn set_aside<F: StreamFunction>(
    function: &F,
    record: &EventRecord,
    rejection: &Rejection,
) -> Result<(), String> {
    tracing::error!(
        function = F::NAME,
        detail = rejection.detail,
        "a change can't be handled"
    );
    // The keys find the item; its image may be larger than a message.
    let keys = serde_json::to_string(&record.change.keys).map_err(|error| error.to_string())?;
    function.dead_letters().put(&keys, None, rejection).await
}
