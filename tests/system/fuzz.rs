//! Thousands of requests, most of them nearly right: none breaks anything, and each refusal says
//! what is wrong in the words of the protocol and in nothing else (protocol §2.4).
//!
//! A failure prints the seed; `FUZZ_SEED` repeats it.

mod mutation;
mod request;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use aws_sdk_dynamodb::types::AttributeValue;
use feirante_sandbox::LogSink;
use futures::future::join_all;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use self::request::Request;
use crate::harness::bodies::{order, shelf};
use crate::harness::{PATIENCE, Reply, Setup, System, items};
use crate::modifications::modifiable;
use crate::outward::{authorize, place};

const REQUESTS: u64 = 6000;
const CALLERS: u64 = 16;

/// What only somebody who reads the program, or runs it, needs to know. The tables' names are plain
/// words; their attributes are not.
const INTERNAL: [&str; 18] = [
    "src/",
    ".rs:",
    "::",
    "panicked",
    "unwrap",
    "backtrace",
    "aws",
    "dynamodb",
    "sqlite",
    "lambda",
    "serde",
    "sdkerror",
    "conditionalcheck",
    "expression",
    "onhand:",
    "order#",
    "feirante",
    "/work",
];

fn seed() -> u64 {
    match std::env::var("FUZZ_SEED") {
        Ok(seed) => seed.parse().unwrap(),
        Err(_) => 20_261_121,
    }
}

/// Sends a request over the real front.
async fn send(client: &reqwest::Client, api: &str, request: &Request) -> Reply {
    let method = reqwest::Method::from_bytes(request.method.as_bytes()).unwrap();
    let mut call = client.request(method, format!("{api}{}", request.path));
    for (name, value) in &request.headers {
        call = call.header(*name, *value);
    }
    let answer = call.body(request.body.clone()).send().await.unwrap();
    Reply {
        status: answer.status().as_u16(),
        headers: answer.headers().clone(),
        body: answer.bytes().await.unwrap().to_vec(),
    }
}

/// What every answer has to be.
fn check(request: &Request, reply: &Reply) {
    let text = String::from_utf8(reply.body.clone()).unwrap();
    assert!(
        matches!(reply.status, 200 | 202 | 400..500),
        "{}: {text}",
        reply.status
    );
    if reply.status < 400 {
        // A cancellation under evaluation is answered with nothing at all.
        if !reply.body.is_empty() {
            reply.json();
        }
        return;
    }
    if request.method == "HEAD" {
        assert!(text.is_empty());
        return;
    }
    let code = reply.code();
    let ours = code.len() == 5 && code.starts_with("ES");
    let theirs = code.starts_with("SalesOrderSystem0") || code == "CHK0034";
    assert!(
        ours || theirs && request.path.contains("/changes"),
        "{code}"
    );
    assert_eq!(
        reply.headers["content-type"],
        "application/json; charset=utf-8"
    );
    assert!(reply.status != 405 || reply.headers.contains_key("allow"));
    let text = text.to_lowercase();
    for word in INTERNAL {
        assert!(!text.contains(word), "{word}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn six_thousand_odd_requests_break_nothing() {
    let seed = seed();
    eprintln!("FUZZ_SEED={seed}");
    // A test that passes says nothing; one that fails says why.
    let setup = modifiable(Setup::new()).sku("plenty", 100, 1_000_000);
    let system = setup
        .options(|options| options.logs = LogSink::Stderr)
        .start()
        .await;
    for number in 0..request::PAID {
        let lines = [("plenty", 50, 100)];
        let order = place(&system, order(&request::paid(number), &lines)).await;
        authorize(&system, &order).await;
    }
    let api: Arc<str> = system.ready().api.as_str().into();
    let started = Instant::now();
    let callers = (0..CALLERS).map(|caller| {
        let api = Arc::clone(&api);
        tokio::spawn(async move {
            let client = reqwest::Client::builder().no_proxy().build().unwrap();
            let mut random = StdRng::seed_from_u64(seed + caller);
            let mut statuses = BTreeMap::<u16, u32>::new();
            for number in 0..REQUESTS / CALLERS {
                let request = Request::any(&mut random);
                let mut reply = send(&client, &api, &request).await;
                if reply.status == 503 {
                    // A machine that compiles at the same time makes the database late. A request
                    // that is at fault itself is answered the same again.
                    *statuses.entry(503).or_default() += 1;
                    reply = send(&client, &api, &request).await;
                }
                let checked = std::panic::catch_unwind(|| check(&request, &reply));
                assert!(
                    checked.is_ok(),
                    "seed {seed}, caller {caller}, request {number}: {} {} {:?}\n{}",
                    request.method,
                    request.path,
                    request.headers,
                    String::from_utf8_lossy(&request.body[..request.body.len().min(2000)])
                );
                *statuses.entry(reply.status).or_default() += 1;
            }
            statuses
        })
    });
    let mut statuses = BTreeMap::<u16, u32>::new();
    for caller in join_all(callers).await {
        for (status, count) in caller.unwrap() {
            *statuses.entry(status).or_default() += count;
        }
    }
    eprintln!("{statuses:?} in {:?}", started.elapsed());
    // Requests that nobody would take prove little.
    for status in [200, 202, 400, 401, 403, 404, 405, 409, 413, 415] {
        assert!(statuses.contains_key(&status), "no {status}");
    }
    still_answers(&system).await;
    stock_is_what_orders_hold(&system).await;
    system.stop().await;
}

async fn still_answers(system: &System) {
    let simulated = system.marketplace.simulate(&shelf(&[("plenty", 1)])).await;
    assert_eq!(simulated.json()["items"][0]["price"], 100);
    let placed = order("after-the-storm", &[("plenty", 1, 100)]);
    let placed = system.marketplace.place(&json!([placed])).await;
    assert_eq!(placed.json()[0]["orderId"], "mkt1-after-the-storm");
}

/// What is reserved is what living orders hold, and nothing is sold that is not there.
async fn stock_is_what_orders_hold(system: &System) {
    let integer = |value: &AttributeValue| value.as_n().unwrap().parse::<i64>().unwrap();
    let text = |value: &AttributeValue| value.as_s().unwrap().clone();
    let mut held = BTreeMap::<String, i64>::new();
    let mut orders = 0;
    for item in items(&system.dynamodb(), &system.ready().tables["orders"]).await {
        if text(&item["sk"]) != "STATE" {
            continue;
        }
        orders += 1;
        if !["placed", "authorized"].contains(&text(&item["status"]).as_str()) {
            continue;
        }
        for line in item["lines"].as_l().unwrap() {
            let line = line.as_m().unwrap();
            *held.entry(text(&line["sku"])).or_default() += integer(&line["quantity"]);
        }
    }
    eprintln!("{orders} orders, holding {held:?}");
    assert!(held["plenty"] > 0);
    for item in items(&system.dynamodb(), &system.ready().tables["offers"]).await {
        let Some(on_hand) = item.get("onHand:main").map(integer) else {
            continue;
        };
        let (sku, reserved) = (text(&item["sku"]), integer(&item["reserved:main"]));
        let available = integer(&item["available:main"]);
        assert_eq!(available, on_hand - reserved, "{sku}");
        assert!(available >= 0, "{sku}");
        assert_eq!(reserved, held.remove(&sku).unwrap_or_default(), "{sku}");
    }
    assert!(held.is_empty(), "held, yet not reserved: {held:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_http_leave_the_front_standing() {
    let system = System::start().await;
    let address = system.ready().api.trim_start_matches("http://").to_owned();
    let mut random = StdRng::seed_from_u64(seed());
    for round in 0..200 {
        let mut bytes: Vec<u8> = (0..random.random_range(1..300))
            .map(|_| random.random())
            .collect();
        if round % 2 == 0 {
            let head = "POST /m/k9/pvt/orders HTTP/1.1\r\nhost: x\r\ncontent-length: 40\r\n\r\n";
            bytes.splice(0..0, head.bytes());
        }
        let mut connection = TcpStream::connect(&address).await.unwrap();
        // The front may hang up before it has heard all of it.
        let _ = connection.write_all(&bytes).await;
        let _ = connection.shutdown().await;
        let mut answer = Vec::new();
        let read = connection.read_to_end(&mut answer);
        let _ = tokio::time::timeout(PATIENCE, read).await.unwrap();
        let answer = String::from_utf8_lossy(&answer);
        assert!(!answer.starts_with("HTTP/1.1 5"), "{bytes:?}: {answer}");
    }
    let reply = system.marketplace.simulate(&shelf(&[("2000037", 1)])).await;
    assert_eq!(reply.json()["items"][0]["price"], 7390);
    system.stop().await;
}
