//! A running system and the two parties that talk to it.
#![allow(
    unreachable_pub,
    reason = "nothing of a test's executable can be reached"
)]

pub mod bodies;
mod erp;
mod http;
mod market;
pub mod program;
pub mod proxy;
mod taker;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::AttributeValue;
use feirante::sandbox::{self, Load, Running};
use feirante::{Fixture, Ready};
use feirante_sandbox::template::Source;
use feirante_sandbox::{LogSink, Options};
use feirante_sandbox_marketplace as marketplace;
use feirante_seller::settings::{Endpoints, Settings};

pub use erp::Erp;
pub use http::{Marketplace, Reply};
pub use market::Market;
pub use taker::Taker;

/// What has not happened after so long does not happen.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// The executable that is also every function.
pub const FEIRANTE: &str = env!("CARGO_BIN_EXE_feirante");

/// Where nobody listens: the fixture's marketplace is a real one, and no test calls that.
const NOWHERE: &str = "http://127.0.0.1:1";

/// A running system.
pub struct System {
    running: Running,
    /// Calls as marketplace `mkt1`.
    pub marketplace: Marketplace,
    /// The seller's ERP.
    pub erp: Erp,
}

/// A system to be started, with what differs from the fixture.
pub struct Setup {
    seller: String,
    more_offers: Vec<String>,
    options: Options,
    marketplace: Option<marketplace::Options>,
}

impl Setup {
    /// The fixture, in memory, on free ports.
    pub fn new() -> Self {
        let options = sandbox::options_with(PathBuf::from(FEIRANTE)).unwrap();
        Self {
            seller: include_str!("../../../sandbox/fixture/seller.toml").to_owned(),
            more_offers: Vec::new(),
            options: Options {
                port: 0,
                logs: LogSink::Discard,
                ..options
            },
            marketplace: None,
        }
    }

    /// Replaces a piece of the seller file, which must be there.
    pub fn seller(mut self, from: &str, to: &str) -> Self {
        assert!(self.seller.contains(from), "the seller file has no {from}");
        self.seller = self.seller.replace(from, to);
        self
    }

    /// Adds a SKU that is sold at `price` cents and delivered by every method.
    pub fn sku(mut self, sku: &str, price: i64, on_hand: i64) -> Self {
        self.more_offers.extend([
            format!(r#"{{"type":"sku","sku":"{sku}","active":true,"name":"{sku}"}}"#),
            format!(r#"{{"type":"price","sku":"{sku}","price":{price}}}"#),
            format!(r#"{{"type":"stock","sku":"{sku}","warehouse":"main","onHand":{on_hand}}}"#),
        ]);
        self
    }

    /// Adds marketplace `mkt2`, which has sales channels of the same names.
    pub fn second_marketplace(self) -> Self {
        let marketplace = "[[marketplaces]]\naccount = \"mkt2\"\nseller_id = \"seller2\"\n\
                           key = \"q7\"\nsales_channels = [\"1\"]\n\n[[warehouses]]";
        self.seller("[[warehouses]]", marketplace)
    }

    /// Changes how the sandbox runs.
    pub fn options(mut self, change: impl FnOnce(&mut Options)) -> Self {
        change(&mut self.options);
        self
    }

    /// Runs the sandbox's marketplace beside the seller.
    pub fn marketplace(mut self) -> Self {
        self.marketplace = Some(marketplace::Options::new(Vec::new()));
        self
    }

    /// Starts it.
    pub async fn start(self) -> System {
        let directory = tempfile::tempdir().unwrap();
        let offers = include_str!("../../../sandbox/fixture/offers.jsonl");
        let offers = format!("{offers}\n{}\n", self.more_offers.join("\n"));
        std::fs::write(directory.path().join("seller.toml"), &self.seller).unwrap();
        std::fs::write(directory.path().join("offers.jsonl"), offers).unwrap();
        let mut fixture = Fixture::read(Some(directory.path())).unwrap();
        let mut options = self.options;
        if stay_here(&mut fixture.settings) && self.marketplace.is_none() {
            tell_nobody(&mut options);
        }
        let running = sandbox::start(options, self.marketplace, &fixture, Load::Always)
            .await
            .unwrap();
        let marketplace = Marketplace::new(&running.ready.api, "k9");
        let erp = Erp::new(running.sandbox.sqs(), running.ready.clone());
        System {
            running,
            marketplace,
            erp,
        }
    }
}

impl System {
    /// The fixture, running.
    pub async fn start() -> Self {
        Setup::new().start().await
    }

    /// Calls as the marketplace of [`Setup::second_marketplace`].
    pub fn second_marketplace(&self) -> Marketplace {
        Marketplace::new(&self.ready().api, "q7")
    }

    /// The marketplace of [`Setup::marketplace`].
    pub fn market(&self) -> Market {
        Market::new(self.ready().marketplace.as_ref().unwrap())
    }

    /// Where everything is.
    pub fn ready(&self) -> &Ready {
        &self.running.ready
    }

    /// Runs a function on an event, past the API and the queues.
    pub async fn invoke(&self, function: &str, event: serde_json::Value) -> serde_json::Value {
        self.running.sandbox.invoke(function, event).await.unwrap()
    }

    /// A client of the database.
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        self.running.sandbox.dynamodb()
    }

    /// What the database holds of a SKU's stock in the warehouse `main`.
    pub async fn stock(&self, sku: &str) -> Stock {
        let item = self
            .dynamodb()
            .get_item()
            .table_name(&self.ready().tables["offers"])
            .key("sku", AttributeValue::S(sku.to_owned()))
            .key("part", AttributeValue::S("OFFER".to_owned()))
            .consistent_read(true)
            .send()
            .await
            .unwrap()
            .item
            .unwrap_or_default();
        let number = |name: &str| {
            item.get(name)
                .and_then(|value| value.as_n().ok())
                .map_or(0, |n| n.parse().unwrap())
        };
        Stock {
            on_hand: number("onHand:main"),
            reserved: number("reserved:main"),
            available: number("available:main"),
        }
    }

    /// Every order in the database, as its STATE item.
    pub async fn orders(&self) -> Vec<std::collections::HashMap<String, AttributeValue>> {
        let answer = self
            .dynamodb()
            .scan()
            .table_name(&self.ready().tables["orders"])
            .send()
            .await
            .unwrap();
        answer
            .items
            .unwrap_or_default()
            .into_iter()
            .filter(|item| item["sk"] == AttributeValue::S("STATE".to_owned()))
            .collect()
    }

    /// Where an order stands, in the words of the lifecycle's table.
    pub async fn status(&self, order: &str) -> String {
        let item = self
            .dynamodb()
            .get_item()
            .table_name(&self.ready().tables["orders"])
            .key("pk", AttributeValue::S(format!("ORDER#{order}")))
            .key("sk", AttributeValue::S("STATE".to_owned()))
            .consistent_read(true)
            .send()
            .await
            .unwrap()
            .item
            .unwrap_or_else(|| panic!("there is no order {order}"));
        let text = |name: &str| item[name].as_s().unwrap().as_str();
        match (text("status"), text("review")) {
            ("placed", "pending") => "needs_review".to_owned(),
            ("authorized", _) if item.contains_key("cancellation") => "cancel_requested".to_owned(),
            (status, _) => status.to_owned(),
        }
    }

    /// Ends it.
    pub async fn stop(self) {
        self.running.stop().await;
    }
}

/// Makes marketplaces of other machines unreachable; whether none is left.
fn stay_here(settings: &mut Settings) -> bool {
    let mut nobody = true;
    for one in &mut settings.marketplaces {
        if one.endpoints.api.starts_with("http://127.0.0.1") {
            nobody = false;
        } else {
            one.endpoints = Endpoints {
                api: NOWHERE.to_owned(),
                suggestions: NOWHERE.to_owned(),
                services: NOWHERE.to_owned(),
                services_named: true,
            };
        }
    }
    nobody
}

/// Relays no changes of offers: where no marketplace is, to tell of them is only work.
fn tell_nobody(options: &mut Options) {
    let relay = options.stack.functions.get_mut("relay-changes").unwrap();
    relay
        .sources
        .retain(|source| !matches!(source, Source::Stream { table, .. } if table == "Offers"));
}

/// A SKU's stock at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stock {
    pub on_hand: i64,
    pub reserved: i64,
    pub available: i64,
}

/// Every item of a table.
pub async fn items(
    client: &aws_sdk_dynamodb::Client,
    table: &str,
) -> Vec<std::collections::HashMap<String, AttributeValue>> {
    let scan = client.scan().table_name(table).consistent_read(true);
    let items = scan.into_paginator().items().send();
    items.collect::<Result<_, _>>().await.unwrap()
}

/// Asks again until the answer is there.
pub async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(started.elapsed() < PATIENCE, "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
