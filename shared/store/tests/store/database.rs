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
    create(client, ACCOUNTS, &["account", "lane"], None).await;
    create(client, OFFERS, &["sku", "part"], None).await;
    create(
        client,
        ORDERS,
        &["pk", "sk"],
        Some(["duePartition", "dueAt"]),
    )
    .await;
    create(client, SETTINGS, &["name"], None).await;
}

async fn create(client: &Client, table: &str, key: &[&str], due: Option<[&str; 2]>) {
    let mut call = client
        .create_table()
        .table_name(table)
        .billing_mode(BillingMode::PayPerRequest)
        .set_key_schema(Some(schema(key)));
    for attribute in key {
        call = call.attribute_definitions(definition(attribute, ScalarAttributeType::S));
    }
    if let Some([partition, at]) = due {
        let projection = Projection::builder()
            .projection_type(ProjectionType::KeysOnly)
            .build();
        let index = GlobalSecondaryIndex::builder()
            .index_name("due")
            .set_key_schema(Some(schema(&[partition, at])))
            .projection(projection)
            .build()
            .unwrap();
        call = call
            .attribute_definitions(definition(partition, ScalarAttributeType::S))
            .attribute_definitions(definition(at, ScalarAttributeType::N))
            .global_secondary_indexes(index);
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
