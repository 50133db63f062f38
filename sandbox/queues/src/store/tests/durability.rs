//! A process that is killed leaves its files as they are at that moment. Copies of the files of
//! an open store are just that: nothing of it was closed, flushed or checkpointed for them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;

use super::{Bench, bodies, draft, grouped, spec};
use crate::Storage;
use crate::clock::SystemClock;
use crate::errors::Error;
use crate::store::Store;

/// Copies a database as a crash would leave it.
fn crash(file: &Path, name: &str) -> PathBuf {
    let copy = file.with_file_name(name);
    for ending in ["", "-wal"] {
        let with = |path: &Path| PathBuf::from(format!("{}{ending}", path.display()));
        std::fs::copy(with(file), with(&copy)).unwrap();
    }
    copy
}

#[test]
fn what_was_acknowledged_survives_a_crash() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("queues.sqlite");
    let specs = [spec("q"), spec("q.fifo")];
    let mut before = Bench::open(&Storage::File(file.clone()), &specs);
    let deduplicated = before.send("q.fifo", grouped("a", "one"));
    for body in ["deleted", "in flight", "waiting"] {
        before.send("q", draft(body));
    }
    let deleted = before.receive_one("q");
    before.delete("q", &deleted).unwrap();
    let in_flight = before.receive_one("q");

    let copy = crash(&file, "crashed.sqlite");
    let mut after = Bench::open(&Storage::File(copy), &specs);
    assert_eq!(bodies(&after.receive("q")), ["waiting"]);
    after.hide("q", &in_flight, 20).unwrap();
    after.advance(20);
    assert_eq!(
        bodies(&after.receive("q")),
        ["in flight"],
        "when its visibility ends"
    );
    assert_eq!(
        after.send("q.fifo", grouped("a", "one")).id,
        deduplicated.id
    );
}

#[test]
fn a_dead_receivers_messages_are_handed_back_but_not_those_it_put_off() {
    let mut bench = Bench::open(&Storage::Memory, &[spec("q"), spec("other")]);
    for body in ["in flight", "put off"] {
        bench.send("q", draft(body));
    }
    bench.send("other", draft("another's"));
    bench.receive_one("q");
    let put_off = bench.receive_one("q");
    bench.hide("q", &put_off, 600).unwrap();
    bench.receive_one("other");
    bench.store.hand_back(&["q", "unknown"]).unwrap();
    assert_eq!(bodies(&bench.receive("q")), ["in flight"]);
    assert!(bench.receive("other").is_empty());
}

#[test]
fn numbers_are_never_given_twice_across_restarts() {
    let directory = tempfile::tempdir().unwrap();
    let storage = Storage::File(directory.path().join("queues.sqlite"));
    let mut bench = Bench::open(&storage, &[spec("q.fifo")]);
    let first = bench.send("q.fifo", grouped("a", "one"));
    let message = bench.receive_one("q.fifo");
    bench.delete("q.fifo", &message).unwrap();
    drop(bench);

    let mut bench = Bench::open(&storage, &[spec("q.fifo")]);
    let second = bench.send("q.fifo", grouped("a", "two"));
    assert!(second.sequence_number > first.sequence_number);
}

#[test]
fn a_file_of_a_newer_version_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("queues.sqlite");
    let newer = Connection::open(&file).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    let opened = Store::open(&Storage::File(file), Arc::new(SystemClock));
    assert!(matches!(opened, Err(Error::Layout { found: 99, .. })));
}

#[test]
fn a_file_that_cannot_be_opened_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("missing").join("queues.sqlite");
    let error = Store::open(&Storage::File(file.clone()), Arc::new(SystemClock)).err();
    let text = error.unwrap().to_string();
    assert!(text.contains(&file.display().to_string()), "{text}");
}
