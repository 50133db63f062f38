//! The sandbox's marketplace, through its control API.

use reqwest::Method;
use serde_json::Value;

/// A marketplace that runs beside the seller.
#[derive(Debug, Clone)]
pub struct Market {
    client: reqwest::Client,
    control: String,
}

impl Market {
    /// The marketplace at `url`.
    pub fn new(url: &str) -> Self {
        Self {
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            control: format!("{url}/control"),
        }
    }

    /// Reads what is there; with `until…` and `within` in the query, once it is so.
    pub async fn get(&self, path: &str) -> Value {
        self.ask(Method::GET, path, None).await
    }

    /// Does something.
    pub async fn post(&self, path: &str, body: Value) -> Value {
        self.ask(Method::POST, path, Some(body)).await
    }

    /// Changes something.
    pub async fn put(&self, path: &str, body: Value) -> Value {
        self.ask(Method::PUT, path, Some(body)).await
    }

    /// The answer, which is no error; null without a body.
    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let what = format!("{method} {path}");
        let mut request = self
            .client
            .request(method, format!("{}/{path}", self.control));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{what}: {status} {text}");
        if text.is_empty() {
            return Value::Null;
        }
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{what}: {error}: {text}"))
    }
}
