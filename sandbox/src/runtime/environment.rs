//! The variables of a function's process: what Lambda sets, and what the template says.

use std::collections::BTreeMap;

use crate::addresses::{ACCOUNT, Addresses, REGION};
use crate::errors::Error;
use crate::template::{Function, Stack, Value};

/// Where nobody listens.
const NOWHERE: &str = "http://127.0.0.1:1";

/// A function's ARN, unqualified.
pub(crate) fn function_arn(function: &str) -> String {
    format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function}")
}

/// All variables but those of the process itself (`AWS_LAMBDA_RUNTIME_API`).
pub(crate) fn of(
    function: &Function,
    stack: &Stack,
    addresses: &Addresses,
) -> Result<BTreeMap<String, String>, Error> {
    let mut variables = set_by_lambda(function);
    // Whatever does not run here: no function calls AWS itself from this machine.
    variables.insert("AWS_ENDPOINT_URL".into(), NOWHERE.into());
    variables.insert(
        "AWS_ENDPOINT_URL_DYNAMODB".into(),
        addresses.dynamodb.clone(),
    );
    variables.insert("AWS_ENDPOINT_URL_SQS".into(), addresses.sqs.clone());
    for (name, value) in &function.environment {
        let place = || format!("{}'s variable {name}", function.name);
        let value = resolve(value, stack, addresses, place)?;
        variables.insert(name.clone(), value);
    }
    Ok(variables)
}

fn set_by_lambda(function: &Function) -> BTreeMap<String, String> {
    let name = &function.name;
    let stream = uuid::Uuid::new_v4().simple();
    [
        ("AWS_LAMBDA_FUNCTION_NAME", name.clone()),
        (
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
            function.memory.to_string(),
        ),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".into()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".into()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{name}")),
        (
            "AWS_LAMBDA_LOG_STREAM_NAME",
            format!("sandbox/[$LATEST]{stream}"),
        ),
        ("AWS_REGION", REGION.into()),
        ("AWS_DEFAULT_REGION", REGION.into()),
        ("AWS_ACCESS_KEY_ID", "sandbox".into()),
        ("AWS_SECRET_ACCESS_KEY", "sandbox".into()),
        ("LAMBDA_TASK_ROOT", "/var/task".into()),
        ("LAMBDA_RUNTIME_DIR", "/var/runtime".into()),
        ("LANG", "en_US.UTF-8".into()),
        ("TZ", ":UTC".into()),
        ("_HANDLER", "bootstrap".into()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

fn resolve(
    value: &Value,
    stack: &Stack,
    addresses: &Addresses,
    place: impl Fn() -> String,
) -> Result<String, Error> {
    let (id, found) = match value {
        Value::Text(text) => return Ok(text.clone()),
        Value::TableName(id) => {
            let table = stack.tables.iter().find(|table| table.id == *id);
            let name = table.and_then(|table| addresses.tables.get(&table.name));
            (id, name)
        }
        Value::QueueUrl(id) => {
            let queue = stack.queues.iter().find(|queue| queue.id == *id);
            let url = queue.and_then(|queue| addresses.queues.get(&queue.name));
            (id, url)
        }
    };
    found.cloned().ok_or_else(|| Error::Undefined {
        place: place(),
        id: id.clone(),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn function(environment: BTreeMap<String, Value>) -> Function {
        Function {
            name: "place-order".into(),
            memory: 256,
            timeout: Duration::from_secs(10),
            environment,
            sources: Vec::new(),
        }
    }

    fn stack() -> Stack {
        Stack {
            functions: BTreeMap::new(),
            routes: Vec::new(),
            queues: Vec::new(),
            tables: vec![crate::template::Table {
                id: "OffersTable".into(),
                name: "offers".into(),
                definition: serde_json::Value::Null,
                ttl_attribute: None,
                streamed: false,
            }],
        }
    }

    fn addresses() -> Addresses {
        Addresses {
            dynamodb: "http://127.0.0.1:3003".into(),
            tables: BTreeMap::from([("offers".into(), "feirante-offers".into())]),
            ..Addresses::default()
        }
    }

    #[test]
    fn references_become_what_runs_here() {
        let value = Value::TableName("OffersTable".into());
        let function = function(BTreeMap::from([("OFFERS_TABLE".into(), value)]));
        let variables = of(&function, &stack(), &addresses()).unwrap();
        assert_eq!(variables["OFFERS_TABLE"], "feirante-offers");
        assert_eq!(variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"], "256");
        assert_eq!(variables["AWS_ENDPOINT_URL"], "http://127.0.0.1:1");
        assert_eq!(
            variables["AWS_ENDPOINT_URL_DYNAMODB"],
            "http://127.0.0.1:3003"
        );
    }

    #[test]
    fn a_variable_that_names_nothing_is_named_itself() {
        let value = Value::QueueUrl("Nowhere".into());
        let function = function(BTreeMap::from([("QUEUE_URL".into(), value)]));
        let error = of(&function, &stack(), &addresses()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "place-order's variable QUEUE_URL names Nowhere, which the template doesn't define"
        );
    }
}
