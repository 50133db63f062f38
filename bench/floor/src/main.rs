//! A function that does nothing, and one that does nothing but the read a simulation can't do without.
//! Whatever a function costs above these is its own.
//!
//! `FLOOR` says which:
//! - `empty` answers whatever comes.
//! - `connected` does too, but has read one item before it asked for the first event, as every function
//!   reads the seller file: it has a connection.
//! - `read` has a connection too, and with each event reads the SKUs that `FLOOR_SKUS` names, all in one
//!   call.
//!
//! The client is the functions' own, with its time-outs, and the answer is what it makes of it: a map of
//! attributes for each item.

use std::collections::HashMap;
use std::time::Instant;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use feirante_lambda::environment::{OFFERS_TABLE, SETTINGS_TABLE};
use feirante_lambda::{Clients, Environment, Error, start};
use lambda_runtime::{LambdaEvent, service_fn};
use serde::Serialize;
use serde::de::IgnoredAny;

fn main() -> Result<(), Error> {
    start::process(run())
}

async fn run() -> Result<(), Error> {
    match std::env::var("FLOOR").as_deref() {
        Ok("empty") => answer().await,
        Ok("connected") => {
            let _client = connect().await?;
            answer().await
        }
        Ok("read") => read().await,
        _ => Err("FLOOR is empty, connected or read".into()),
    }
}

/// What API Gateway takes for an answer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    status_code: u16,
    body: &'static str,
}

async fn answer() -> Result<(), Error> {
    lambda_runtime::run(service_fn(|_: LambdaEvent<IgnoredAny>| async {
        Ok::<_, Error>(Answer {
            status_code: 200,
            body: "{}",
        })
    }))
    .await
}

async fn connect() -> Result<Client, Error> {
    let client = Clients::from_environment().dynamodb();
    client
        .get_item()
        .table_name(Environment::of_process().text(SETTINGS_TABLE)?)
        .key("name", AttributeValue::S("seller".to_owned()))
        .send()
        .await?;
    Ok(client)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    /// How long the call of the database took, from building it to its items.
    read_nanos: u64,
    items: usize,
}

async fn read() -> Result<(), Error> {
    let client = connect().await?;
    let table = Environment::of_process().text(OFFERS_TABLE)?;
    let skus = std::env::var("FLOOR_SKUS")?;
    let skus: Vec<&str> = skus.split(' ').collect();
    let (client, table, skus) = (&client, &table, &skus);
    lambda_runtime::run(service_fn(|_: LambdaEvent<IgnoredAny>| async move {
        let started = Instant::now();
        let items = batch_get(client, table, skus).await?;
        let read_nanos = u64::try_from(started.elapsed().as_nanos())?;
        Ok::<_, Error>(Told { read_nanos, items })
    }))
    .await
}

async fn batch_get(client: &Client, table: &str, skus: &[&str]) -> Result<usize, Error> {
    let keys = skus.iter().map(|sku| {
        HashMap::from([
            ("sku".to_owned(), AttributeValue::S((*sku).to_owned())),
            ("part".to_owned(), AttributeValue::S("OFFER".to_owned())),
        ])
    });
    let keys = KeysAndAttributes::builder()
        .set_keys(Some(keys.collect()))
        .build()?;
    let answer = client
        .batch_get_item()
        .request_items(table, keys)
        .send()
        .await?;
    Ok(answer
        .responses()
        .and_then(|all| all.get(table))
        .map_or(0, Vec::len))
}
