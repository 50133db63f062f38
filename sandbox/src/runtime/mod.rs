//! The functions: processes behind the Lambda Runtime API.
//!
//! Each process has one invocation at a time, as in Lambda; each function has up to a few
//! processes. One that crashes or runs out of time fails its invocation and is replaced by the next.

mod api;
mod census;
mod environment;
mod pool;
mod process;
mod slot;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::serve::{ListenerExt, TapIo};
use futures::future::{join_all, try_join_all};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::census::Census;
use self::pool::Pool;
use self::process::Role;
use crate::addresses::Addresses;
use crate::errors::{Error, InvokeError};
use crate::options::{Launcher, Options};
use crate::storage::Storage;

pub use self::api::{Entry, RuntimeApi};
pub(crate) use self::environment::{function_arn, of as variables};
pub use self::slot::{Answer, Job, Progress, Slot};

/// Lambda's limit for an event and for an answer, in bytes.
const PAYLOAD_LIMIT: usize = 6 * 1024 * 1024;

/// How long a stop waits for processes without work to exit by themselves.
const GRACE: Duration = Duration::from_secs(2);

/// All functions of the stack.
#[derive(Debug)]
pub(crate) struct Functions {
    pools: BTreeMap<String, Arc<Pool>>,
    shared: Arc<Shared>,
}

/// What all processes have in common.
#[derive(Debug)]
struct Shared {
    launcher: Launcher,
    api: RuntimeApi,
    census: Arc<Census>,
    /// Ends every process at once.
    kill: CancellationToken,
    /// One task per process, which ends with it.
    processes: TaskTracker,
}

impl Functions {
    /// Opens the Runtime API. No process is started yet.
    pub(crate) async fn open(
        options: &Options,
        addresses: &Addresses,
        storage: &Storage,
    ) -> Result<Self, Error> {
        let listen = |source| Error::Listen {
            what: "the functions",
            port: 0,
            source,
        };
        let shared = Arc::new(Shared {
            launcher: options.launcher.clone(),
            api: RuntimeApi::open().await.map_err(listen)?,
            census: Arc::default(),
            kill: CancellationToken::new(),
            processes: TaskTracker::new(),
        });

        let mut pools = BTreeMap::new();
        for (name, function) in &options.stack.functions {
            let role = Role {
                function: name.clone(),
                arn: function_arn(name),
                environment: environment::of(function, &options.stack, addresses)?,
                log: storage.function_log(name, &options.logs)?,
            };
            let size = options.processes.max(1);
            let pool = Pool::new(role, function.timeout, size, Arc::clone(&shared));
            pools.insert(name.clone(), Arc::new(pool));
        }
        Ok(Self { pools, shared })
    }

    /// Starts a first process of each of the functions named, and waits until all are ready.
    pub(crate) async fn warm(
        &self,
        names: impl IntoIterator<Item = &str>,
    ) -> Result<(), InvokeError> {
        let warm = |name| async move { self.pool(name)?.warm().await };
        try_join_all(names.into_iter().map(warm)).await?;
        Ok(())
    }

    /// Runs a function on an event and returns its answer, both JSON.
    pub(crate) async fn invoke(&self, function: &str, event: Bytes) -> Result<Bytes, InvokeError> {
        self.pool(function)?.invoke(event).await
    }

    /// The process ids of a function's processes.
    pub(crate) fn processes(&self, function: &str) -> Vec<u32> {
        self.shared.census.of(function)
    }

    /// Kills one process in the middle of whatever it does. False: it is no function's.
    pub(crate) fn kill_process(&self, pid: u32) -> bool {
        self.shared.census.kill(pid)
    }

    fn pool(&self, function: &str) -> Result<&Arc<Pool>, InvokeError> {
        self.pools
            .get(function)
            .ok_or_else(|| InvokeError::Unknown(function.to_owned()))
    }

    /// Ends every process at once.
    pub(crate) fn kill(&self) {
        self.shared.kill.cancel();
    }

    /// Ends every process: those at work once their invocation has ended, but killed at the
    /// deadline. Resolves when none is left.
    pub(crate) async fn stop(&self, deadline: Instant) {
        let pools = self.pools.values();
        let closed = join_all(pools.clone().map(|pool| pool.close()));
        let _ = tokio::time::timeout_at(deadline, closed).await;
        let finished = join_all(pools.map(|pool| pool.finish()));
        let _ = tokio::time::timeout(GRACE, finished).await;
        self.kill();
        self.shared.processes.close();
        self.shared.processes.wait().await;
        self.shared.api.close();
    }
}

/// A listener whose connections send what they have at once: an answer in two parts would wait
/// for the peer's acknowledgement of the first otherwise.
pub(crate) fn at_once(listener: TcpListener) -> TapIo<TcpListener, fn(&mut TcpStream)> {
    listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delays");
        }
    })
}
