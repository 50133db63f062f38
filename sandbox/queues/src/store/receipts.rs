//! What a receiver does with the receipt of a message: delete it, or change when it is seen again.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rusqlite::{Connection, OptionalExtension as _, named_params};
use uuid::Uuid;

use super::queues::{self, Queue};
use super::{Store, each, milliseconds};
use crate::errors::Rejection;
use crate::settings::VISIBILITY;

/// The proof of one receive of one message. The next receive of the message replaces it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Receipt {
    position: i64,
    pub(super) token: [u8; 16],
}

/// A received message as far as its receipt is concerned. Times are milliseconds since 1970.
struct Held {
    visible_at: i64,
    received_at: i64,
}

impl Receipt {
    pub(super) fn new(position: i64) -> Self {
        Self {
            position,
            token: Uuid::new_v4().into_bytes(),
        }
    }

    fn parse(handle: &str) -> Result<Self, Rejection> {
        let invalid = || Rejection::ReceiptHandleIsInvalid(handle.to_owned());
        let bytes = URL_SAFE_NO_PAD.decode(handle).map_err(|_| invalid())?;
        let (position, token) = bytes.split_first_chunk().ok_or_else(invalid)?;
        Ok(Self {
            position: i64::from_be_bytes(*position),
            token: token.try_into().map_err(|_| invalid())?,
        })
    }

    /// The message this is the current receipt of. There is none if the message was deleted,
    /// moved, or received again.
    fn held(&self, connection: &Connection, queue: &Queue) -> rusqlite::Result<Option<Held>> {
        connection
            .prepare_cached(
                "SELECT visible_at, received_at FROM messages
                 WHERE position = :position AND queue = :queue AND receipt = :receipt",
            )?
            .query_row(
                named_params! {
                    ":position": self.position,
                    ":queue": queue.id,
                    ":receipt": self.token,
                },
                |row| {
                    Ok(Held {
                        visible_at: row.get(0)?,
                        received_at: row.get(1)?,
                    })
                },
            )
            .optional()
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [self.position.to_be_bytes().as_slice(), &self.token].concat();
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl Store {
    /// Deletes the messages that were handed out with these receipts.
    pub(crate) fn delete(
        &mut self,
        name: &str,
        handles: Vec<String>,
    ) -> Result<Vec<Result<(), Rejection>>, Rejection> {
        let now = self.now();
        let transaction = self.begin()?;
        let queue = queues::existing(&transaction, name)?;
        let deleted = each(handles, |handle| delete(&transaction, &queue, &handle, now))?;
        transaction.commit()?;
        Ok(deleted)
    }

    /// Hides messages for so many seconds from now on; 0 shows them at once.
    pub(crate) fn change_visibility(
        &mut self,
        name: &str,
        changes: Vec<(String, i64)>,
    ) -> Result<Vec<Result<(), Rejection>>, Rejection> {
        let now = self.now();
        let transaction = self.begin()?;
        let queue = queues::existing(&transaction, name)?;
        let changed = each(changes, |(handle, seconds)| {
            change_visibility(&transaction, &queue, &handle, seconds, now)
        })?;
        transaction.commit()?;
        Ok(changed)
    }
}

fn delete(connection: &Connection, queue: &Queue, handle: &str, now: i64) -> Result<(), Rejection> {
    let receipt = Receipt::parse(handle)?;
    // An outdated receipt deletes nothing, and that is no error: a delete may be repeated.
    let Some(held) = receipt.held(connection, queue)? else {
        return Ok(());
    };
    // Whoever held a FIFO message too long may have lost its place in the order.
    if queue.fifo && held.visible_at <= now {
        return Err(Rejection::value(
            "ReceiptHandle",
            handle,
            "The receipt handle has expired.",
        ));
    }
    connection
        .prepare_cached("DELETE FROM messages WHERE position = ?1")?
        .execute([receipt.position])?;
    Ok(())
}

fn change_visibility(
    connection: &Connection,
    queue: &Queue,
    handle: &str,
    seconds: i64,
    now: i64,
) -> Result<(), Rejection> {
    let out_of_range = |reason| Rejection::value("VisibilityTimeout", seconds, reason);
    let receipt = Receipt::parse(handle)?;
    let timeout = u32::try_from(seconds)
        .ok()
        .filter(|timeout| VISIBILITY.contains(timeout))
        .ok_or_else(|| out_of_range("VisibilityTimeout must be between 0 and 43200 seconds."))?;
    let held = receipt.held(connection, queue)?.ok_or_else(|| {
        Rejection::value(
            "ReceiptHandle",
            handle,
            "Message does not exist or is not available for visibility timeout change.",
        )
    })?;
    if held.visible_at <= now {
        return Err(Rejection::MessageNotInflight);
    }
    // The twelve hours are counted from the receive, however often they are extended.
    let visible_at = now + milliseconds(timeout);
    if visible_at > held.received_at + milliseconds(*VISIBILITY.end()) {
        return Err(out_of_range(
            "Total VisibilityTimeout for the message is beyond the limit [43200 seconds].",
        ));
    }
    connection
        .prepare_cached("UPDATE messages SET visible_at = ?2 WHERE position = ?1")?
        .execute((receipt.position, visible_at))?;
    Ok(())
}
