//! A database behind a door that counts who comes through, and can be shut. Queues too, where a test
//! wants to know of them.
//!
//! The functions reach them through the door, each by a path of its own; the sandbox and the tests go
//! round it, so that what is counted and what fails is the functions' alone.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use dynoxide::Database;
use feirante_sandbox::Options;
use feirante_sandbox::template;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};

/// What a function finds at the door.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    /// The connection ends before an answer, and so does each new one.
    Refuse,
    /// Nobody answers.
    Hang,
    /// Answers come late.
    Slow(Duration),
    /// The table is busy.
    Throttle,
    /// The database itself fails.
    Fail,
    /// The function lacks a permission.
    Deny,
    /// The call is done, but its answer never arrives.
    LoseAnswer,
}

/// One call of a function.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) function: String,
    pub(crate) operation: String,
    pub(crate) body: Value,
}

/// What holds for one function, or only for one of its operations.
#[derive(Debug)]
struct Rule {
    function: String,
    operation: Option<String>,
    fault: Fault,
    /// How often it still strikes; `None`: until the function is healed.
    times: Option<usize>,
}

#[derive(Debug, Default)]
struct State {
    calls: Vec<Call>,
    rules: Vec<Rule>,
}

/// An embedded database, and embedded queues, with the door before them.
#[derive(Debug)]
pub(crate) struct Door {
    database: String,
    queues: String,
    address: String,
    state: Arc<Mutex<State>>,
}

impl Door {
    /// Opens a database and queues, in memory, and their door.
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let queues = format!("http://{}", listener.local_addr().unwrap());
        let server = feirante_queues::Server::open(&feirante_queues::Storage::Memory, &[]);
        tokio::spawn(server.unwrap().serve(listener, std::future::pending()));

        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let database = format!("http://{}", listener.local_addr().unwrap());
        let store = Database::memory().unwrap();
        tokio::spawn(dynoxide::server::serve_on(listener, store));

        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::<Mutex<State>>::default();
        let keeper = Keeper {
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            database: database.clone(),
            queues: queues.clone(),
            state: Arc::clone(&state),
        };
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(keeper.clone().serve(stream));
            }
        });
        Self {
            database,
            queues,
            address,
            state,
        }
    }

    /// Makes a sandbox use this database, its functions through the door.
    pub(crate) fn lead(&self, options: &mut Options) {
        options.dynamodb = Some(self.database.clone());
        self.lead_through("AWS_ENDPOINT_URL_DYNAMODB", options);
    }

    /// The same with its queues.
    pub(crate) fn lead_to_queues(&self, options: &mut Options) {
        options.sqs = Some(self.queues.clone());
        self.lead_through("AWS_ENDPOINT_URL_SQS", options);
    }

    fn lead_through(&self, variable: &str, options: &mut Options) {
        for (name, function) in &mut options.stack.functions {
            let url = template::Value::Text(format!("{}/{name}", self.address));
            function.environment.insert(variable.to_owned(), url);
        }
    }

    /// Makes every call of `function` meet `fault` until it is healed.
    pub(crate) fn shut(&self, function: &str, fault: Fault) {
        self.rule(function, None, fault, None);
    }

    /// Makes the next `times` calls of one operation of `function` meet `fault`.
    pub(crate) fn strike(&self, function: &str, operation: &str, fault: Fault, times: usize) {
        self.rule(function, Some(operation), fault, Some(times));
    }

    /// Opens the door to everyone.
    pub(crate) fn heal(&self) {
        self.state().rules.clear();
    }

    /// Forgets the calls so far.
    pub(crate) fn start_counting(&self) {
        self.state().calls.clear();
    }

    /// The calls of `function` since counting started.
    pub(crate) fn calls_of(&self, function: &str) -> Vec<Call> {
        let state = self.state();
        let calls = state.calls.iter();
        calls
            .filter(|call| call.function == function)
            .cloned()
            .collect()
    }

    /// The operations of those calls.
    pub(crate) fn operations_of(&self, function: &str) -> Vec<String> {
        let calls = self.calls_of(function);
        calls.into_iter().map(|call| call.operation).collect()
    }

    fn rule(&self, function: &str, operation: Option<&str>, fault: Fault, times: Option<usize>) {
        let rule = Rule {
            function: function.to_owned(),
            operation: operation.map(str::to_owned),
            fault,
            times,
        };
        self.state().rules.push(rule);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

/// Who stands at the door.
#[derive(Clone)]
struct Keeper {
    client: reqwest::Client,
    database: String,
    queues: String,
    state: Arc<Mutex<State>>,
}

/// The connection is to end without an answer.
#[derive(Debug, thiserror::Error)]
#[error("shut")]
struct Shut;

type Answer = Response<Full<Bytes>>;

impl Keeper {
    async fn serve(self, stream: TcpStream) {
        stream.set_nodelay(true).unwrap();
        let service = service_fn(|request| self.answer(request));
        // An error is what a fault asked for.
        let _ = hyper::server::conn::http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service)
            .await;
    }

    async fn answer(&self, request: Request<Incoming>) -> Result<Answer, Shut> {
        let (head, body) = request.into_parts();
        let function = head.uri.path().trim_matches('/').to_owned();
        let target = head.headers["x-amz-target"].to_str().unwrap();
        let operation = target.rsplit('.').next().unwrap().to_owned();
        let body = body.collect().await.map_err(|_| Shut)?.to_bytes();
        match self.note(function, operation, &body) {
            None => {}
            Some(Fault::Refuse) => return Err(Shut),
            Some(Fault::Hang) => std::future::pending().await,
            Some(Fault::Slow(by)) => tokio::time::sleep(by).await,
            Some(Fault::Throttle) => {
                return Ok(refusal(StatusCode::BAD_REQUEST, "ThrottlingException"));
            }
            Some(Fault::Fail) => {
                let status = StatusCode::INTERNAL_SERVER_ERROR;
                return Ok(refusal(status, "InternalServerError"));
            }
            Some(Fault::Deny) => {
                return Ok(refusal(StatusCode::BAD_REQUEST, "AccessDeniedException"));
            }
            Some(Fault::LoseAnswer) => {
                self.forward(&head.headers, body).await;
                return Err(Shut);
            }
        }
        Ok(self.forward(&head.headers, body).await)
    }

    /// Writes the call down and says what becomes of it.
    fn note(&self, function: String, operation: String, body: &Bytes) -> Option<Fault> {
        let mut state = self.state.lock().unwrap();
        let rule = state.rules.iter_mut().find(|rule| {
            rule.function == function
                && rule.operation.as_ref().is_none_or(|one| *one == operation)
                && rule.times != Some(0)
        });
        let fault = rule.map(|rule| {
            rule.times = rule.times.map(|times| times - 1);
            rule.fault
        });
        state.calls.push(Call {
            function,
            operation,
            body: serde_json::from_slice(body).unwrap(),
        });
        fault
    }

    async fn forward(&self, headers: &hyper::HeaderMap, body: Bytes) -> Answer {
        let mut headers = headers.clone();
        headers.remove(hyper::header::HOST);
        let target = headers["x-amz-target"].to_str().unwrap();
        let server = match target.split_once('.') {
            Some(("AmazonSQS", _)) => &self.queues,
            _ => &self.database,
        };
        let call = self.client.post(server).headers(headers.clone()).body(body);
        let answer = call.send().await.unwrap();
        let mut response = Response::builder().status(answer.status());
        for name in ["content-type", "x-amz-crc32", "x-amzn-requestid"] {
            if let Some(value) = answer.headers().get(name) {
                response = response.header(name, value);
            }
        }
        response
            .body(Full::new(answer.bytes().await.unwrap()))
            .unwrap()
    }
}

fn refusal(status: StatusCode, kind: &str) -> Answer {
    let kind = format!("com.amazonaws.dynamodb.v20120810#{kind}");
    let body = json!({"__type": kind, "message": "not now"}).to_string();
    Response::builder()
        .status(status)
        .header("content-type", "application/x-amz-json-1.0")
        .body(Full::new(body.into()))
        .unwrap()
}
