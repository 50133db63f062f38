//! What every function needs once.
//!
//! - [`environment`]: configuration, named and documented; a missing variable stops the start.
//! - [`sdk`]: what AWS clients are made of. [`clients`]: the clients, with time-outs, made and connected
//!   during init.
//! - [`http`]: from an API Gateway event to a handler and back, every refusal an envelope.
//! - [`batch`]: from a batch of queue messages or stream records to a handler, one at a time.
//! - [`Deadline`]: what is left of an invocation.
//! - [`sent_at`]: how old a message is that is sent again.
//! - [`notifications`]: the queue of what marketplaces have to be told.
//! - [`source_queue`]: where a message waits whose time has not come.
//! - [`settings_cache`]: the seller file in memory, re-read once a minute beside other work.
//! - [`logs`], [`metrics`]: one line of JSON each, nothing secret or personal in them.

pub mod batch;
pub mod clients;
pub mod dead_letters;
mod deadline;
pub mod environment;
pub mod http;
pub mod logs;
pub mod metrics;
pub mod notifications;
pub mod panics;
pub mod sdk;
pub mod sent_at;
pub mod settings_cache;
pub mod source_queue;
pub mod start;

pub use clients::Clients;
pub use deadline::Deadline;
pub use environment::Environment;
pub use lambda_runtime::Error;
