//! Bringing the queues in line with what the embedder describes.

use rusqlite::Connection;

use super::Store;
use super::queues::{find, write};
use crate::QueueSpec;
use crate::errors::Error;
use crate::settings::{is_fifo, is_queue_name};

/// Why the specs could not be applied.
enum Failure {
    Spec { queue: String, reason: String },
    Database(rusqlite::Error),
}

impl Store {
    /// Creates the queues that are missing and gives all of them the settings of their specs.
    /// Queues that are not named stay as they are. All of it happens, or nothing.
    pub(crate) fn ensure(&mut self, specs: &[QueueSpec]) -> Result<(), Error> {
        self.apply(specs).map_err(|failure| match failure {
            Failure::Spec { queue, reason } => Error::Spec { queue, reason },
            Failure::Database(source) => Error::Storage {
                path: self.path.clone(),
                source,
            },
        })
    }

    fn apply(&mut self, specs: &[QueueSpec]) -> Result<(), Failure> {
        let now = self.now();
        let transaction = self.begin()?;
        for spec in specs {
            apply(&transaction, spec, now)?;
        }
        // A dead-letter queue may be named before it is described.
        for spec in specs {
            check_redrive(&transaction, spec)?;
        }
        Ok(transaction.commit()?)
    }
}

/// Creates the queue of `spec`, or updates its settings.
fn apply(connection: &Connection, spec: &QueueSpec, now: i64) -> Result<(), Failure> {
    if !is_queue_name(&spec.name) {
        return Err(Failure::of(
            spec,
            "a name has 1 to 80 letters, digits, hyphens and underscores, '.fifo' included",
        ));
    }
    let former = find(connection, &spec.name)?.map(|queue| queue.settings);
    let mut settings = former.clone().unwrap_or_default();
    settings
        .apply_spec(spec)
        .map_err(|reason| Failure::of(spec, reason))?;
    if former.as_ref() != Some(&settings) {
        write(connection, &spec.name, &settings, now)?;
    }
    Ok(())
}

/// Checks that the dead letters of `spec` have somewhere to go.
fn check_redrive(connection: &Connection, spec: &QueueSpec) -> Result<(), Failure> {
    let Some(redrive) = &spec.redrive else {
        return Ok(());
    };
    let target = &redrive.target;
    let reason = if *target == spec.name {
        "is the queue itself"
    } else if find(connection, target)?.is_none() {
        "does not exist"
    } else if is_fifo(target) != is_fifo(&spec.name) {
        "must be FIFO exactly when its source is"
    } else {
        return Ok(());
    };
    Err(Failure::of(
        spec,
        format!("its dead-letter queue {target} {reason}"),
    ))
}

impl Failure {
    fn of(spec: &QueueSpec, reason: impl Into<String>) -> Self {
        Self::Spec {
            queue: spec.name.clone(),
            reason: reason.into(),
        }
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}
