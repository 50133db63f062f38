//! What the tests build their systems from.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use feirante_sandbox::template::{Function, Queue, Redrive, Route, Source, Stack, Table, Value};
use feirante_sandbox::{Launcher, LogSink, Options, Sandbox};
use serde_json::json;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

/// Long enough for anything that happens at all, also on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits for something that has to happen.
pub(crate) async fn soon<T>(what: &str, event: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, event)
        .await
        .unwrap_or_else(|_| panic!("not in time: {what}"))
}

/// A stack of these functions, all of them playing what their names say.
pub(crate) fn stack(functions: impl IntoIterator<Item = Function>) -> Stack {
    Stack {
        functions: functions
            .into_iter()
            .map(|function| (function.name.clone(), function))
            .collect(),
        ..Stack::default()
    }
}

pub(crate) fn function(name: &str) -> Function {
    Function {
        name: name.to_owned(),
        memory: 128,
        timeout: Duration::from_secs(20),
        environment: BTreeMap::new(),
        sources: Vec::new(),
    }
}

pub(crate) fn route(key: &str, function: &str) -> Route {
    Route {
        key: key.to_owned(),
        function: function.to_owned(),
    }
}

pub(crate) fn queue(name: &str) -> Queue {
    Queue {
        id: name.to_owned(),
        name: name.to_owned(),
        visibility: Duration::from_secs(120),
        retention: Duration::from_secs(3600),
        delay: Duration::ZERO,
        content_based_deduplication: false,
        redrive: None,
    }
}

pub(crate) fn with_dead_letters(queue: Queue, target: &str, maximum_receives: u32) -> Queue {
    Queue {
        redrive: Some(Redrive {
            target: target.to_owned(),
            maximum_receives,
        }),
        ..queue
    }
}

/// A streamed table with the key `pk`.
pub(crate) fn table(name: &str) -> Table {
    Table {
        id: name.to_owned(),
        name: name.to_owned(),
        definition: json!({
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
            "StreamSpecification": {
                "StreamEnabled": true,
                "StreamViewType": "NEW_AND_OLD_IMAGES",
            },
        }),
        ttl_attribute: Some("expiresAt".to_owned()),
        streamed: true,
    }
}

/// A function that tells the observer of its events.
pub(crate) fn observed(name: &str, observer: &Observer, source: Source) -> Function {
    let address = Value::Text(observer.address.clone());
    Function {
        environment: BTreeMap::from([("OBSERVER".to_owned(), address)]),
        sources: vec![source],
        ..function(name)
    }
}

/// Options that play the functions with this program, on free ports.
pub(crate) fn options(stack: Stack) -> Options {
    let launcher = Launcher {
        program: std::env::current_exe().unwrap(),
        arguments: vec!["function".into()],
    };
    Options {
        port: 0,
        logs: LogSink::Discard,
        ..Options::new(stack, launcher)
    }
}

pub(crate) async fn start(stack: Stack) -> Sandbox {
    soon("the start", Sandbox::start(options(stack)))
        .await
        .unwrap()
}

pub(crate) async fn start_in(directory: &Path, stack: Stack) -> Sandbox {
    let options = Options {
        data: Some(directory.to_owned()),
        ..options(stack)
    };
    soon("the start", Sandbox::start(options)).await.unwrap()
}

/// Where functions report what came.
pub(crate) struct Observer {
    pub(crate) address: String,
    listener: TcpListener,
}

impl Observer {
    pub(crate) async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        Self { address, listener }
    }

    /// The next event reported.
    pub(crate) async fn next(&self) -> serde_json::Value {
        let report = async {
            let (mut connection, _) = self.listener.accept().await.unwrap();
            let mut text = Vec::new();
            connection.read_to_end(&mut text).await.unwrap();
            serde_json::from_slice(&text).unwrap()
        };
        soon("an event", report).await
    }
}

macro_rules! client {
    ($sdk:ident, $endpoint:expr) => {{
        let http = aws_smithy_http_client::Builder::new()
            .tls_provider(aws_smithy_http_client::tls::Provider::Rustls(
                aws_smithy_http_client::tls::rustls_provider::CryptoMode::Ring,
            ))
            .build_https();
        let config = $sdk::Config::builder()
            .behavior_version($sdk::config::BehaviorVersion::v2026_01_12())
            .region($sdk::config::Region::new(feirante_sandbox::REGION))
            .credentials_provider($sdk::config::Credentials::new("a", "b", None, None, "test"))
            .endpoint_url($endpoint)
            .http_client(http);
        $sdk::Client::from_conf(config.build())
    }};
}

pub(crate) fn dynamodb(sandbox: &Sandbox) -> aws_sdk_dynamodb::Client {
    client!(aws_sdk_dynamodb, &sandbox.addresses().dynamodb)
}

pub(crate) fn sqs(sandbox: &Sandbox) -> aws_sdk_sqs::Client {
    client!(aws_sdk_sqs, &sandbox.addresses().sqs)
}

/// Puts an item with nothing but its key.
pub(crate) async fn put(client: &aws_sdk_dynamodb::Client, table: &str, key: &str) {
    let put = client.put_item().table_name(table);
    let put = put.item("pk", AttributeValue::S(key.to_owned()));
    put.send().await.unwrap();
}
