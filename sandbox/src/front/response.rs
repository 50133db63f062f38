//! A function's answer as API Gateway reads it: payload format 2.0.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, SET_COOKIE, TRANSFER_ENCODING};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;

/// Why an answer can't be passed on.
#[derive(Debug, thiserror::Error)]
pub(super) enum Malformed {
    #[error("the answer is not JSON of the right form")]
    Json(#[from] serde_json::Error),
    #[error("isBase64Encoded is set, but the body is not base64")]
    Base64(#[from] base64::DecodeError),
    #[error("the answer is not an HTTP response")]
    Http(#[from] axum::http::Error),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    status_code: u16,
    headers: Option<BTreeMap<String, Value>>,
    cookies: Option<Vec<String>>,
    body: Option<String>,
    is_base64_encoded: Option<bool>,
}

/// The HTTP response for a function's answer. One without `statusCode` is a body by itself: JSON,
/// with status 200.
pub(super) fn response(answer: &[u8]) -> Result<Response, Malformed> {
    let value: Value = serde_json::from_slice(answer)?;
    if value.get("statusCode").is_none() {
        return Ok(inferred(&value));
    }
    let answer: Answer = serde_json::from_value(value)?;
    let body = answer.body.unwrap_or_default();
    let body = match answer.is_base64_encoded {
        Some(true) => STANDARD.decode(body)?,
        _ => body.into_bytes(),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() =
        StatusCode::from_u16(answer.status_code).map_err(axum::http::Error::from)?;
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain;charset=UTF-8"),
    );
    for (name, value) in answer.headers.unwrap_or_default() {
        let name = HeaderName::try_from(name).map_err(axum::http::Error::from)?;
        if ![CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING].contains(&name) {
            headers.insert(name, header_value(&value)?);
        }
    }
    for cookie in answer.cookies.unwrap_or_default() {
        headers.append(SET_COOKIE, header_value(&Value::String(cookie))?);
    }
    Ok(response)
}

fn inferred(value: &Value) -> Response {
    let body = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut response = Response::new(Body::from(body));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

fn header_value(value: &Value) -> Result<HeaderValue, axum::http::Error> {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    Ok(HeaderValue::try_from(text)?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    async fn body(response: Response) -> Vec<u8> {
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await;
        bytes.unwrap().to_vec()
    }

    #[tokio::test]
    async fn status_headers_cookies_and_body_are_passed_on() {
        let answer = json!({
            "statusCode": 201,
            "headers": {"Content-Type": "application/json", "x-count": 3, "content-length": "9"},
            "multiValueHeaders": {},
            "cookies": ["a=1", "b=2"],
            "body": "e30=",
            "isBase64Encoded": true,
        });
        let response = response(answer.to_string().as_bytes()).unwrap();
        assert_eq!(response.status(), 201);
        assert_eq!(response.headers()["content-type"], "application/json");
        assert_eq!(response.headers()["x-count"], "3");
        assert_eq!(response.headers().get("content-length"), None);
        assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
        assert_eq!(body(response).await, b"{}");
    }

    #[tokio::test]
    async fn an_answer_without_a_status_is_a_json_body() {
        let response = response(br#"{"ok":true}"#).unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "application/json");
        assert_eq!(body(response).await, br#"{"ok":true}"#);
    }

    #[test]
    fn an_answer_that_is_no_response_is_malformed() {
        for answer in [
            "",
            r#"{"statusCode":"two hundred"}"#,
            r#"{"statusCode":99}"#,
            r#"{"statusCode":200,"headers":{"a b":"c"}}"#,
            r#"{"statusCode":200,"body":"%","isBase64Encoded":true}"#,
        ] {
            assert!(response(answer.as_bytes()).is_err(), "{answer}");
        }
    }
}
