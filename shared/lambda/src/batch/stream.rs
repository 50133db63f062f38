//! Changes of a table, in their order.

use std::time::Duration;

use aws_lambda_events::dynamodb::{Event, EventRecord};
use aws_lambda_events::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use feirante_store::Budget;
use lambda_runtime::{Error, LambdaEvent, service_fn};

use super::Failure;
use crate::dead_letters::{DeadLetters, Rejection};
use crate::metrics::{Metrics, Unit};
use crate::panics::caught;
use crate::{Clients, Environment, start};

/// How long one record may take.
const TIME: Duration = Duration::from_secs(10);

/// A function that handles a table's changes.
pub trait StreamFunction: Send + Sync {
    /// Its name.
    const NAME: &'static str;

    /// Where changes go that it can't handle.
    fn dead_letters(&self) -> &DeadLetters;

    /// Handles a change; it may come again all the same.
    fn handle(
        &self,
        record: &EventRecord,
        budget: Budget,
    ) -> impl Future<Output = Result<(), Failure>> + Send;
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
        // Boxed: a function's future is deep, and the runtime wraps it many times.
        Ok::<_, std::convert::Infallible>(Box::pin(respond(function, event.payload)).await)
    }))
    .await
}

/// Handles a batch in its order and names the first change that must come again, if any: an order's
/// events stay in the order of its changes.
pub async fn respond<F: StreamFunction>(function: &F, event: Event) -> DynamoDbEventResponse {
    let mut response = DynamoDbEventResponse::default();
    let mut metrics = Metrics::of(F::NAME);
    metrics.add("DeadLetters", Unit::Count, 0);
    metrics.add("Failures", Unit::Count, 0);
    for record in &event.records {
        let outcome = match caught(function.handle(record, Budget::of(TIME))).await {
            Ok(outcome) => outcome,
            Err(panicked) => Err(Rejection::refused(500, panicked.to_string()).into()),
        };
        let failed = match outcome {
            Ok(()) => None,
            Err(Failure::Later(why)) => Some(why),
            Err(Failure::Rejected(rejection)) => {
                let failed = set_aside(function, record, &rejection).await.err();
                metrics.add("DeadLetters", Unit::Count, i64::from(failed.is_none()));
                failed
            }
        };
        if let Some(why) = failed {
            let sequence_number = record.change.sequence_number.clone();
            tracing::error!(
                function = F::NAME,
                sequenceNumber = sequence_number,
                why,
                "a change failed"
            );
            metrics.add("Failures", Unit::Count, 1);
            let mut failure = DynamoDbBatchItemFailure::default();
            failure.item_identifier = sequence_number;
            response.batch_item_failures.push(failure);
            break;
        }
    }
    metrics.write();
    response
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
    function.dead_letters().put(&keys, rejection).await
}
