//! HTTP/1.1 over TLS: one exchange at a time, nothing followed, repeated or taken from the environment.

use std::error::Error;
use std::io::Read;
use std::time::Duration;

use flate2::read::MultiGzDecoder;
use http::header::CONTENT_ENCODING;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::crypto::ring;
use tokio::time::{Instant, timeout_at};

/// The most that is read of an answer, in bytes, packed and unpacked.
pub(crate) const LONGEST_BODY: usize = 1_000_000;

/// How long a connection is kept for the next request. Load balancers keep theirs for a minute.
const IDLE: Duration = Duration::from_secs(50);

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
#[error("the system's root certificates can't be read: {0}")]
pub struct NoClient(#[from] std::io::Error);

/// Connections to marketplaces, each used again.
#[derive(Debug, Clone)]
pub(crate) struct Transport(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// Unpacked, and at most [`LONGEST_BODY`].
    pub(crate) body: Vec<u8>,
    /// Why the body is not whole.
    pub(crate) broken: Option<String>,
}

/// Why nothing came back.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoReply {
    #[error("no connection: {0}")]
    Connection(String),
    #[error("the connection broke before an answer came: {0}")]
    Broken(String),
    #[error("no answer in time")]
    Late,
}

impl Transport {
    /// Connections that are given up when TCP takes longer than `connect`.
    pub(crate) fn new(connect: Duration) -> Result<Self, NoClient> {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(connect));
        tcp.set_nodelay(true);
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(ring::default_provider())?
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(connector);
        Ok(Self(client))
    }

    /// Sends `request` and reads what comes back until `deadline`.
    pub(crate) async fn exchange(
        &self,
        request: Request<Full<Bytes>>,
        deadline: Instant,
    ) -> Result<Reply, NoReply> {
        let response = match timeout_at(deadline, self.0.request(request)).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) if error.is_connect() => {
                return Err(NoReply::Connection(root_cause(&error)));
            }
            Ok(Err(error)) => return Err(NoReply::Broken(root_cause(&error))),
            Err(_) => return Err(NoReply::Late),
        };
        let (head, mut incoming) = response.into_parts();
        let mut body = Vec::new();
        let broken = match timeout_at(deadline, collect(&mut incoming, &mut body)).await {
            Ok(Ok(())) => None,
            Ok(Err(why)) => Some(why),
            Err(_) => Some("the rest did not come in time".to_owned()),
        };
        let mut reply = Reply {
            status: head.status,
            headers: head.headers,
            body,
            broken,
        };
        reply.unpack();
        Ok(reply)
    }
}

impl Reply {
    fn unpack(&mut self) {
        let packed = self.headers.get(CONTENT_ENCODING).is_some_and(|encoding| {
            let encoding = encoding.as_bytes();
            encoding.eq_ignore_ascii_case(b"gzip") || encoding.eq_ignore_ascii_case(b"x-gzip")
        });
        // Answers without a body carry the header all the same.
        if !packed || self.body.is_empty() {
            return;
        }
        let mut body = Vec::new();
        let most = LONGEST_BODY as u64 + 1;
        let unpacked = MultiGzDecoder::new(&*self.body)
            .take(most)
            .read_to_end(&mut body);
        if let Err(error) = unpacked {
            self.broken.get_or_insert_with(|| error.to_string());
        }
        if body.len() > LONGEST_BODY {
            body.truncate(LONGEST_BODY);
            self.broken.get_or_insert_with(too_long);
        }
        self.body = body;
    }
}

/// Adds what comes to `body`, which keeps what came before it broke off.
async fn collect(incoming: &mut Incoming, body: &mut Vec<u8>) -> Result<(), String> {
    while let Some(frame) = incoming.frame().await {
        let Ok(data) = frame.map_err(|error| root_cause(&error))?.into_data() else {
            continue;
        };
        let room = LONGEST_BODY - body.len();
        body.extend_from_slice(&data[..room.min(data.len())]);
        if data.len() > room {
            return Err(too_long());
        }
    }
    Ok(())
}

fn too_long() -> String {
    format!("it is longer than {LONGEST_BODY} bytes")
}

/// What went wrong at the bottom; the errors above it only say that something did.
fn root_cause(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(below) = cause.source() {
        cause = below;
    }
    cause.to_string()
}
