//! An SQS-compatible queue server for one machine.
//!
//! It speaks the JSON protocol of today's AWS SDKs, keeps everything in SQLite (a file or memory),
//! and is embedded: [`Server::open`] creates the queues it is told about, [`Server::serve`]
//! answers on a listener until it is told to stop. Any credentials are accepted.
//!
//! What it imitates is what consumers can notice: visibility, delays, receipts, redrive to dead
//! letters, retention, the order, locking and deduplication of FIFO queues, limits and error
//! codes. What it leaves out: access policies, encryption, tags, message move tasks,
//! deduplication per message group, `ReceiveRequestAttemptId`, and the pause of a minute between
//! two purges.

mod api;
mod broker;
mod clock;
mod digest;
mod errors;
mod message;
mod server;
mod settings;
mod store;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

pub use clock::{Clock, ManualClock, SystemClock};
pub use errors::Error;
pub use server::Server;

/// The account in every queue's URL and ARN: there is only one, and it owns everything.
const ACCOUNT: &str = "000000000000";

/// The region in every queue's ARN.
const REGION: &str = "us-east-1";

/// A queue that must exist once the server is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueSpec {
    /// 1 to 80 letters, digits, hyphens and underscores. It is a FIFO queue if, and only if, its
    /// name ends with `.fifo`.
    pub name: String,
    /// How long a received message is hidden from other receivers: whole seconds, up to 12 hours.
    pub visibility: Duration,
    /// How long a message is kept: whole seconds, from 1 minute to 14 days.
    pub retention: Duration,
    /// How long a new message is hidden at first: whole seconds, up to 15 minutes.
    pub delay: Duration,
    /// Whether a FIFO queue takes a digest of the body where the sender gives no deduplication id.
    pub content_based_deduplication: bool,
    /// Where messages go that were received too often. `None` keeps them until they expire.
    pub redrive: Option<RedriveSpec>,
}

/// What becomes of messages that were received too often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedriveSpec {
    /// The name of the dead-letter queue, which is FIFO exactly when its source is.
    pub target: String,
    /// How often a message is handed out, 1 to 1,000 times, before it is moved instead.
    pub maximum_receives: u32,
}

/// Where queues and messages are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Storage {
    /// In memory: gone with the server.
    Memory,
    /// In this SQLite file, created if it is missing. Its directory must exist.
    File(PathBuf),
}

/// The URL under which a server at `address` knows the queue `name`.
#[must_use]
pub fn queue_url(address: SocketAddr, name: &str) -> String {
    format!("http://{address}/{ACCOUNT}/{name}")
}

/// The ARN of the queue `name`, as redrive policies name their target.
fn queue_arn(name: &str) -> String {
    format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{name}")
}
