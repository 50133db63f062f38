//! The tables, and how a connection to them is set up.

use rusqlite::Connection;

/// The number of the layout below, kept in the file. A change of the layout raises it and brings
/// the statements that turn the former one into it.
pub(super) const LAYOUT: i64 = 1;

// Times are milliseconds since 1970, durations seconds.
const TABLES: &str = "
CREATE TABLE queues (
    id              INTEGER PRIMARY KEY,
    name            TEXT NOT NULL UNIQUE,
    visibility      INTEGER NOT NULL,
    retention       INTEGER NOT NULL,
    delay           INTEGER NOT NULL,
    wait            INTEGER NOT NULL,
    maximum_bytes   INTEGER NOT NULL,
    content_based   INTEGER NOT NULL,
    redrive_target  TEXT,
    redrive_after   INTEGER,
    created_at      INTEGER NOT NULL,
    modified_at     INTEGER NOT NULL
) STRICT;

-- `position` never comes twice: it orders FIFO queues and numbers their messages.
-- `retained_from` is when a message's retention began.
-- `receipt` is set while the last receive may still be answered for: a message is in flight when
-- it has one and `visible_at` lies ahead; it is delayed when it has none and `visible_at` does.
CREATE TABLE messages (
    position          INTEGER PRIMARY KEY AUTOINCREMENT,
    queue             INTEGER NOT NULL REFERENCES queues (id) ON DELETE CASCADE,
    id                TEXT NOT NULL,
    body              TEXT NOT NULL,
    attributes        TEXT NOT NULL,
    trace_header      TEXT,
    group_id          TEXT,
    deduplication_id  TEXT,
    sent_at           INTEGER NOT NULL,
    retained_from     INTEGER NOT NULL,
    visible_at        INTEGER NOT NULL,
    receives          INTEGER NOT NULL DEFAULT 0,
    first_received_at INTEGER,
    received_at       INTEGER,
    receipt           BLOB,
    source            TEXT
) STRICT;
CREATE INDEX messages_by_position ON messages (queue);
CREATE INDEX messages_by_visibility ON messages (queue, visible_at);
CREATE INDEX messages_by_age ON messages (queue, retained_from);
CREATE INDEX messages_by_group ON messages (queue, group_id, visible_at)
    WHERE group_id IS NOT NULL;

-- What a FIFO queue took in the last minutes, whether or not it is still there.
CREATE TABLE deduplications (
    queue            INTEGER NOT NULL REFERENCES queues (id) ON DELETE CASCADE,
    deduplication_id TEXT NOT NULL,
    message          TEXT NOT NULL,
    position         INTEGER NOT NULL,
    expires_at       INTEGER NOT NULL,
    PRIMARY KEY (queue, deduplication_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX deduplications_by_expiry ON deduplications (queue, expires_at);
";

/// Prepares a fresh connection and creates the tables in an empty file. Returns the number of the
/// layout that is in the file now.
pub(super) fn prepare(connection: &mut Connection) -> rusqlite::Result<i64> {
    // A commit in WAL mode has been handed to the operating system when it returns, so it
    // survives any end of this process. `NORMAL` leaves out the flush of each commit to the disk:
    // only a crash of the whole machine can lose the last ones, and none is ever torn.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(64);

    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let found = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found == 0 {
        transaction.execute_batch(TABLES)?;
        transaction.pragma_update(None, "user_version", LAYOUT)?;
        transaction.commit()?;
        return Ok(LAYOUT);
    }
    Ok(found)
}
