//! Sending a call.

use std::time::Duration;

use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, USER_AGENT};
use http::{HeaderValue, Method, Request};
use http_body_util::Full;
use hyper::body::Bytes;
use tokio::time::Instant;

use crate::answer::{Answer, Failure};
use crate::call::{Call, Kind, Route};
use crate::credentials::Credentials;
use crate::detail;
use crate::judge::judge;
use crate::transport::{NoClient, Transport};
use crate::ways::Ways;

const AGENT: HeaderValue =
    HeaderValue::from_static(concat!("feirante/", env!("CARGO_PKG_VERSION")));
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const GZIP: HeaderValue = HeaderValue::from_static("gzip");

/// How long the marketplace is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For a TCP connection.
    pub connect: Duration,
    /// For a call, from its first byte to its answer's last; if it is tried in both its ways, for both.
    pub total: Duration,
}

impl Timeouts {
    /// Those of all marketplaces.
    pub const STANDARD: Self = Self {
        connect: Duration::from_secs(2),
        total: Duration::from_secs(8),
    };
}

impl Default for Timeouts {
    fn default() -> Self {
        Self::STANDARD
    }
}

/// The client of all marketplaces: one per process, since its connections are used again. Clones
/// share them.
#[derive(Debug, Clone)]
pub struct Client {
    transport: Transport,
    total: Duration,
}

impl Client {
    /// A client without connections yet.
    ///
    /// # Errors
    /// When the system has no root certificates to check a marketplace's by.
    pub fn new(timeouts: Timeouts) -> Result<Self, NoClient> {
        Ok(Self {
            transport: Transport::new(timeouts.connect)?,
            total: timeouts.total,
        })
    }

    /// Makes a request once. Where it can be made in two ways, the one the account is known to
    /// serve comes first, and the other if the account turns out not to serve that
    /// (protocol §8 D7, §3.9).
    ///
    /// # Errors
    /// What the marketplace refused it with, or why there was no answer. Where both ways failed, the
    /// failure that says more.
    pub async fn send(
        &self,
        call: &Call,
        credentials: &Credentials,
        ways: &Ways,
    ) -> Result<Answer, Failure> {
        let deadline = Instant::now() + self.total;
        let (first, other) = call.routes(ways);
        let failure = match self.attempt(call, first, credentials, deadline).await {
            Ok(answer) => return Ok(answer),
            Err(failure) => failure,
        };
        let other = other.filter(|_| is_not_served(call.kind, &failure));
        let Some(other) = other else {
            return Err(needing(failure, call.permission_of(first)));
        };
        tracing::debug!(call = call.name(), %failure, "the other way is tried");
        match self.attempt(call, other, credentials, deadline).await {
            Ok(answer) => Ok(Answer {
                learned: other.way.map(|way| ways.with(way)),
                ..answer
            }),
            Err(second) if failure.status() == Some(403) && second.status() == Some(403) => {
                Err(needing(second, call.permission()))
            }
            Err(second) if says_more(call.kind, &failure, &second) => {
                Err(needing(failure, call.permission_of(first)))
            }
            Err(second) => Err(needing(second, call.permission_of(other))),
        }
    }

    async fn attempt(
        &self,
        call: &Call,
        route: &Route,
        credentials: &Credentials,
        deadline: Instant,
    ) -> Result<Answer, Failure> {
        let request = request(call, route, credentials);
        let reply = self.transport.exchange(request, deadline).await;
        judge(call.kind, reply, credentials)
    }
}

fn request(call: &Call, route: &Route, credentials: &Credentials) -> Request<Full<Bytes>> {
    let body = call.body.clone().unwrap_or_default();
    let mut headers = credentials.headers();
    headers.insert(ACCEPT, JSON);
    headers.insert(ACCEPT_ENCODING, GZIP);
    headers.insert(CONTENT_TYPE, JSON);
    headers.insert(USER_AGENT, AGENT);
    if route.method != Method::GET && body.is_empty() {
        // Some servers refuse a POST that does not say so (411).
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    let mut request = Request::new(Full::new(body));
    *request.method_mut() = route.method.clone();
    *request.uri_mut() = route.target.clone();
    *request.headers_mut() = headers;
    request
}

/// Whether a failure means that the account may serve the other way instead.
fn is_not_served(kind: Kind, failure: &Failure) -> bool {
    match failure {
        Failure::NotFound { unknown_sku, .. } => !unknown_sku,
        Failure::Refused { status: 405, .. } => true,
        // The two routes of announcements need different permissions.
        Failure::Refused { status: 403, .. } => kind == Kind::Announcement,
        _ => false,
    }
}

/// Whether the failure of the first way says more than that of the second. A way that is not served
/// says nothing, but that a 404 may mean the order, and a 403 that the other route is the right one.
fn says_more(kind: Kind, first: &Failure, second: &Failure) -> bool {
    let weight = |failure: &Failure| match failure {
        Failure::Refused { status: 405, .. } => 0,
        Failure::NotFound {
            unknown_sku: false, ..
        } => 1,
        failure if is_not_served(kind, failure) => 2,
        _ => 3,
    };
    weight(first) >= weight(second)
}

/// A 403 with the permission that it means.
fn needing(failure: Failure, permission: &str) -> Failure {
    match failure {
        Failure::Refused {
            status: 403,
            detail,
        } => Failure::Refused {
            status: 403,
            detail: detail::cut(
                &format!("needs the permission {permission}: {detail}"),
                detail::LONGEST,
            ),
        },
        other => other,
    }
}
