//! A marketplace that answers as it is told, and remembers what it was asked.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::harness::eventually;

/// An answer.
#[derive(Debug, Clone)]
pub enum Say {
    /// What a marketplace that is well says.
    Yes,
    /// A status with an empty body.
    Status(u16),
    /// A status with headers and a body.
    Full(u16, Vec<(&'static str, String)>, String),
    /// Nothing, for ever.
    Nothing,
    /// The connection ends without an answer.
    HangUp,
}

/// One request that came.
#[derive(Debug, Clone)]
pub struct Heard {
    pub at: Instant,
    /// `POST /api/oms/pvt/orders/…/invoice?an=mkt1`
    pub call: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Heard {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// A header's text; empty if it is missing.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }
}

/// Answers for requests whose verb and path end with `end`.
struct Script {
    end: String,
    answers: VecDeque<Say>,
    stays: bool,
}

#[derive(Default)]
struct State {
    heard: Vec<Heard>,
    scripts: Vec<Script>,
}

/// The marketplace; it ends with this.
pub struct Scripted {
    pub url: String,
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    server: Mutex<JoinHandle<()>>,
}

impl Scripted {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::<Mutex<State>>::default();
        let server = Mutex::new(tokio::spawn(serve(listener, Arc::clone(&state))));
        Self {
            url: format!("http://{address}"),
            address,
            state,
            server,
        }
    }

    /// `[marketplaces.endpoints]` that lead here.
    pub fn endpoints(&self) -> String {
        let url = &self.url;
        format!(
            "[marketplaces.endpoints]\napi = \"{url}\"\nsuggestions = \"{url}/mkt1\"\n\
             services = \"{url}/api/oms\"\n"
        )
    }

    /// What the next requests are answered whose verb and path end like this, each with one of
    /// these; those after them as if nothing had been said.
    pub fn says(&self, end: &str, answers: impl IntoIterator<Item = Say>) {
        self.script(end, answers.into_iter().collect(), false);
    }

    /// What all such requests are answered from now on.
    pub fn says_always(&self, end: &str, answer: Say) {
        self.script(end, [answer].into(), true);
    }

    /// Forgets what it was told to say.
    pub fn recovers(&self) {
        self.state().scripts.clear();
    }

    fn script(&self, end: &str, answers: VecDeque<Say>, stays: bool) {
        let script = Script {
            end: end.to_owned(),
            answers,
            stays,
        };
        self.state().scripts.push(script);
    }

    /// The requests so far whose verb and path end like this.
    pub fn heard(&self, end: &str) -> Vec<Heard> {
        let state = self.state();
        let heard = state.heard.iter().filter(|heard| ends(&heard.call, end));
        heard.cloned().collect()
    }

    /// Forgets the requests so far.
    pub fn forget(&self) {
        self.state().heard.clear();
    }

    /// Waits for so many such requests.
    pub async fn hears(&self, end: &str, count: usize) -> Vec<Heard> {
        eventually(&format!("{count} times {end}"), async || {
            let heard = self.heard(end);
            (heard.len() >= count).then_some(heard)
        })
        .await
    }

    /// Nobody listens any more, and whoever was connected is not.
    pub async fn close(&self) {
        let server = {
            let mut server = self.server.lock().unwrap();
            std::mem::replace(&mut *server, tokio::spawn(async {}))
        };
        server.abort();
        let _ = server.await;
    }

    /// Listens again where it did.
    pub async fn open(&self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        let server = tokio::spawn(serve(listener, Arc::clone(&self.state)));
        *self.server.lock().unwrap() = server;
    }

    /// Ends all connections, and listens on.
    pub async fn cut_off(&self) {
        self.close().await;
        self.open().await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.server.lock().unwrap().abort();
    }
}

async fn serve(listener: TcpListener, state: Arc<Mutex<State>>) {
    // Ends the connections with itself.
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        connections.spawn(converse(stream, Arc::clone(&state)));
    }
}

async fn converse(stream: TcpStream, state: Arc<Mutex<State>>) {
    let service = service_fn(|request| answer(request, &state));
    // An error is a connection that was to end.
    let _ = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// The connection is to end without an answer.
#[derive(Debug, thiserror::Error)]
#[error("hung up")]
struct HungUp;

async fn answer(
    request: Request<Incoming>,
    state: &Mutex<State>,
) -> Result<Response<Full<Bytes>>, HungUp> {
    let at = Instant::now();
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| HungUp)?.to_bytes();
    let heard = Heard {
        at,
        call: format!("{} {}", head.method, head.uri),
        headers: head.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    let (say, receipt) = {
        let mut state = state.lock().unwrap();
        let say = state.said_to(&heard.call);
        state.heard.push(heard.clone());
        (say, state.heard.len())
    };
    let (status, headers, body) = match say {
        Say::Yes => yes(&heard.call, receipt),
        Say::Status(status) => (status, Vec::new(), String::new()),
        Say::Full(status, headers, body) => (status, headers, body),
        Say::Nothing => std::future::pending().await,
        Say::HangUp => return Err(HungUp),
    };
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(name, value);
    }
    Ok(response.body(Full::new(body.into())).unwrap())
}

impl State {
    fn said_to(&mut self, call: &str) -> Say {
        let script = self
            .scripts
            .iter_mut()
            .find(|script| ends(call, &script.end) && !script.answers.is_empty());
        match script {
            Some(script) if script.stays => script.answers[0].clone(),
            Some(script) => script.answers.pop_front().unwrap(),
            None => Say::Yes,
        }
    }
}

/// Whether the verb and path of a call end like this.
fn ends(call: &str, end: &str) -> bool {
    let (path, _) = call.split_once('?').unwrap_or((call, ""));
    path.ends_with(end)
}

/// What protocol §1.2 has for success.
fn yes(call: &str, receipt: usize) -> (u16, Vec<(&'static str, String)>, String) {
    if call.contains("/pvt/orders/") {
        let body = json!({
            "date": "2021-06-09T15:22:56.7612218-02:00", "orderId": "1-01",
            "receipt": format!("receipt-{receipt}"),
        });
        let json = vec![("content-type", "application/json".to_owned())];
        return (200, json, body.to_string());
    }
    let status = if call.contains("/api/notificator/") {
        202
    } else {
        200
    };
    (status, Vec::new(), String::new())
}
