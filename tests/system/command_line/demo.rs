//! The demo on a system that runs already, with a marketplace that was started by itself.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;
use tokio::process::{Child, Command};

use super::program::{Files, feirante};
use crate::harness::program::Program;
use crate::harness::{FEIRANTE, eventually};

const SELLER: &str = include_str!("../../../sandbox/fixture/seller.toml");
const OFFERS: &str = include_str!("../../../sandbox/fixture/offers.jsonl");
const HURRY: &str = include_str!("../../../cli/src/demo/delivery.toml");

/// A port that was free a moment ago: the seller file has to name it before anything listens there.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// The fixture, of a seller that finds its marketplace at `port`.
fn seller(port: u16) -> String {
    let market = format!("http://127.0.0.1:{port}/mkt1");
    let endpoints = format!(
        "[marketplaces.endpoints]\napi = \"{market}\"\nsuggestions = \"{market}\"\n\
         services = \"{market}/api/oms\"\n\n[[warehouses]]"
    );
    SELLER.replacen("[[warehouses]]", &endpoints, 1) + HURRY
}

/// `feirante marketplace` for the seller at `api`, and what its ready file says.
async fn marketplace(files: &Files, seller: &Path, api: &str, port: u16) -> (Child, Value) {
    let file = files.path("marketplace.json");
    let child = Command::new(FEIRANTE)
        .arg("marketplace")
        .arg(seller)
        .args(["--api", api, "--port", &port.to_string(), "--ready"])
        .arg(&file)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let ready = eventually("the marketplace", async || fs::read(&file).ok()).await;
    (child, serde_json::from_slice(&ready).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_plays_on_a_system_that_runs_already() {
    let files = Files::new();
    let port = free_port();
    let fixture = files.fixture(&seller(port), OFFERS);
    let sandbox = Program::alone(&files.directory(), &[("--fixture", &fixture)]).await;
    let api = sandbox.ready["api"].as_str().unwrap();
    let seller = fixture.join("seller.toml");
    let (_marketplace, told) = marketplace(&files, &seller, api, port).await;

    // What it says of an account is what a seller file has to say.
    let account = &told["accounts"]["mkt1"];
    assert_eq!(account["base"], sandbox.ready["bases"]["mkt1"]);
    let market = format!("http://127.0.0.1:{port}/mkt1");
    assert_eq!(account["endpoints"]["suggestions"], market);
    assert_eq!(account["outbound"]["appKey"], "vtexappkey-mkt1");
    assert_eq!(account["outbound"]["appToken"], "outbound-token");

    let mut ready = sandbox.ready.clone();
    ready["marketplace"] = told["marketplace"].clone();
    let ready = files.write("system.json", ready.to_string());
    let demo = feirante(&["demo", "--against", ready.to_str().unwrap()]).await;
    let out = demo.succeeded();
    assert!(out.contains("\nexpire     left out  "), "{out}");
    assert!(out.ends_with("\nLeft out: expire.\n"), "{out}");
    sandbox.terminate().await;
}

#[tokio::test]
async fn a_system_without_a_marketplace_is_no_place_for_a_demo() {
    let files = Files::new();
    let missing = feirante(&["demo", "--against", "no-such-file.json"]).await;
    assert!(missing.refused()[0].contains("no-such-file.json"));
    let broken = files.write("broken.json", r#"{"api": "http://127.0.0.1:1"}"#);
    let broken = feirante(&["demo", "--against", broken.to_str().unwrap()]).await;
    assert!(broken.refused()[0].contains("missing field"), "{broken:?}");
    let alone = serde_json::json!({
        "api": "http://127.0.0.1:1", "bases": {}, "marketplace": null, "console": null,
        "dynamodb": "http://127.0.0.1:1", "sqs": "http://127.0.0.1:1", "region": "us-east-1",
        "tables": {}, "queues": {}, "deadLetters": {},
    });
    let alone = files.write("alone.json", alone.to_string());
    let alone = feirante(&["demo", "--against", alone.to_str().unwrap()]).await;
    assert!(alone.refused()[0].contains("no marketplace"), "{alone:?}");
}
