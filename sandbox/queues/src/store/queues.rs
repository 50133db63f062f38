//! The queues themselves: creating, finding, counting, emptying.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::{Store, milliseconds};
use crate::errors::Rejection;
use crate::settings::{self, Redrive, Settings, is_fifo, is_queue_name};

/// A queue as it is stored. Times are milliseconds since 1970.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    pub(super) id: i64,
    pub(crate) name: String,
    pub(crate) fifo: bool,
    pub(crate) settings: Settings,
    pub(crate) created_at: i64,
    pub(crate) modified_at: i64,
}

/// How many messages are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) visible: u32,
    pub(crate) in_flight: u32,
    pub(crate) delayed: u32,
}

impl Store {
    /// The queue called `name`.
    pub(crate) fn queue(&self, name: &str) -> Result<Queue, Rejection> {
        existing(&self.connection, name)
    }

    /// Creates a queue. One that exists already is left alone, and refused if `attributes` differ
    /// from its own.
    pub(crate) fn create_queue(
        &mut self,
        name: &str,
        attributes: &BTreeMap<String, String>,
    ) -> Result<(), Rejection> {
        if !is_queue_name(name) {
            return Err(Rejection::InvalidParameterValue(
                "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in \
                 length"
                    .to_owned(),
            ));
        }
        let fifo = is_fifo(name);
        if !fifo && attributes.get("FifoQueue").is_some_and(|v| v == "true") {
            return Err(Rejection::InvalidParameterValue(
                "The name of a FIFO queue can only include alphanumeric characters, hyphens, or \
                 underscores, must end with .fifo suffix and be 1 to 80 in length."
                    .to_owned(),
            ));
        }
        let now = self.now();
        let transaction = self.begin()?;
        if let Some(queue) = find(&transaction, name)? {
            for (attribute, value) in attributes {
                let mut changed = queue.settings.clone();
                changed.apply_attribute(fifo, attribute, value)?;
                if changed != queue.settings {
                    return Err(Rejection::QueueNameExists {
                        attribute: attribute.clone(),
                    });
                }
            }
            return Ok(());
        }
        let mut settings = Settings::default();
        for (attribute, value) in attributes {
            settings.apply_attribute(fifo, attribute, value)?;
        }
        check_target(&transaction, name, &settings)?;
        write(&transaction, name, &settings, now)?;
        Ok(transaction.commit()?)
    }

    /// Changes some of a queue's attributes.
    pub(crate) fn set_attributes(
        &mut self,
        name: &str,
        attributes: &BTreeMap<String, String>,
    ) -> Result<(), Rejection> {
        let now = self.now();
        let transaction = self.begin()?;
        let mut queue = existing(&transaction, name)?;
        for (attribute, value) in attributes {
            queue
                .settings
                .apply_attribute(queue.fifo, attribute, value)?;
        }
        check_target(&transaction, name, &queue.settings)?;
        write(&transaction, name, &queue.settings, now)?;
        Ok(transaction.commit()?)
    }

    /// How many messages the queue holds. What has expired counts no more.
    pub(crate) fn counts(&self, queue: &Queue) -> Result<Counts, Rejection> {
        let now = self.now();
        let counts = self
            .connection
            .prepare_cached(
                "SELECT count(*) FILTER (WHERE visible_at <= :now),
                        count(*) FILTER (WHERE visible_at > :now AND receipt IS NOT NULL),
                        count(*) FILTER (WHERE visible_at > :now AND receipt IS NULL)
                 FROM messages WHERE queue = :queue AND retained_from > :expired",
            )?
            .query_row(
                named_params! {
                    ":now": now,
                    ":queue": queue.id,
                    ":expired": now - milliseconds(queue.settings.retention),
                },
                |row| {
                    Ok(Counts {
                        visible: row.get(0)?,
                        in_flight: row.get(1)?,
                        delayed: row.get(2)?,
                    })
                },
            )?;
        Ok(counts)
    }

    /// Names of queues that start with `prefix` and come behind `after`, in alphabetical order.
    pub(crate) fn list(
        &self,
        prefix: &str,
        after: &str,
        maximum: u32,
    ) -> Result<Vec<String>, Rejection> {
        let names = self
            .connection
            .prepare_cached(
                "SELECT name FROM queues
                 WHERE substr(name, 1, length(:prefix)) = :prefix AND name > :after
                 ORDER BY name LIMIT :maximum",
            )?
            .query_map(
                named_params! { ":prefix": prefix, ":after": after, ":maximum": maximum },
                |row| row.get(0),
            )?
            .collect::<Result<_, _>>()?;
        Ok(names)
    }

    /// Drops all messages of a queue.
    pub(crate) fn purge(&mut self, name: &str) -> Result<(), Rejection> {
        let queue = self.queue(name)?;
        self.connection
            .execute("DELETE FROM messages WHERE queue = ?1", [queue.id])?;
        Ok(())
    }

    /// Drops a queue and all its messages.
    pub(crate) fn delete_queue(&mut self, name: &str) -> Result<(), Rejection> {
        let queue = self.queue(name)?;
        self.connection
            .execute("DELETE FROM queues WHERE id = ?1", [queue.id])?;
        Ok(())
    }
}

/// Checks that the dead letters of a queue that a client describes have somewhere to go.
fn check_target(connection: &Connection, name: &str, settings: &Settings) -> Result<(), Rejection> {
    let Some(redrive) = &settings.redrive else {
        return Ok(());
    };
    let usable = redrive.target != name
        && is_fifo(&redrive.target) == is_fifo(name)
        && find(connection, &redrive.target)?.is_some();
    if usable {
        Ok(())
    } else {
        Err(Rejection::value(
            "RedrivePolicy",
            &redrive.target,
            "Dead letter target does not exist, is of the other queue type, or is the queue itself.",
        ))
    }
}

/// The queue called `name`, or the refusal that clients know.
pub(super) fn existing(connection: &Connection, name: &str) -> Result<Queue, Rejection> {
    find(connection, name)?.ok_or(Rejection::QueueDoesNotExist)
}

/// The queue called `name`, if there is one.
pub(super) fn find(connection: &Connection, name: &str) -> rusqlite::Result<Option<Queue>> {
    connection
        .prepare_cached(
            "SELECT id, name, visibility, retention, delay, wait, maximum_bytes, content_based,
                    redrive_target, redrive_after, created_at, modified_at
             FROM queues WHERE name = ?1",
        )?
        .query_row([name], read)
        .optional()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Queue> {
    let name: String = row.get("name")?;
    let target: Option<String> = row.get("redrive_target")?;
    let redrive = match target {
        Some(target) => Some(Redrive {
            target,
            maximum_receives: row.get("redrive_after")?,
        }),
        None => None,
    };
    Ok(Queue {
        id: row.get("id")?,
        fifo: settings::is_fifo(&name),
        name,
        settings: Settings {
            visibility: row.get("visibility")?,
            retention: row.get("retention")?,
            delay: row.get("delay")?,
            wait: row.get("wait")?,
            maximum_bytes: row.get("maximum_bytes")?,
            content_based_deduplication: row.get("content_based")?,
            redrive,
        },
        created_at: row.get("created_at")?,
        modified_at: row.get("modified_at")?,
    })
}

/// Stores a new queue, or new settings of an existing one.
pub(super) fn write(
    connection: &Connection,
    name: &str,
    settings: &Settings,
    now: i64,
) -> rusqlite::Result<()> {
    let redrive = settings.redrive.as_ref();
    connection.execute(
        "INSERT INTO queues (name, visibility, retention, delay, wait, maximum_bytes,
                             content_based, redrive_target, redrive_after, created_at, modified_at)
         VALUES (:name, :visibility, :retention, :delay, :wait, :maximum_bytes,
                 :content_based, :redrive_target, :redrive_after, :now, :now)
         ON CONFLICT (name) DO UPDATE SET
             visibility = excluded.visibility, retention = excluded.retention,
             delay = excluded.delay, wait = excluded.wait,
             maximum_bytes = excluded.maximum_bytes, content_based = excluded.content_based,
             redrive_target = excluded.redrive_target, redrive_after = excluded.redrive_after,
             modified_at = excluded.modified_at",
        named_params! {
            ":name": name,
            ":visibility": settings.visibility,
            ":retention": settings.retention,
            ":delay": settings.delay,
            ":wait": settings.wait,
            ":maximum_bytes": settings.maximum_bytes,
            ":content_based": settings.content_based_deduplication,
            ":redrive_target": redrive.map(|redrive| &redrive.target),
            ":redrive_after": redrive.map(|redrive| redrive.maximum_receives),
            ":now": now,
        },
    )?;
    Ok(())
}
