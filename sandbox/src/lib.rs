//! The whole system on one machine: a database, queues, and the functions of `template.yaml` as
//! processes behind an HTTP front, a Lambda Runtime API and the pollers of their event sources.
//!
//! What runs here is what is deployed: routes, variables, batch sizes, time-outs, retries and dead
//! letters are the template's. [`Sandbox::start`] brings it up, [`Addresses`] says where it is.
//! Everything listens on 127.0.0.1 only.

mod addresses;
mod clients;
mod database;
mod embedded;
mod errors;
mod front;
mod logs;
mod options;
mod queues;
mod runtime;
mod sandbox;
mod sources;
mod storage;
mod tables;
pub mod template;

pub use addresses::{Addresses, REGION};
pub use clients::{dynamodb_client, sqs_client};
pub use errors::{Error, InvokeError};
pub use options::{Launcher, LogSink, Options, SeeLine};
pub use runtime::{Answer, Entry, Job, Progress, RuntimeApi, Slot};
pub use sandbox::{Prepared, Sandbox};
