//! What goes back.

use std::io::Write;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use feirante_models::Problem;
use flate2::Compression;
use flate2::write::GzEncoder;
use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpResponse;
use lambda_http::aws_lambda_events::encodings::Body;
use lambda_http::http::{HeaderMap, HeaderValue, header};
use serde::Serialize;

/// Smaller answers are not worth compressing.
const COMPRESSED_FROM: usize = 1024;

/// What an answer to a cart of some lines has, in bytes.
const EXPECTED: usize = 8 * 1024;

/// An answer to the marketplace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    status: u16,
    body: Vec<u8>,
    headers: Vec<(header::HeaderName, HeaderValue)>,
}

impl Answer {
    /// 200 with `body` as JSON.
    ///
    /// # Errors
    /// ES099 if it can't be written, which would be a defect.
    pub fn json(body: &impl Serialize) -> Result<Self, Problem> {
        // Most answers fit: one that has to be moved as it grows is copied many times.
        let mut text = Vec::with_capacity(EXPECTED);
        match serde_json::to_writer(&mut text, body) {
            Ok(()) => Ok(Self::json_text(text)),
            Err(_) => Err(internal()),
        }
    }

    /// 200 with text that is JSON already.
    #[must_use]
    pub fn json_text(body: Vec<u8>) -> Self {
        Self {
            status: 200,
            body,
            headers: Vec::new(),
        }
    }

    /// 202 with text that is JSON already: it is taken, and goes on behind the answer.
    #[must_use]
    pub fn accepted(body: Vec<u8>) -> Self {
        Self {
            status: 202,
            ..Self::json_text(body)
        }
    }

    /// 200 with no body at all.
    #[must_use]
    pub const fn empty() -> Self {
        Self {
            status: 200,
            body: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// The envelope that tells of `problem`.
    #[must_use]
    pub fn problem(problem: &Problem) -> Self {
        Self {
            status: problem.code.status(),
            body: problem.envelope().into_bytes(),
            headers: Vec::new(),
        }
    }

    /// The same with one more header.
    #[must_use]
    pub fn with_header(mut self, name: header::HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The body, as it is before compression.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The response as API Gateway takes it, compressed if the caller reads that.
    pub(crate) fn into_response(self, gzip: bool) -> ApiGatewayV2httpResponse {
        let mut headers: HeaderMap = self.headers.into_iter().collect();
        if !self.body.is_empty() {
            headers.insert(
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/json; charset=utf-8"),
            );
        }
        let compressed = (gzip && self.body.len() >= COMPRESSED_FROM)
            .then(|| compress(&self.body))
            .flatten();
        let mut response = ApiGatewayV2httpResponse::default();
        match compressed {
            Some(bytes) => {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
                response.body = Some(Body::Text(BASE64_STANDARD.encode(bytes)));
                response.is_base64_encoded = true;
            }
            None => {
                // Answers are JSON or empty, both UTF-8.
                let text = String::from_utf8(self.body)
                    .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
                response.body = Some(Body::Text(text));
            }
        }
        response.status_code = i64::from(self.status);
        response.headers = headers;
        response
    }
}

/// The refusal that stands for a defect of ours. It says nothing of it: the log does.
pub(crate) fn internal() -> Problem {
    Problem::new(
        feirante_models::Code::Internal,
        "the seller's system failed",
    )
}

/// Whether a caller with this `accept-encoding` asks for gzip. A weight of zero forbids it.
pub(crate) fn accepts_gzip(accepted: &str) -> bool {
    accepted.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let gzip = parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let zero = |weight: &str| weight.trim().chars().all(|c| matches!(c, '0' | '.'));
        let forbidden = parts
            .filter_map(|part| part.split_once('='))
            .any(|(name, weight)| name.trim().eq_ignore_ascii_case("q") && zero(weight));
        gzip && !forbidden
    })
}

fn compress(body: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body).ok()?;
    encoder.finish().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_for_those_who_ask_for_it() {
        for accepted in ["gzip", "br, GZIP", "deflate;q=0, gzip;q=0.5", "gzip; q=1"] {
            assert!(accepts_gzip(accepted), "{accepted}");
        }
        for accepted in ["", "br", "gzip;q=0", "gzip; Q=0.000", "x-gzip"] {
            assert!(!accepts_gzip(accepted), "{accepted}");
        }
    }
}
