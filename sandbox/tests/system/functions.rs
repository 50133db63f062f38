//! The functions under test.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

/// Plays a function until the sandbox ends it.
pub(crate) fn run(name: &str) {
    // The promise every function keeps: it ends with the sandbox.
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    if name == "broken" {
        eprintln!("TOKEN is not set");
        std::process::exit(7);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let name = name.to_owned();
    let handle = |event: LambdaEvent<Value>| {
        let name = name.clone();
        async move { handle(&name, event.payload).await }
    };
    runtime
        .block_on(lambda_runtime::run(service_fn(handle)))
        .unwrap();
}

async fn handle(name: &str, event: Value) -> Result<Value, Error> {
    match name {
        "echo" => Ok(json!({"statusCode": 200, "body": event.to_string()})),
        "worker" => work(&event).await,
        "consumer" => Ok(consume(&event).await),
        "relay" => Ok(relay(&event)),
        "clock" => {
            report(&event);
            Ok(Value::Null)
        }
        other => Err(format!("no function {other}").into()),
    }
}

/// Does what the event, or the request's query, says.
async fn work(event: &Value) -> Result<Value, Error> {
    let order = event["do"].as_str();
    let order = order.or(event["queryStringParameters"]["do"].as_str());
    match order.unwrap_or_default() {
        "crash" => {
            eprintln!("about to crash");
            std::process::exit(3);
        }
        "hang" => std::future::pending().await,
        "fail" => Err("out of stock".into()),
        "large" => Ok(Value::String("x".repeat(7 << 20))),
        "environment" => Ok(json!(std::env::vars().collect::<BTreeMap<_, _>>())),
        // Works until the test at that address lets it go.
        "hold" => {
            let mut test = TcpStream::connect(event["at"].as_str().unwrap_or_default())?;
            let _ = test.read(&mut [0])?;
            Ok(json!(std::process::id()))
        }
        _ => Ok(json!(std::process::id())),
    }
}

/// Fails the messages that say so, and never ends with one that says so, at its first receive.
async fn consume(event: &Value) -> Value {
    report(event);
    let stuck = records(event).any(|record| {
        record["body"] == "stay" && record["attributes"]["ApproximateReceiveCount"] == "1"
    });
    if stuck {
        std::future::pending::<()>().await;
    }
    let failures: Vec<_> = records(event)
        .filter(|record| record["body"].as_str() == Some("fail"))
        .map(|record| json!({"itemIdentifier": record["messageId"]}))
        .collect();
    json!({"batchItemFailures": failures})
}

/// Fails from the first item called `poison` on.
fn relay(event: &Value) -> Value {
    report(event);
    let poison = records(event).find(|record| record["dynamodb"]["Keys"]["pk"]["S"] == "poison");
    match poison {
        Some(record) => {
            let number = &record["dynamodb"]["SequenceNumber"];
            json!({"batchItemFailures": [{"itemIdentifier": number}]})
        }
        None => json!({"batchItemFailures": []}),
    }
}

fn records(event: &Value) -> impl Iterator<Item = &Value> {
    event["Records"].as_array().into_iter().flatten()
}

/// Tells the test what came.
fn report(event: &Value) {
    let mut observer = TcpStream::connect(std::env::var("OBSERVER").unwrap()).unwrap();
    observer.write_all(event.to_string().as_bytes()).unwrap();
}
