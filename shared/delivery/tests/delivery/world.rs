//! A seller with two marketplaces, and the processes that deliver.

use std::net::Ipv4Addr;
use std::time::Duration;

use aws_sdk_dynamodb::Client as DynamoDb;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use feirante_delivery::{Dispatcher, Parameters};
use feirante_lambda::settings_cache::SettingsCache;
use feirante_marketplace::{Client, Timeouts};
use feirante_models::Instant;
use feirante_seller::settings::{Secret, Settings};
use feirante_store::{Accounts, Budget, Orders, SettingsTable};
use tokio::net::TcpListener;

use crate::marketplace::Marketplace;

const ACCOUNTS: &str = "accounts";
const ORDERS: &str = "orders";
const SETTINGS: &str = "settings";

/// So many milliseconds after the tests' beginning.
pub(crate) fn at(milliseconds: i64) -> Instant {
    Instant::from_millis(1_795_219_200_000 + milliseconds).unwrap()
}

/// A database, and a marketplace with the accounts `mkt1` and `mkt2`.
pub(crate) struct World {
    pub(crate) dynamodb: DynamoDb,
    pub(crate) marketplace: Marketplace,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(|_| ()).await
    }

    /// The same with `change` made to the seller file.
    pub(crate) async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let dynamodb = database().await;
        create(&dynamodb, ACCOUNTS, &["account", "lane"]).await;
        create(&dynamodb, SETTINGS, &["name"]).await;
        let world = Self {
            dynamodb,
            marketplace: Marketplace::start().await,
        };
        world.apply(change).await;
        world
    }

    /// Applies the fixture's seller file with `change` made to it.
    pub(crate) async fn apply(&self, change: impl FnOnce(&mut Settings)) {
        let file = include_str!("../../../../sandbox/fixture/seller.toml");
        let mut settings = Settings::parse(file).unwrap();
        let mut second = settings.marketplaces[0].clone();
        second.account = "mkt2".to_owned().try_into().unwrap();
        second.key = Secret::new("k2");
        settings.marketplaces.push(second);
        for marketplace in &mut settings.marketplaces {
            let base = format!("{}/{}", self.marketplace.url, marketplace.account);
            marketplace.endpoints.services = format!("{base}/api/oms");
            marketplace.endpoints.suggestions.clone_from(&base);
            marketplace.endpoints.api = base;
        }
        change(&mut settings);
        let budget = Budget::of(Duration::from_secs(30));
        self.settings().apply(&settings, budget).await.unwrap();
    }

    /// Another process of a function.
    pub(crate) async fn process(&self) -> Dispatcher {
        self.process_with(Parameters::default()).await
    }

    pub(crate) async fn process_with(&self, parameters: Parameters) -> Dispatcher {
        Dispatcher::new(
            Client::new(Timeouts::default()).unwrap(),
            SettingsCache::start(self.settings()).await,
            Accounts::new(self.dynamodb.clone(), ACCOUNTS),
            parameters,
        )
    }

    /// Takes the gates away.
    pub(crate) async fn drop_accounts(&self) {
        let call = self.dynamodb.delete_table().table_name(ACCOUNTS);
        call.send().await.unwrap();
    }

    /// Takes the seller file away.
    pub(crate) async fn drop_settings(&self) {
        let call = self.dynamodb.delete_table().table_name(SETTINGS);
        call.send().await.unwrap();
    }

    /// An empty table of orders.
    pub(crate) async fn orders(&self) -> Orders {
        create(&self.dynamodb, ORDERS, &["pk", "sk"]).await;
        Orders::new(self.dynamodb.clone(), ORDERS)
    }

    fn settings(&self) -> SettingsTable {
        SettingsTable::new(self.dynamodb.clone(), SETTINGS)
    }
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
    DynamoDb::from_conf(config)
}

async fn create(client: &DynamoDb, table: &str, key: &[&str]) {
    let mut call = client
        .create_table()
        .table_name(table)
        .billing_mode(BillingMode::PayPerRequest);
    for (name, kind) in key.iter().zip([KeyType::Hash, KeyType::Range]) {
        let element = KeySchemaElement::builder().attribute_name(*name);
        let definition = AttributeDefinition::builder()
            .attribute_name(*name)
            .attribute_type(ScalarAttributeType::S);
        call = call
            .key_schema(element.key_type(kind).build().unwrap())
            .attribute_definitions(definition.build().unwrap());
    }
    call.send().await.unwrap();
}
