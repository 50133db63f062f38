//! Two kinds of error: [`Error`] stops the server and is for whoever embeds it; [`Rejection`]
//! answers one request (or one entry of a batch) and is for the client.

use std::path::PathBuf;

/// Why a server could not be opened, or stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file can't be opened, read or written as a queue database.
    #[error("queue database {path}: {source}")]
    Storage {
        /// The file, or `:memory:`.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// The file was written by a version of this crate that is newer than this one.
    #[error("queue database {path} has layout {found}, newer than the layout {known} known here")]
    Layout {
        /// The file.
        path: PathBuf,
        /// The layout's number in the file.
        found: i64,
        /// The newest number this version reads.
        known: i64,
    },
    /// A queue is described in a way no queue can be.
    #[error("queue {queue}: {reason}")]
    Spec {
        /// The queue's name as given.
        queue: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The listener failed.
    #[error("queue server: {0}")]
    Serve(#[from] std::io::Error),
}

/// Why a request, or one entry of a batch, was refused. The text is what the client reads.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Rejection {
    #[error("The specified queue does not exist.")]
    QueueDoesNotExist,
    #[error(
        "A queue already exists with the same name and a different value for attribute {attribute}"
    )]
    QueueNameExists { attribute: String },
    #[error("Unknown Attribute {0}.")]
    InvalidAttributeName(String),
    #[error("Invalid value for the parameter {0}.")]
    InvalidAttributeValue(String),
    #[error("{0}")]
    InvalidParameterValue(String),
    #[error("The request must contain the parameter {0}.")]
    MissingParameter(&'static str),
    #[error(
        "Invalid binary character '#x{0:X}' was found in the message body, the set of allowed \
         characters is #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"
    )]
    InvalidMessageContents(u32),
    #[error("The input receipt handle \"{0}\" is not a valid receipt handle.")]
    ReceiptHandleIsInvalid(String),
    #[error("The specified message isn't in flight.")]
    MessageNotInflight,
    #[error("There should be at least one entry in the request.")]
    EmptyBatchRequest,
    #[error("Maximum number of entries per request are {maximum}. You have sent {sent}.")]
    TooManyEntriesInBatchRequest { maximum: usize, sent: usize },
    #[error("Id {0} repeated.")]
    BatchEntryIdsNotDistinct(String),
    #[error(
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It \
         can be at most 80 letters long."
    )]
    InvalidBatchEntryId,
    #[error("Batch requests cannot be longer than {maximum} bytes. You have sent {sent} bytes.")]
    BatchRequestTooLong { maximum: usize, sent: usize },
    #[error("{0} is not available here.")]
    UnsupportedOperation(String),
    #[error("The request is not valid JSON of this operation: {0}")]
    Serialization(serde_json::Error),
    // The client reads that something failed, the operator reads what.
    #[error("We encountered an internal error. Please try again.")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// How a [`Rejection`] is named on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Code {
    /// The error's shape in the JSON protocol, with its namespace.
    pub(crate) shape: &'static str,
    /// Its code in the older query protocol, which SDKs still match on.
    pub(crate) query: &'static str,
}

impl Rejection {
    /// `Value {value} for parameter {parameter} is invalid. Reason: {reason}`
    pub(crate) fn value(parameter: &str, value: impl std::fmt::Display, reason: &str) -> Self {
        Self::InvalidParameterValue(format!(
            "Value {value} for parameter {parameter} is invalid. Reason: {reason}"
        ))
    }

    pub(crate) fn code(&self) -> Code {
        let (shape, query) = match self {
            Self::QueueDoesNotExist => (
                "com.amazonaws.sqs#QueueDoesNotExist",
                "AWS.SimpleQueueService.NonExistentQueue",
            ),
            Self::QueueNameExists { .. } => {
                ("com.amazonaws.sqs#QueueNameExists", "QueueAlreadyExists")
            }
            Self::InvalidAttributeName(_) => (
                "com.amazonaws.sqs#InvalidAttributeName",
                "InvalidAttributeName",
            ),
            Self::InvalidAttributeValue(_) => (
                "com.amazonaws.sqs#InvalidAttributeValue",
                "InvalidAttributeValue",
            ),
            Self::InvalidParameterValue(_) => (
                "com.amazon.coral.service#InvalidParameterValueException",
                "InvalidParameterValue",
            ),
            Self::MissingParameter(_) => (
                "com.amazon.coral.service#MissingRequiredParameterException",
                "MissingParameter",
            ),
            Self::InvalidMessageContents(_) => (
                "com.amazonaws.sqs#InvalidMessageContents",
                "InvalidMessageContents",
            ),
            Self::ReceiptHandleIsInvalid(_) => (
                "com.amazonaws.sqs#ReceiptHandleIsInvalid",
                "ReceiptHandleIsInvalid",
            ),
            Self::MessageNotInflight => (
                "com.amazonaws.sqs#MessageNotInflight",
                "AWS.SimpleQueueService.MessageNotInflight",
            ),
            Self::EmptyBatchRequest => (
                "com.amazonaws.sqs#EmptyBatchRequest",
                "AWS.SimpleQueueService.EmptyBatchRequest",
            ),
            Self::TooManyEntriesInBatchRequest { .. } => (
                "com.amazonaws.sqs#TooManyEntriesInBatchRequest",
                "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
            ),
            Self::BatchEntryIdsNotDistinct(_) => (
                "com.amazonaws.sqs#BatchEntryIdsNotDistinct",
                "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
            ),
            Self::InvalidBatchEntryId => (
                "com.amazonaws.sqs#InvalidBatchEntryId",
                "AWS.SimpleQueueService.InvalidBatchEntryId",
            ),
            Self::BatchRequestTooLong { .. } => (
                "com.amazonaws.sqs#BatchRequestTooLong",
                "AWS.SimpleQueueService.BatchRequestTooLong",
            ),
            Self::UnsupportedOperation(_) => (
                "com.amazonaws.sqs#UnsupportedOperation",
                "AWS.SimpleQueueService.UnsupportedOperation",
            ),
            Self::Serialization(_) => (
                "com.amazon.coral.service#SerializationException",
                "SerializationException",
            ),
            Self::Internal(_) => ("com.amazonaws.sqs#InternalFailure", "InternalFailure"),
        };
        Code { shape, query }
    }

    /// Whether the client is to blame (and a retry of the same request is pointless).
    pub(crate) fn is_senders_fault(&self) -> bool {
        !matches!(self, Self::Internal(_))
    }
}

impl From<rusqlite::Error> for Rejection {
    fn from(error: rusqlite::Error) -> Self {
        Self::Internal(error.into())
    }
}
