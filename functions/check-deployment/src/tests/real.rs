//! The function that is checked as it is built here, over tables that hold what the store writes.

use std::future::IntoFuture;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_codedeploy::operation::put_lifecycle_event_hook_execution_status::PutLifecycleEventHookExecutionStatusOutput;
use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use aws_sdk_lambda::operation::invoke::InvokeOutput;
use aws_sdk_lambda::primitives::Blob;
use aws_smithy_mocks::{RuleMode, mock, mock_client};
use feirante_lambda::environment::{OFFERS_TABLE, SETTINGS_TABLE};
use feirante_lambda::http::{HttpEvent, respond};
use feirante_lambda::{Clients, Deadline, Environment};
use feirante_models::erp::OfferMessage;
use feirante_models::{AccountName, Instant};
use feirante_seller::settings::{Secret, Settings};
use feirante_store::{Budget, Offers, SettingsTable};
use serde_json::json;
use simulate_fulfillment::SimulateFulfillment;
use tokio::net::TcpListener;
use tokio::runtime::Handle;

use super::world::{VERSION, hook, seller_file};
use crate::check::Check;
use crate::{CheckDeployment, Verdict};

const OFFERS: &str = "offers";
const SETTINGS: &str = "settings";
/// A table of settings that holds none.
const EMPTY: &str = "empty";

fn budget() -> Budget {
    Budget::of(Duration::from_secs(20))
}

/// Two marketplaces that must carry credentials, one of every kind and one of none that is set.
fn seller() -> Settings {
    let mut settings = seller_file();
    let mut second = settings.marketplaces[0].clone();
    let first = settings.marketplaces[0].inbound.as_mut().unwrap();
    first.current.user = Some("ana".to_owned());
    first.current.password = Some(Secret::new("s:e cret"));
    first.required = true;
    second.account = AccountName::parse("mkt2").unwrap();
    second.key = Secret::new("k10");
    second.inbound = None;
    settings.marketplaces.push(second);
    settings
}

/// Tables, with two SKUs that are sold and one that is not.
async fn stack() -> Clients {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let database = dynoxide::Database::memory().unwrap();
    tokio::spawn(
        dynoxide::server::serve_with_shutdown(listener, database, std::future::pending())
            .into_future(),
    );
    let credentials = Credentials::new("test", "test", None, None, "test");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new("us-east-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .endpoint_url(endpoint)
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    let clients = Clients::of(config);
    create(&clients, OFFERS, &["sku", "part"]).await;
    create(&clients, SETTINGS, &["name"]).await;
    create(&clients, EMPTY, &["name"]).await;
    let offers = Offers::new(clients.dynamodb(), OFFERS);
    for (code, active) in [("1", true), ("2", true), ("3", false)] {
        let sku = json!({"type": "sku", "sku": code, "active": active, "name": "Camisa"});
        let price = json!({"type": "price", "sku": code, "price": 7390});
        for message in [sku, price] {
            let now = Instant::now();
            match OfferMessage::read(message.to_string().as_bytes()).unwrap() {
                OfferMessage::Sku(sku) => offers.put_sku(&sku, now, budget()).await,
                OfferMessage::Price(price) => offers.set_price(&price, now, now, budget()).await,
                _ => panic!("not needed here"),
            }
            .unwrap();
        }
    }
    clients
}

async fn create(clients: &Clients, table: &str, key: &[&str]) {
    let mut call = clients
        .dynamodb()
        .create_table()
        .table_name(table)
        .billing_mode(BillingMode::PayPerRequest);
    for (name, kind) in key.iter().zip([KeyType::Hash, KeyType::Range]) {
        let attribute = AttributeDefinition::builder().attribute_name(*name);
        let attribute = attribute.attribute_type(ScalarAttributeType::S).build();
        let element = KeySchemaElement::builder().attribute_name(*name);
        let element = element.key_type(kind).build();
        call = call
            .attribute_definitions(attribute.unwrap())
            .key_schema(element.unwrap());
    }
    call.send().await.unwrap();
}

async fn apply(clients: &Clients, settings: &Settings) {
    let table = SettingsTable::new(clients.dynamodb(), SETTINGS);
    table.apply(settings, budget()).await.unwrap();
}

/// What becomes of a version that reads its settings from that table.
async fn verdict(clients: &Clients, its_settings: &'static str) -> Verdict {
    let environment = Environment::new(move |name| match name {
        OFFERS_TABLE => Some(OFFERS.to_owned()),
        SETTINGS_TABLE => Some(its_settings.to_owned()),
        _ => None,
    });
    let version = SimulateFulfillment::start(environment, clients.clone()).await;
    let version = Arc::new(version.unwrap());
    let invoke = mock!(aws_sdk_lambda::Client::invoke).then_compute_output(move |request| {
        let event: HttpEvent = serde_json::from_slice(request.payload().unwrap().as_ref()).unwrap();
        let response = tokio::task::block_in_place(|| {
            Handle::current().block_on(Box::pin(respond(&*version, event, "r-1")))
        });
        let output = InvokeOutput::builder().status_code(200);
        output
            .payload(Blob::new(serde_json::to_vec(&response).unwrap()))
            .build()
    });
    let put = mock!(aws_sdk_codedeploy::Client::put_lifecycle_event_hook_execution_status)
        .then_output(|| PutLifecycleEventHookExecutionStatusOutput::builder().build());
    let check = Check {
        function: VERSION.to_owned(),
        lambda: mock_client!(aws_sdk_lambda, RuleMode::MatchAny, [&invoke]),
        offers: Offers::new(clients.dynamodb(), OFFERS),
        settings: SettingsTable::new(clients.dynamodb(), SETTINGS),
    };
    let function = CheckDeployment {
        check: Ok(check),
        codedeploy: mock_client!(aws_sdk_codedeploy, RuleMode::MatchAny, [&put]),
    };
    let deadline = Deadline::after(Duration::from_secs(120));
    let verdict = Box::pin(function.answer(&hook(), deadline)).await.unwrap();
    assert!(invoke.num_calls() > 0);
    verdict
}

#[tokio::test(flavor = "multi_thread")]
async fn the_function_as_it_is_built_here_is_let_in() {
    let clients = stack().await;
    assert_eq!(verdict(&clients, SETTINGS).await, Verdict::Succeeded);
    apply(&clients, &seller()).await;
    assert_eq!(verdict(&clients, SETTINGS).await, Verdict::Succeeded);
}

/// To itself it looks as if no seller file was applied: it answers 200, with nothing.
#[tokio::test(flavor = "multi_thread")]
async fn the_function_with_another_stacks_table_is_refused() {
    let clients = stack().await;
    apply(&clients, &seller()).await;
    assert_eq!(verdict(&clients, EMPTY).await, Verdict::Failed);
}
