//! The way of a call through a function, with functions made to fail.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::Duration;

use feirante_lambda::http::{Answer, Call, Failure, HttpEvent, HttpFunction, Route, respond};
use feirante_lambda::settings_cache::SettingsCache;
use feirante_models::{Code, Problem};
use feirante_store::{SettingsTable, StoreError};
use serde_json::{Value, json};

/// What a function is made to do.
enum Deed {
    Panic,
    PanicLater,
    DatabaseFails,
    Refuse,
    Echo,
}

struct Function {
    settings: SettingsCache,
    deed: Deed,
}

impl HttpFunction for Function {
    const ROUTE: Route = Route {
        function: "test",
        path: "/pvt/orders/{orderId}/fulfill",
        verbs: &["POST"],
        body_limit: 1000,
        time: Duration::from_secs(1),
    };

    fn settings(&self) -> &SettingsCache {
        &self.settings
    }

    async fn answer(&self, call: &Call<'_>) -> Result<Answer, Failure> {
        match self.deed {
            Deed::Panic => panic!("secret of the house"),
            Deed::PanicLater => {
                tokio::task::yield_now().await;
                panic!("secret of the house")
            }
            Deed::DatabaseFails => Err(Failure::Store(StoreError::Unavailable {
                operation: "GetItem",
                detail: "secret of the house".to_owned(),
            })),
            Deed::Refuse => Err(Problem::new(Code::OutOfStock, "gone").into()),
            Deed::Echo => {
                let marketplace = &call.caller.marketplace.account;
                let body = String::from_utf8_lossy(call.body);
                let echo = json!({
                    "account": marketplace.to_string(), "order": call.order_id,
                    "query": call.raw_query, "body": body,
                });
                Ok(Answer::json(&echo)?)
            }
        }
    }
}

/// A cache over a table with one answer.
async fn settings(answer: support::Answer) -> SettingsCache {
    let (client, _) = support::client(vec![answer, support::failure()]);
    SettingsCache::start(SettingsTable::new(client, "settings")).await
}

fn event(change: impl FnOnce(&mut Value)) -> HttpEvent {
    let mut event = json!({
        "version": "2.0",
        "routeKey": "ANY /m/{key}/pvt/orders/{orderId}/fulfill",
        "rawPath": "/m/k9/pvt/orders/a b/fulfill",
        "rawQueryString": "x=%25",
        "headers": {"content-type": "application/json", "host": "not a host"},
        "requestContext": {
            "http": {"method": "POST", "path": "/", "protocol": "HTTP/1.1", "sourceIp": "::1", "userAgent": "x"},
            "stage": "$default", "timeEpoch": 0,
        },
        "pathParameters": {"key": "k9", "orderId": "a b"},
        "body": "{}",
        "isBase64Encoded": false,
    });
    change(&mut event);
    serde_json::from_value::<HttpEvent>(event).unwrap()
}

async fn answered(deed: Deed, event: HttpEvent) -> (i64, String, Value) {
    let function = Function {
        settings: settings(support::answer(&support::seller_file("Feira"))).await,
        deed,
    };
    seen(respond(&function, event, "request-1").await)
}

fn seen(
    response: lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpResponse,
) -> (i64, String, Value) {
    let response = serde_json::to_value(&response).unwrap();
    let body = response["body"].as_str().unwrap_or_default().to_owned();
    (response["statusCode"].as_i64().unwrap(), body, response)
}

#[tokio::test]
async fn a_panic_is_an_envelope_that_says_nothing() {
    for deed in [Deed::Panic, Deed::PanicLater] {
        let (status, body, _) = answered(deed, event(|_| {})).await;
        assert_eq!(status, 500);
        let envelope: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(envelope["error"]["code"], "ES099");
        assert!(!body.contains("secret"), "{body}");
    }
}

#[tokio::test]
async fn a_database_that_fails_invites_to_try_again() {
    let (status, body, response) = answered(Deed::DatabaseFails, event(|_| {})).await;
    assert_eq!(status, 503);
    assert!(body.contains("ES503") && !body.contains("secret"), "{body}");
    assert_eq!(response["headers"]["retry-after"], "1");
}

#[tokio::test]
async fn a_refusal_has_its_status_and_code() {
    let (status, body, _) = answered(Deed::Refuse, event(|_| {})).await;
    assert_eq!(status, 409);
    assert!(body.contains("ES014"), "{body}");
}

#[tokio::test]
async fn ids_and_query_reach_the_function_as_the_gateway_gave_them() {
    let (status, body, _) = answered(Deed::Echo, event(|_| {})).await;
    assert_eq!(status, 200);
    let echo: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        echo,
        json!({"account": "mkt1", "order": "a b", "query": "x=%25", "body": "{}"})
    );
}

#[tokio::test]
async fn another_route_is_not_served() {
    for route in ["$default", "ANY /m/{key}/pvt/orders", "ANY /other"] {
        let (status, body, _) =
            answered(Deed::Echo, event(|event| event["routeKey"] = json!(route))).await;
        assert_eq!(status, 404, "{route}");
        assert!(body.contains("ES009"), "{body}");
    }
}

#[tokio::test]
async fn an_event_with_impossible_headers_is_refused_not_failed() {
    let (status, body, _) = answered(
        Deed::Echo,
        event(|event| event["headers"]["x"] = json!("a\nb")),
    )
    .await;
    assert_eq!(status, 400);
    assert!(body.contains("ES001"), "{body}");
}

#[tokio::test]
async fn bodies_that_are_not_what_they_claim_are_refused() {
    let base64 = |event: &mut Value, body: &str| {
        event["body"] = json!(body);
        event["isBase64Encoded"] = json!(true);
    };
    let (status, ..) = answered(Deed::Echo, event(|event| base64(event, "%%%"))).await;
    assert_eq!(status, 400);
    let (status, ..) = answered(
        Deed::Echo,
        event(|event| {
            base64(event, "e30=");
            event["headers"]["content-encoding"] = json!("gzip");
        }),
    )
    .await;
    assert_eq!(status, 400);
    let (status, ..) = answered(
        Deed::Echo,
        event(|event| event["body"] = json!("x".repeat(1001))),
    )
    .await;
    assert_eq!(status, 413);
    let (status, ..) = answered(
        Deed::Echo,
        event(|event| event["headers"]["content-type"] = json!("text/xml")),
    )
    .await;
    assert_eq!(status, 415);
}

#[tokio::test]
async fn without_settings_nobody_is_let_in_but_invited_back() {
    let function = Function {
        settings: settings(support::failure()).await,
        deed: Deed::Echo,
    };
    let (status, body, _) = seen(respond(&function, event(|_| {}), "request-1").await);
    assert_eq!(status, 503);
    assert!(body.contains("ES503") && !body.contains("secret"), "{body}");
}
