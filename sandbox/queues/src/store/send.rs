//! Taking messages in.

use rusqlite::{Connection, OptionalExtension as _, named_params};
use uuid::Uuid;

use super::queues::{self, Queue};
use super::{Store, each, milliseconds};
use crate::digest::{md5_of_attributes, md5_of_body};
use crate::errors::Rejection;
use crate::message::{Accepted, Draft};

/// How long a FIFO queue remembers what it took.
const DEDUPLICATION_SECONDS: u32 = 300;

/// A message that is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sent {
    pub(crate) id: String,
    /// Only in FIFO queues.
    pub(crate) sequence_number: Option<String>,
    pub(crate) digests: Digests,
}

/// What the sender compares with its own digests, in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Digests {
    pub(crate) body: String,
    pub(crate) attributes: Option<String>,
    pub(crate) system_attributes: Option<String>,
}

impl Digests {
    fn of(message: &Accepted) -> Self {
        Self {
            body: md5_of_body(&message.body),
            attributes: md5_of_attributes(&message.attributes),
            system_attributes: md5_of_attributes(&message.system_attributes),
        }
    }
}

impl Store {
    /// Stores messages in the order given. Each is accepted or refused by itself; all that are
    /// accepted are committed together.
    pub(crate) fn send(
        &mut self,
        name: &str,
        drafts: Vec<Draft>,
    ) -> Result<Vec<Result<Sent, Rejection>>, Rejection> {
        let now = self.now();
        let transaction = self.begin()?;
        let queue = queues::existing(&transaction, name)?;
        let sent = each(drafts, |draft| {
            let message = draft.accept(queue.fifo, &queue.settings)?;
            store(&transaction, &queue, &message, now)
        })?;
        transaction.commit()?;
        Ok(sent)
    }
}

fn store(
    connection: &Connection,
    queue: &Queue,
    message: &Accepted,
    now: i64,
) -> Result<Sent, Rejection> {
    let digests = Digests::of(message);
    if let Some(deduplication) = &message.deduplication
        && let Some((id, position)) = earlier(connection, queue, deduplication, now)?
    {
        // The sender is told what it would have been told then.
        return Ok(Sent {
            id,
            sequence_number: sequence_number(queue, position),
            digests,
        });
    }
    let attributes = serde_json::to_string(&message.attributes)
        .map_err(|error| Rejection::Internal(error.into()))?;
    let id = Uuid::new_v4().to_string();
    connection
        .prepare_cached(
            "INSERT INTO messages (queue, id, body, attributes, trace_header, group_id,
                                   deduplication_id, sent_at, retained_from, visible_at)
             VALUES (:queue, :id, :body, :attributes, :trace_header, :group,
                     :deduplication, :now, :now, :visible_at)",
        )?
        .execute(named_params! {
            ":queue": queue.id,
            ":id": id,
            ":body": message.body,
            ":attributes": attributes,
            ":trace_header": message.trace_header(),
            ":group": message.group,
            ":deduplication": message.deduplication,
            ":now": now,
            ":visible_at": now + milliseconds(message.delay),
        })?;
    let position = connection.last_insert_rowid();
    if let Some(deduplication) = &message.deduplication {
        connection
            .prepare_cached(
                "INSERT INTO deduplications
                     (queue, deduplication_id, message, position, expires_at)
                 VALUES (:queue, :deduplication, :message, :position, :expires_at)",
            )?
            .execute(named_params! {
                ":queue": queue.id,
                ":deduplication": deduplication,
                ":message": id,
                ":position": position,
                ":expires_at": now + milliseconds(DEDUPLICATION_SECONDS),
            })?;
    }
    Ok(Sent {
        id,
        sequence_number: sequence_number(queue, position),
        digests,
    })
}

/// Id and position of the message that was taken under the same deduplication id not long ago.
fn earlier(
    connection: &Connection,
    queue: &Queue,
    deduplication: &str,
    now: i64,
) -> rusqlite::Result<Option<(String, i64)>> {
    connection
        .prepare_cached("DELETE FROM deduplications WHERE queue = ?1 AND expires_at <= ?2")?
        .execute((queue.id, now))?;
    connection
        .prepare_cached(
            "SELECT message, position FROM deduplications
             WHERE queue = ?1 AND deduplication_id = ?2",
        )?
        .query_row((queue.id, deduplication), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()
}

/// The sequence number of the message at `position`: 20 digits, so that they sort as text too.
pub(super) fn sequence_number(queue: &Queue, position: i64) -> Option<String> {
    queue.fifo.then(|| format!("{position:020}"))
}
