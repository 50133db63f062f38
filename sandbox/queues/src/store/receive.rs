//! Handing messages out, and moving those aside that were handed out too often.

use std::time::Duration;

use rusqlite::{Connection, Row, named_params};

use super::queues::{self, Queue};
use super::receipts::Receipt;
use super::send::sequence_number;
use super::{Store, milliseconds};
use crate::errors::Rejection;
use crate::message::Message;

/// What a receive found.
#[derive(Debug, Default)]
pub(crate) struct Received {
    pub(crate) messages: Vec<Message>,
    /// Where nothing was found: how long until the next message becomes visible, should nothing
    /// else happen until then.
    pub(crate) next_due: Option<Duration>,
    /// How long the queue has receivers wait that don't say, in seconds.
    pub(crate) default_wait: u32,
    /// The dead-letter queue that messages were moved to on the way.
    pub(crate) moved_to: Option<String>,
}

// In a standard queue whatever has been visible longest comes first.
const STANDARD: &str = "
    SELECT * FROM messages WHERE queue = :queue AND visible_at <= :now
    ORDER BY visible_at, position LIMIT :maximum";

// In a FIFO queue a group stands still while one of its messages is in flight, and nobody
// overtakes an earlier message that can't be seen yet.
const FIFO: &str = "
    SELECT * FROM messages INDEXED BY messages_by_position
    WHERE queue = :queue AND visible_at <= :now AND NOT EXISTS (
        SELECT 1 FROM messages AS other
        WHERE other.queue = messages.queue AND other.group_id = messages.group_id
          AND other.visible_at > :now
          AND (other.receipt IS NOT NULL OR other.position < messages.position))
    ORDER BY position LIMIT :maximum";

impl Store {
    /// Takes up to `maximum` messages and hides them for `visibility` seconds, or for as long as
    /// the queue says.
    pub(crate) fn receive(
        &mut self,
        name: &str,
        maximum: u32,
        visibility: Option<u32>,
    ) -> Result<Received, Rejection> {
        let now = self.now();
        let transaction = self.begin()?;
        let queue = queues::existing(&transaction, name)?;
        drop_expired(&transaction, &queue, now)?;

        let mut received = Received {
            default_wait: queue.settings.wait,
            ..Received::default()
        };
        let candidates = loop {
            let candidates = visible(&transaction, &queue, maximum, now)?;
            let moved = move_exhausted(&transaction, &queue, &candidates, now)?;
            if moved.is_none() {
                break candidates;
            }
            received.moved_to = moved;
        };
        let visible_at = now + milliseconds(visibility.unwrap_or(queue.settings.visibility));
        for candidate in candidates {
            let message = hand_out(&transaction, &queue, candidate, now, visible_at)?;
            received.messages.push(message);
        }
        if received.messages.is_empty() {
            received.next_due = next_due(&transaction, &queue, now)?;
        }
        transaction.commit()?;
        Ok(received)
    }
}

/// A message that could be handed out.
struct Candidate {
    position: i64,
    /// How often it was received before.
    receives: u32,
    /// The message but for its receipt, its counts not yet raised.
    message: Message,
}

fn visible(
    connection: &Connection,
    queue: &Queue,
    maximum: u32,
    now: i64,
) -> Result<Vec<Candidate>, Rejection> {
    let sql = if queue.fifo { FIFO } else { STANDARD };
    let candidates = connection
        .prepare_cached(sql)?
        .query_map(
            named_params! { ":queue": queue.id, ":now": now, ":maximum": maximum },
            |row| candidate(row, queue),
        )?
        .collect::<Result<_, _>>()?;
    Ok(candidates)
}

fn candidate(row: &Row<'_>, queue: &Queue) -> rusqlite::Result<Candidate> {
    let position = row.get("position")?;
    let receives = row.get("receives")?;
    let attributes: String = row.get("attributes")?;
    let attributes = serde_json::from_str(&attributes).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, error.into())
    })?;
    let first_received_at: Option<i64> = row.get("first_received_at")?;
    Ok(Candidate {
        position,
        receives,
        message: Message {
            id: row.get("id")?,
            receipt: String::new(),
            body: row.get("body")?,
            attributes,
            trace_header: row.get("trace_header")?,
            group: row.get("group_id")?,
            deduplication: row.get("deduplication_id")?,
            sequence_number: sequence_number(queue, position),
            sent_at: row.get("sent_at")?,
            first_received_at: first_received_at.unwrap_or_default(),
            receives,
            source: row.get("source")?,
        },
    })
}

/// Hands one message out, under a receipt of its own.
fn hand_out(
    connection: &Connection,
    queue: &Queue,
    candidate: Candidate,
    now: i64,
    visible_at: i64,
) -> Result<Message, Rejection> {
    let receipt = Receipt::new(candidate.position);
    let (first_received_at, receives) = connection
        .prepare_cached(
            "UPDATE messages
             SET receives = receives + 1, receipt = :receipt, received_at = :now,
                 first_received_at = coalesce(first_received_at, :now), visible_at = :visible_at
             WHERE position = :position AND queue = :queue
             RETURNING first_received_at, receives",
        )?
        .query_row(
            named_params! {
                ":receipt": receipt.token,
                ":now": now,
                ":visible_at": visible_at,
                ":position": candidate.position,
                ":queue": queue.id,
            },
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
    Ok(Message {
        receipt: receipt.to_string(),
        first_received_at,
        receives,
        ..candidate.message
    })
}

/// Moves those candidates to the dead-letter queue that were received as often as allowed. Returns
/// its name if there were any.
fn move_exhausted(
    connection: &Connection,
    queue: &Queue,
    candidates: &[Candidate],
    now: i64,
) -> Result<Option<String>, Rejection> {
    let Some(redrive) = &queue.settings.redrive else {
        return Ok(None);
    };
    let mut exhausted = candidates
        .iter()
        .filter(|candidate| candidate.receives >= redrive.maximum_receives)
        .peekable();
    if exhausted.peek().is_none() {
        return Ok(None);
    }
    // Someone may have deleted it: then messages stay, rather than vanish.
    let Some(target) = queues::find(connection, &redrive.target)? else {
        return Ok(None);
    };
    // The retention of a standard queue's message runs on from when it was sent, that of a FIFO
    // queue's starts anew.
    let mut statement = connection.prepare_cached(
        "UPDATE messages
         SET queue = :target, source = :source, visible_at = :now, receipt = NULL,
             retained_from = CASE WHEN :fifo THEN :now ELSE retained_from END
         WHERE position = :position",
    )?;
    for candidate in exhausted {
        statement.execute(named_params! {
            ":target": target.id,
            ":source": queue.name,
            ":now": now,
            ":fifo": queue.fifo,
            ":position": candidate.position,
        })?;
    }
    Ok(Some(target.name))
}

fn drop_expired(connection: &Connection, queue: &Queue, now: i64) -> rusqlite::Result<()> {
    let expired = now - milliseconds(queue.settings.retention);
    connection
        .prepare_cached("DELETE FROM messages WHERE queue = ?1 AND retained_from <= ?2")?
        .execute((queue.id, expired))?;
    Ok(())
}

fn next_due(
    connection: &Connection,
    queue: &Queue,
    now: i64,
) -> rusqlite::Result<Option<Duration>> {
    let due: Option<i64> = connection
        .prepare_cached(
            "SELECT min(visible_at) FROM messages WHERE queue = ?1 AND visible_at > ?2",
        )?
        .query_row((queue.id, now), |row| row.get(0))?;
    Ok(due.map(|due| Duration::from_millis(due.abs_diff(now))))
}
