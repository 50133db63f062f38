//! Starting and stopping.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::books::Books;
use crate::control::{self, Control};
use crate::driver::Driver;
use crate::faults::Faults;
use crate::journal::Journal;
use crate::keep::KeepError;
use crate::options::Options;
use crate::services::{Body, HungUp, Services};
use crate::world::World;

/// The largest body that is read.
const LARGEST_BODY: usize = 8 * 1_048_576;

/// How long no connection is taken after one could not be.
const AFTER_A_FAILED_ACCEPT: Duration = Duration::from_millis(50);

/// A marketplace. It has no state of its own: see [`Running`].
#[derive(Debug)]
pub struct Marketplace;

/// A marketplace that answers. Dropping it stops it without waiting.
pub struct Running {
    url: String,
    stop: CancellationToken,
    tracker: TaskTracker,
}

/// Why a marketplace did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port can't be listened on.
    #[error("the marketplace can't listen on port {port}")]
    Listen {
        /// The port of the options.
        port: u16,
        /// Why not.
        source: io::Error,
    },
    /// The kept books can't be used.
    #[error("the marketplace's books can't be opened")]
    Books(#[from] KeepError),
    /// The client that calls sellers can't be made.
    #[error("the marketplace's HTTP client can't be made")]
    Client(#[source] reqwest::Error),
    /// The options name an account that can't be a path's first segment, or twice.
    #[error("the account name {0:?} can't be used: letters, digits, - and _, each account once")]
    Account(String),
}

/// What answers connections.
struct Server {
    services: Arc<Services>,
    control: Router,
    /// Whether header names are written `Like-This`; open connections end when it changes.
    title_case: watch::Receiver<bool>,
}

impl Marketplace {
    /// Starts a marketplace: once this returns it answers, and its driver has taken up what a
    /// former run left undone.
    ///
    /// # Errors
    ///
    /// The port is taken, the kept books can't be read, or the options contradict themselves.
    pub async fn start(options: Options) -> Result<Running, StartError> {
        let (running, _) = start(options).await?;
        Ok(running)
    }
}

/// [`Marketplace::start`], with the world that it plays in.
pub(crate) async fn start(options: Options) -> Result<(Running, Arc<World>), StartError> {
    check_accounts(&options)?;
    let listen_error = |source| StartError::Listen {
        port: options.port,
        source,
    };
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, options.port)))
        .await
        .map_err(listen_error)?;
    let address = listener.local_addr().map_err(listen_error)?;
    let books = Books::open(&options)?;
    let (tasks, work) = mpsc::unbounded_channel();
    let world = Arc::new(World {
        url: format!("http://{address}"),
        journal: Journal::new(options.keep),
        books,
        faults: Faults::new(options.seed),
        tasks,
        options,
    });
    let stop = CancellationToken::new();
    let tracker = TaskTracker::new();
    let driver = Driver::start(Arc::clone(&world), work, &tracker, stop.clone())
        .map_err(StartError::Client)?;
    let services = Arc::new(Services::new(Arc::clone(&world)));
    let (title_case, title_case_seen) = watch::channel(false);
    let running = Running {
        url: world.url.clone(),
        stop: stop.clone(),
        tracker: tracker.clone(),
    };
    let server = Arc::new(Server {
        control: control::router(Control::new(
            Arc::clone(&world),
            Arc::clone(&services),
            driver,
            title_case,
        )),
        services,
        title_case: title_case_seen,
    });
    tracker.spawn(accept(listener, server, tracker.clone(), stop));
    Ok((running, world))
}

impl Running {
    /// Where it answers: `http://127.0.0.1:{port}`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The base of everything of an account.
    #[must_use]
    pub fn account_url(&self, account: &str) -> String {
        format!("{}/{account}", self.url)
    }

    /// Stops it: calls under way are given up.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn check_accounts(options: &Options) -> Result<(), StartError> {
    let mut seen = std::collections::BTreeSet::new();
    for account in options.accounts.iter().map(|account| &account.account) {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let usable = !account.is_empty() && account.bytes().all(allowed) && account != "control";
        if !usable || !seen.insert(account) {
            return Err(StartError::Account(account.clone()));
        }
    }
    Ok(())
}

async fn accept(
    listener: TcpListener,
    server: Arc<Server>,
    tracker: TaskTracker,
    stop: CancellationToken,
) {
    while let Some(accepted) = stop.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((stream, _)) => {
                let server = Arc::clone(&server);
                tracker.spawn(
                    stop.clone()
                        .run_until_cancelled_owned(converse(stream, server)),
                );
            }
            Err(error) => {
                // Out of file descriptors, most likely: others must close some first.
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(AFTER_A_FAILED_ACCEPT).await;
            }
        }
    }
}

/// Answers the requests of one connection.
async fn converse(stream: TcpStream, server: Arc<Server>) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection keeps its delay");
    }
    let mut title_case = server.title_case.clone();
    let service = service_fn(|request| server.answer(request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .title_case_headers(*title_case.borrow_and_update())
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        Ok(()) = title_case.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

impl Server {
    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Body>, HungUp> {
        let path = request.uri().path();
        if path == "/control" || path.starts_with("/control/") {
            let response = TowerToHyperService::new(self.control.clone())
                .call(request)
                .await
                .unwrap_or_else(|never: Infallible| match never {});
            return Ok(response.map(BodyExt::boxed_unsync));
        }
        let (parts, body) = request.into_parts();
        match Limited::new(body, LARGEST_BODY).collect().await {
            Ok(body) => self.services.answer(&parts, &body.to_bytes()).await,
            Err(error) if error.is::<LengthLimitError>() => {
                let mut response = Response::new(axum::body::Body::empty().boxed_unsync());
                *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
                Ok(response)
            }
            // The caller went away in the middle of its request.
            Err(_) => Err(HungUp),
        }
    }
}
