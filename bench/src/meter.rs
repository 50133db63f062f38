//! The database's door: notes which function makes which call, and has the database say what the call
//! takes of what is paid for. And, if asked to, lets transactions conflict as DynamoDB does.

use std::collections::{BTreeMap, HashSet};
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use feirante_sandbox::{Options, template};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::time::Instant;

use crate::Failure;

/// What a call was, and what of the paid units it took; none are told of a write whose condition fails.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) function: String,
    pub(crate) operation: String,
    pub(crate) read_units: f64,
    pub(crate) write_units: f64,
}

/// The calls of one function, together.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Used {
    /// How many of each operation.
    pub(crate) calls: BTreeMap<String, usize>,
    pub(crate) read_units: f64,
    pub(crate) write_units: f64,
}

/// The door.
#[derive(Debug, Clone)]
pub(crate) struct Meter {
    address: String,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    client: reqwest::Client,
    database: String,
    queues: Option<String>,
    /// How long a transaction keeps others from its items.
    held_for: Option<Duration>,
    calls: Mutex<Vec<Call>>,
    /// The items that transactions have in their hands.
    held: Mutex<HashSet<String>>,
    conflicts: Mutex<u64>,
}

impl Meter {
    /// A door before `database`, and before `queues` where they are counted too. With `held_for`, a
    /// transaction takes that long, and others that want one of its items meanwhile are refused.
    pub(crate) async fn open(
        database: &str,
        queues: Option<&str>,
        held_for: Option<Duration>,
    ) -> Result<Self, Failure> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let shared = Arc::new(Shared {
            client: reqwest::Client::builder().no_proxy().build()?,
            database: database.to_owned(),
            queues: queues.map(str::to_owned),
            held_for,
            calls: Mutex::default(),
            held: Mutex::default(),
            conflicts: Mutex::default(),
        });
        let meter = Self {
            address: format!("http://{}", listener.local_addr()?),
            shared: Arc::clone(&shared),
        };
        let router = Router::new()
            .route("/{function}", post(pass))
            .route("/{function}/", post(pass))
            .with_state(shared);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(meter)
    }

    /// Makes the functions of a sandbox go through the door.
    pub(crate) fn lead(&self, options: &mut Options) {
        options.dynamodb = Some(self.shared.database.clone());
        options.sqs.clone_from(&self.shared.queues);
        let mut variables = vec!["AWS_ENDPOINT_URL_DYNAMODB"];
        if self.shared.queues.is_some() {
            variables.push("AWS_ENDPOINT_URL_SQS");
        }
        for (name, function) in &mut options.stack.functions {
            for variable in &variables {
                let url = template::Value::Text(format!("{}/{name}", self.address));
                function.environment.insert((*variable).to_owned(), url);
            }
        }
    }

    /// What was called since this was asked last, by function.
    pub(crate) fn take(&self) -> BTreeMap<String, Used> {
        let mut all: BTreeMap<String, Used> = BTreeMap::new();
        for call in std::mem::take(&mut *locked(&self.shared.calls)) {
            let used = all.entry(call.function).or_default();
            *used.calls.entry(call.operation).or_default() += 1;
            used.read_units += call.read_units;
            used.write_units += call.write_units;
        }
        all
    }

    /// How many calls there were since then.
    pub(crate) fn count(&self) -> usize {
        locked(&self.shared.calls).len()
    }

    /// How many transactions were refused since this was asked last.
    pub(crate) fn take_conflicts(&self) -> u64 {
        std::mem::take(&mut *locked(&self.shared.conflicts))
    }
}

/// Items that a transaction has in its hands, until this is dropped: also when its caller hangs up.
struct Held<'a> {
    shared: &'a Shared,
    items: Vec<String>,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let mut all = locked(&self.shared.held);
        for item in &self.items {
            all.remove(item);
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A call goes through.
async fn pass(
    State(shared): State<Arc<Shared>>,
    Path(function): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Response> {
    let wrong = || StatusCode::BAD_REQUEST.into_response();
    let target = headers
        .get("x-amz-target")
        .and_then(|value| value.to_str().ok());
    let (service, operation) = target
        .and_then(|target| target.split_once('.'))
        .ok_or_else(wrong)?;
    let queues = shared.queues.as_deref().filter(|_| service == "AmazonSQS");
    let (server, body) = match queues {
        Some(queues) => (queues, body),
        None => (shared.database.as_str(), metered(&body).ok_or_else(wrong)?),
    };
    let held = match shared.held_for {
        Some(time) if operation == "TransactWriteItems" => {
            let held = shared.hold(items(&body)).map_err(|refusal| *refusal)?;
            Some((held, Instant::now() + time))
        }
        _ => None,
    };
    let answer = shared.forward(server, &headers, body).await;
    if let Some((_held, until)) = held {
        tokio::time::sleep_until(until).await;
    }
    let (status, kept, answer) = answer.map_err(|_| StatusCode::BAD_GATEWAY.into_response())?;
    let units = if queues.is_some() {
        0.0
    } else {
        units(&answer)
    };
    let writes = !matches!(
        operation,
        "BatchGetItem" | "GetItem" | "Query" | "Scan" | "TransactGetItems"
    );
    locked(&shared.calls).push(Call {
        function,
        operation: operation.to_owned(),
        read_units: if writes { 0.0 } else { units },
        write_units: if writes { units } else { 0.0 },
    });
    Ok((status, kept, answer).into_response())
}

impl Shared {
    /// Takes the items for a transaction; or the refusal, where another has one of them. It comes at
    /// once here, which DynamoDB's does not.
    fn hold(&self, items: Vec<String>) -> Result<Held<'_>, Box<Response>> {
        let mut held = locked(&self.held);
        let taken: Vec<bool> = items.iter().map(|item| held.contains(item)).collect();
        if !taken.contains(&true) {
            held.extend(items.iter().cloned());
            return Ok(Held {
                shared: self,
                items,
            });
        }
        *locked(&self.conflicts) += 1;
        let reasons: Vec<Value> = taken
            .iter()
            .map(|taken| match taken {
                true => json!({"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}),
                false => json!({"Code": "None"}),
            })
            .collect();
        let body = json!({
            "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
            "Message": "Transaction cancelled, please refer cancellation reasons for specific reasons",
            "CancellationReasons": reasons,
        });
        let headers = [("content-type", "application/x-amz-json-1.0")];
        Err(Box::new(
            (StatusCode::BAD_REQUEST, headers, body.to_string()).into_response(),
        ))
    }

    async fn forward(
        &self,
        server: &str,
        headers: &HeaderMap,
        body: Bytes,
    ) -> reqwest::Result<(StatusCode, HeaderMap, Bytes)> {
        let mut headers = headers.clone();
        // They are of the body as it came, and of this door.
        for name in ["host", "content-length"] {
            headers.remove(name);
        }
        let answer = self
            .client
            .post(server)
            .headers(headers)
            .body(body)
            .send()
            .await?;
        let kept = ["content-type", "x-amz-crc32", "x-amzn-requestid"].into_iter();
        let kept = kept.filter_map(|name| {
            let value = answer.headers().get(name)?.clone();
            Some((http::HeaderName::from_static(name), value))
        });
        let kept: HeaderMap = kept.collect();
        Ok((answer.status(), kept, answer.bytes().await?))
    }
}

/// The call, which also asks what it takes.
fn metered(body: &Bytes) -> Option<Bytes> {
    let mut body: Value = serde_json::from_slice(body).ok()?;
    body.as_object_mut()?
        .insert("ReturnConsumedCapacity".to_owned(), json!("TOTAL"));
    Some(Bytes::from(body.to_string()))
}

/// What an answer says the call took.
fn units(answer: &Bytes) -> f64 {
    let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
    let of = |one: &Value| one["CapacityUnits"].as_f64().unwrap_or_default();
    match &answer["ConsumedCapacity"] {
        Value::Array(tables) => tables.iter().map(of).sum(),
        one => of(one),
    }
}

/// The items that a transaction is about, by table and key.
fn items(body: &Bytes) -> Vec<String> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let actions = body["TransactItems"].as_array().into_iter().flatten();
    let actions = actions.flat_map(|action| action.as_object().into_iter().flatten());
    actions
        .map(|(kind, action)| {
            let key = match kind.as_str() {
                // Which of its attributes are the key, the table knows; a new item has no rival here.
                "Put" => &action["Item"],
                _ => &action["Key"],
            };
            // In one order, whatever the client's was.
            let key: BTreeMap<_, _> = key.as_object().into_iter().flatten().collect();
            format!("{} {key:?}", action["TableName"])
        })
        .collect()
}
