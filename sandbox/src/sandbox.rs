//! Bringing everything up in order, and down again.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::addresses::Addresses;
use crate::clients::Clients;
use crate::embedded::{Embedded, bind};
use crate::errors::{Error, InvokeError};
use crate::options::Options;
use crate::runtime::{self, Functions};
use crate::sources::{Checkpoints, Sources};
use crate::storage::Storage;
use crate::template::Stack;
use crate::{front, queues, tables};

/// How long a stop waits for requests and batches in hand.
const GRACE: Duration = Duration::from_secs(5);

/// Database and queues, with no function running yet: what must be there before the first one
/// starts can be put there now.
#[derive(Debug)]
pub struct Prepared {
    options: Options,
    addresses: Addresses,
    clients: Clients,
    checkpoints: Arc<Checkpoints>,
    api: std::net::TcpListener,
    embedded: Embedded,
    storage: Storage,
}

/// The running system. [`Sandbox::stop`] ends it; dropping it ends it at once, leaving requests and
/// batches in hand to be repeated.
#[derive(Debug)]
pub struct Sandbox {
    addresses: Addresses,
    clients: Clients,
    functions: Arc<Functions>,
    /// The front and the event sources.
    tasks: TaskTracker,
    stop: CancellationToken,
    embedded: Embedded,
    // Last, so that the directory is free only when nothing uses it any more.
    _storage: Storage,
}

impl Prepared {
    /// Where everything is, or will be.
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// A client of the database.
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        self.clients.dynamodb.clone()
    }

    /// A client of the queues.
    pub fn sqs(&self) -> aws_sdk_sqs::Client {
        self.clients.sqs.clone()
    }

    /// The variables a process of `function` gets; all but the address of its Runtime API.
    ///
    /// # Errors
    ///
    /// When the template has no such function, or its variables name what it does not define.
    pub fn variables(&self, function: &str) -> Result<BTreeMap<String, String>, Error> {
        let stack = &self.options.stack;
        let found = stack.functions.get(function);
        let found = found.ok_or_else(|| Error::Undefined {
            place: "a process".to_owned(),
            id: function.to_owned(),
        })?;
        runtime::variables(found, stack, &self.addresses)
    }

    /// Starts the functions, and everything that calls them.
    ///
    /// Functions with HTTP routes have a first process when it returns, so that the first call is
    /// answered as fast as the rest and a function that can't start is known at once. The others get
    /// theirs with their first event: nobody waits for those, and a start on a small machine stays
    /// quick.
    ///
    /// # Errors
    ///
    /// The first thing that is missing or unable to start, by name. Nothing is left running.
    pub async fn start(self) -> Result<Sandbox, Error> {
        let Self {
            options,
            addresses,
            clients,
            checkpoints,
            api,
            embedded,
            storage,
        } = self;
        let functions = Functions::open(&options, &addresses, &storage).await?;
        let sandbox = Sandbox {
            addresses,
            clients: clients.clone(),
            functions: Arc::new(functions),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
            embedded,
            _storage: storage,
        };
        match sandbox.serve(api, &options, &clients, &checkpoints).await {
            Ok(()) => Ok(sandbox),
            Err(error) => {
                sandbox.stop().await;
                Err(error)
            }
        }
    }
}

impl Sandbox {
    /// Brings up database and queues.
    ///
    /// # Errors
    ///
    /// The first thing that is missing, taken, or unable to start, by name. Nothing is left running.
    pub async fn prepare(mut options: Options) -> Result<Prepared, Error> {
        options.shorten_visibility();
        let storage = Storage::open(options.data.as_deref())?;
        let checkpoints = Arc::new(Checkpoints::open(storage.checkpoints())?);
        let (api, address) = bind("the HTTP API", options.port)?;
        let mut addresses = Addresses {
            api: format!("http://{address}"),
            tables: tables::names(&options.stack),
            ..Addresses::default()
        };

        let embedded = Embedded::new()?;
        addresses.dynamodb = match &options.dynamodb {
            Some(url) => url.clone(),
            None => {
                let (listener, address) = bind("the database", options.database_port()?)?;
                embedded.serve_database(listener, &storage)?;
                format!("http://{address}")
            }
        };
        let queues_at = match &options.sqs {
            Some(url) => {
                addresses.sqs = url.clone();
                None
            }
            None => {
                let (listener, address) = bind("the queues", options.queues_port()?)?;
                embedded.serve_queues(listener, &storage, &options.stack)?;
                addresses.sqs = format!("http://{address}");
                Some(address)
            }
        };
        let clients = Clients::new(&addresses);
        addresses.queues = match queues_at {
            Some(address) => embedded_queues(&options.stack, address),
            None => queues::ensure(&options.stack, &clients.sqs, &addresses.sqs).await?,
        };
        tables::ensure(&options.stack, &clients, &addresses.dynamodb).await?;

        Ok(Prepared {
            options,
            addresses,
            clients,
            checkpoints,
            api,
            embedded,
            storage,
        })
    }

    /// Brings everything up and returns once requests are answered.
    ///
    /// # Errors
    ///
    /// As [`Sandbox::prepare`] and [`Prepared::start`].
    pub async fn start(options: Options) -> Result<Self, Error> {
        Self::prepare(options).await?.start().await
    }

    async fn serve(
        &self,
        api: std::net::TcpListener,
        options: &Options,
        clients: &Clients,
        checkpoints: &Arc<Checkpoints>,
    ) -> Result<(), Error> {
        let routes = &options.stack.routes;
        for route in routes {
            if !options.stack.functions.contains_key(&route.function) {
                return Err(Error::Undefined {
                    place: format!("the route {}", route.key),
                    id: route.function.clone(),
                });
            }
        }
        let behind_http: BTreeSet<_> = routes.iter().map(|route| &*route.function).collect();
        let warm = self.functions.warm(behind_http).await;
        warm.map_err(Error::Function)?;

        let sources = Sources {
            stack: &options.stack,
            addresses: &self.addresses,
            clients,
            functions: &self.functions,
            checkpoints,
            processes: options.processes,
        };
        sources.start(&self.tasks, &self.stop).await?;
        let api = TcpListener::from_std(api).map_err(|source| Error::Listen {
            what: "the HTTP API",
            port: options.port,
            source,
        })?;
        let functions = Arc::clone(&self.functions);
        let front = front::serve(api, routes.clone(), functions, self.stop.clone());
        self.tasks.spawn(front);
        Ok(())
    }

    /// Where everything is.
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// A client of the database.
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        self.clients.dynamodb.clone()
    }

    /// A client of the queues.
    pub fn sqs(&self) -> aws_sdk_sqs::Client {
        self.clients.sqs.clone()
    }

    /// Runs a function on an event, past the front and the sources.
    ///
    /// # Errors
    ///
    /// Whatever keeps the function from answering.
    pub async fn invoke(&self, function: &str, event: Value) -> Result<Value, InvokeError> {
        let event = Bytes::from(event.to_string());
        let answer = self.functions.invoke(function, event).await?;
        serde_json::from_slice(&answer).map_err(|source| InvokeError::AnswerNotJson {
            function: function.to_owned(),
            source,
        })
    }

    /// The process ids of a function's processes, at work or waiting for it.
    pub fn processes(&self, function: &str) -> Vec<u32> {
        self.functions.processes(function)
    }

    /// Kills a function's process as a crash would, in the middle of its work: its invocation fails,
    /// and the next one starts another process. False: no function's process has that id.
    pub fn kill_process(&self, pid: u32) -> bool {
        self.functions.kill_process(pid)
    }

    /// Kills all processes of a function; returns how many there were.
    pub fn kill_function(&self, function: &str) -> usize {
        let processes = self.processes(function).into_iter();
        processes.filter(|pid| self.kill_process(*pid)).count()
    }

    /// Ends everything: requests and batches in hand are finished if they take no more than a few
    /// seconds, then the processes end, then the servers. Nothing is left when it returns.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        let deadline = Instant::now() + GRACE;
        let _ = tokio::time::timeout_at(deadline, self.tasks.wait()).await;
        self.functions.stop(deadline).await;
        self.embedded.stop().await;
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.cancel();
        self.functions.kill();
    }
}

fn embedded_queues(stack: &Stack, address: SocketAddr) -> BTreeMap<String, String> {
    let url = |name: &String| feirante_queues::queue_url(address, name);
    let names = stack.queues.iter().map(|queue| &queue.name);
    names.map(|name| (name.clone(), url(name))).collect()
}
