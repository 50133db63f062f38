//! The marketplace's calls.

use serde_json::Value;

/// A marketplace that calls the seller.
#[derive(Debug, Clone)]
pub struct Marketplace {
    client: reqwest::Client,
    base: String,
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {:?}", String::from_utf8_lossy(&self.body)))
    }

    /// The code of the error envelope, which must be whole.
    pub fn code(&self) -> String {
        let envelope = self.json();
        let error = envelope["error"]
            .as_object()
            .unwrap_or_else(|| panic!("{envelope}"));
        assert_eq!(envelope.as_object().unwrap().len(), 1, "{envelope}");
        assert_eq!(error.len(), 3, "{envelope}");
        assert!(error["message"].is_string(), "{envelope}");
        assert!(error["exception"].is_null(), "{envelope}");
        error["code"].as_str().unwrap().to_owned()
    }

    /// The message of the error envelope.
    pub fn message(&self) -> String {
        self.json()["error"]["message"].as_str().unwrap().to_owned()
    }
}

impl Marketplace {
    /// The marketplace whose path key is `key`.
    pub fn new(api: &str, key: &str) -> Self {
        // One that follows no redirect and has no proxy: what is asked is what is answered.
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        Self {
            client,
            base: format!("{api}/m/{key}"),
        }
    }

    /// A request to be completed by the test; `path` starts behind the base.
    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        self.client.request(method, format!("{}{path}", self.base))
    }

    /// Sends a request.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Reply {
        let answer = request.send().await.unwrap();
        Reply {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            body: answer.bytes().await.unwrap().to_vec(),
        }
    }

    /// POSTs text as JSON.
    pub async fn post_text(&self, path: &str, body: impl Into<String>) -> Reply {
        let request = self
            .request("POST", path)
            .header("content-type", "application/json");
        self.send(request.body(body.into())).await
    }

    /// POSTs JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.post_text(path, body.to_string()).await
    }

    /// Asks for a simulation.
    pub async fn simulate(&self, cart: &Value) -> Reply {
        self.post("/pvt/orderForms/simulation", cart).await
    }

    /// Places orders.
    pub async fn place(&self, orders: &Value) -> Reply {
        self.post("/pvt/orders", orders).await
    }

    /// Authorizes an order.
    pub async fn authorize(&self, order_id: &str, body: &Value) -> Reply {
        self.post(&format!("/pvt/orders/{order_id}/fulfill"), body)
            .await
    }

    /// Asks to cancel an order.
    pub async fn cancel(&self, order_id: &str, body: &Value) -> Reply {
        self.post(&format!("/pvt/orders/{order_id}/cancel"), body)
            .await
    }
}
