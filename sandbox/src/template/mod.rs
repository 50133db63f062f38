//! What `template.yaml` says, in the words the sandbox runs by: functions, routes, queues, tables.
//!
//! What runs here is what is deployed: every route, variable, batch size, time-out and redrive rule
//! comes from the template, so a mistake in it shows on the first start.
//!
//! Parameters have their defaults here, and conditions are worked out with them: a resource whose
//! condition does not hold is left out, and so is a value that is `AWS::NoValue` then. A function that
//! nothing in the template invokes is left out too: it is for those who look after a deployed system.

mod conditions;
mod error;
mod functions;
mod intrinsics;
mod node;
mod queues;
mod read;
mod resource_type;
mod sources;
mod tables;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

pub use error::Error;
pub use read::read;

/// The template itself, carried along so that an installed sandbox needs no checkout.
pub const TEMPLATE: &str = include_str!("../../../template.yaml");

/// The deployed system, with every reference resolved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stack {
    /// By function name, which is the name of its crate (`place-order`). Those that something invokes.
    pub functions: BTreeMap<String, Function>,
    /// The HTTP API's routes, in the order of the template.
    pub routes: Vec<Route>,
    /// In the order of the template; dead-letter queues included.
    pub queues: Vec<Queue>,
    /// In the order of the template.
    pub tables: Vec<Table>,
}

impl Stack {
    /// The queue with that logical id.
    pub fn queue(&self, id: &str) -> Option<&Queue> {
        self.queues.iter().find(|queue| queue.id == id)
    }

    /// The queue with that name, without the stack's prefix.
    pub fn queue_named(&self, name: &str) -> Option<&Queue> {
        self.queues.iter().find(|queue| queue.name == name)
    }

    /// Where a queue's messages go that were received too often.
    pub fn dead_letters(&self, queue: &Queue) -> Option<&Queue> {
        queue
            .redrive
            .as_ref()
            .and_then(|redrive| self.queue(&redrive.target))
    }

    /// Names of the queues that feed functions: nobody else receives from them.
    pub fn polled(&self) -> BTreeSet<String> {
        let sources = self.functions.values().flat_map(|one| &one.sources);
        sources
            .filter_map(|source| match source {
                Source::Queue { queue, .. } => Some(self.queue(queue)?.name.clone()),
                _ => None,
            })
            .collect()
    }

    /// The table with that logical id.
    pub fn table(&self, id: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.id == id)
    }

    /// The table with that name, without the stack's prefix.
    pub fn table_named(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }
}

/// One Lambda function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// The crate's and the binary's name.
    pub name: String,
    /// Megabytes, as `AWS_LAMBDA_FUNCTION_MEMORY_SIZE` tells the function.
    pub memory: u32,
    /// After it an invocation is ended and its process replaced.
    pub timeout: Duration,
    /// Variables with references still to be resolved against what runs.
    pub environment: BTreeMap<String, Value>,
    /// What invokes it, HTTP routes aside.
    pub sources: Vec<Source>,
}

/// A template value that names a resource, or plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Text, parameters and pseudo-parameters already filled in.
    Text(String),
    /// The physical name of a table, by logical id.
    TableName(String),
    /// The URL of a queue, by logical id.
    QueueUrl(String),
}

/// What invokes a function other than HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Messages of a queue.
    Queue {
        /// Logical id of the queue.
        queue: String,
        /// Messages an invocation gets at most.
        batch_size: usize,
        /// How long to gather a batch.
        window: Duration,
        /// Invocations at once at most; `None`: no limit of its own.
        maximum_concurrency: Option<usize>,
        /// Whether the answer lists the failed messages (`ReportBatchItemFailures`).
        reports_failures: bool,
    },
    /// Changes of a table.
    Stream {
        /// Logical id of the table.
        table: String,
        /// Records an invocation gets at most.
        batch_size: usize,
        /// Whether a failed batch is cut in two.
        bisect: bool,
        /// Attempts after the first; `None`: until the record is too old.
        maximum_retries: Option<u32>,
        /// Records older than this are given up.
        maximum_age: Option<Duration>,
        /// Logical id of the queue that learns of records given up.
        on_failure: Option<String>,
        /// Whether the answer names the failed record (`ReportBatchItemFailures`).
        reports_failures: bool,
    },
    /// A clock.
    Schedule {
        /// Time between two invocations (`rate(1 minute)`).
        every: Duration,
    },
}

/// One route of the HTTP API: any verb on a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// As API Gateway writes it: `ANY /m/{key}/pvt/orders`, or `$default`.
    pub key: String,
    /// Name of the function that answers.
    pub function: String,
}

/// One queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// Logical id in the template.
    pub id: String,
    /// Its name without the stack's prefix: `erp-offers`, `erp-orders.fifo`.
    pub name: String,
    /// How long a received message is hidden from others.
    pub visibility: Duration,
    /// How long messages are kept.
    pub retention: Duration,
    /// How long a message waits before it can be received.
    pub delay: Duration,
    /// Whether messages without a deduplication id get one from their content.
    pub content_based_deduplication: bool,
    /// Where a message goes that was received too often.
    pub redrive: Option<Redrive>,
}

/// A queue's way to its dead letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redrive {
    /// Logical id of the dead-letter queue.
    pub target: String,
    /// Receives after which a message is moved.
    pub maximum_receives: u32,
}

/// One table, as the `CreateTable` call that makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Logical id in the template.
    pub id: String,
    /// Its name without the stack's prefix: `offers`, `orders`, `listings`, `accounts`, `settings`.
    pub name: String,
    /// `Properties` of the resource in JSON, intrinsics resolved, without what only CloudFormation
    /// knows: usable as the body of `CreateTable`.
    pub definition: serde_json::Value,
    /// The attribute that holds the time to live, if any.
    pub ttl_attribute: Option<String>,
    /// Whether its changes are streamed.
    pub streamed: bool,
}
