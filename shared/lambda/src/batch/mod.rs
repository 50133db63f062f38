//! Batches: each record handled by itself, so that a bad one never fails its neighbours.

pub mod queue;
pub mod stream;

use feirante_store::StoreError;

use crate::dead_letters::Rejection;

/// Why a message or a change was not handled.
#[derive(Debug)]
pub enum Failure {
    /// It never can be: it goes to the dead letters now.
    Rejected(Rejection),
    /// It may be later: it comes again.
    Later(String),
}

impl From<Rejection> for Failure {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            // The item will not be more readable next time.
            StoreError::Corrupt { .. } => {
                Self::Rejected(Rejection::refused(500, error.to_string()))
            }
            StoreError::Unavailable { .. } | StoreError::Refused { .. } => {
                Self::Later(error.to_string())
            }
        }
    }
}
