//! The Lambda Runtime API: what a function's process asks for events and answers them by.
//!
//! One listener serves all processes. Each has a path of its own, which is how it is told apart.

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::AbortHandle;
use uuid::Uuid;

use super::slot::{Answer, Job, Slot};
use super::{PAYLOAD_LIMIT, at_once};

/// A Lambda Runtime API on a free port, for any number of processes. Dropping it ends it.
#[derive(Debug)]
pub struct RuntimeApi {
    address: SocketAddr,
    directory: Arc<Directory>,
    server: AbortHandle,
}

impl RuntimeApi {
    /// Opens it.
    ///
    /// # Errors
    /// When there is no port to listen at.
    pub async fn open() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let directory = Arc::new(Directory::default());
        let router = router(Arc::clone(&directory));
        let server = tokio::spawn(async move { axum::serve(at_once(listener), router).await });
        Ok(Self {
            address,
            directory,
            server: server.abort_handle(),
        })
    }

    /// Lets in a process, which is about to start: it works off `slot`.
    #[must_use]
    pub fn enter(&self, slot: &Arc<Slot>) -> Entry {
        let process = Uuid::new_v4().to_string();
        self.directory.enter(process, self.address, slot)
    }

    /// Answers nobody any more.
    pub(super) fn close(&self) {
        self.server.abort();
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.close();
    }
}

/// The processes that may ask, by the first segment of their path.
#[derive(Debug, Default)]
struct Directory(Mutex<HashMap<String, Arc<Slot>>>);

/// A process's place in the directory, given up when dropped.
#[derive(Debug)]
pub struct Entry {
    process: String,
    address: SocketAddr,
    directory: Arc<Directory>,
}

impl Entry {
    /// What `AWS_LAMBDA_RUNTIME_API` says to the process. With a path, clients need the scheme.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/{}", self.address, self.process)
    }

    /// What tells the process apart from all others.
    pub(super) fn process(&self) -> &str {
        &self.process
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.directory.entries().remove(&self.process);
    }
}

impl Directory {
    fn enter(self: &Arc<Self>, process: String, address: SocketAddr, slot: &Arc<Slot>) -> Entry {
        self.entries().insert(process.clone(), Arc::clone(slot));
        Entry {
            process,
            address,
            directory: Arc::clone(self),
        }
    }

    fn find(&self, process: &str) -> Result<Arc<Slot>, Refusal> {
        let found = self.entries().get(process).cloned();
        found.ok_or(Refusal::NoSuchProcess)
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<String, Arc<Slot>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn router(directory: Arc<Directory>) -> Router {
    let runtime = Router::new()
        .route("/invocation/next", get(next))
        .route("/invocation/{id}/response", post(response))
        .route("/invocation/{id}/error", post(error))
        .route("/init/error", post(init_error));
    Router::new()
        .nest("/{process}/2018-06-01/runtime", runtime)
        .layer(DefaultBodyLimit::max(PAYLOAD_LIMIT))
        .with_state(directory)
}

async fn next(
    State(directory): State<Arc<Directory>>,
    Path(process): Path<String>,
) -> Result<Response, Refusal> {
    let slot = directory.find(&process)?;
    let job = slot.next().await;
    let trace = trace_id(&job);
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("lambda-runtime-aws-request-id", job.id),
        ("lambda-runtime-deadline-ms", job.deadline.to_string()),
        ("lambda-runtime-invoked-function-arn", slot.arn.clone()),
        ("lambda-runtime-trace-id", trace),
    ];
    Ok((AppendHeaders(headers), job.event).into_response())
}

/// X-Ray's form: the time, then 24 hexadecimal digits, here of the request id.
fn trace_id(job: &Job) -> String {
    let digits: String = job.id.chars().filter(|c| *c != '-').take(24).collect();
    format!("Root=1-{:08x}-{digits}", job.deadline / 1000)
}

async fn response(
    State(directory): State<Arc<Directory>>,
    Path((process, id)): Path<(String, String)>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let slot = directory.find(&process)?;
    let answer = match body {
        Ok(body) => Answer::Response(body),
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            slot.answer(&id, Answer::TooLarge);
            return Err(Refusal::TooLarge);
        }
        Err(_) => return Err(Refusal::Unreadable),
    };
    accept(slot.answer(&id, answer))
}

async fn error(
    State(directory): State<Arc<Directory>>,
    Path((process, id)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let slot = directory.find(&process)?;
    let report = Report::read(&body);
    let answer = Answer::Error {
        kind: report.error_type,
        message: report.error_message,
    };
    accept(slot.answer(&id, answer))
}

async fn init_error(
    State(directory): State<Arc<Directory>>,
    Path(process): Path<String>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let report = Report::read(&body);
    let reason = format!("{}: {}", report.error_type, report.error_message);
    directory.find(&process)?.give_up(reason);
    accept(true)
}

fn accept(known: bool) -> Result<Response, Refusal> {
    if !known {
        return Err(Refusal::NoSuchInvocation);
    }
    Ok((StatusCode::ACCEPTED, Json(json!({"status": "OK"}))).into_response())
}

/// A function's report of its error. Whatever it lacks is left empty: the invocation failed anyway.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Report {
    error_type: String,
    error_message: String,
}

impl Report {
    fn read(body: &[u8]) -> Self {
        serde_json::from_slice(body).unwrap_or_default()
    }
}

/// Why a process's call is refused, as Lambda words it.
#[derive(Debug)]
enum Refusal {
    NoSuchProcess,
    NoSuchInvocation,
    Unreadable,
    TooLarge,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, kind, message) = match self {
            Self::NoSuchProcess => (
                StatusCode::FORBIDDEN,
                "InvalidProcess",
                "The process is not one of the sandbox's",
            ),
            Self::NoSuchInvocation => (
                StatusCode::BAD_REQUEST,
                "InvalidRequestID",
                "Invalid request ID",
            ),
            Self::Unreadable => (
                StatusCode::BAD_REQUEST,
                "InvalidRequest",
                "The answer could not be read",
            ),
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "RequestEntityTooLarge",
                "Exceeded maximum allowed payload size",
            ),
        };
        let body = json!({"errorType": kind, "errorMessage": message});
        (status, Json(body)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use http_body_util::BodyExt;
    use hyper_util::client::legacy::Client;
    use hyper_util::rt::TokioExecutor;
    use serde_json::Value;

    use super::*;

    /// A process with one event waiting, and the API it asks.
    struct Api {
        base: String,
        _entry: Entry,
        answer: tokio::sync::oneshot::Receiver<Answer>,
    }

    impl Api {
        async fn start() -> Self {
            let slot = Arc::new(Slot::new("arn:f".to_owned()));
            let answer = slot.offer(Job {
                id: "0bd4a1c5-0000-4000-8000-000000000000".to_owned(),
                deadline: 1_795_248_550_123,
                event: Bytes::from_static(b"{}"),
            });
            let directory = Arc::new(Directory::default());
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let entry = directory.enter("p1".to_owned(), address, &slot);
            tokio::spawn(async move { axum::serve(listener, router(directory)).await });
            let base = format!("http://{address}");
            Self {
                base,
                _entry: entry,
                answer,
            }
        }

        async fn call(&self, method: &str, path: &str, body: Vec<u8>) -> http::Response<Bytes> {
            let (process, rest) = path.split_once('/').unwrap();
            let request = Request::builder()
                .method(method)
                .uri(format!("{}/{process}/2018-06-01/runtime/{rest}", self.base))
                .body(Body::from(body))
                .unwrap();
            let client = Client::builder(TokioExecutor::new()).build_http();
            let (head, body) = client.request(request).await.unwrap().into_parts();
            http::Response::from_parts(head, body.collect().await.unwrap().to_bytes())
        }
    }

    const RESPONSE: &str = "p1/invocation/0bd4a1c5-0000-4000-8000-000000000000/response";

    #[tokio::test]
    async fn an_event_comes_with_what_lambda_tells_about_it() {
        let api = Api::start().await;
        let event = api.call("GET", "p1/invocation/next", Vec::new()).await;
        let header = |name: &str| event.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(
            header("lambda-runtime-aws-request-id"),
            "0bd4a1c5-0000-4000-8000-000000000000"
        );
        assert_eq!(header("lambda-runtime-deadline-ms"), "1795248550123");
        assert_eq!(header("lambda-runtime-invoked-function-arn"), "arn:f");
        assert_eq!(
            header("lambda-runtime-trace-id"),
            "Root=1-6b0151a6-0bd4a1c50000400080000000"
        );
        assert_eq!(event.body(), "{}");
    }

    #[tokio::test]
    async fn an_answer_is_taken_once() {
        let api = Api::start().await;
        api.call("GET", "p1/invocation/next", Vec::new()).await;
        let taken = api.call("POST", RESPONSE, b"1".to_vec()).await;
        assert_eq!(taken.status(), 202);
        let late = api.call("POST", RESPONSE, b"2".to_vec()).await;
        assert_eq!(late.status(), 400);
        let late: Value = serde_json::from_slice(late.body()).unwrap();
        assert_eq!(late["errorType"], "InvalidRequestID");
        assert!(matches!(api.answer.await, Ok(Answer::Response(body)) if body == "1"));
    }

    #[tokio::test]
    async fn an_answer_over_the_limit_ends_the_invocation() {
        let api = Api::start().await;
        api.call("GET", "p1/invocation/next", Vec::new()).await;
        let refused = api.call("POST", RESPONSE, vec![b'x'; PAYLOAD_LIMIT + 1]);
        assert_eq!(refused.await.status(), 413);
        assert!(matches!(api.answer.await, Ok(Answer::TooLarge)));
    }

    #[tokio::test]
    async fn a_stranger_gets_no_event() {
        let api = Api::start().await;
        let refused = api.call("GET", "p2/invocation/next", Vec::new()).await;
        assert_eq!(refused.status(), 403);
    }
}
