//! The marketplace, as its shoppers and its operator use it: through its control API.

use feirante_sandbox_marketplace::{Call, CallName, Down, Offer, Order, Suggestion, Violation};
use reqwest::{Method, StatusCode, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::stage::PATIENCE;
use super::unmet::{Held, Unmet};

/// The marketplace's control API, for one account.
#[derive(Debug)]
pub(super) struct Market {
    http: reqwest::Client,
    control: String,
    pub(super) account: String,
}

/// What calls are about.
#[derive(Debug, Clone, Copy)]
pub(super) enum About<'a> {
    /// An order, by the marketplace's id.
    Order(&'a str),
    /// A SKU.
    Sku(&'a str),
    /// Whatever.
    Any,
}

/// What a storefront or a cart shows.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Quote {
    /// A cart's id, to buy it.
    pub(super) cart: Option<String>,
    pub(super) lines: Vec<QuotedLine>,
    /// What is taken of it, if all of a cart can be had.
    pub(super) selection: Option<Selection>,
}

/// What the seller offers for one line.
#[derive(Debug, Deserialize)]
pub(super) struct QuotedLine {
    pub(super) available: bool,
    /// In cents.
    pub(super) price: Option<i64>,
    pub(super) stock: Option<i64>,
}

/// What a cart costs, in cents.
#[derive(Debug, Deserialize)]
pub(super) struct Selection {
    pub(super) total: i64,
}

/// How a purchase ended.
#[derive(Debug, Deserialize)]
#[serde(tag = "outcome", rename_all = "camelCase")]
pub(super) enum Bought {
    /// The seller took the orders.
    Placed { orders: Vec<Order> },
    /// The marketplace saw that it can't be had.
    Unavailable { reason: String },
    /// The seller did not take the order.
    Incomplete { code: String, detail: String },
    /// A price is another than in the cart.
    #[serde(other)]
    Changed,
}

impl Market {
    pub(super) fn new(url: &str, account: &str) -> Self {
        Self {
            http: reqwest::Client::new(),
            control: format!("{url}/control"),
            account: account.to_owned(),
        }
    }

    /// A shopper looks at a SKU.
    pub(super) async fn browse(&self, sku: &str) -> Held<Quote> {
        let body = json!({"account": self.account, "skus": [sku]});
        self.post("browse", &body).await
    }

    /// A shopper fills a cart with so many of each SKU.
    pub(super) async fn cart(&self, items: &[(&str, i64)]) -> Held<Quote> {
        let items = items
            .iter()
            .map(|(sku, quantity)| json!({"sku": sku, "quantity": quantity}))
            .collect::<Value>();
        let body = json!({"account": self.account, "items": items});
        self.post("cart", &body).await
    }

    /// A shopper buys a cart.
    pub(super) async fn buy(&self, cart: &str) -> Held<Bought> {
        let body = json!({"account": self.account, "cart": cart});
        self.post("buy", &body).await
    }

    /// A shopper pays.
    pub(super) async fn pay(&self, order: &str) -> Held<Order> {
        self.post("pay", &self.patiently(order)).await
    }

    /// A shopper's payment is denied.
    pub(super) async fn deny_payment(&self, order: &str) -> Held<Order> {
        self.post("deny-payment", &self.patiently(order)).await
    }

    /// A shopper wants to cancel. The seller has not decided when this returns.
    pub(super) async fn cancel(&self, order: &str, reason: &str) -> Held<Order> {
        let body = json!({"account": self.account, "order": order, "reason": reason});
        self.post("cancel", &body).await
    }

    /// The operator takes a suggested SKU into the catalog.
    pub(super) async fn approve(&self, sku: &str) -> Held<Suggestion> {
        let path = format!("suggestions/{}/{sku}/approve", self.account);
        self.post(&path, &json!({})).await
    }

    /// The marketplace goes down for the seller, or is up again.
    pub(super) async fn set_down(&self, down: Option<Down>) -> Held {
        self.set_faults(&json!({"down": down})).await
    }

    /// Sets faults of the account.
    pub(super) async fn set_faults(&self, faults: &Value) -> Held {
        let path = format!("faults/{}", self.account);
        self.post::<Value>(&path, faults).await.map(drop)
    }

    /// The order, once it has reached a milestone such as `invoiced`.
    pub(super) async fn order_until(&self, id: &str, milestone: &str) -> Held<Order> {
        let path = format!("orders/{}/{id}", self.account);
        self.get(&path, &[("until", milestone)]).await
    }

    /// The order as it is.
    pub(super) async fn order(&self, id: &str) -> Held<Order> {
        self.get(&format!("orders/{}/{id}", self.account), &[])
            .await
    }

    /// What the marketplace sells a SKU for, once that is this price and stock.
    pub(super) async fn offer_until(&self, sku: &str, price: i64, stock: i64) -> Held<Offer> {
        let path = format!("offers/{}/{sku}", self.account);
        let (price, stock) = (price.to_string(), stock.to_string());
        let wish = [("until_price", price.as_str()), ("until_stock", &stock)];
        self.get(&path, &wish).await
    }

    /// A SKU's suggestion, once it waits for the operator.
    pub(super) async fn suggested(&self, sku: &str) -> Held<Suggestion> {
        let path = format!("suggestions/{}/{sku}", self.account);
        self.get(&path, &[("until_status", "pending")]).await
    }

    /// Every breach of the protocol the marketplace has noticed.
    pub(super) async fn violations(&self) -> Held<Vec<Violation>> {
        self.get("violations", &[]).await
    }

    /// The id of the last call in the journal.
    pub(super) async fn last_call(&self) -> Held<u64> {
        let last: Vec<Call> = self.get("calls", &[("limit", "1")]).await?;
        Ok(last.first().map_or(0, |call| call.id))
    }

    /// The calls of that name that ended after the one of id `since`, once there are `count`; or
    /// those that are there if there never are so many.
    pub(super) async fn calls(
        &self,
        name: CallName,
        about: About<'_>,
        since: u64,
        count: usize,
    ) -> Held<Vec<Call>> {
        let (since, count) = (since.to_string(), count.to_string());
        let mut query = vec![
            ("name", name.as_str()),
            ("account", &self.account),
            ("since", &since),
            ("until_count", &count),
        ];
        match about {
            About::Order(order) => query.push(("order", order)),
            About::Sku(sku) => query.push(("sku", sku)),
            About::Any => {}
        }
        let (_, calls) = self.ask(Method::GET, "calls", &query, None).await?;
        read(calls, "calls")
    }

    /// What acts on an order and waits until the seller has answered.
    fn patiently(&self, order: &str) -> Value {
        let wait = u64::try_from(PATIENCE.as_millis()).unwrap_or(u64::MAX);
        json!({"account": self.account, "order": order, "waitMs": wait})
    }

    async fn get<T: DeserializeOwned>(&self, path: &str, query: &[(&str, &str)]) -> Held<T> {
        let (status, body) = self.ask(Method::GET, path, query, None).await?;
        if status != StatusCode::OK {
            let wish: Vec<String> = query
                .iter()
                .map(|(key, to)| format!("{key}={to}"))
                .collect();
            let expected = format!("{path} {} within {PATIENCE:?}", wish.join(" "));
            return Err(Unmet::new(expected, body));
        }
        read(body, path)
    }

    async fn post<T: DeserializeOwned>(&self, path: &str, body: &Value) -> Held<T> {
        let (status, answer) = self.ask(Method::POST, path, &[], Some(body)).await?;
        if status != StatusCode::OK {
            let expected = format!("the marketplace to do: {path} {body}");
            return Err(Unmet::new(expected, answer));
        }
        read(answer, path)
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Held<(StatusCode, Value)> {
        let failed = |error: reqwest::Error| Unmet::failed(format_args!("{method} {path}"), error);
        let mut url = Url::parse(&format!("{}/{path}", self.control))
            .map_err(|error| Unmet::failed(path, error))?;
        if !query.is_empty() {
            let patience = format!("{}s", PATIENCE.as_secs());
            let query = query.iter().copied().chain([("within", patience.as_str())]);
            url.query_pairs_mut().extend_pairs(query);
        }
        let mut request = self.http.request(method.clone(), url);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.map_err(failed)?;
        Ok((answer.status(), answer.json().await.map_err(failed)?))
    }
}

fn read<T: DeserializeOwned>(body: Value, what: &str) -> Held<T> {
    serde_json::from_value(body)
        .map_err(|error| Unmet::failed(format_args!("reading {what}"), error))
}
