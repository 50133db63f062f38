use std::time::Duration;

use super::{Bench, bodies, draft, grouped, spec};
use crate::QueueSpec;
use crate::message::Draft;

const Q: &str = "q.fifo";

#[test]
fn each_group_keeps_its_order() {
    let mut bench = Bench::with(&[spec(Q)]);
    for body in ["a1", "b1", "a2", "b2", "a3"] {
        bench.send(Q, grouped(&body[..1], body));
    }
    assert_eq!(bodies(&bench.receive(Q)), ["a1", "b1", "a2", "b2", "a3"]);
}

#[test]
fn a_group_stands_still_while_one_of_its_messages_is_in_flight() {
    let mut bench = Bench::with(&[spec(Q)]);
    for body in ["a1", "a2", "b1"] {
        bench.send(Q, grouped(&body[..1], body));
    }
    let first = bench.receive_one(Q);
    assert_eq!(first.body, "a1");
    assert_eq!(bodies(&bench.receive(Q)), ["b1"], "the other group goes on");
    assert!(bench.receive(Q).is_empty());

    bench.delete(Q, &first).unwrap();
    assert_eq!(bodies(&bench.receive(Q)), ["a2"]);
}

#[test]
fn a_message_that_comes_back_comes_back_before_its_followers() {
    let mut bench = Bench::with(&[spec(Q)]);
    for body in ["a1", "a2", "a3"] {
        bench.send(Q, grouped("a", body));
    }
    let batch = bench.store.receive(Q, 2, None).unwrap().messages;
    assert_eq!(bodies(&batch), ["a1", "a2"]);
    bench.hide(Q, &batch[0], 0).unwrap();
    assert!(bench.receive(Q).is_empty(), "a2 is still in flight");
    bench.hide(Q, &batch[1], 0).unwrap();
    assert_eq!(bodies(&bench.receive(Q)), ["a1", "a2", "a3"]);
}

#[test]
fn a_group_goes_on_when_the_visibility_of_its_message_ends() {
    let mut bench = Bench::with(&[spec(Q)]);
    bench.send(Q, grouped("a", "a1"));
    bench.send(Q, grouped("a", "a2"));
    bench.receive_one(Q);
    bench.advance(30);
    assert_eq!(bodies(&bench.receive(Q)), ["a1", "a2"]);
}

#[test]
fn a_queues_delay_holds_back_new_messages_only() {
    let delayed = QueueSpec {
        delay: Duration::from_secs(10),
        ..spec(Q)
    };
    let mut bench = Bench::with(&[delayed]);
    bench.send(Q, grouped("a", "a1"));
    bench.advance(10);
    bench.send(Q, grouped("a", "a2"));
    assert_eq!(bodies(&bench.receive(Q)), ["a1"]);
}

#[test]
fn nobody_overtakes_a_message_that_is_still_delayed() {
    let delayed = QueueSpec {
        delay: Duration::from_secs(10),
        ..spec(Q)
    };
    let mut bench = Bench::with(&[delayed]);
    bench.send(Q, grouped("a", "a1"));
    bench.store.ensure(&[spec(Q)]).unwrap();
    bench.send(Q, grouped("a", "a2"));
    assert!(bench.receive(Q).is_empty());
    bench.advance(10);
    assert_eq!(bodies(&bench.receive(Q)), ["a1", "a2"]);
}

#[test]
fn sequence_numbers_rise_and_sort_as_text() {
    let mut bench = Bench::with(&[spec(Q)]);
    let numbers: Vec<String> = (0..12)
        .map(|number| bench.send(Q, grouped("a", &number.to_string())))
        .map(|sent| sent.sequence_number.unwrap())
        .collect();
    assert!(
        numbers.windows(2).all(|pair| pair[0] < pair[1]),
        "{numbers:?}"
    );
    assert!(numbers.iter().all(|number| number.len() == 20));
    assert_eq!(
        bench.receive_one(Q).sequence_number.as_ref(),
        numbers.first()
    );
}

#[test]
fn standard_messages_have_no_sequence_number() {
    let mut bench = Bench::with(&[spec("q")]);
    assert_eq!(bench.send("q", draft("one")).sequence_number, None);
}

#[test]
fn a_duplicate_within_five_minutes_is_acknowledged_and_dropped() {
    let mut bench = Bench::with(&[spec(Q)]);
    let first = bench.send(Q, grouped("a", "one"));
    let received = bench.receive_one(Q);
    bench.delete(Q, &received).unwrap();

    bench.advance(299);
    let second = bench.send(Q, grouped("b", "one"));
    assert_eq!(
        second, first,
        "whatever became of the first, and in any group"
    );
    assert!(bench.receive(Q).is_empty());

    bench.advance(1);
    let third = bench.send(Q, grouped("a", "one"));
    assert_ne!(third.id, first.id);
    assert_eq!(bench.receive(Q).len(), 1);
}

#[test]
fn a_duplicate_does_not_prolong_the_five_minutes() {
    let mut bench = Bench::with(&[spec(Q)]);
    let first = bench.send(Q, grouped("a", "one"));
    bench.advance(200);
    bench.send(Q, grouped("a", "one"));
    bench.advance(100);
    assert_ne!(bench.send(Q, grouped("a", "one")).id, first.id);
}

#[test]
fn queues_may_deduplicate_by_content() {
    let by_content = QueueSpec {
        content_based_deduplication: true,
        ..spec(Q)
    };
    let mut bench = Bench::with(&[by_content]);
    let plain = |body: &str| Draft {
        group: Some("a".to_owned()),
        ..draft(body)
    };
    bench.send(Q, plain("same"));
    bench.send(Q, plain("same"));
    bench.send(Q, plain("other"));
    // The sender's own id goes before the content.
    bench.send(
        Q,
        Draft {
            deduplication: Some("own".to_owned()),
            ..plain("same")
        },
    );
    assert_eq!(bodies(&bench.receive(Q)), ["same", "other", "same"]);
}

#[test]
fn a_receipt_cannot_delete_once_the_message_may_be_seen_by_others() {
    let mut bench = Bench::with(&[spec(Q)]);
    bench.send(Q, grouped("a", "one"));
    let message = bench.receive_one(Q);
    bench.advance(30);
    let rejection = bench.delete(Q, &message).unwrap_err();
    assert_eq!(rejection.code().query, "InvalidParameterValue");
    assert_eq!(bench.receive(Q).len(), 1);
}
