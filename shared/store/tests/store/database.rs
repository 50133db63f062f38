//! The embedded database, served as the real one is: over HTTP, to the client the functions use.

use std::net::Ipv4Addr;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType,
};
use feirante_store::{Budget, Offers, Orders, SettingsTable};
use tokio::net::TcpListener;

pub(crate) const ACCOUNTS: &str = "accounts";
pub(crate) const OFFERS: &str = "offers";
pub(crate) const ORDERS: &str = "orders";
pub(crate) const SETTINGS: &str = "settings";

/// A database of its own for each test, gone with the test's runtime.
pub(crate) struct TestDatabase {
    pub(crate) client: Client,
    pub(crate) offers: Offers,
    pub(crate) orders: Orders,
    pub(crate) settings: SettingsTable,
}

impl TestDatabase {
    /// Empty tables, with the keys and indexes `template.yaml` gives them.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let database = dynoxide::Database::memory().unwrap();
        tokio::spawn(dynoxide::server::serve_with_shutdown(
            listener,
            database,
            std::future::pending(),
        ));
        let client = client(&endpoint);
        create_tables(&client).await;
        Self {
            offers: Offers::new(client.clone(), OFFERS),
            orders: Orders::new(client.clone(), ORDERS),
            settings: SettingsTable::new(client.clone(), SETTINGS),
            client,
        }
    }
}

/// Far more time than anything here takes: what runs into it hangs.
pub(crate) fn budget() -> Budget {
    Budget::of(Duration::from_secs(30))
}

fn client(endpoint: &str) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .endpoint_url(endpoint)
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .retry_config(RetryConfig::disabled())
        .build();
    Client::from_conf(config)
}

async fn create_tables(client: &Client) {
    create(client, ACCOUNTS, &["account", "lane"], &[]).await;
    create(client, OFFERS, &["sku", "part"], &[]).await;
    create(client, ORDERS, &["pk", "sk"], &[DUE, BY_DAY]).await;
    create(client, SETTINGS, &["name"], &[]).await;
}

/// An index of a table, as `template.yaml` has it.
struct Index {
    name: &'static str,
    key: [&'static str; 2],
    sorted_by: ScalarAttributeType,
    /// What it has besides keys.
    more: &'static [&'static str],
}

const DUE: Index = Index {
    name: "due",
    key: ["duePartition", "dueAt"],
    sorted_by: ScalarAttributeType::N,
    more: &[],
};

const BY_DAY: Index = Index {
    name: "by-day",
    key: ["day", "placedAt"],
    sorted_by: ScalarAttributeType::S,
    more: &["status", "account", "marketplaceOrderId"],
};

async fn create(client: &Client, table: &str, key: &[&str], indexes: &[Index]) {
    let mut call = client
        .create_table()
        .table_name(table)
        .billing_mode(BillingMode::PayPerRequest)
        .set_key_schema(Some(schema(key)));
    for attribute in key {
        call = call.attribute_definitions(definition(attribute, ScalarAttributeType::S));
    }
    for index in indexes {
        let more = index.more.iter().map(|&name| name.to_owned()).collect();
        let projection = Projection::builder();
        let projection = match index.more {
            [] => projection.projection_type(ProjectionType::KeysOnly),
            _ => projection
                .projection_type(ProjectionType::Include)
                .set_non_key_attributes(Some(more)),
        };
        let [partition, at] = index.key;
        let global = GlobalSecondaryIndex::builder()
            .index_name(index.name)
            .set_key_schema(Some(schema(&index.key)))
            .projection(projection.build())
            .build()
            .unwrap();
        call = call
            .attribute_definitions(definition(partition, ScalarAttributeType::S))
            .attribute_definitions(definition(at, index.sorted_by.clone()))
            .global_secondary_indexes(global);
    }
    call.send().await.unwrap();
}

fn schema(key: &[&str]) -> Vec<KeySchemaElement> {
    key.iter()
        .zip([KeyType::Hash, KeyType::Range])
        .map(|(name, kind)| {
            KeySchemaElement::builder()
                .attribute_name(*name)
                .key_type(kind)
                .build()
                .unwrap()
        })
        .collect()
}

fn definition(name: &str, kind: ScalarAttributeType) -> AttributeDefinition {
    AttributeDefinition::builder()
        .attribute_name(name)
        .attribute_type(kind)
        .build()
        .unwrap()
}
