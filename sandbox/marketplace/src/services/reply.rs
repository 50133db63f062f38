//! What a service answers, before faults get at it.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    /// Few, and each once.
    headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) body: Vec<u8>,
    /// What must be written down once this is really answered.
    pub(super) mark: Option<Mark>,
    /// Whether the call repeated one that had been answered with success.
    pub(super) repeat: bool,
}

/// An accepted call of an order's books: where to note that it was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) order: String,
    /// Its place in [`crate::Order::accepted`].
    pub(super) accepted: usize,
}

impl Reply {
    /// A status with no body.
    pub(super) fn empty(status: StatusCode) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
            mark: None,
            repeat: false,
        }
    }

    /// A JSON body.
    pub(super) fn json(status: StatusCode, body: &Value) -> Self {
        Self::empty(status).with_body("application/json; charset=utf-8", body.to_string())
    }

    /// The error envelope of checkout and OMS (protocol §2.4).
    pub(super) fn envelope(status: StatusCode, code: &str, message: &str) -> Self {
        Self::json(
            status,
            &json!({ "error": { "code": code, "message": message, "exception": null } }),
        )
    }

    /// A refusal of what was sent: 400.
    pub(super) fn bad_request(message: &str) -> Self {
        Self::envelope(StatusCode::BAD_REQUEST, "1", message)
    }

    /// A text.
    pub(super) fn text(status: StatusCode, text: impl Into<String>) -> Self {
        Self::empty(status).with_body("text/plain; charset=utf-8", text)
    }

    /// A page as a gateway writes it, which is not JSON.
    pub(super) fn page(status: StatusCode) -> Self {
        let page = format!(
            "<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>\r\n"
        );
        Self::empty(status).with_body("text/html", page)
    }

    /// 429 with the headers that come with it (protocol §2.5).
    pub(super) fn too_many_requests(retry_after_seconds: u64) -> Self {
        let message = "Too many requests";
        Self::envelope(StatusCode::TOO_MANY_REQUESTS, "429", message)
            .with(header::RETRY_AFTER, retry_after_seconds.into())
            .with(HeaderName::from_static("x-ratelimit-remaining"), 0.into())
            .with(
                HeaderName::from_static("x-ratelimit-reset"),
                retry_after_seconds.into(),
            )
    }

    /// With one header more.
    pub(super) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Notes what to write down once it is really answered.
    pub(super) fn marking(mut self, order: &str, accepted: usize, repeat: bool) -> Self {
        self.mark = Some(Mark {
            order: order.to_owned(),
            accepted,
        });
        self.repeat = repeat;
        self
    }

    /// Its headers.
    pub(super) fn headers(&self) -> HeaderMap {
        self.headers.iter().cloned().collect()
    }

    fn with_body(mut self, content_type: &'static str, body: impl Into<String>) -> Self {
        self.body = body.into().into_bytes();
        self.with(header::CONTENT_TYPE, HeaderValue::from_static(content_type))
    }
}
