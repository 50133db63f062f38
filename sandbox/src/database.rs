//! The embedded database, opened: on a file or in memory, with what its streams need to stay quick.
//!
//! The database finds the place of a stream's next record by the highest number among all it has, and
//! a reader's next records likewise, each by looking at every record there ever was: after some tens of
//! thousands a write takes longer than all the rest. Two indexes over those numbers mend that. What
//! they are made on is the database's own table, so a version that keeps its records otherwise is
//! told by a test here, and runs without them.

use std::path::Path;
use std::time::Duration;

use dynoxide::Database;
use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;

use crate::errors::Error;

/// How long DynamoDB keeps a stream's records.
const RETENTION: Duration = Duration::from_hours(24);

/// How many records are deleted at once.
const AT_ONCE: u64 = 200;

const INDEXES: &str = "
    CREATE INDEX IF NOT EXISTS sandbox_records_of_table
        ON _stream_records (table_name, CAST(sequence_number AS INTEGER));
    CREATE INDEX IF NOT EXISTS sandbox_records_of_shard
        ON _stream_records (table_name, shard_id, CAST(sequence_number AS INTEGER));";

/// Opens the database that is kept in `file`, or one in memory.
///
/// A file is in SQLite's write-ahead mode, synchronised at each commit: what was acknowledged survives
/// the end of the process, and that of the machine.
///
/// # Errors
/// [`Error::Database`] if the file can't be read.
pub(crate) fn open(file: Option<&Path>) -> Result<Database, Error> {
    let place = match file {
        Some(file) => file.to_string_lossy().into_owned(),
        // In memory, but with a name, so that a second connection finds it.
        None => format!("file:{}?mode=memory&cache=shared", Uuid::new_v4()),
    };
    let database = Database::new(&place).map_err(|error| Error::Database(error.to_string()))?;
    if let Err(error) = Connection::open(&place).and_then(|own| own.execute_batch(INDEXES)) {
        tracing::warn!(%error, "the streams' records have no index, and get slower as they grow");
    }
    Ok(database)
}

/// Deletes the stream records that DynamoDB would have deleted, a few at a time: the database waits
/// for each. One that is kept in memory is left as it is: its connections would lock each other out,
/// and it does not live that long.
///
/// # Errors
/// What SQLite says.
pub(crate) fn trim(file: &Path) -> rusqlite::Result<usize> {
    let own = Connection::open(file)?;
    own.busy_timeout(Duration::from_secs(1))?;
    let mut trimmed = 0;
    // The oldest come first, so neither statement looks at more than it names.
    while oldest_is_over(&own)? {
        trimmed += own.execute(
            "DELETE FROM _stream_records WHERE created_at < unixepoch() - ?1
                AND id IN (SELECT id FROM _stream_records ORDER BY id LIMIT ?2)",
            [RETENTION.as_secs(), AT_ONCE],
        )?;
    }
    Ok(trimmed)
}

/// Whether the first record has been kept long enough. Only read, so nobody waits for it.
fn oldest_is_over(own: &Connection) -> rusqlite::Result<bool> {
    let over = own.query_row(
        "SELECT created_at < unixepoch() - ?1 FROM _stream_records ORDER BY id LIMIT 1",
        [RETENTION.as_secs()],
        |row| row.get(0),
    );
    Ok(over.optional()?.unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The statements of the database that looked at every record, by what SQLite would do for them.
    #[test]
    fn neither_a_write_nor_a_reader_looks_at_every_record() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("dynamodb.sqlite");
        let _database = open(Some(&file)).unwrap();
        let own = Connection::open(&file).unwrap();
        let next = "SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1
                    FROM _stream_records WHERE table_name = 'a'";
        let read = "SELECT event_name FROM _stream_records
                    WHERE table_name = 'a' AND shard_id = 'b'
                      AND CAST(sequence_number AS INTEGER) > 1
                    ORDER BY CAST(sequence_number AS INTEGER) ASC LIMIT 10";
        for (statement, index) in [
            (next, "sandbox_records_of_table"),
            (read, "sandbox_records_of_shard"),
        ] {
            let plan = plan(&own, statement);
            assert!(plan.contains(index), "{plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{plan}");
        }
    }

    #[test]
    fn records_of_yesterday_are_trimmed() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("dynamodb.sqlite");
        let _database = open(Some(&file)).unwrap();
        let own = Connection::open(&file).unwrap();
        for hours in [48; 300].into_iter().chain([25, 23, 1]) {
            own.execute(
                "INSERT INTO _stream_records
                    (table_name, event_name, keys_json, sequence_number, shard_id, created_at)
                 VALUES ('a', 'INSERT', '{}', '1', 'b', unixepoch() - ?1 * 3600)",
                [hours],
            )
            .unwrap();
        }
        assert_eq!(trim(&file).unwrap(), 301);
        assert_eq!(trim(&file).unwrap(), 0);
    }

    #[test]
    fn two_in_memory_know_nothing_of_each_other() {
        let make = |database: &Database| {
            let table = serde_json::json!({
                "TableName": "one",
                "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
                "BillingMode": "PAY_PER_REQUEST",
            });
            database.create_table(serde_json::from_value(table).unwrap())
        };
        let (one, other) = (open(None).unwrap(), open(None).unwrap());
        make(&one).unwrap();
        make(&other).unwrap();
        assert!(make(&one).is_err());
    }

    fn plan(own: &Connection, statement: &str) -> String {
        let mut plan = own
            .prepare(&format!("EXPLAIN QUERY PLAN {statement}"))
            .unwrap();
        let steps = plan.query_map([], |step| step.get::<_, String>(3)).unwrap();
        steps.collect::<Result<Vec<_>, _>>().unwrap().join("\n")
    }
}
