//! The services and the control API, as a seller and a test see them: over HTTP.

mod access;
mod agreement;
mod cancellation;
mod catalog;
mod faults;
mod invoices;
mod journal;
mod limits;
mod restart;
mod returns;
mod suggestions;
mod tracking;
mod waiting;

use std::sync::Arc;

use jiff::Timestamp;
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::books::{Authorization, Invoice, Line, Order, Settings, Status};
use crate::options::{AccountOptions, Options};
use crate::server::{Running, start};
use crate::world::World;

const KEY: &str = "vtexappkey-mkt1";
const TOKEN: &str = "outbound-token";

/// The order that is there from the start: paid, authorized, nothing invoiced.
const ORDER: &str = "1000-01";
/// What it costs.
const TOTAL: i64 = 7_590;
/// The SKU that is in the catalog from the start.
const BOUND: &str = "2000037";

/// A marketplace with the accounts `mkt1` and `mkt2`, and a caller who has a key.
struct Market {
    running: Running,
    world: Arc<World>,
    client: Client,
}

/// An answer, read whole.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: reqwest::header::HeaderMap,
    text: String,
}

impl Answer {
    async fn read(response: Response) -> Self {
        Self {
            status: response.status(),
            headers: response.headers().clone(),
            text: response.text().await.unwrap(),
        }
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// Checks that it is the envelope with a message that has this in it.
    #[track_caller]
    fn assert_envelope(&self, status: u16, message: &str) {
        assert_eq!(self.status, status, "{self:?}");
        let body = self.json();
        assert!(body["error"]["code"].is_string(), "{body}");
        assert_eq!(body["error"]["exception"], Value::Null, "{body}");
        let told = body["error"]["message"].as_str().unwrap();
        assert!(told.contains(message), "{told:?} lacks {message:?}");
    }

    /// Checks that it is a receipt for the order, and gives its number.
    #[track_caller]
    fn assert_receipt(&self) -> String {
        assert_eq!(self.status, 200, "{self:?}");
        let body = self.json();
        assert_eq!(body["orderId"], ORDER);
        let date = body["date"].as_str().unwrap();
        let (_, fraction) = date.split_once('.').unwrap();
        assert_eq!(fraction.len(), "1234567-02:00".len(), "{date}");
        assert!(date.parse::<Timestamp>().is_ok(), "{date}");
        let receipt = body["receipt"].as_str().unwrap();
        assert_eq!(receipt.len(), 32);
        assert!(receipt.bytes().all(|byte| byte.is_ascii_hexdigit()));
        receipt.to_owned()
    }
}

impl Market {
    async fn open() -> Self {
        Self::open_with(options()).await
    }

    async fn open_with(options: Options) -> Self {
        let (running, world) = start(options).await.unwrap();
        if world.books.order("mkt1", ORDER).is_none() {
            world.books.write_order(paid_order(&world));
        }
        Self {
            running,
            world,
            client: Client::new(),
        }
    }

    /// Calls a path under `/mkt1` with the key of the account.
    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let url = format!("{}{path}", self.running.account_url("mkt1"));
        self.try_call(method, &url, body).await.unwrap()
    }

    async fn try_call(
        &self,
        method: Method,
        url: &str,
        body: Option<&Value>,
    ) -> Result<Answer, reqwest::Error> {
        let mut request = self
            .client
            .request(method, url)
            .header("X-VTEX-API-AppKey", KEY)
            .header("X-VTEX-API-AppToken", TOKEN);
        if let Some(body) = body {
            request = request.json(body);
        }
        Ok(Answer::read(request.send().await?).await)
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    async fn notify(&self, path: &str) -> Answer {
        self.call(Method::POST, path, None).await
    }

    /// Calls a route of the order, as its services endpoint says.
    async fn order_call(&self, method: Method, route: &str, body: &Value) -> Answer {
        let path = format!("/api/oms/pvt/orders/{ORDER}/{route}?an=mkt1");
        self.call(method, &path, Some(body)).await
    }

    async fn invoice(&self, body: &Value) -> Answer {
        self.order_call(Method::POST, "invoice", body).await
    }

    /// Calls the control API.
    async fn control(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let url = format!("{}/control/{path}", self.running.url());
        let request = self.client.request(method, url);
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        Answer::read(request.send().await.unwrap()).await
    }

    async fn set(&self, settings: Value) {
        let answer = self
            .control(Method::PUT, "settings/mkt1", Some(settings))
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    async fn fault(&self, call: &str, rules: Value) {
        let faults = json!({ "calls": { call: { "rules": rules } } });
        let answer = self
            .control(Method::POST, "faults/mkt1", Some(faults))
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    fn order(&self) -> Order {
        self.world.books.order("mkt1", ORDER).unwrap()
    }

    fn only_invoice(&self) -> Invoice {
        let mut order = self.order();
        assert_eq!(order.invoices.len(), 1);
        order.invoices.remove(0)
    }

    fn update_order(&self, change: impl FnOnce(&mut Order)) {
        self.world
            .books
            .update_order("mkt1", ORDER, change)
            .unwrap();
    }

    /// The rules broken so far.
    fn broken(&self) -> Vec<String> {
        let violations = self.world.books.violations();
        violations
            .into_iter()
            .map(|violation| violation.rule)
            .collect()
    }
}

fn options() -> Options {
    Options::new(vec![account("mkt1"), account("mkt2")])
}

fn account(account: &str) -> AccountOptions {
    AccountOptions {
        account: account.to_owned(),
        seller_id: "seller1".to_owned(),
        fulfillment_endpoint: "http://127.0.0.1:9/m/k9".to_owned(),
        authorization: None,
        app_key: KEY.to_owned(),
        app_token: TOKEN.to_owned(),
        sales_channel: "1".to_owned(),
        bound: vec![BOUND.to_owned()],
        settings: Settings::default(),
    }
}

fn paid_order(world: &World) -> Order {
    let now = Timestamp::now();
    let line = Line {
        sku: BOUND.to_owned(),
        quantity: 1,
        price: 7_390,
        shipping: 200,
    };
    let endpoint = world.services_endpoint("mkt1");
    let mut order = Order::new("mkt1", ORDER, vec![line], TOTAL, endpoint, json!({}), now);
    order.seller_order_id = Some("mkt1-1000-01".to_owned());
    order.move_to(Status::PaymentPending, "placed", now);
    order.move_to(Status::PaymentApproved, "paid", now);
    order.authorization = Some(Authorization {
        sent_at: now,
        confirmed_at: Some(now),
    });
    order
}

/// An invoice of a sale.
fn output(number: &str, value: i64) -> Value {
    json!({
        "type": "Output",
        "invoiceNumber": number,
        "invoiceValue": value,
        "issuanceDate": "2026-11-21T00:00:00.000Z",
        "items": [{ "id": BOUND, "quantity": 1, "price": 7_390 }],
        "courier": "",
        "trackingNumber": "",
        "trackingUrl": "",
    })
}

/// An invoice of a return.
fn input(number: &str, value: i64) -> Value {
    let mut invoice = output(number, value);
    invoice["type"] = json!("Input");
    invoice
}
