//! Where everything is once the sandbox runs.

use std::collections::BTreeMap;

/// The region everything claims to be in.
pub const REGION: &str = "us-east-1";

/// The account everything claims to belong to.
pub(crate) const ACCOUNT: &str = "000000000000";

/// URLs and names of what runs. Any AWS SDK with dummy credentials can use them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addresses {
    /// The HTTP API, without a trailing slash.
    pub api: String,
    /// The database.
    pub dynamodb: String,
    /// The queue server.
    pub sqs: String,
    /// Tables as the database knows them, by [`Table::name`](crate::template::Table::name).
    pub tables: BTreeMap<String, String>,
    /// URLs of the queues, dead-letter queues included, by
    /// [`Queue::name`](crate::template::Queue::name).
    pub queues: BTreeMap<String, String>,
}
