//! The HTTP front: an API Gateway HTTP API in small.

mod event;
mod response;
mod routes;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, FromRequest, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use jiff::Timestamp;
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use self::event::{Arrival, Event};
use self::routes::Routes;
use crate::errors::InvokeError;
use crate::runtime::{Functions, at_once};
use crate::template::Route;

/// API Gateway's limit for a request's body, in bytes.
const BODY_LIMIT: usize = 10 * 1024 * 1024;

/// The longest an HTTP API waits for a function.
const INTEGRATION_LIMIT: Duration = Duration::from_secs(30);

struct Front {
    routes: Routes,
    functions: Arc<Functions>,
}

/// Serves the API until the token is cancelled and the requests in hand are answered.
pub(crate) async fn serve(
    listener: TcpListener,
    routes: Vec<Route>,
    functions: Arc<Functions>,
    stop: CancellationToken,
) {
    let front = Arc::new(Front {
        routes: Routes::new(&routes),
        functions,
    });
    let app = Router::new()
        .fallback(handle)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(front)
        .into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(at_once(listener), app).with_graceful_shutdown(stop.cancelled_owned());
    if let Err(error) = server.await {
        tracing::error!(%error, "the HTTP front ended");
    }
}

async fn handle(
    State(front): State<Arc<Front>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let arrival = Arrival {
        id: uuid::Uuid::new_v4().to_string(),
        at: Timestamp::now(),
        from: from.ip(),
    };
    let mut response = front.answer(request, &arrival).await;
    if let Ok(id) = HeaderValue::try_from(arrival.id) {
        let name = HeaderName::from_static("apigw-requestid");
        response.headers_mut().insert(name, id);
    }
    response
}

impl Front {
    async fn answer(&self, request: Request, arrival: &Arrival) -> Response {
        let (parts, body) = request.into_parts();
        let head = Request::from_parts(parts.clone(), body);
        let body = match Bytes::from_request(head, &()).await {
            Ok(body) => body,
            Err(rejection) => return refusal(rejection.status()),
        };
        let Some(found) = self.routes.find(parts.method.as_str(), parts.uri.path()) else {
            return refusal(StatusCode::NOT_FOUND);
        };
        let function = found.route.function.clone();
        let event = match serde_json::to_vec(&Event::new(&parts, &body, found, arrival)) {
            Ok(event) => Bytes::from(event),
            Err(error) => {
                tracing::error!(%error, "a request can't be written as an event");
                return refusal(StatusCode::INTERNAL_SERVER_ERROR);
            }
        };
        self.invoke(&function, event).await
    }

    async fn invoke(&self, function: &str, event: Bytes) -> Response {
        let invocation = self.functions.invoke(function, event);
        let Ok(answer) = tokio::time::timeout(INTEGRATION_LIMIT, invocation).await else {
            tracing::error!(function, "no answer within the limit of an HTTP API");
            return refusal(StatusCode::SERVICE_UNAVAILABLE);
        };
        match answer {
            Ok(answer) => response::response(&answer).unwrap_or_else(|error| {
                tracing::error!(
                    function,
                    error = &error as &dyn std::error::Error,
                    "bad answer"
                );
                refusal(StatusCode::INTERNAL_SERVER_ERROR)
            }),
            Err(error) => {
                tracing::error!("{error}");
                refusal(status_for(&error))
            }
        }
    }
}

fn status_for(error: &InvokeError) -> StatusCode {
    match error {
        InvokeError::EventTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        InvokeError::Stopping { .. } => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// What API Gateway itself answers, in its words.
fn refusal(status: StatusCode) -> Response {
    let message = match status {
        StatusCode::NOT_FOUND => "Not Found",
        StatusCode::PAYLOAD_TOO_LARGE => "Request Entity Too Large",
        StatusCode::SERVICE_UNAVAILABLE => "Service Unavailable",
        StatusCode::INTERNAL_SERVER_ERROR => "Internal Server Error",
        _ => "Bad Request",
    };
    (status, Json(json!({"message": message}))).into_response()
}
