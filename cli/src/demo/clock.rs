//! The clock of the seller's schedules, which the demo can put forward: a reservation lasts days.

use std::collections::BTreeMap;

use aws_sdk_lambda::error::DisplayErrorContext;
use aws_sdk_lambda::primitives::Blob;
use feirante_sandbox::Sandbox;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::unmet::{Held, Unmet};
use crate::failure::Failure;

/// The function that a schedule runs.
const FUNCTION: &str = "expire-reservations";

/// How a schedule's function is run as if it were later.
#[derive(Debug)]
pub(super) enum Clock<'a> {
    /// Past the sandbox's schedules.
    Sandbox(&'a Sandbox),
    /// By the Invoke API of a deployed stack.
    Stack {
        client: aws_sdk_lambda::Client,
        /// What `expire-reservations` is called there.
        function: String,
    },
}

impl Clock<'static> {
    /// That of a deployed stack whose functions have these names, by their crates'.
    pub(super) fn of_stack(
        client: aws_sdk_lambda::Client,
        functions: &BTreeMap<String, String>,
    ) -> Result<Self, Failure> {
        let function = functions
            .get(FUNCTION)
            .ok_or_else(|| Failure::input(format!("the ready file names no {FUNCTION}")))?;
        Ok(Self::Stack {
            client,
            function: function.clone(),
        })
    }
}

impl Clock<'_> {
    /// Runs `expire-reservations` as its schedule will at `time`; says how many orders expired.
    pub(super) async fn expire_reservations(&self, time: Timestamp) -> Held<u64> {
        let event = tick(time);
        let summary = match self {
            Self::Sandbox(sandbox) => sandbox
                .invoke(FUNCTION, event)
                .await
                .map_err(|error| Unmet::failed(FUNCTION, error))?,
            Self::Stack { client, function } => invoke(client, function, &event).await?,
        };
        match (&summary["expired"], &summary["failed"]) {
            (Value::Number(expired), Value::Number(failed)) if failed.as_u64() == Some(0) => {
                Ok(expired.as_u64().unwrap_or_default())
            }
            _ => Err(Unmet::new("reservations to end", summary)),
        }
    }
}

async fn invoke(client: &aws_sdk_lambda::Client, function: &str, event: &Value) -> Held<Value> {
    let answer = client
        .invoke()
        .function_name(function)
        .payload(Blob::new(event.to_string()))
        .send()
        .await
        .map_err(|error| Unmet::failed(function, DisplayErrorContext(error)))?;
    let payload = answer.payload().map(Blob::as_ref).unwrap_or_default();
    if let Some(error) = answer.function_error() {
        let said = String::from_utf8_lossy(payload);
        return Err(Unmet::failed(function, format_args!("{error}: {said}")));
    }
    serde_json::from_slice(payload).map_err(|error| Unmet::failed(function, error))
}

/// The event of a schedule as EventBridge sends it.
fn tick(time: Timestamp) -> Value {
    json!({
        "version": "0",
        "id": "6f1d3f0e-1c7b-4a63-9d2f-2b9a52d5a9b1",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "region": "us-east-1",
        "resources": ["arn:aws:events:us-east-1:000000000000:rule/demo"],
        "detail": {},
    })
}
