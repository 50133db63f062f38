//! Imports that are cut off, and queues that do not take everything.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, routing};
use feirante_models::Instant;
use serde_json::{Value, json};

use super::super::program::{Ended, Files, feirante};
use crate::harness::System;

/// What the queue does with a call.
type Rule = Box<dyn FnMut(&[Value]) -> Response + Send>;

/// A queue that does as it is told, before a real database.
struct Queue {
    url: String,
    state: Arc<Mutex<Taken>>,
}

#[derive(Default)]
struct Taken {
    messages: Vec<Value>,
    rule: Option<Rule>,
    /// Messages it says it has.
    backlog: u32,
}

impl Queue {
    async fn start() -> Self {
        let state = Arc::new(Mutex::new(Taken::default()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let app = Router::new()
            .route("/", routing::post(answer))
            .with_state(state.clone());
        tokio::spawn(async { axum::serve(listener, app).await });
        Self { url, state }
    }

    /// What it does from now on; `None`: it takes everything.
    fn does(&self, rule: Option<Rule>) {
        self.state.lock().unwrap().rule = rule;
    }

    /// What it took since it was asked last, by SKU.
    fn taken(&self) -> BTreeMap<String, Vec<Value>> {
        let messages = std::mem::take(&mut self.state.lock().unwrap().messages);
        let mut by_sku: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for message in messages {
            let sku = message["sku"].as_str().unwrap().to_owned();
            by_sku.entry(sku).or_default().push(message);
        }
        by_sku
    }

    async fn import(&self, system: &System, arguments: &[&str]) -> Ended {
        let servers = ["--dynamodb", &system.ready().dynamodb, "--sqs", &self.url];
        feirante(&[&["import", "--yes", "--json"], arguments, &servers].concat()).await
    }
}

async fn answer(
    State(state): State<Arc<Mutex<Taken>>>,
    headers: HeaderMap,
    call: String,
) -> Response {
    if headers["x-amz-target"] == "AmazonSQS.GetQueueUrl" {
        return Json(json!({"QueueUrl": "http://127.0.0.1/erp-offers"})).into_response();
    }
    if headers["x-amz-target"] == "AmazonSQS.GetQueueAttributes" {
        let waiting = state.lock().unwrap().backlog.to_string();
        let counts = json!({"Attributes": {"ApproximateNumberOfMessages": waiting}});
        return Json(counts).into_response();
    }
    let call: Value = serde_json::from_str(&call).unwrap();
    let mut state = state.lock().unwrap();
    let entries = call["Entries"].as_array().unwrap();
    if let Some(rule) = &mut state.rule {
        let answer = rule(entries);
        if !answer.status().is_success() {
            return answer;
        }
    }
    let refused = |entry: &Value| entry["MessageBody"].as_str().unwrap().contains("refused");
    let (failed, taken): (Vec<&Value>, Vec<&Value>) = entries.iter().partition(|e| refused(e));
    for entry in &taken {
        let body = entry["MessageBody"].as_str().unwrap();
        state.messages.push(serde_json::from_str(body).unwrap());
    }
    let done = taken.iter().map(|entry| {
        let digest = "00000000000000000000000000000000";
        json!({"Id": entry["Id"], "MessageId": "1", "MD5OfMessageBody": digest})
    });
    let failed = failed.iter().map(
        |entry| json!({"Id": entry["Id"], "SenderFault": true, "Code": "InvalidMessageContents"}),
    );
    let (done, failed) = (done.collect::<Vec<_>>(), failed.collect::<Vec<_>>());
    Json(json!({"Successful": done, "Failed": failed})).into_response()
}

fn denied() -> Response {
    let body = json!({"__type": "com.amazonaws.sqs#AccessDenied", "message": "not yours"});
    (StatusCode::FORBIDDEN, Json(body)).into_response()
}

/// Prices of so many SKUs.
fn prices(count: usize) -> String {
    let rows = (0..count).map(|number| format!("sku-{number:03},5.{:02}\n", number % 100));
    format!("sku,price\n{}", rows.collect::<String>())
}

/// What is known may not be so any more when the queue is empty.
#[tokio::test(flavor = "multi_thread")]
async fn what_changes_nothing_is_sent_while_others_are_on_the_queue() {
    let (system, queue, files) = (System::start().await, Queue::start().await, Files::new());
    let path = files.write("offers.csv", "sku,price,list_price\n2000037,73.90,74.90\n");
    let arguments = [path.to_str().unwrap()];
    queue.import(&system, &arguments).await.succeeded();
    assert_eq!(queue.taken().len(), 0);
    queue.state.lock().unwrap().backlog = 1;
    queue.import(&system, &arguments).await.succeeded();
    assert_eq!(queue.taken().len(), 1);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_goes_on_where_it_was_cut_off() {
    const SKUS: usize = 300;
    let (system, queue, files) = (System::start().await, Queue::start().await, Files::new());
    let path = files.write("offers.csv", prices(SKUS));
    let path = path.to_str().unwrap();
    // Ten calls pass, ten messages each.
    let mut calls = 0;
    queue.does(Some(Box::new(move |_| {
        calls += 1;
        if calls > 10 {
            denied()
        } else {
            StatusCode::OK.into_response()
        }
    })));
    let cut = queue.import(&system, &[path]).await;
    assert!(cut.failed().contains("AccessDenied"), "{cut:?}");
    assert!(cut.failed().contains("goes on"), "{cut:?}");
    let first = queue.taken();
    assert_eq!(first.len(), 100);
    let kept = std::fs::read(files.path("offers.csv.import")).unwrap();
    let kept: Value = serde_json::from_slice(&kept).unwrap();
    let settled = usize::try_from(kept["settled"].as_u64().unwrap()).unwrap();
    // What came back out of turn is not counted.
    assert!(settled > 0 && settled <= 100, "{settled}");

    queue.does(None);
    let rest = queue.import(&system, &[path]).await;
    let report: Value = serde_json::from_str(rest.succeeded()).unwrap();
    assert_eq!(report["resumed"], true);
    assert_eq!(report["sent"], SKUS - settled);
    let second = queue.taken();
    assert_eq!(second.len(), SKUS - settled);
    let all: std::collections::BTreeSet<&String> = first.keys().chain(second.keys()).collect();
    assert_eq!(all.len(), SKUS);
    // All of it was so when the import began.
    let mut times = first
        .values()
        .chain(second.values())
        .flatten()
        .map(|message| &message["asOf"]);
    assert!(times.all(|as_of| *as_of == kept["asOf"]));
    assert!(!files.path("offers.csv.import").exists());

    // The same file is a new import from now on, and so it is if it is asked for.
    let anew = queue.import(&system, &[path]).await;
    let report: Value = serde_json::from_str(anew.succeeded()).unwrap();
    assert_eq!(
        (&report["resumed"], &report["sent"]),
        (&json!(false), &json!(SKUS))
    );
    let at = |as_of: &Value| Instant::parse(as_of.as_str().unwrap()).unwrap();
    assert!(at(&report["asOf"]) > at(&kept["asOf"]));
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_queue_is_asked_again_and_what_it_refuses_is_named() {
    let (system, queue, files) = (System::start().await, Queue::start().await, Files::new());
    let text = format!("{}refused,5.00\nlast,6.00\n", prices(30));
    let path = files.write("offers.csv", text);
    let path = path.to_str().unwrap();
    // Each call is throttled twice.
    let mut calls: BTreeMap<String, u32> = BTreeMap::new();
    queue.does(Some(Box::new(move |entries| {
        let first = entries[0]["MessageBody"].to_string();
        let tries = calls.entry(first).or_default();
        *tries += 1;
        if *tries > 2 {
            return StatusCode::OK.into_response();
        }
        let body = json!({"__type": "com.amazonaws.sqs#RequestThrottled", "message": "slow down"});
        (StatusCode::BAD_REQUEST, Json(body)).into_response()
    })));
    let ended = queue.import(&system, &[path]).await;
    assert_eq!(ended.status, Some(1), "{ended:?}");
    let named =
        format!("error: {path}:32: price of refused was not sent: InvalidMessageContents\n");
    assert_eq!(ended.err, named);
    let report: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(
        (&report["sent"], &report["unsent"][0]["line"]),
        (&json!(31), &json!(32))
    );
    let taken = queue.taken();
    assert_eq!(taken.len(), 31);
    assert!(taken.values().all(|messages| messages.len() == 1));
    system.stop().await;
}
