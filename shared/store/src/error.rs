//! Why the tables could not be used.

use aws_sdk_dynamodb::error::{BuildError, ProvideErrorMetadata, SdkError};

/// A table could not be read or written. None of these says anything about the data asked for.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database did not answer, or answered that it is busy, for as long as the call may take.
    #[error("{operation}: {detail}")]
    Unavailable {
        /// The call that failed.
        operation: &'static str,
        /// What the client says, for the log.
        detail: String,
    },
    /// The database refused the call: a permission or a table is missing, or the credentials are.
    #[error("{operation}: {detail}")]
    Refused {
        /// The call that failed.
        operation: &'static str,
        /// What the client says, for the log.
        detail: String,
    },
    /// The database does not take what it was given, whenever it is asked: it is too long or too
    /// large, or the call is wrong, which would be a defect here.
    #[error("{operation}: {detail}")]
    Invalid {
        /// The call that failed.
        operation: &'static str,
        /// What the client says, for the log.
        detail: String,
    },
    /// An item does not hold what this version writes.
    #[error("{item} can't be read: {detail}")]
    Corrupt {
        /// Which item.
        item: String,
        /// What is wrong with it.
        detail: String,
    },
}

impl StoreError {
    pub(crate) fn corrupt(item: impl Into<String>, detail: impl ToString) -> Self {
        Self::Corrupt {
            item: item.into(),
            detail: detail.to_string(),
        }
    }

    /// Sorts a client's error.
    pub(crate) fn from_sdk<E>(operation: &'static str, error: &SdkError<E>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let detail = told(error);
        if is_transient(error) {
            Self::Unavailable { operation, detail }
        } else if error.code().is_some_and(is_invalid_code) {
            Self::Invalid { operation, detail }
        } else {
            Self::Refused { operation, detail }
        }
    }
}

/// An error and its causes in their own words: what may be logged of an AWS client's error. Never its
/// `Debug`, nor the client's own way to display it with its context: both hold the answer, and that may
/// hold an item, a message or a key.
#[must_use]
pub fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// A call that was put together wrongly: a defect here.
impl From<BuildError> for StoreError {
    fn from(error: BuildError) -> Self {
        Self::Refused {
            operation: "building a call",
            detail: error.to_string(),
        }
    }
}

/// Whether the same call may succeed in a moment.
pub(crate) fn is_transient<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    match error {
        SdkError::TimeoutError(_) | SdkError::ResponseError(_) => true,
        // What else keeps a call from leaving (no region, no credentials) does not pass.
        SdkError::DispatchFailure(failure) => {
            failure.is_io() || failure.is_timeout() || failure.as_other().is_some()
        }
        SdkError::ServiceError(service) => {
            service.raw().status().as_u16() >= 500
                || service.err().code().is_some_and(is_transient_code)
        }
        _ => false,
    }
}

/// The codes DynamoDB asks to retry on, in errors and in the reasons of a canceled transaction.
pub(crate) fn is_transient_code(code: &str) -> bool {
    matches!(
        code,
        "ThrottlingException"
            | "ThrottlingError"
            | "ProvisionedThroughputExceededException"
            | "ProvisionedThroughputExceeded"
            | "RequestLimitExceeded"
            | "TransactionConflictException"
            | "TransactionConflict"
            | "TransactionInProgressException"
            | "InternalServerError"
    )
}

/// The codes by which DynamoDB refuses what no repeat can mend, in errors and in the reasons of a
/// canceled transaction.
pub(crate) fn is_invalid_code(code: &str) -> bool {
    matches!(
        code,
        "ValidationException" | "ValidationError" | "ItemCollectionSizeLimitExceededException"
    )
}
