//! The HTTP side: one endpoint, whose operation is named by a header.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::api;
use crate::broker::Broker;
use crate::clock::{Clock, SystemClock};
use crate::errors::{Error, Rejection};
use crate::store::Store;
use crate::{QueueSpec, Storage};

/// A batch of 1 MiB grows on the wire: JSON may write a character as six, base64 adds a third.
const MAXIMUM_REQUEST_BYTES: usize = 8 * 1_048_576;

const CONTENT_TYPE: &str = "application/x-amz-json-1.0";

/// The queues, open and ready to be served.
pub struct Server {
    store: Store,
}

/// What the endpoint works with.
struct Endpoint {
    broker: Broker,
    address: SocketAddr,
}

impl Server {
    /// Opens the storage, creates the queues that are missing and gives existing ones the
    /// settings of their specs. Other queues of the storage stay as they are.
    ///
    /// # Errors
    ///
    /// The storage can't be opened, or a spec describes no possible queue; then nothing changed.
    pub fn open(storage: &Storage, queues: &[QueueSpec]) -> Result<Self, Error> {
        Self::open_with_clock(storage, queues, SystemClock)
    }

    /// [`Server::open`] with another clock than the machine's.
    ///
    /// # Errors
    ///
    /// Those of [`Server::open`].
    pub fn open_with_clock(
        storage: &Storage,
        queues: &[QueueSpec],
        clock: impl Clock,
    ) -> Result<Self, Error> {
        let mut store = Store::open(storage, Arc::new(clock))?;
        store.ensure(queues)?;
        Ok(Self { store })
    }

    /// Makes the messages of `queues` that are in flight visible again, but for those whose
    /// visibility was changed: for an embedder that was their only receiver and has been killed.
    ///
    /// # Errors
    ///
    /// The storage can't be written.
    pub fn hand_back(&mut self, queues: &[&str]) -> Result<(), Error> {
        self.store.hand_back(queues)
    }

    /// Answers on `listener` until `shutdown` is done. Then requests under way are answered,
    /// waiting receivers with nothing, and the storage is closed.
    ///
    /// # Errors
    ///
    /// The listener's.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), Error> {
        let endpoint = Arc::new(Endpoint {
            broker: Broker::new(self.store),
            address: listener.local_addr()?,
        });
        let router = Router::new()
            .fallback(answer)
            .layer(DefaultBodyLimit::max(MAXIMUM_REQUEST_BYTES))
            .with_state(Arc::clone(&endpoint));
        // Answers are small and clients wait for them: they are not held back to be merged.
        let listener = listener.tap_io(|connection| {
            if let Err(error) = connection.set_nodelay(true) {
                tracing::debug!(%error, "a connection keeps its delay");
            }
        });
        axum::serve(listener, router)
            .with_graceful_shutdown(async move {
                shutdown.await;
                endpoint.broker.stop();
            })
            .await?;
        Ok(())
    }
}

/// Answers one request. The path tells nothing: requests name their queue in the body.
async fn answer(
    State(endpoint): State<Arc<Endpoint>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let result = match (operation(&headers), body) {
        (Ok(operation), Ok(body)) => {
            api::perform(&endpoint.broker, endpoint.address, operation, &body).await
        }
        (Err(rejection), _) => Err(rejection),
        (_, Err(error)) => Err(Rejection::InvalidParameterValue(error.body_text())),
    };
    let request_id = Uuid::new_v4().to_string();
    match result {
        Ok(body) => (
            [
                ("x-amzn-requestid", request_id.as_str()),
                (header::CONTENT_TYPE.as_str(), CONTENT_TYPE),
            ],
            body,
        )
            .into_response(),
        Err(rejection) => refuse(&rejection, &request_id),
    }
}

/// The operation's name, such as `SendMessage`.
fn operation(headers: &HeaderMap) -> Result<&str, Rejection> {
    headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok())
        .and_then(|target| target.strip_prefix("AmazonSQS."))
        .ok_or_else(|| {
            Rejection::UnsupportedOperation(
                "A request without X-Amz-Target: AmazonSQS.*".to_owned(),
            )
        })
}

fn refuse(rejection: &Rejection, request_id: &str) -> Response {
    let code = rejection.code();
    let (status, fault) = if rejection.is_senders_fault() {
        tracing::debug!(code = code.query, %rejection, "request refused");
        (StatusCode::BAD_REQUEST, "Sender")
    } else {
        let cause = std::error::Error::source(rejection).map(ToString::to_string);
        tracing::error!(request_id, cause, "request failed");
        (StatusCode::INTERNAL_SERVER_ERROR, "Receiver")
    };
    let body = serde_json::json!({ "__type": code.shape, "message": rejection.to_string() });
    (
        status,
        [
            ("x-amzn-requestid", request_id),
            ("x-amzn-query-error", &format!("{};{fault}", code.query)),
            (header::CONTENT_TYPE.as_str(), CONTENT_TYPE),
        ],
        body.to_string(),
    )
        .into_response()
}
