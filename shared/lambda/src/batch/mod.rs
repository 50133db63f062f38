//! Batches: each record handled by itself, so that a bad one never fails its neighbours.

mod message;
pub mod queue;
pub mod stream;

use aws_sdk_sqs::error::{BuildError, ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::operation::send_message::SendMessageError;
use feirante_models::Instant;
use feirante_store::{StoreError, told};

use crate::dead_letters::Rejection;

/// Why a message or a change was not handled.
#[derive(Debug)]
pub enum Failure {
    /// It never can be: it goes to the dead letters now.
    Rejected(Rejection),
    /// It may be later: it comes again.
    Later(String),
    /// Its time has not come: it is hidden until then. Nothing failed.
    Wait {
        /// When it comes again.
        until: Instant,
        /// What it waits for.
        why: String,
    },
}

impl From<Rejection> for Failure {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl From<SdkError<SendMessageError>> for Failure {
    fn from(error: SdkError<SendMessageError>) -> Self {
        // A message the queue can't hold would hold back all that is behind it, for ever.
        let refused = match error.code() {
            Some(code) => ["InvalidMessageContents", "InvalidParameterValue"].contains(&code),
            None => false,
        };
        let detail = told(&error);
        if refused {
            Self::Rejected(Rejection::refused(400, detail))
        } else {
            Self::Later(detail)
        }
    }
}

impl From<BuildError> for Failure {
    fn from(error: BuildError) -> Self {
        Self::Later(error.to_string())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            // The item will not be more readable next time.
            StoreError::Corrupt { .. } => {
                Self::Rejected(Rejection::refused(500, error.to_string()))
            }
            StoreError::Invalid { .. } => Self::Rejected(Rejection::refused(
                400,
                "the database does not take it: something in it is too long, or too large",
            )),
            StoreError::Unavailable { .. } | StoreError::Refused { .. } => {
                Self::Later(error.to_string())
            }
        }
    }
}
