//! The front: what a function gets to see of a request, and what a client gets back.

use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use libtest_mimic::Trial;
use serde_json::Value;

use crate::trial;
use crate::world::{function, route, soon, stack, start};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("a_function_sees_the_request_as_an_event", sees_the_request),
        trial("a_compressed_body_arrives_in_base64", compressed_body),
        trial("a_path_without_route_is_not_found", no_route),
        trial("a_body_over_ten_megabytes_is_refused", large_body),
        trial("a_failing_function_is_an_internal_error", failing_function),
    ]
}

type Request = http::Request<Full<axum::body::Bytes>>;

async fn send(request: Request) -> (http::response::Parts, Vec<u8>) {
    let client = Client::builder(TokioExecutor::new()).build_http();
    let response = soon("an answer", client.request(request)).await.unwrap();
    let (parts, body) = response.into_parts();
    (parts, body.collect().await.unwrap().to_bytes().to_vec())
}

async fn sees_the_request() {
    let sandbox = start(echo()).await;
    let request = http::Request::post(format!(
        "{}/m/k9/orders/a%2Fb?x=1&x=a%20b",
        sandbox.addresses().api
    ))
    .header("content-type", "application/json")
    .body(Full::from("{}"))
    .unwrap();
    let (parts, body) = send(request).await;
    assert_eq!(parts.status, 200);
    assert_eq!(parts.headers["content-length"], body.len().to_string());
    let event: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(event["routeKey"], "ANY /m/{key}/orders/{orderId}");
    assert_eq!(event["rawPath"], "/m/k9/orders/a/b");
    assert_eq!(event["rawQueryString"], "x=1&x=a%20b");
    assert_eq!(event["pathParameters"]["orderId"], "a/b");
    assert_eq!(event["queryStringParameters"]["x"], "1,a b");
    assert_eq!(event["requestContext"]["http"]["sourceIp"], "127.0.0.1");
    assert_eq!(event["body"], "{}");
    sandbox.stop().await;
}

async fn compressed_body() {
    let sandbox = start(echo()).await;
    let request = http::Request::post(format!("{}/m/k9/orders/1", sandbox.addresses().api))
        .header("content-type", "application/json")
        .header("content-encoding", "gzip")
        .body(Full::from(&b"\x1f\x8b"[..]))
        .unwrap();
    let event: Value = serde_json::from_slice(&send(request).await.1).unwrap();
    assert_eq!(event["body"], "H4s=");
    assert_eq!(event["isBase64Encoded"], true);
    sandbox.stop().await;
}

async fn no_route() {
    let sandbox = start(echo()).await;
    let request = http::Request::get(format!("{}/elsewhere", sandbox.addresses().api))
        .body(Full::default())
        .unwrap();
    let (parts, body) = send(request).await;
    assert_eq!(parts.status, 404);
    assert_eq!(body, br#"{"message":"Not Found"}"#);
    sandbox.stop().await;
}

async fn large_body() {
    let sandbox = start(echo()).await;
    let request = http::Request::post(format!("{}/m/k9/orders/1", sandbox.addresses().api))
        .body(Full::from(vec![b'x'; (10 << 20) + 1]))
        .unwrap();
    let (parts, body) = send(request).await;
    assert_eq!(parts.status, 413);
    assert_eq!(body, br#"{"message":"Request Entity Too Large"}"#);
    sandbox.stop().await;
}

async fn failing_function() {
    let mut stack = stack([function("worker")]);
    stack.routes = vec![route("$default", "worker")];
    let sandbox = start(stack).await;
    for failure in ["fail", "crash", "large"] {
        let request = http::Request::get(format!("{}/any?do={failure}", sandbox.addresses().api))
            .body(Full::default())
            .unwrap();
        let (parts, body) = send(request).await;
        assert_eq!(parts.status, 500, "{failure}");
        assert_eq!(body, br#"{"message":"Internal Server Error"}"#);
    }
    sandbox.stop().await;
}

fn echo() -> feirante_sandbox::template::Stack {
    let mut stack = stack([function("echo")]);
    stack.routes = vec![route("ANY /m/{key}/orders/{orderId}", "echo")];
    stack
}
