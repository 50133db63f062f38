//! What the batch operations have in common: limits on the entries, and an answer that tells
//! the fate of each.

use std::collections::HashSet;

use serde::Serialize;

use crate::errors::Rejection;

const MAXIMUM_ENTRIES: usize = 10;

/// An entry of a batch, told from its neighbours by an id.
pub(super) trait Entry {
    /// The id, empty where it was left out.
    fn id(&self) -> &str;
}

/// The answer to a batch: what became of each entry.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Outcome<T> {
    successful: Vec<T>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failed: Vec<Failure>,
}

/// Why an entry was refused.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Failure {
    id: String,
    code: &'static str,
    message: String,
    sender_fault: bool,
}

/// Checks what concerns the batch as a whole.
pub(super) fn check<E: Entry>(entries: Option<Vec<E>>) -> Result<Vec<E>, Rejection> {
    let entries = entries.ok_or(Rejection::MissingParameter("Entries"))?;
    if entries.is_empty() {
        return Err(Rejection::EmptyBatchRequest);
    }
    if entries.len() > MAXIMUM_ENTRIES {
        return Err(Rejection::TooManyEntriesInBatchRequest {
            maximum: MAXIMUM_ENTRIES,
            sent: entries.len(),
        });
    }
    let mut seen = HashSet::new();
    for entry in &entries {
        let id = entry.id();
        if !is_entry_id(id) {
            return Err(Rejection::InvalidBatchEntryId);
        }
        if !seen.insert(id) {
            return Err(Rejection::BatchEntryIdsNotDistinct(id.to_owned()));
        }
    }
    Ok(entries)
}

fn is_entry_id(id: &str) -> bool {
    (1..=80).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

impl<T> Outcome<T> {
    /// Brings the entries' ids together with their results, which come in the same order.
    pub(super) fn new<R>(
        ids: Vec<String>,
        results: Vec<Result<R, Rejection>>,
        mut success: impl FnMut(String, R) -> T,
    ) -> Self {
        let mut outcome = Self {
            successful: Vec::new(),
            failed: Vec::new(),
        };
        for (id, result) in ids.into_iter().zip(results) {
            match result {
                Ok(done) => outcome.successful.push(success(id, done)),
                Err(rejection) => outcome.failed.push(Failure {
                    id,
                    code: rejection.code().query,
                    message: rejection.to_string(),
                    sender_fault: rejection.is_senders_fault(),
                }),
            }
        }
        outcome
    }
}
