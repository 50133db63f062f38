//! A marketplace that takes whatever it is told, and remembers it.

use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::http::{Method, Uri};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::eventually;

/// One call that came.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// `POST /api/oms/pvt/orders/…`
    pub call: String,
    /// Null without a body.
    pub body: Value,
}

/// The marketplace; it ends with this.
pub struct Taker {
    /// Where it answers.
    pub url: String,
    told: Arc<Mutex<Vec<Told>>>,
    server: JoinHandle<()>,
}

impl Taker {
    pub async fn start() -> Self {
        let told = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&told);
        let take = async move |method: Method, uri: Uri, body: Bytes| {
            let call = Told {
                call: format!("{method} {}", uri.path()),
                body: serde_json::from_slice(&body).unwrap_or_default(),
            };
            heard.lock().unwrap().push(call);
            Json(json!({"date": "2026-11-21T08:00:05Z", "orderId": "1", "receipt": "r1"}))
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(take);
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, told, server }
    }

    /// `[marketplaces.endpoints]` that lead here, to stand before `[[warehouses]]`.
    pub fn endpoints(&self) -> String {
        let url = &self.url;
        format!(
            "[marketplaces.endpoints]\napi = \"{url}\"\nsuggestions = \"{url}\"\n\
             services = \"{url}/api/oms\"\n\n[[warehouses]]"
        )
    }

    /// Every call so far.
    pub fn heard(&self) -> Vec<Told> {
        self.told.lock().unwrap().clone()
    }

    /// Waits for a call whose line is this.
    pub async fn hears(&self, call: &str) -> Told {
        eventually(call, async || {
            self.heard().into_iter().find(|told| told.call == call)
        })
        .await
    }
}

impl Drop for Taker {
    fn drop(&mut self) {
        self.server.abort();
    }
}
