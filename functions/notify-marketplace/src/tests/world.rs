//! A seller with one marketplace, its tables, and the function.

use std::future::IntoFuture;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::Client as DynamoDb;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType,
};
use aws_sdk_sqs::operation::send_message_batch::SendMessageBatchOutput;
use aws_smithy_mocks::{RuleMode, mock, mock_client};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use feirante_delivery::Parameters;
use feirante_lambda::settings_cache::SettingsCache;
use feirante_marketplace::{Client, Timeouts};
use feirante_models::SkuId;
use feirante_models::erp::OfferMessage;
use feirante_seller::listing::{Kind, Listing};
use feirante_seller::settings::Settings;
use feirante_store::listings::Put;
use feirante_store::{Accounts, SettingsTable};
use jiff::SignedDuration;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::*;

const ACCOUNTS: &str = "accounts";
const LISTINGS: &str = "listings";
const OFFERS: &str = "offers";
const SETTINGS: &str = "settings";

/// What the marketplace knows and was asked.
#[derive(Debug, Default)]
pub(super) struct Books {
    /// Requests, in order: method and the path's last parts.
    pub(super) asked: Vec<String>,
    pub(super) suggestion: Option<Value>,
    /// The word for it.
    pub(super) decision: &'static str,
    pub(super) known: bool,
    /// What every request is answered with instead, if anything.
    pub(super) failure: Option<u16>,
}

/// Everything a test needs.
pub(super) struct World {
    pub(super) function: NotifyMarketplace,
    pub(super) books: Arc<Mutex<Books>>,
    /// What it put on its own queue: each message's delay in seconds, and its text.
    pub(super) sent: Sent,
    dynamodb: DynamoDb,
}

pub(super) type Sent = Arc<Mutex<Vec<(i32, String)>>>;

impl World {
    pub(super) async fn start() -> Self {
        let books = Arc::new(Mutex::new(Books {
            decision: "Pending",
            ..Books::default()
        }));
        let url = marketplace(Arc::clone(&books)).await;
        let dynamodb = database().await;
        let settings_table = SettingsTable::new(dynamodb.clone(), SETTINGS);
        let file = include_str!("../../../../sandbox/fixture/seller.toml");
        let mut settings = Settings::parse(file).unwrap();
        settings.marketplaces[0].endpoints.api.clone_from(&url);
        settings.marketplaces[0].endpoints.suggestions = url;
        settings_table.apply(&settings, budget()).await.unwrap();
        let (queues, sent) = queue();
        let function = NotifyMarketplace {
            offers: Offers::new(dynamodb.clone(), OFFERS),
            listings: Listings::new(dynamodb.clone(), LISTINGS),
            dispatcher: dispatcher(&dynamodb).await,
            accounts: Accounts::new(dynamodb.clone(), ACCOUNTS),
            notifications: Notifications::new(queues.clone(), "http://queue.example/q"),
            queue: SourceQueue::new(queues.clone(), "http://queue.example/q"),
            dead_letters: DeadLetters::new(queues, "http://queue.example/dead"),
        };
        Self {
            function,
            books,
            sent,
            dynamodb,
        }
    }

    /// Another seller file is applied, and an instance that has read it takes over.
    pub(super) async fn apply(&mut self, edit: impl FnOnce(&mut Settings)) {
        let table = SettingsTable::new(self.dynamodb.clone(), SETTINGS);
        let mut settings = table.load(budget()).await.unwrap().unwrap().settings;
        edit(&mut settings);
        table.apply(&settings, budget()).await.unwrap();
        self.function.dispatcher = dispatcher(&self.dynamodb).await;
    }

    /// The ERP says something.
    pub(super) async fn erp(&self, message: Value) {
        let offers = &self.function.offers;
        let now = Instant::now();
        match OfferMessage::read(message.to_string().as_bytes()).unwrap() {
            OfferMessage::Sku(sku) => offers.put_sku(&sku, now, budget()).await,
            OfferMessage::Price(price) => offers.set_price(&price, now, now, budget()).await,
            OfferMessage::Stock(stock) => offers.count_stock(&stock, now, budget()).await,
            OfferMessage::StockAdjustment(_) => panic!("not needed here"),
        }
        .unwrap();
    }

    /// A SKU that can be sold and suggested.
    pub(super) async fn sell(&self, code: &str) {
        self.erp(shirt(code)).await;
        self.erp(json!({"type": "price", "sku": code, "price": 7390}))
            .await;
        let counted = json!({"type": "stock", "sku": code, "warehouse": "main", "onHand": 9});
        self.erp(counted).await;
    }

    /// A change of three seconds ago.
    pub(super) async fn change(&self, code: &str, kinds: &[Kind]) -> Result<(), Failure> {
        self.receive(&message("mkt1", code, kinds)).await
    }

    pub(super) async fn receive(&self, message: &Notification) -> Result<(), Failure> {
        let text = Task::Tell(message.clone()).to_message().unwrap();
        self.receive_text(&text).await
    }

    /// What it put on its queue since the last time, the texts alone.
    pub(super) fn take_sent(&self) -> Vec<String> {
        let sent = std::mem::take(&mut *self.sent.lock().unwrap());
        sent.into_iter().map(|(_, text)| text).collect()
    }

    pub(super) async fn receive_text(&self, text: &str) -> Result<(), Failure> {
        let message = Message {
            body: text,
            sent_at: Instant::now(),
            queued_at: Instant::now(),
            budget: budget(),
            deadline: feirante_lambda::Deadline::after(crate::TIME),
        };
        self.function.handle(&message).await
    }

    /// The schedule's run so many seconds ahead of its time.
    pub(super) async fn tick(&self, ahead: i64) -> Summary {
        let time = Instant::now().plus(SignedDuration::from_secs(ahead));
        self.function.take_up_due(&Tick { time }).await
    }

    pub(super) async fn listing(&self, code: &str) -> Option<Listing> {
        let account = AccountName::parse("mkt1").unwrap();
        let listings = &self.function.listings;
        let listing = listings.get(&sku(code), &account, budget()).await;
        listing.unwrap()
    }

    /// As if the last calls were long ago.
    pub(super) async fn rest(&self, code: &str) {
        let mut listing = self.listing(code).await.unwrap();
        let mut tracks = serde_json::to_value(&listing.tracks).unwrap();
        for track in tracks.as_object_mut().unwrap().values_mut() {
            track.as_object_mut().unwrap().remove("pace");
        }
        listing.tracks = serde_json::from_value(tracks).unwrap();
        let put = self.function.listings.put(&listing, budget()).await;
        assert!(matches!(put, Ok(Put::Written(_))));
    }

    pub(super) async fn state(&self, code: &str) -> &'static str {
        let listing = self.listing(code).await;
        listing.map_or("none", |listing| listing.state.name())
    }

    pub(super) fn books(&self) -> std::sync::MutexGuard<'_, Books> {
        self.books.lock().unwrap()
    }

    /// What the marketplace was asked since the last time.
    pub(super) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.books().asked)
    }
}

async fn dispatcher(dynamodb: &DynamoDb) -> Dispatcher {
    let settings = SettingsTable::new(dynamodb.clone(), SETTINGS);
    Dispatcher::new(
        Client::new(Timeouts::default()).unwrap(),
        SettingsCache::start(settings).await,
        Accounts::new(dynamodb.clone(), ACCOUNTS),
        Parameters::default(),
    )
}

/// The message of a change three seconds ago.
pub(super) fn message(account: &str, code: &str, kinds: &[Kind]) -> Notification {
    Notification {
        sku: sku(code),
        account: AccountName::parse(account).unwrap(),
        kinds: kinds.iter().copied().collect(),
        changed_at: Instant::now().plus(-SignedDuration::from_secs(3)),
        resync: false,
    }
}

pub(super) fn sku(code: &str) -> SkuId {
    SkuId::parse(code).unwrap()
}

pub(super) fn shirt(code: &str) -> Value {
    json!({
        "type": "sku", "sku": code, "active": true, "name": "Camisa", "weightGrams": 500,
        "dimensionsCm": {"height": 1, "width": 2, "length": 30},
        "catalog": {
            "productId": "321", "productName": "Camisa", "description": "d", "brand": "b",
            "category": "c", "ean": "7908010136043",
            "images": [{"name": "a", "url": "https://images.example/1.jpg"}],
        },
    })
}

async fn marketplace(books: Arc<Mutex<Books>>) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = axum::Router::new().fallback(answer).with_state(books);
    tokio::spawn(axum::serve(listener, app).into_future());
    url
}

async fn answer(State(books): State<Arc<Mutex<Books>>>, request: Request) -> (StatusCode, String) {
    let path = request.uri().path().to_owned();
    let method = request.method().to_string();
    let body = axum::body::to_bytes(request.into_body(), usize::MAX)
        .await
        .unwrap();
    let what = if path.starts_with("/api/notificator/") {
        path.rsplit('/').next().unwrap().to_owned()
    } else if path.starts_with("/suggestions/") {
        format!("{method} suggestion")
    } else {
        "announcement".to_owned()
    };
    let mut books = books.lock().unwrap();
    books.asked.push(what.clone());
    let (status, text) = match (books.failure, what.as_str()) {
        (Some(status), _) => (status, "no".to_owned()),
        (None, "announcement") if !books.known => (
            404,
            "Seller StockKeepingUnit 1 not found for this seller id seller1".to_owned(),
        ),
        (None, "PUT suggestion") if books.known => (304, String::new()),
        (None, "PUT suggestion") => {
            books.suggestion = serde_json::from_slice(&body).unwrap();
            (200, String::new())
        }
        (None, "DELETE suggestion") if books.decision != "Pending" => (400, "decided".to_owned()),
        (None, "DELETE suggestion") => {
            books.suggestion = None;
            (200, String::new())
        }
        (None, "GET suggestion") if books.suggestion.is_none() => (404, "none".to_owned()),
        (None, "GET suggestion") => (200, json!({"status": books.decision}).to_string()),
        _ => (202, String::new()),
    };
    (StatusCode::from_u16(status).unwrap(), text)
}

/// A queue that takes everything.
fn queue() -> (aws_sdk_sqs::Client, Sent) {
    let sent = Sent::default();
    let seen = Arc::clone(&sent);
    let send = mock!(aws_sdk_sqs::Client::send_message_batch)
        .match_requests(move |request| {
            let entries = request.entries().iter().map(|entry| {
                let delay = entry.delay_seconds().unwrap();
                (delay, entry.message_body().to_owned())
            });
            seen.lock().unwrap().extend(entries);
            request.queue_url() == Some("http://queue.example/q")
        })
        .then_output(|| {
            let output = SendMessageBatchOutput::builder();
            let output = output.set_successful(Some(Vec::new()));
            output.set_failed(Some(Vec::new())).build().unwrap()
        });
    (mock_client!(aws_sdk_sqs, RuleMode::MatchAny, [&send]), sent)
}

async fn database() -> DynamoDb {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let database = dynoxide::Database::memory().unwrap();
    tokio::spawn(dynoxide::server::serve_with_shutdown(
        listener,
        database,
        std::future::pending(),
    ));
    let config = Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .endpoint_url(endpoint)
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .retry_config(RetryConfig::disabled())
        .build();
    let client = DynamoDb::from_conf(config);
    create(&client, ACCOUNTS, &["account", "lane"], None).await;
    create(&client, OFFERS, &["sku", "part"], None).await;
    create(&client, SETTINGS, &["name"], None).await;
    create(&client, LISTINGS, &["sku", "account"], Some("by-state")).await;
    client
}

/// The index is by `state` and `at`.
async fn create(client: &DynamoDb, table: &str, key: &[&str], index: Option<&str>) {
    let schema = |key: &[&str]| {
        let keys = key.iter().zip([KeyType::Hash, KeyType::Range]);
        let keys = keys.map(|(name, kind)| {
            let key = KeySchemaElement::builder().attribute_name(*name);
            key.key_type(kind).build().unwrap()
        });
        keys.collect::<Vec<_>>()
    };
    let attribute = |name: &str, kind| {
        let attribute = AttributeDefinition::builder().attribute_name(name);
        attribute.attribute_type(kind).build().unwrap()
    };
    let mut call = client
        .create_table()
        .table_name(table)
        .billing_mode(BillingMode::PayPerRequest)
        .set_key_schema(Some(schema(key)));
    for name in key {
        call = call.attribute_definitions(attribute(name, ScalarAttributeType::S));
    }
    if let Some(index) = index {
        let keys_only = Projection::builder().projection_type(ProjectionType::KeysOnly);
        let index = GlobalSecondaryIndex::builder()
            .index_name(index)
            .set_key_schema(Some(schema(&["state", "at"])))
            .projection(keys_only.build());
        call = call
            .attribute_definitions(attribute("state", ScalarAttributeType::S))
            .attribute_definitions(attribute("at", ScalarAttributeType::N))
            .global_secondary_indexes(index.build().unwrap());
    }
    call.send().await.unwrap();
}
