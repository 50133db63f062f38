//! A request as API Gateway hands it to a function: HTTP API, payload format 2.0.

use std::collections::BTreeMap;
use std::net::IpAddr;

use axum::http::header::{CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, COOKIE, TRANSFER_ENCODING};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Serialize;

use super::routes::{Match, decode};
use crate::addresses::ACCOUNT;

/// The event.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event {
    version: &'static str,
    route_key: String,
    /// Percent-decoded, as HTTP APIs hand it over.
    raw_path: String,
    /// Still encoded, as received.
    raw_query_string: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cookies: Vec<String>,
    headers: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    query_string_parameters: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    path_parameters: BTreeMap<String, String>,
    request_context: Context,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    is_base64_encoded: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    account_id: &'static str,
    api_id: &'static str,
    domain_name: String,
    domain_prefix: String,
    http: Http,
    request_id: String,
    route_key: String,
    stage: &'static str,
    time: String,
    time_epoch: i64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Http {
    method: String,
    path: String,
    protocol: String,
    source_ip: String,
    user_agent: String,
}

/// What the front knows about a request that isn't in it.
#[derive(Debug, Clone)]
pub(super) struct Arrival {
    pub(super) id: String,
    pub(super) at: Timestamp,
    pub(super) from: IpAddr,
}

impl Event {
    pub(super) fn new(request: &Parts, body: &[u8], found: Match<'_>, arrival: &Arrival) -> Self {
        let path = decode(request.uri.path(), false);
        let query = request.uri.query().unwrap_or_default();
        let (body, is_base64_encoded) = body_field(&request.headers, body);
        Self {
            version: "2.0",
            route_key: found.route.key.clone(),
            raw_path: path.clone(),
            raw_query_string: query.to_owned(),
            cookies: cookies(&request.headers),
            headers: headers(&request.headers, arrival),
            query_string_parameters: query_parameters(query),
            path_parameters: found.parameters,
            request_context: Context::new(request, path, &found.route.key, arrival),
            body,
            is_base64_encoded,
        }
    }
}

impl Context {
    fn new(request: &Parts, path: String, route_key: &str, arrival: &Arrival) -> Self {
        let domain = text(&request.headers, "host");
        let prefix = domain.split('.').next().unwrap_or_default().to_owned();
        Self {
            account_id: ACCOUNT,
            api_id: "sandbox",
            domain_name: domain,
            domain_prefix: prefix,
            http: Http {
                method: request.method.to_string(),
                path,
                protocol: format!("{:?}", request.version),
                source_ip: arrival.from.to_string(),
                user_agent: text(&request.headers, "user-agent"),
            },
            request_id: arrival.id.clone(),
            route_key: route_key.to_owned(),
            stage: "$default",
            time: arrival.at.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string(),
            time_epoch: arrival.at.as_millisecond(),
        }
    }
}

/// Names are lower case already; repeated ones are joined.
fn headers(received: &HeaderMap, arrival: &Arrival) -> BTreeMap<String, String> {
    let mut headers = BTreeMap::new();
    for name in received.keys().filter(|name| is_handed_over(name)) {
        headers.insert(name.to_string(), text(received, name.as_str()));
    }
    let forwarded = headers.entry("x-forwarded-for".to_owned());
    forwarded
        .and_modify(|hops: &mut String| hops.push_str(&format!(", {}", arrival.from)))
        .or_insert_with(|| arrival.from.to_string());
    headers.insert("x-forwarded-proto".to_owned(), "http".to_owned());
    headers
}

/// Cookies have their own field; what concerns the connection ends here.
fn is_handed_over(name: &HeaderName) -> bool {
    ![&COOKIE, &CONNECTION, &TRANSFER_ENCODING].contains(&name)
}

fn cookies(headers: &HeaderMap) -> Vec<String> {
    let lines = headers.get_all(COOKIE).iter();
    let lines = lines.map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned());
    let all: Vec<_> = lines.collect();
    all.iter()
        .flat_map(|line| line.split(';'))
        .map(|cookie| cookie.trim().to_owned())
        .filter(|cookie| !cookie.is_empty())
        .collect()
}

fn query_parameters(query: &str) -> BTreeMap<String, String> {
    let mut parameters = BTreeMap::<String, String>::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = decode(value, true);
        parameters
            .entry(decode(name, true))
            .and_modify(|values| {
                values.push(',');
                values.push_str(&value);
            })
            .or_insert(value);
    }
    parameters
}

/// The body, and whether it is in base64: it is text only if its type says so, nothing encodes it,
/// and it really is UTF-8.
fn body_field(headers: &HeaderMap, body: &[u8]) -> (Option<String>, bool) {
    if body.is_empty() {
        return (None, false);
    }
    let as_text = (is_textual(headers) && !headers.contains_key(CONTENT_ENCODING))
        .then(|| std::str::from_utf8(body).ok())
        .flatten();
    match as_text {
        Some(text) => (Some(text.to_owned()), false),
        None => (Some(STANDARD.encode(body)), true),
    }
}

fn is_textual(headers: &HeaderMap) -> bool {
    let kind = text(headers, CONTENT_TYPE.as_str()).to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.starts_with("text/")
        || matches!(
            kind,
            "application/json" | "application/javascript" | "application/xml"
        )
}

/// A header's values, joined; empty if there is none.
fn text(headers: &HeaderMap, name: &str) -> String {
    let values = headers.get_all(name).iter();
    let values = values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    values.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use serde_json::{Value, json};

    use super::super::routes::Routes;
    use super::*;
    use crate::template::Route;

    fn event(request: Request<()>, body: &[u8]) -> Value {
        let routes = Routes::new(&[
            Route {
                key: "ANY /m/{key}/orders/{orderId}".to_owned(),
                function: "f".to_owned(),
            },
            Route {
                key: "$default".to_owned(),
                function: "g".to_owned(),
            },
        ]);
        let (parts, ()) = request.into_parts();
        let found = routes
            .find(parts.method.as_str(), parts.uri.path())
            .unwrap();
        let arrival = Arrival {
            id: "r-1".to_owned(),
            at: "2026-11-21T08:09:10.123Z".parse().unwrap(),
            from: IpAddr::from([127, 0, 0, 1]),
        };
        serde_json::to_value(Event::new(&parts, body, found, &arrival)).unwrap()
    }

    fn post(content_type: &str) -> axum::http::request::Builder {
        Request::post("/m/k9/orders/1").header("Content-Type", content_type)
    }

    #[test]
    fn a_request_is_written_as_payload_2_0() {
        let request = Request::post("/m/k9/orders/a%2Fb%20c?an=store&sc=1&sc=2&q=a%26b+c")
            .header("Host", "seller.example:3000")
            .header("User-Agent", "shopper/1")
            .header("Content-Type", "application/json; charset=utf-8")
            .header("X-Twice", "one")
            .header("X-Twice", "two")
            .header("Cookie", "a=1; b=2")
            .body(())
            .unwrap();
        assert_eq!(
            event(request, br#"{"price":"1"}"#),
            json!({
                "version": "2.0",
                "routeKey": "ANY /m/{key}/orders/{orderId}",
                "rawPath": "/m/k9/orders/a/b c",
                "rawQueryString": "an=store&sc=1&sc=2&q=a%26b+c",
                "cookies": ["a=1", "b=2"],
                "headers": {
                    "content-type": "application/json; charset=utf-8",
                    "host": "seller.example:3000",
                    "user-agent": "shopper/1",
                    "x-forwarded-for": "127.0.0.1",
                    "x-forwarded-proto": "http",
                    "x-twice": "one,two",
                },
                "queryStringParameters": {"an": "store", "sc": "1,2", "q": "a&b c"},
                "pathParameters": {"key": "k9", "orderId": "a/b c"},
                "requestContext": {
                    "accountId": "000000000000",
                    "apiId": "sandbox",
                    "domainName": "seller.example:3000",
                    "domainPrefix": "seller",
                    "http": {
                        "method": "POST",
                        "path": "/m/k9/orders/a/b c",
                        "protocol": "HTTP/1.1",
                        "sourceIp": "127.0.0.1",
                        "userAgent": "shopper/1",
                    },
                    "requestId": "r-1",
                    "routeKey": "ANY /m/{key}/orders/{orderId}",
                    "stage": "$default",
                    "time": "21/Nov/2026:08:09:10 +0000",
                    "timeEpoch": 1_795_248_550_123_i64,
                },
                "body": r#"{"price":"1"}"#,
                "isBase64Encoded": false,
            })
        );
    }

    #[test]
    fn what_is_absent_is_left_out() {
        let event = event(Request::get("/").body(()).unwrap(), b"");
        assert_eq!(event["routeKey"], "$default");
        for field in ["body", "cookies", "pathParameters", "queryStringParameters"] {
            assert_eq!(event.get(field), None, "{field}");
        }
    }

    #[test]
    fn a_body_that_is_not_utf_8_is_in_base64() {
        let event = event(post("application/json").body(()).unwrap(), b"\xff{}");
        assert_eq!(event["body"], "/3t9");
        assert_eq!(event["isBase64Encoded"], true);
    }

    #[test]
    fn a_compressed_body_is_in_base64_even_if_it_looks_like_text() {
        let request = post("application/json").header("Content-Encoding", "gzip");
        let event = event(request.body(()).unwrap(), b"{}");
        assert_eq!(event["body"], "e30=");
        assert_eq!(event["isBase64Encoded"], true);
    }

    #[test]
    fn a_body_of_another_type_is_in_base64() {
        let event = event(post("application/octet-stream").body(()).unwrap(), b"{}");
        assert_eq!(event["isBase64Encoded"], true);
    }
}
