//! A marketplace that answers as told and remembers what it was asked.

use std::collections::{HashMap, VecDeque};
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, StatusCode};
use tokio::net::TcpListener;
use tokio::sync::{Notify, Semaphore};

/// One answer.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: &'static str,
}

impl Reply {
    pub(crate) fn of(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: r#"{"error":{"code":"1","message":"because","exception":null}}"#,
        }
    }

    pub(crate) fn text(self, body: &'static str) -> Self {
        Self { body, ..self }
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

/// What it was asked.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) token: String,
}

/// Everything of an account is under `/{account}`.
#[derive(Clone)]
pub(crate) struct Marketplace {
    pub(crate) url: String,
    inner: Arc<Inner>,
}

struct Inner {
    replies: Mutex<HashMap<String, VecDeque<Reply>>>,
    asked: Mutex<Vec<(String, Asked)>>,
    /// One permit for each answer that may be given, where answers are held back.
    gate: Semaphore,
    came: Notify,
}

impl Marketplace {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let inner = Arc::new(Inner {
            replies: Mutex::default(),
            asked: Mutex::default(),
            gate: Semaphore::new(Semaphore::MAX_PERMITS),
            came: Notify::new(),
        });
        let app = axum::Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&inner));
        tokio::spawn(axum::serve(listener, app).into_future());
        Self { url, inner }
    }

    /// The next answers to `account`; after them it takes whatever comes.
    pub(crate) fn answer(&self, account: &str, replies: impl IntoIterator<Item = Reply>) {
        let mut all = self.inner.replies.lock().unwrap();
        all.entry(account.to_owned()).or_default().extend(replies);
    }

    /// What `account` was asked so far.
    pub(crate) fn asked(&self, account: &str) -> Vec<Asked> {
        let all = self.inner.asked.lock().unwrap();
        all.iter()
            .filter(|(of, _)| of == account)
            .map(|(_, asked)| asked.clone())
            .collect()
    }

    /// Answers nothing from now on.
    pub(crate) fn hang(&self) {
        self.inner.gate.forget_permits(Semaphore::MAX_PERMITS);
    }

    /// Answers everything again.
    pub(crate) fn go_on(&self) {
        self.inner.gate.add_permits(Semaphore::MAX_PERMITS);
    }

    /// Waits until it is asked something.
    pub(crate) async fn came(&self) {
        self.inner.came.notified().await;
    }
}

async fn answer(State(inner): State<Arc<Inner>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let account = path.split('/').nth(1).unwrap().to_owned();
    let token = request.headers()["x-vtex-api-apptoken"].to_str().unwrap();
    let asked = Asked {
        method: request.method().to_string(),
        token: token.to_owned(),
        path,
    };
    inner.asked.lock().unwrap().push((account.clone(), asked));
    inner.came.notify_one();
    let _permit = inner.gate.acquire().await.unwrap();
    let reply = {
        let mut replies = inner.replies.lock().unwrap();
        replies.get_mut(&account).and_then(VecDeque::pop_front)
    };
    let taken = Reply::of(200).text(r#"{"date":"2026-11-21T00:00:00Z","receipt":"r1"}"#);
    let reply = reply.unwrap_or(taken);
    let headers: HeaderMap = reply
        .headers
        .iter()
        .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
        .collect();
    let status = StatusCode::from_u16(reply.status).unwrap();
    (status, headers, reply.body).into_response()
}
