//! Queues and messages in SQLite. Every operation is one transaction: what it returned is kept.

mod hand_back;
mod queues;
mod receipts;
mod receive;
mod schema;
mod send;
mod specs;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::{Connection, Transaction, TransactionBehavior};

pub(crate) use queues::{Counts, Queue};
pub(crate) use receive::Received;
pub(crate) use send::Sent;

use crate::Storage;
use crate::clock::Clock;
use crate::errors::{Error, Rejection};

/// The database and the clock it is read by. Calls block for as long as SQLite works.
pub(crate) struct Store {
    connection: Connection,
    clock: Arc<dyn Clock>,
    path: PathBuf,
}

impl Store {
    /// Opens the storage and creates its tables where they are missing.
    pub(crate) fn open(storage: &Storage, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let (path, connection) = match storage {
            Storage::Memory => (PathBuf::from(":memory:"), Connection::open_in_memory()),
            Storage::File(path) => (path.clone(), Connection::open(path)),
        };
        let prepared = connection
            .and_then(|mut connection| Ok((schema::prepare(&mut connection)?, connection)));
        match prepared {
            Ok((schema::LAYOUT, connection)) => Ok(Self {
                connection,
                clock,
                path,
            }),
            Ok((found, _)) => Err(Error::Layout {
                path,
                found,
                known: schema::LAYOUT,
            }),
            Err(source) => Err(Error::Storage { path, source }),
        }
    }

    /// The current time in milliseconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        self.clock.now().as_millisecond()
    }

    // Every transaction but a plain look-up will write: starting as a writer means it waits for
    // its turn once, at the start, and never fails in the middle.
    fn begin(&mut self) -> rusqlite::Result<Transaction<'_>> {
        self.connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
    }
}

/// Does the same with each entry of a batch: one that is refused leaves its neighbours alone, a
/// failure of the database ends the whole.
fn each<T, R>(
    entries: impl IntoIterator<Item = T>,
    mut act: impl FnMut(T) -> Result<R, Rejection>,
) -> Result<Vec<Result<R, Rejection>>, Rejection> {
    entries
        .into_iter()
        .map(|entry| match act(entry) {
            Err(Rejection::Internal(error)) => Err(Rejection::Internal(error)),
            result => Ok(result),
        })
        .collect()
}

/// Seconds as milliseconds.
fn milliseconds(seconds: u32) -> i64 {
    i64::from(seconds) * 1_000
}
