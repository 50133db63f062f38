//! A request as it goes over the wire, with what the faults do to it (protocol §5.3).

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use futures::stream;
use http_body_util::StreamBody;
use hyper::body::{Bytes, Frame};
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
};
use reqwest::{Body, Method};
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;

use super::caller::Request;
use super::target;
use crate::faults::{Plan, Shape};
use crate::options::AccountOptions;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

const OPERATION_ID: HeaderName = HeaderName::from_static("x-vtex-operation-id");

const TRACE_PARENT: HeaderName = HeaderName::from_static("traceparent");

/// How long a piece of a chunked body is, in bytes.
const CHUNK: usize = 512;

/// A field no document has.
const UNHEARD_OF: &str = "x-unheard-of";

/// A request, ready to be sent.
pub(super) struct Draft {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Body,
    /// The body before it was compressed, for the journal.
    pub(super) readable: Vec<u8>,
}

impl Draft {
    /// `None` if the account's endpoint is no URL.
    pub(super) fn of(request: &Request<'_>, plan: &Plan) -> Option<Self> {
        let mut parameters = request.parameters.to_vec();
        parameters.push(("sc", &request.account.sales_channel));
        parameters.push(("an", &request.account.account));
        let endpoint = &request.account.fulfillment_endpoint;
        let mut url = target::url(endpoint, request.route, &parameters)?;
        if plan.shapes.contains(&Shape::EncodedPath) {
            url = target::over_encoded(&url);
        }
        let mut headers = headers(request.account);
        let readable = request.body.map_or_else(Vec::new, |body| {
            headers.insert(CONTENT_TYPE, JSON);
            readable(body, plan)
        });
        let body = packed(&readable, plan, &mut headers);
        Some(Self {
            method: request.method.clone(),
            url,
            headers,
            body,
            readable,
        })
    }
}

/// The headers of every call (protocol §1.1, §2.1).
fn headers(account: &AccountOptions) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, JSON);
    if let Some(authorization) = &account.authorization
        && let Ok(mut value) = HeaderValue::from_str(authorization)
    {
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    let trace = Uuid::new_v4().simple().to_string();
    let span = &Uuid::new_v4().simple().to_string()[..16];
    for (name, value) in [
        (OPERATION_ID, Uuid::new_v4().to_string()),
        (TRACE_PARENT, format!("00-{trace}-{span}-01")),
    ] {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
    headers
}

/// The body as text.
fn readable(body: &Value, plan: &Plan) -> Vec<u8> {
    let mut text = Vec::new();
    if plan.shapes.contains(&Shape::Bom) {
        text.extend("\u{feff}".bytes());
    }
    text.extend(body.to_string().bytes());
    text
}

/// A field no document has, in every object; once it is there it stays as it is.
pub(super) fn with_extra_fields(body: &Value) -> Value {
    match body {
        Value::Array(list) => list.iter().map(with_extra_fields).collect(),
        Value::Object(fields) if !fields.contains_key(UNHEARD_OF) => {
            let mut fields = fields
                .iter()
                .map(|(name, value)| (name.clone(), with_extra_fields(value)))
                .collect::<serde_json::Map<_, _>>();
            fields.insert(
                UNHEARD_OF.to_owned(),
                json!({"a/b~c": [1.5, null, "ç"], "": {}}),
            );
            Value::Object(fields)
        }
        other => other.clone(),
    }
}

/// The body as it travels.
fn packed(readable: &[u8], plan: &Plan, headers: &mut HeaderMap) -> Body {
    let mut bytes = readable.to_vec();
    if bytes.is_empty() {
        return Body::default();
    }
    if plan.shapes.contains(&Shape::Gzip)
        && let Some(compressed) = gzip(&bytes)
    {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        bytes = compressed;
    }
    if plan.shapes.contains(&Shape::Chunked) {
        let chunks = bytes
            .chunks(CHUNK)
            .map(|chunk| Ok::<_, std::io::Error>(Frame::data(Bytes::copy_from_slice(chunk))))
            .collect::<Vec<_>>();
        return Body::wrap(StreamBody::new(stream::iter(chunks)));
    }
    Body::from(bytes)
}

fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}
