//! A marketplace, a seller, and what a test does with them.

use std::time::Duration;

use feirante_sandbox_marketplace::{
    AccountOptions, Marketplace, Options, Order, Running, Settings, Timings, Violation,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::seller::Seller;

pub(crate) const AUTHORIZATION: &str = r#"VTEX key="K" token="T""#;

pub(crate) struct World {
    pub(crate) seller: Seller,
    pub(crate) running: Running,
    http: reqwest::Client,
}

/// Everything as short as it can be without making a test depend on the machine's speed.
pub(crate) fn timings() -> Timings {
    Timings {
        refresh_after: Duration::from_millis(10),
        coalesce: Duration::from_millis(300),
        authorize_retry: Duration::from_millis(5),
        authorize_attempts: 4,
        recall_interval: Duration::from_millis(5),
        ..Timings::default()
    }
}

pub(crate) fn options(seller: &Seller) -> Options {
    let account = AccountOptions {
        account: "mkt1".to_owned(),
        seller_id: "seller1".to_owned(),
        fulfillment_endpoint: format!("{}?affiliateId=ABC", seller.base),
        authorization: Some(AUTHORIZATION.to_owned()),
        app_key: "app-key".to_owned(),
        app_token: "app-token".to_owned(),
        sales_channel: "1".to_owned(),
        bound: vec!["2000037".to_owned()],
        settings: Settings::default(),
    };
    let mut options = Options::new(vec![account]);
    options.timings = timings();
    options
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let seller = Seller::start().await;
        let mut options = options(&seller);
        change(&mut options);
        Self::on(seller, options).await
    }

    pub(crate) async fn on(seller: Seller, options: Options) -> Self {
        Self {
            seller,
            running: Marketplace::start(options).await.unwrap(),
            http: reqwest::Client::new(),
        }
    }

    /// The control API's status and answer.
    pub(crate) async fn try_post(&self, path: &str, body: Value) -> (u16, Value) {
        let url = format!("{}/control/{path}", self.running.url());
        let response = self.http.post(url).json(&body).send().await.unwrap();
        let status = response.status().as_u16();
        (status, response.json().await.unwrap_or_default())
    }

    pub(crate) async fn post(&self, path: &str, mut body: Value) -> Value {
        body["account"] = "mkt1".into();
        let (status, answer) = self.try_post(path, body).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> T {
        let url = format!("{}/control/{path}", self.running.url());
        let response = self.http.get(url).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }

    pub(crate) async fn fault(&self, call: &str, rules: Value) {
        let faults = json!({"calls": {call: {"rules": rules}}});
        let (status, answer) = self.try_post("faults/mkt1", faults).await;
        assert!(status < 300, "{answer}");
    }

    pub(crate) async fn settings(&self, settings: Value) {
        let url = format!("{}/control/settings/mkt1", self.running.url());
        let response = self.http.put(url).json(&settings).send().await.unwrap();
        assert!(response.status().is_success());
    }

    /// What the seller would say with C3.
    pub(crate) async fn notify_price(&self, sku: &str) {
        let account = self.running.account_url("mkt1");
        let url = format!("{account}/api/notificator/seller1/changenotification/{sku}/price");
        let response = self
            .http
            .post(url)
            .header("x-vtex-api-appkey", "app-key")
            .header("x-vtex-api-apptoken", "app-token")
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 202);
    }

    /// What the seller would say with C7 for the whole of an order.
    pub(crate) async fn invoice(&self, order: &Order) -> u16 {
        let account = self.running.account_url("mkt1");
        let url = format!("{account}/api/oms/pvt/orders/{}/invoice?an=mkt1", order.id);
        let items = order
            .lines
            .iter()
            .map(|line| json!({"id": line.sku, "quantity": line.quantity, "price": line.price}));
        let body = json!({
            "type": "Output", "invoiceNumber": "NFe-1", "invoiceValue": order.total,
            "issuanceDate": "2026-11-21T00:00:00Z", "items": items.collect::<Vec<_>>(),
        });
        let response = self
            .http
            .post(url)
            .header("x-vtex-api-appkey", "app-key")
            .header("x-vtex-api-apptoken", "app-token")
            .json(&body)
            .send()
            .await
            .unwrap();
        response.status().as_u16()
    }

    pub(crate) async fn order(&self, id: &str) -> Order {
        self.get(&format!("orders/mkt1/{id}")).await
    }

    pub(crate) async fn until(&self, id: &str, milestone: &str) -> Order {
        self.get(&format!("orders/mkt1/{id}?until={milestone}&within=20s"))
            .await
    }

    /// One order of the standard SKU, not paid yet.
    pub(crate) async fn buy(&self, group: &str) -> Order {
        let bought = self
            .post(
                "buy",
                json!({"items": [{"sku": "2000037"}], "group": group}),
            )
            .await;
        assert_eq!(bought["outcome"], "placed", "{bought}");
        serde_json::from_value(bought["orders"][0].clone()).unwrap()
    }

    /// The same, paid, and the seller knows.
    pub(crate) async fn buy_and_pay(&self, group: &str) -> Order {
        let order = self.buy(group).await;
        let paid = self
            .post("pay", json!({"order": order.id, "waitMs": 20_000}))
            .await;
        let order: Order = serde_json::from_value(paid).unwrap();
        assert!(order.reached("authorized"), "{order:?}");
        order
    }

    pub(crate) async fn violations(&self) -> Vec<Violation> {
        self.get("violations").await
    }

    pub(crate) async fn broken_rules(&self) -> Vec<String> {
        let violations = self.violations().await;
        violations
            .into_iter()
            .map(|violation| violation.rule)
            .collect()
    }

    pub(crate) async fn expect_no_violations(&self) {
        assert_eq!(self.violations().await, []);
    }
}
