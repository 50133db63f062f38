//! A seller that does everything right, unless its script says otherwise.

use std::collections::{BTreeMap, VecDeque};
use std::io::Read as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Route {
    Simulate,
    Place,
    Authorize,
    Cancel,
    Change,
    Preview,
    Withdrawal,
    Agreement,
}

/// What to do instead of answering well.
pub(crate) enum Script {
    /// This status, with the error envelope.
    Status(u16),
    /// 200 with this content type and body.
    Raw(&'static str, String),
    /// The good answer, changed.
    Tamper(fn(&mut Value)),
    /// No answer, ever.
    Hang,
    /// The good answer, once the notification comes.
    Hold(Arc<Notify>),
    /// The good answer.
    Well,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) route: Route,
    pub(crate) method: Method,
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    /// As it travelled.
    pub(crate) raw: Bytes,
    /// Unpacked.
    pub(crate) body: Value,
}

#[derive(Clone, Copy)]
pub(crate) struct Goods {
    pub(crate) price: i64,
    pub(crate) stock: i64,
    pub(crate) freight: i64,
}

pub(crate) struct Seller {
    pub(crate) base: String,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    goods: Mutex<BTreeMap<String, Goods>>,
    scripts: Mutex<BTreeMap<Route, VecDeque<Script>>>,
    received: watch::Sender<Vec<Received>>,
}

impl Seller {
    pub(crate) async fn start() -> Self {
        let shared = Arc::new(Shared::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/m/k9", listener.local_addr().unwrap());
        let app = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&shared));
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        let seller = Self {
            base,
            shared,
            server,
        };
        for (sku, price, stock) in [("2000037", 7390, 99), ("34562", 890, 5)] {
            seller.sell(
                sku,
                Goods {
                    price,
                    stock,
                    freight: 200,
                },
            );
        }
        seller
    }

    /// Sells the SKU so from now on.
    pub(crate) fn sell(&self, sku: &str, goods: Goods) {
        let mut all = self.shared.goods.lock().unwrap();
        all.insert(sku.to_owned(), goods);
    }

    /// The next calls of the route go by the script, the ones after it well again.
    pub(crate) fn script(&self, route: Route, script: impl IntoIterator<Item = Script>) {
        let mut scripts = self.shared.scripts.lock().unwrap();
        scripts.entry(route).or_default().extend(script);
    }

    /// What came for the route until now.
    pub(crate) fn received(&self, route: Route) -> Vec<Received> {
        let received = self.shared.received.borrow();
        let of_route = received.iter().filter(|received| received.route == route);
        of_route.cloned().collect()
    }

    /// Waits until so much has come for the route.
    pub(crate) async fn until_received(&self, route: Route, count: usize) -> Vec<Received> {
        let mut received = self.shared.received.subscribe();
        let there = received.wait_for(|all| {
            all.iter()
                .filter(|received| received.route == route)
                .count()
                >= count
        });
        tokio::time::timeout(PATIENCE, there)
            .await
            .unwrap_or_else(|_| panic!("{count} calls of {route:?} did not come"))
            .unwrap();
        self.received(route)
    }
}

impl Drop for Seller {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let received = read(request).await;
    let script = {
        let mut scripts = shared.scripts.lock().unwrap();
        let next = scripts
            .get_mut(&received.route)
            .and_then(VecDeque::pop_front);
        next.unwrap_or(Script::Well)
    };
    // What is told now was so when the request came, however long the answer is held.
    let good = shared.good_answer(&received);
    shared
        .received
        .send_modify(|all| all.push(received.clone()));
    let status = if received.route == Route::Change {
        202
    } else {
        200
    };
    let status = StatusCode::from_u16(status).unwrap();
    let json = [("content-type", "application/json")];
    match script {
        Script::Well => (status, json, good.to_string()).into_response(),
        Script::Hold(release) => {
            release.notified().await;
            (status, json, good.to_string()).into_response()
        }
        Script::Tamper(change) => {
            let mut body = good;
            change(&mut body);
            (status, json, body.to_string()).into_response()
        }
        Script::Raw(content_type, body) => ([("content-type", content_type)], body).into_response(),
        Script::Status(status) => {
            let envelope = json!({"error": {"code": "1", "message": "no", "exception": null}});
            let status = StatusCode::from_u16(status).unwrap();
            (status, json, envelope.to_string()).into_response()
        }
        Script::Hang => std::future::pending().await,
    }
}

async fn read(request: Request) -> Received {
    let (parts, body) = request.into_parts();
    let raw = to_bytes(body, usize::MAX).await.unwrap();
    let target = parts.uri.path_and_query().unwrap().to_string();
    let path = percent_encoding::percent_decode_str(parts.uri.path())
        .decode_utf8()
        .unwrap()
        .into_owned();
    let path = path.strip_prefix("/m/k9/pvt/").expect("the base's path");
    let route = match path.split('/').collect::<Vec<_>>()[..] {
        ["orderForms", "simulation"] => Route::Simulate,
        ["orders"] => Route::Place,
        ["orders", _, "fulfill"] => Route::Authorize,
        ["orders", _, "cancel"] => Route::Cancel,
        ["orders", _, "changes"] => Route::Change,
        ["orders", _, "changes", "preview"] => Route::Preview,
        ["orders", _, "changes", _, "cancel"] => Route::Withdrawal,
        ["orders", _, "changes", _, "send-agreement"] => Route::Agreement,
        _ => panic!("no route {path}"),
    };
    Received {
        route,
        body: unpack(&parts.headers, &raw, parts.uri.query().unwrap_or_default()),
        method: parts.method,
        target,
        headers: parts.headers,
        raw,
    }
}

/// The body, or the context of R2.
fn unpack(headers: &HeaderMap, raw: &[u8], query: &str) -> Value {
    let mut bytes = raw.to_vec();
    if headers.get("content-encoding").is_some() {
        bytes.clear();
        flate2::read::GzDecoder::new(raw)
            .read_to_end(&mut bytes)
            .unwrap();
    }
    if bytes.is_empty() {
        let context = url::form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == "purchaseContext");
        return context.map_or(Value::Null, |(_, json)| {
            serde_json::from_str(&json).unwrap()
        });
    }
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    serde_json::from_slice(text).unwrap()
}

impl Shared {
    fn good_answer(&self, received: &Received) -> Value {
        let body = &received.body;
        match received.route {
            Route::Simulate => self.simulation(body),
            Route::Place => match body {
                Value::Array(orders) => orders.iter().map(placed).collect(),
                order => placed(order),
            },
            Route::Authorize => receipt(body, "R4"),
            Route::Cancel => receipt(body, "R5"),
            Route::Change | Route::Preview | Route::Withdrawal => body.clone(),
            Route::Agreement => {
                let path = received.target.split('?').next().unwrap();
                let segments: Vec<&str> = path.rsplit('/').collect();
                json!({
                    "orderId": segments[3], "changeRequestId": segments[1],
                    "agreementType": body["agreementType"],
                })
            }
        }
    }

    fn simulation(&self, body: &Value) -> Value {
        let goods = self.goods.lock().unwrap();
        let at_address = body["postalCode"].is_string();
        let mut items = Vec::new();
        let mut logistics = Vec::new();
        for (index, line) in body["items"].as_array().unwrap().iter().enumerate() {
            let Some(known) = goods.get(line["id"].as_str().unwrap()) else {
                continue;
            };
            let quantity = known.stock.min(line["quantity"].as_i64().unwrap());
            let seller = line.get("seller").or_else(|| line.get("Seller")).unwrap();
            items.push(json!({
                "id": line["id"], "requestIndex": index, "quantity": quantity, "seller": seller,
                "price": known.price, "listPrice": known.price, "merchantName": null,
                "measurementUnit": "un", "unitMultiplier": 1, "priceTags": [],
                "priceValidUntil": null,
                "offerings": [{"type": "Warranty", "id": "5", "name": "1 year", "price": 1000}],
            }));
            let slas = json!([
                {"id": "Normal", "name": "Normal", "deliveryChannel": "delivery",
                 "price": known.freight, "shippingEstimate": "5bd",
                 "availableDeliveryWindows": [], "pickupStoreInfo": null},
                {"id": "Agendada", "name": "Agendada", "deliveryChannel": "delivery",
                 "price": 800, "shippingEstimate": "5d", "pickupStoreInfo": null,
                 "availableDeliveryWindows": [{"startDateUtc": "2999-01-01T08:00:00+00:00",
                    "endDateUtc": "2999-01-01T13:00:00+00:00", "price": 300}]},
            ]);
            logistics.push(json!({
                "itemIndex": index, "quantity": quantity, "stockBalance": known.stock,
                "shipsTo": ["BRA"],
                "deliveryChannels": [{"id": "delivery", "stockBalance": known.stock}],
                "slas": if at_address { slas } else { json!([]) },
            }));
        }
        if items.iter().all(|item| item["quantity"] == 0) {
            logistics.clear();
        }
        json!({
            "country": body["country"], "postalCode": body["postalCode"],
            "allowMultipleDeliveries": true, "items": items, "logisticsInfo": logistics,
        })
    }
}

fn placed(order: &Value) -> Value {
    let mut placed = order.clone();
    placed["orderId"] = seller_order_id(order).into();
    placed["followUpEmail"] = "seller@example.com".into();
    placed
}

fn receipt(body: &Value, kind: &str) -> Value {
    let id = seller_order_id(body);
    json!({
        "date": "2026-11-21T00:00:00.000Z", "marketplaceOrderId": body["marketplaceOrderId"],
        "orderId": id, "receipt": format!("{kind}-{id}"),
    })
}

fn seller_order_id(order: &Value) -> String {
    format!("mkt1-{}", order["marketplaceOrderId"].as_str().unwrap())
}
