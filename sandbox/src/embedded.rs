//! The database and the queue server that come with the sandbox.
//!
//! They have threads of their own: both write to disk on the thread that answers, and neither may
//! hold up the front or the Runtime API by that.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use dynoxide::Database;
use feirante_queues as queues;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::database;
use crate::errors::Error;
use crate::storage::Storage;
use crate::template::{Queue, Stack};

/// How often what is past its time is deleted. DynamoDB takes days.
const SWEEP: Duration = Duration::from_secs(60);

/// How long a stop waits for requests in hand.
const GRACE: Duration = Duration::from_secs(5);

/// The embedded servers that run.
#[derive(Debug)]
pub(crate) struct Embedded {
    /// Always there, but for the moment of dropping it.
    runtime: Option<Runtime>,
    stop: CancellationToken,
    servers: TaskTracker,
}

impl Embedded {
    /// Makes ready the threads; nothing is served yet.
    pub(crate) fn new() -> Result<Self, Error> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("embedded")
            .enable_all()
            .build()
            .map_err(|error| Error::Database(error.to_string()))?;
        Ok(Self {
            runtime: Some(runtime),
            stop: CancellationToken::new(),
            servers: TaskTracker::new(),
        })
    }

    /// Serves the database on a port.
    pub(crate) fn serve_database(
        &self,
        listener: std::net::TcpListener,
        storage: &Storage,
    ) -> Result<(), Error> {
        let file = storage.database();
        let database = database::open(file.as_deref())?;
        let stop = self.stop.clone();
        let swept = database.clone();
        self.spawn(async move {
            let server = dynoxide::server::serve_with_shutdown(
                TcpListener::from_std(listener).map_err(|error| error.to_string())?,
                database,
                stop.cancelled_owned(),
            );
            server.await
        });
        let stop = self.stop.clone();
        self.spawn(async move {
            while stop
                .run_until_cancelled(tokio::time::sleep(SWEEP))
                .await
                .is_some()
            {
                let (database, file) = (swept.clone(), file.clone());
                let _ =
                    tokio::task::spawn_blocking(move || sweep(&database, file.as_deref())).await;
            }
            Ok(())
        });
        Ok(())
    }

    /// Serves the template's queues on a port.
    pub(crate) fn serve_queues(
        &self,
        listener: std::net::TcpListener,
        storage: &Storage,
        stack: &Stack,
    ) -> Result<(), Error> {
        let storage = match storage.queues() {
            Some(path) => queues::Storage::File(path),
            None => queues::Storage::Memory,
        };
        let specs: Vec<_> = stack
            .queues
            .iter()
            .map(|queue| spec(queue, stack))
            .collect::<Result<_, _>>()?;
        let failed = |error| Error::Queues(Box::new(error));
        let mut server = queues::Server::open(&storage, &specs).map_err(failed)?;
        let polled = stack.polled();
        let polled: Vec<&str> = polled.iter().map(String::as_str).collect();
        // A sandbox that was killed had messages in its hands. Lambda's pollers are never killed:
        // this wait would be the sandbox's alone.
        server.hand_back(&polled).map_err(failed)?;
        let stop = self.stop.clone();
        self.spawn(async move {
            let listener = TcpListener::from_std(listener).map_err(|error| error.to_string())?;
            let served = server.serve(listener, stop.cancelled_owned()).await;
            served.map_err(|error| error.to_string())
        });
        Ok(())
    }

    fn spawn(&self, server: impl Future<Output = Result<(), String>> + Send + 'static) {
        let Some(runtime) = &self.runtime else {
            return;
        };
        let server = async {
            if let Err(error) = server.await {
                tracing::error!(error, "an embedded server ended");
            }
        };
        self.servers.spawn_on(server, runtime.handle());
    }

    /// Answers the requests in hand and closes the files.
    pub(crate) async fn stop(&self) {
        self.stop.cancel();
        self.servers.close();
        let _ = tokio::time::timeout(GRACE, self.servers.wait()).await;
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        self.stop.cancel();
        // An ordinary drop would wait, which an asynchronous caller must not.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Deletes what is past its time.
fn sweep(database: &Database, file: Option<&Path>) {
    if let Err(error) = database.sweep_ttl() {
        tracing::warn!(%error, "items past their time to live were not deleted");
    }
    if let Some(Err(error)) = file.map(database::trim) {
        tracing::warn!(%error, "records past their retention were not deleted");
    }
}

fn spec(queue: &Queue, stack: &Stack) -> Result<queues::QueueSpec, Error> {
    let redrive = queue.redrive.as_ref().map(|redrive| {
        let target = stack
            .queue(&redrive.target)
            .ok_or_else(|| Error::Undefined {
                place: format!("the redrive rule of {}", queue.name),
                id: redrive.target.clone(),
            })?;
        Ok(queues::RedriveSpec {
            target: target.name.clone(),
            maximum_receives: redrive.maximum_receives,
        })
    });
    Ok(queues::QueueSpec {
        name: queue.name.clone(),
        visibility: queue.visibility,
        retention: queue.retention,
        delay: queue.delay,
        content_based_deduplication: queue.content_based_deduplication,
        redrive: redrive.transpose()?,
    })
}

/// Takes a port of 127.0.0.1; 0: a free one.
pub(crate) fn bind(
    what: &'static str,
    port: u16,
) -> Result<(std::net::TcpListener, SocketAddr), Error> {
    let listen = |source: std::io::Error| match source.kind() {
        std::io::ErrorKind::AddrInUse => Error::PortInUse { what, port },
        _ => Error::Listen { what, port, source },
    };
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let listener = std::net::TcpListener::bind(address).map_err(listen)?;
    listener.set_nonblocking(true).map_err(listen)?;
    let address = listener.local_addr().map_err(listen)?;
    Ok((listener, address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_named_with_the_flag_that_sets_it() {
        let (_taken, address) = bind("the database", 0).unwrap();
        let port = address.port();
        let error = bind("the database", port).unwrap_err().to_string();
        assert_eq!(
            error,
            format!("port {port}, meant for the database, is in use: choose others with --port")
        );
    }
}
