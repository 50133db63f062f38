//! What a body may look like on its way (protocol §2.2, §2.5).

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::Value;

use super::{CANCEL, FULFILL, ORDERS, ROUTES, SIMULATION, call};
use crate::harness::System;
use crate::harness::bodies::{cart, naming, o1, shelf};

fn compressed(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_are_json_however_that_is_said() {
    let system = System::start().await;
    let body = shelf(&[("34562", 2)]).to_string();
    let expected = call(&system.marketplace, &[], body.clone()).await;
    assert_eq!(expected.status, 200);
    assert_eq!(
        expected.headers["content-type"],
        "application/json; charset=utf-8"
    );
    for kind in [
        "application/json",
        "Application/JSON; Charset=UTF-8",
        "application/json;charset=iso-8859-1;x=\"y\"",
        "",
    ] {
        let reply = call(&system.marketplace, &[("content-type", kind)], body.clone()).await;
        assert_eq!((reply.status, &reply.body), (200, &expected.body), "{kind}");
    }
    let marked = format!("\u{feff}{body}");
    let json = ("content-type", "application/json");
    let reply = call(&system.marketplace, &[json], marked.clone()).await;
    assert_eq!(reply.body, expected.body);
    for (coding, bytes) in [
        ("gzip", compressed(body.as_bytes())),
        ("GZIP", compressed(marked.as_bytes())),
        ("identity", body.clone().into_bytes()),
    ] {
        let reply = call(
            &system.marketplace,
            &[json, ("content-encoding", coding)],
            bytes,
        )
        .await;
        assert_eq!(
            (reply.status, &reply.body),
            (200, &expected.body),
            "{coding}"
        );
    }
    let refused = [
        (
            ("content-type", "text/plain"),
            body.clone().into_bytes(),
            415,
            "ES017",
        ),
        (
            ("content-type", "application/x-www-form-urlencoded"),
            b"a=b".to_vec(),
            415,
            "ES017",
        ),
        (
            ("content-type", "application/json2"),
            body.clone().into_bytes(),
            415,
            "ES017",
        ),
        (
            ("content-type", "multipart/form-data; boundary=x"),
            b"\xff".to_vec(),
            415,
            "ES017",
        ),
        (
            ("content-encoding", "br"),
            body.clone().into_bytes(),
            415,
            "ES017",
        ),
        (
            ("content-encoding", "gzip"),
            body.clone().into_bytes(),
            400,
            "ES001",
        ),
        (
            ("content-encoding", "gzip"),
            compressed(&[0xff, 0xfe]),
            400,
            "ES001",
        ),
    ];
    for (header, bytes, status, code) in refused {
        let reply = call(&system.marketplace, &[header], bytes).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (status, code),
            "{header:?}"
        );
    }
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_compressed_when_that_is_asked_for() {
    let system = System::start().await;
    let body = cart(&[("2000037", 1), ("34562", 1), ("W1", 1)]).to_string();
    let plain = call(&system.marketplace, &[], body.clone()).await;
    for accepted in ["gzip", "deflate, GZIP;q=0.5, *;q=0.1"] {
        let headers = [("accept-encoding", accepted)];
        let reply = call(&system.marketplace, &headers, body.clone()).await;
        assert_eq!(reply.headers["content-encoding"], "gzip", "{accepted}");
        let mut text = Vec::new();
        GzDecoder::new(&*reply.body).read_to_end(&mut text).unwrap();
        assert_eq!(text, plain.body);
    }
    for refused in ["identity", "br", "gzip;q=0, identity", "gzip; q=0.000"] {
        let headers = [("accept-encoding", refused)];
        let reply = call(&system.marketplace, &headers, body.clone()).await;
        assert_eq!(reply.body, plain.body, "{refused}");
        assert_eq!(reply.headers.get("content-encoding"), None, "{refused}");
    }
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_has_a_limit_compressed_or_not() {
    let system = System::start().await;
    let padded = |body: Value, size: usize| {
        let mut body = body.to_string();
        body.push_str(&" ".repeat(size - body.len()));
        body.into_bytes()
    };
    let limits = [
        (SIMULATION, shelf(&[("2000037", 1)]), 1024 * 1024),
        (ORDERS, o1("959311095-01"), 256 * 1024),
        (FULFILL, naming("959311095-01"), 256 * 1024),
        (CANCEL, naming("959311095-01"), 256 * 1024),
    ];
    for (path, body, limit) in limits {
        for (size, status) in [(limit + 1, 413), (limit, 200)] {
            for gzip in [false, true] {
                let request = system
                    .marketplace
                    .request("POST", path)
                    .header("content-type", "application/json");
                let bytes = padded(body.clone(), size);
                let request = if gzip {
                    request
                        .header("content-encoding", "gzip")
                        .body(compressed(&bytes))
                } else {
                    request.body(bytes)
                };
                let reply = system.marketplace.send(request).await;
                assert_eq!(reply.status, status, "{path} {size} {gzip}: {reply:?}");
                if status == 413 {
                    assert_eq!(reply.code(), "ES016");
                }
            }
        }
    }
    // A few kilobytes that would be a hundred megabytes.
    let bomb = compressed(&vec![b' '; 100 << 20]);
    for (path, _) in ROUTES {
        let request = system.marketplace.request("POST", path);
        let request = request
            .header("content-encoding", "gzip")
            .body(bomb.clone());
        let reply = system.marketplace.send(request).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (413, "ES016"),
            "{path}"
        );
    }
    assert_eq!(system.orders().await.len(), 1);
    system.stop().await;
}
