//! Requests of every shape, most of them nearly right.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};

use super::mutation::mutated;
use crate::harness::bodies::{cart, naming, order, shelf};

/// One request.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: &'static str,
    pub(super) path: String,
    pub(super) headers: Vec<(&'static str, &'static [u8])>,
    pub(super) body: Vec<u8>,
}

/// SKUs of every kind: plenty, few, none, unknown, odd.
const SKUS: [&str; 10] = [
    "plenty",
    "plenty",
    "plenty",
    "2000037",
    "34562",
    "5837",
    "77",
    "W1",
    "9007199254740993",
    "no such SKU/é",
];

/// Ids in a path, as they are written in it.
const ODD_IDS: [&str; 16] = [
    "mkt1-",
    "-",
    "%20",
    "%00",
    "%2F",
    "a%2Fb",
    "%25",
    "%2525",
    "%F0%9F%8D%8E",
    "%FF",
    "%C3%28",
    "..%2F..",
    "mkt1-%0d%0aX:1",
    "null",
    "%27%3B--",
    "%",
];

const METHODS: [&str; 8] = [
    "GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "BREW",
];

const QUERIES: [&str; 9] = [
    "",
    "",
    "",
    "?sc=1&an=mkt1",
    "?sc=9&affiliateId=ABC",
    "?sc=&sc=&sc=2",
    "?%ff=%00&&==",
    "?an=mkt2&purchaseContext=1",
    "?sc=%F0%9F%8D%8E",
];

const HEADERS: [(&str, &[u8]); 16] = [
    ("content-type", b"application/json; charset=utf-8"),
    ("content-type", b"Application/JSON;charset=\"latin-1\""),
    ("content-type", b"text/plain"),
    ("content-type", b"application/xml"),
    ("content-type", b"multipart/form-data; boundary=x"),
    ("content-type", b"\xff\xfe"),
    ("content-type", b""),
    ("content-encoding", b"gzip"),
    ("content-encoding", b"br"),
    ("content-encoding", b"gzip, gzip"),
    ("authorization", b"VTEX key=\"K\" token=\"T\""),
    ("authorization", b"VTEX key=\"K\" token=\"wrong\""),
    ("authorization", b"Basic ////"),
    ("x-vtex-api-appkey", b"\xf0\x9f"),
    ("traceparent", b"00-zz-zz-zz"),
    ("x-vtex-operation-id", b"a\tb \xe9"),
];

/// Orders that are paid before the first request, and that no request cancels.
pub(super) const PAID: u32 = 8;

pub(super) fn paid(number: u32) -> String {
    format!("paid-{number}")
}

/// One of a few orders, so that they meet again.
fn order_id(random: &mut StdRng) -> String {
    format!("fuzz-{}", random.random_range(0..400))
}

fn lines(random: &mut StdRng) -> Vec<(&'static str, i64)> {
    let count = random.random_range(1..4);
    let mut line = || (*SKUS.choose(random).unwrap(), random.random_range(1..4));
    (0..count).map(|_| line()).collect()
}

fn simulation(random: &mut StdRng) -> Value {
    let lines = lines(random);
    let mut body = if random.random() {
        shelf(&lines)
    } else {
        cart(&lines)
    };
    match random.random_range(0..6) {
        0 => body["geoCoordinates"] = json!([-43.18, -22.94]),
        1 => body["geoCoordinates"] = json!(["-22.94", "-43.18"]),
        2 => body["items"][0]["Seller"] = json!("2"),
        3 => body["clientProfileData"] = json!({"email": null}),
        _ => {}
    }
    body
}

fn placement(random: &mut StdRng) -> Value {
    let one = |random: &mut StdRng| {
        let lines: Vec<_> = lines(random)
            .into_iter()
            .map(|(sku, quantity)| (sku, quantity, 100))
            .collect();
        order(&order_id(random), &lines)
    };
    match random.random_range(0..6) {
        0 => one(random),
        1 => json!([one(random), one(random)]),
        _ => json!([one(random)]),
    }
}

/// A body of R4 or R5 with all that may stand in one.
fn decision(id: &str, random: &mut StdRng) -> Value {
    let mut body = naming(id);
    if random.random() {
        body["marketplaceOrderGroup"] = json!("fuzz");
        body["cancellationRequestId"] = json!("8583e9d7-3f51-4a1a-9a9c-2f1b2e4a6a62");
        body["cancellationRequestDate"] = json!("2024-05-05T12:00:00.0000000+00:00");
        body["reason"] = json!("regret");
        body["requestedByUser"] = json!(true);
        body["paymentData"] = json!({"payments": [{
            "paymentSystem": "2", "value": 7590, "installments": 1,
            "connectorResponses": {"Message": "ok", "message": "ok", "tid": "1"},
        }]});
    }
    body
}

/// A modification with one of a few names, so that they meet again.
fn modification(random: &mut StdRng) -> Value {
    let mut items = || -> Vec<Value> {
        let lines = match random.random() {
            true => vec![("plenty", 1)],
            false => lines(random),
        };
        let lines = lines.into_iter();
        lines
            .map(|(id, quantity)| json!({"id": id, "quantity": quantity, "price": 100}))
            .collect()
    };
    let (added, removed, from, to) = (items(), items(), items(), items());
    let mut body = json!({"requestId": change(random), "reason": "regret"});
    for (name, value) in [
        ("add", json!({"items": added})),
        ("remove", json!({"items": removed})),
        ("remove", json!(removed)),
        (
            "replace",
            json!([{"from": {"items": from}, "to": {"items": to}}]),
        ),
        ("manualDiscountValue", json!(random.random_range(0..300))),
    ] {
        if random.random_range(0..3) == 0 {
            body[name] = value;
        }
    }
    body
}

fn change(random: &mut StdRng) -> String {
    format!("c-{}", random.random_range(0..3))
}

/// R6 to R8.
fn of_changes(base: &str, query: &str, random: &mut StdRng) -> Request {
    let prefix = *["/pvt", "/order-system"].choose(random).unwrap();
    let order = match random.random() {
        true => paid(random.random_range(0..PAID)),
        false => order_id(random),
    };
    let path = format!("{base}{prefix}/orders/mkt1-{order}/changes");
    let change = change(random);
    let kind = *["Acknowledgment", "Confirmation"].choose(random).unwrap();
    let (method, deed, body) = match random.random_range(0..5) {
        0 => ("POST", "/preview".to_owned(), modification(random)),
        1 => (
            "POST",
            format!("/{change}/cancel"),
            json!({"reason": "regret"}),
        ),
        2 => {
            let agreement = json!({"agreementType": kind});
            ("POST", format!("/{change}/send-agreement"), agreement)
        }
        _ => ("PATCH", String::new(), modification(random)),
    };
    Request {
        method,
        path: format!("{path}{deed}{query}"),
        headers: Vec::new(),
        body: mutated(body, random),
    }
}

fn gzipped(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

impl Request {
    /// The next request.
    pub(super) fn any(random: &mut StdRng) -> Self {
        let base = *["/m/k9", "/m/k9", "/m/k9", "/m/k9/api"]
            .choose(random)
            .unwrap();
        let query = *QUERIES.choose(random).unwrap();
        let mut request = match random.random_range(0..100) {
            0..35 => Self {
                method: "POST",
                path: format!("{base}/pvt/orderForms/simulation{query}"),
                headers: Vec::new(),
                body: mutated(simulation(random), random),
            },
            35..45 => {
                let context = mutated(simulation(random), random);
                // What no URL could carry.
                let context = &context[..context.len().min(8000)];
                let context = percent_encode(context, NON_ALPHANUMERIC);
                Self {
                    method: "GET",
                    path: format!(
                        "{base}/pvt/orderForms/simulation?sc=1&purchaseContext={context}"
                    ),
                    headers: Vec::new(),
                    body: Vec::new(),
                }
            }
            45..70 => Self {
                method: "POST",
                path: format!("{base}/pvt/orders{query}"),
                headers: Vec::new(),
                body: mutated(placement(random), random),
            },
            70..80 => of_changes(base, query, random),
            80..95 => {
                let theirs = order_id(random);
                let in_path = match random.random_range(0..8) {
                    0 => (*ODD_IDS.choose(random).unwrap()).to_owned(),
                    1 => theirs.clone(),
                    2 => "z".repeat(300),
                    _ => format!("mkt1-{theirs}"),
                };
                let deed = *["fulfill", "cancel"].choose(random).unwrap();
                Self {
                    method: "POST",
                    path: format!("{base}/pvt/orders/{in_path}/{deed}{query}"),
                    headers: Vec::new(),
                    body: mutated(decision(&theirs, random), random),
                }
            }
            _ => Self {
                method: "POST",
                path: (*[
                    "/",
                    "/m",
                    "/m/",
                    "/m/zzz/pvt/orders",
                    "/m/k9/pvt/orders/",
                    "/favicon.ico",
                    "/m/k9/pvt/orders/1/changes",
                    "/m//pvt/orders",
                    "/m/k9/api/api/pvt/orders",
                ]
                .choose(random)
                .unwrap())
                .to_owned(),
                headers: Vec::new(),
                body: mutated(placement(random), random),
            },
        };
        if random.random_range(0..25) == 0 {
            request.method = METHODS.choose(random).unwrap();
        }
        if random.random_range(0..4) == 0 {
            request.headers.push(*HEADERS.choose(random).unwrap());
        }
        let says_gzip = request.headers.contains(&("content-encoding", b"gzip"));
        if says_gzip && random.random() {
            request.body = gzipped(&request.body);
        }
        if random.random_range(0..400) == 0 {
            // More than any route takes.
            request.body.resize(1_100_000, b' ');
        }
        request
    }
}
