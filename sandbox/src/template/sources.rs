//! The `Events` of a function: what invokes it.

use std::time::Duration;

use super::node::{Node, REF};
use super::{Error, Source, resource_type};

/// What invokes a function.
pub(super) enum Trigger {
    /// The key of an HTTP route.
    Route(String),
    Source(Source),
}

/// The route key of whatever is no other route.
const DEFAULT_ROUTE: &str = "$default";

/// Lambda's own, for what a template leaves out.
const DEFAULT_QUEUE_BATCH: usize = 10;
const DEFAULT_STREAM_BATCH: usize = 100;

/// Reads one event of a function.
pub(super) fn read(event: &Node) -> Result<Trigger, Error> {
    event.only(&["Type", "Properties"])?;
    let event_type = event.get("Type")?;
    let properties = event.get("Properties")?;
    match event_type.text()?.as_str() {
        "HttpApi" => route(properties).map(Trigger::Route),
        "SQS" => queue(properties).map(Trigger::Source),
        "DynamoDB" => stream(properties).map(Trigger::Source),
        "Schedule" => schedule(properties).map(Trigger::Source),
        other => Err(Error::NotUnderstood {
            path: event_type.path.clone(),
            what: format!("events of type {other}"),
        }),
    }
}

fn route(properties: &Node) -> Result<String, Error> {
    properties.only(&["ApiId", "Method", "Path", "PayloadFormatVersion"])?;
    properties
        .get("ApiId")?
        .refers_to(resource_type::HTTP_API, REF)?;
    if let Some(version) = properties.find("PayloadFormatVersion")? {
        exactly("2.0", version)?;
    }
    if properties.find("Path")?.is_none() && properties.find("Method")?.is_none() {
        return Ok(DEFAULT_ROUTE.to_owned());
    }
    // Any verb, so that a wrong one gets the function's 405 and not the gateway's 404.
    exactly("ANY", properties.get("Method")?)?;
    Ok(format!("ANY {}", properties.get("Path")?.text()?))
}

fn queue(properties: &Node) -> Result<Source, Error> {
    properties.only(&[
        "Queue",
        "BatchSize",
        "FunctionResponseTypes",
        "MaximumBatchingWindowInSeconds",
        "ScalingConfig",
    ])?;
    Ok(Source::Queue {
        queue: properties
            .get("Queue")?
            .refers_to(resource_type::QUEUE, "Arn")?,
        batch_size: match properties.find("BatchSize")? {
            Some(size) => size.whole()?,
            None => DEFAULT_QUEUE_BATCH,
        },
        window: match properties.find("MaximumBatchingWindowInSeconds")? {
            Some(window) => window.seconds()?,
            None => Duration::ZERO,
        },
        maximum_concurrency: match properties.find("ScalingConfig")? {
            Some(scaling) => {
                let maximum = scaling
                    .only(&["MaximumConcurrency"])?
                    .get("MaximumConcurrency")?;
                Some(maximum.whole()?)
            }
            None => None,
        },
        reports_failures: reports_failures(properties)?,
    })
}

fn stream(properties: &Node) -> Result<Source, Error> {
    properties.only(&[
        "Stream",
        "BatchSize",
        "BisectBatchOnFunctionError",
        "DestinationConfig",
        "FunctionResponseTypes",
        "MaximumRecordAgeInSeconds",
        "MaximumRetryAttempts",
        "StartingPosition",
    ])?;
    // The sandbox begins at the oldest record it has.
    exactly("TRIM_HORIZON", properties.get("StartingPosition")?)?;
    Ok(Source::Stream {
        table: properties
            .get("Stream")?
            .refers_to(resource_type::TABLE, "StreamArn")?,
        batch_size: match properties.find("BatchSize")? {
            Some(size) => size.whole()?,
            None => DEFAULT_STREAM_BATCH,
        },
        bisect: match properties.find("BisectBatchOnFunctionError")? {
            Some(bisect) => bisect.flag()?,
            None => false,
        },
        maximum_retries: match properties.find("MaximumRetryAttempts")? {
            Some(attempts) => attempts.limit()?,
            None => None,
        },
        maximum_age: match properties.find("MaximumRecordAgeInSeconds")? {
            Some(age) => age.limit()?.map(Duration::from_secs),
            None => None,
        },
        on_failure: on_failure(properties)?,
        reports_failures: reports_failures(properties)?,
    })
}

fn on_failure(properties: &Node) -> Result<Option<String>, Error> {
    let Some(destinations) = properties.find("DestinationConfig")? else {
        return Ok(None);
    };
    let destination = destinations.only(&["OnFailure"])?.get("OnFailure")?;
    if let Some(destination_type) = destination.only(&["Type", "Destination"])?.find("Type")? {
        exactly("SQS", destination_type)?;
    }
    destination
        .get("Destination")?
        .refers_to(resource_type::QUEUE, "Arn")
        .map(Some)
}

fn reports_failures(properties: &Node) -> Result<bool, Error> {
    let Some(types) = properties.find("FunctionResponseTypes")? else {
        return Ok(false);
    };
    for response_type in types.items()? {
        exactly("ReportBatchItemFailures", response_type)?;
    }
    Ok(!types.items()?.is_empty())
}

fn schedule(properties: &Node) -> Result<Source, Error> {
    properties.only(&[
        "Schedule",
        // The clock stands beside the function here: none of its calls is lost on the way.
        "DeadLetterConfig",
        "Description",
        "Name",
        "RetryPolicy",
    ])?;
    let expression = properties.get("Schedule")?;
    let every = rate(&expression.text()?)
        .ok_or_else(|| expression.mismatch("rate(…) of minutes, hours or days"))?;
    Ok(Source::Schedule { every })
}

/// `rate(5 minutes)`
fn rate(expression: &str) -> Option<Duration> {
    let (count, unit) = expression
        .strip_prefix("rate(")?
        .strip_suffix(')')?
        .split_once(' ')?;
    let seconds = match unit {
        "minute" | "minutes" => 60,
        "hour" | "hours" => 60 * 60,
        "day" | "days" => 24 * 60 * 60,
        _ => return None,
    };
    let count: u64 = count.parse().ok().filter(|count| *count > 0)?;
    count.checked_mul(seconds).map(Duration::from_secs)
}

/// Refuses any other value than the one the sandbox knows.
fn exactly(understood: &str, node: &Node) -> Result<(), Error> {
    if node.text()? == understood {
        Ok(())
    } else {
        Err(node.mismatch(understood))
    }
}
