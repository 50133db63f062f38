use std::collections::BTreeMap;
use std::time::Duration;

use super::{Bench, START, bodies, draft, grouped, redriven, spec};
use crate::QueueSpec;
use crate::message::Draft;

/// Lets the message of `queue` be received and its visibility end, so many times.
fn fail(bench: &mut Bench, queue: &str, times: u32) {
    for _ in 0..times {
        bench.receive_one(queue);
        bench.advance(30);
    }
}

#[test]
fn a_message_received_too_often_is_moved_with_all_it_carries() {
    let mut bench = Bench::with(&[redriven("q", "dead", 3), spec("dead")]);
    let attribute = serde_json::json!({"DataType": "String", "StringValue": "x"});
    let sent = bench.send(
        "q",
        Draft {
            attributes: BTreeMap::from([(
                "reason".to_owned(),
                serde_json::from_value(attribute).unwrap(),
            )]),
            ..draft("one")
        },
    );
    fail(&mut bench, "q", 3);
    assert_eq!(
        bench.counts("dead"),
        (0, 0, 0),
        "not before the next receive"
    );

    let received = bench.store.receive("q", 10, None).unwrap();
    assert!(received.messages.is_empty());
    assert_eq!(received.moved_to.as_deref(), Some("dead"));

    let letter = bench.receive_one("dead");
    assert_eq!((letter.id, letter.body.as_str()), (sent.id, "one"));
    assert!(letter.attributes.contains_key("reason"));
    assert_eq!(letter.receives, 4, "the count goes on");
    assert_eq!((letter.sent_at, letter.first_received_at), (START, START));
    assert_eq!(letter.source.as_deref(), Some("q"));
}

#[test]
fn exhausted_messages_make_room_for_others_in_the_same_receive() {
    let mut bench = Bench::with(&[redriven("q", "dead", 1), spec("dead")]);
    for number in 0..15 {
        bench.send("q", draft(&format!("bad {number}")));
    }
    assert_eq!(bench.receive("q").len(), 10);
    assert_eq!(bench.receive("q").len(), 5);
    bench.advance(30);
    bench.send("q", draft("good"));
    assert_eq!(bodies(&bench.receive("q")), ["good"]);
    assert_eq!(bench.counts("dead"), (15, 0, 0));
}

#[test]
fn the_receipt_of_a_moved_message_is_outdated() {
    let mut bench = Bench::with(&[redriven("q", "dead", 1), spec("dead")]);
    bench.send("q", draft("one"));
    let message = bench.receive_one("q");
    bench.advance(30);
    assert!(bench.receive("q").is_empty());
    bench.delete("q", &message).unwrap();
    bench.delete("dead", &message).unwrap();
    assert_eq!(bench.counts("dead"), (1, 0, 0));
}

#[test]
fn a_fifo_group_goes_on_behind_its_dead_letter() {
    let mut bench = Bench::with(&[redriven("q.fifo", "dead.fifo", 2), spec("dead.fifo")]);
    for body in ["a1", "a2"] {
        bench.send("q.fifo", grouped("a", body));
    }
    fail(&mut bench, "q.fifo", 2);
    assert_eq!(bodies(&bench.receive("q.fifo")), ["a2"]);
    let letter = bench.receive_one("dead.fifo");
    assert_eq!(
        (letter.body.as_str(), letter.group.as_deref()),
        ("a1", Some("a"))
    );
}

#[test]
fn retention_of_a_dead_letter_starts_anew_in_fifo_queues_only() {
    let short = |name: &str| QueueSpec {
        retention: Duration::from_secs(60),
        ..spec(name)
    };
    let mut bench = Bench::with(&[
        redriven("q", "dead", 1),
        short("dead"),
        redriven("q.fifo", "dead.fifo", 1),
        short("dead.fifo"),
    ]);
    bench.send("q", draft("one"));
    bench.send("q.fifo", grouped("a", "one"));
    for queue in ["q", "q.fifo"] {
        bench.receive_one(queue);
    }
    bench.advance(45);
    assert!(bench.receive("q").is_empty());
    assert!(bench.receive("q.fifo").is_empty());
    assert_eq!(
        (bench.counts("dead").0, bench.counts("dead.fifo").0),
        (1, 1)
    );
    bench.advance(15);
    assert_eq!(
        (bench.counts("dead").0, bench.counts("dead.fifo").0),
        (0, 1)
    );
}

#[test]
fn messages_stay_when_their_dead_letter_queue_is_gone() {
    let mut bench = Bench::with(&[redriven("q", "dead", 1), spec("dead")]);
    bench.send("q", draft("one"));
    fail(&mut bench, "q", 1);
    bench.store.delete_queue("dead").unwrap();
    assert_eq!(bench.receive_one("q").receives, 2);
}
