use std::time::Duration;

use super::{Bench, START, bodies, draft, spec};
use crate::QueueSpec;
use crate::message::Draft;

#[test]
fn a_message_is_received_once_until_its_visibility_ends() {
    let mut bench = Bench::with(&[spec("q")]);
    let sent = bench.send("q", draft("one"));

    let first = bench.receive_one("q");
    assert_eq!(
        (first.id.as_str(), first.body.as_str()),
        (sent.id.as_str(), "one")
    );
    assert_eq!((first.receives, first.sent_at), (1, START));
    assert_eq!(bench.counts("q"), (0, 1, 0));

    bench.advance(29);
    assert!(bench.receive("q").is_empty());
    bench.advance(1);
    let second = bench.receive_one("q");
    assert_eq!((second.id, second.receives), (first.id, 2));
    assert_eq!(second.first_received_at, START);
    assert_ne!(second.receipt, first.receipt);
}

#[test]
fn a_receiver_may_ask_for_a_visibility_of_its_own() {
    let mut bench = Bench::with(&[spec("q")]);
    bench.send("q", draft("one"));
    assert_eq!(
        bench.store.receive("q", 1, Some(5)).unwrap().messages.len(),
        1
    );
    bench.advance(5);
    assert_eq!(bench.receive("q").len(), 1);
}

#[test]
fn a_deleted_message_never_comes_back_and_may_be_deleted_again() {
    let mut bench = Bench::with(&[spec("q")]);
    bench.send("q", draft("one"));
    let message = bench.receive_one("q");
    bench.delete("q", &message).unwrap();
    bench.delete("q", &message).unwrap();
    bench.advance(31);
    assert!(bench.receive("q").is_empty());
}

#[test]
fn an_outdated_receipt_deletes_nothing() {
    let mut bench = Bench::with(&[spec("q")]);
    bench.send("q", draft("one"));
    let former = bench.receive_one("q");
    bench.advance(30);
    let current = bench.receive_one("q");

    bench.delete("q", &former).unwrap();
    assert_eq!(bench.counts("q"), (0, 1, 0));
    bench.delete("q", &current).unwrap();
    assert_eq!(bench.counts("q"), (0, 0, 0));
}

#[test]
fn a_receipt_still_deletes_after_its_visibility_ended() {
    let mut bench = Bench::with(&[spec("q")]);
    bench.send("q", draft("one"));
    let message = bench.receive_one("q");
    bench.advance(31);
    bench.delete("q", &message).unwrap();
    assert!(bench.receive("q").is_empty());
}

#[test]
fn a_receipt_is_good_in_its_own_queue_only() {
    let mut bench = Bench::with(&[spec("q"), spec("other")]);
    bench.send("q", draft("one"));
    let message = bench.receive_one("q");
    bench.delete("other", &message).unwrap();
    assert_eq!(bench.counts("q"), (0, 1, 0));
}

#[test]
fn a_handle_that_never_was_a_receipt_is_refused() {
    let mut bench = Bench::with(&[spec("q")]);
    for handle in ["", "nonsense", "AAAA", "ação"] {
        let results = bench.store.delete("q", vec![handle.to_owned()]).unwrap();
        let rejection = results.into_iter().next().unwrap().unwrap_err();
        assert_eq!(rejection.code().query, "ReceiptHandleIsInvalid", "{handle}");
    }
}

#[test]
fn visibility_can_be_prolonged_and_ended() {
    let mut bench = Bench::with(&[spec("q")]);
    bench.send("q", draft("one"));
    let message = bench.receive_one("q");
    bench.hide("q", &message, 100).unwrap();
    bench.advance(99);
    assert!(bench.receive("q").is_empty());
    bench.hide("q", &message, 0).unwrap();
    assert_eq!(bench.receive("q").len(), 1);
}

#[test]
fn visibility_of_a_message_out_of_flight_cannot_be_changed() {
    let mut bench = Bench::with(&[spec("q")]);
    bench.send("q", draft("one"));
    let message = bench.receive_one("q");
    bench.advance(30);
    let rejection = bench.hide("q", &message, 10).unwrap_err();
    assert_eq!(
        rejection.code().query,
        "AWS.SimpleQueueService.MessageNotInflight"
    );

    let again = bench.receive_one("q");
    let rejection = bench.hide("q", &message, 10).unwrap_err();
    assert_eq!(rejection.code().query, "InvalidParameterValue");
    bench.delete("q", &again).unwrap();
    let rejection = bench.hide("q", &again, 10).unwrap_err();
    assert_eq!(rejection.code().query, "InvalidParameterValue");
}

#[test]
fn a_message_is_hidden_for_twelve_hours_at_most() {
    let mut bench = Bench::with(&[spec("q")]);
    bench.send("q", draft("one"));
    let message = bench.receive_one("q");
    assert!(bench.hide("q", &message, 43_201).is_err());
    assert!(bench.hide("q", &message, -1).is_err());
    bench.hide("q", &message, 43_200).unwrap();
    bench.advance(1);
    assert!(bench.hide("q", &message, 43_200).is_err());
    bench.hide("q", &message, 43_199).unwrap();
}

#[test]
fn a_delay_is_the_messages_own_or_else_the_queues() {
    let delayed = QueueSpec {
        delay: Duration::from_secs(10),
        ..spec("q")
    };
    let mut bench = Bench::with(&[delayed]);
    bench.send("q", draft("queue"));
    bench.send(
        "q",
        Draft {
            delay: Some(0),
            ..draft("now")
        },
    );
    bench.send(
        "q",
        Draft {
            delay: Some(20),
            ..draft("later")
        },
    );
    assert_eq!(bench.counts("q"), (1, 0, 2));
    assert_eq!(bodies(&bench.receive("q")), ["now"]);
    bench.advance(10);
    assert_eq!(bodies(&bench.receive("q")), ["queue"]);
    bench.advance(10);
    assert_eq!(bodies(&bench.receive("q")), ["later"]);
}

#[test]
fn an_empty_receive_tells_when_to_look_again() {
    let mut bench = Bench::with(&[spec("q")]);
    assert_eq!(bench.store.receive("q", 1, None).unwrap().next_due, None);
    bench.send("q", draft("one"));
    bench.receive_one("q");
    bench.advance(12);
    let received = bench.store.receive("q", 1, None).unwrap();
    assert_eq!(received.next_due, Some(Duration::from_secs(18)));
}

#[test]
fn messages_are_gone_when_their_retention_ends() {
    let short = QueueSpec {
        retention: Duration::from_secs(60),
        ..spec("q")
    };
    let mut bench = Bench::with(&[short]);
    bench.send("q", draft("old"));
    bench.advance(59);
    bench.send("q", draft("new"));
    assert_eq!(bench.counts("q"), (2, 0, 0));
    bench.advance(1);
    assert_eq!(bench.counts("q"), (1, 0, 0));
    assert_eq!(bodies(&bench.receive("q")), ["new"]);
}

#[test]
fn a_refused_message_leaves_its_neighbours_alone() {
    let mut bench = Bench::with(&[spec("q")]);
    let results = bench
        .store
        .send("q", vec![draft("one"), draft("\u{7}"), draft("two")])
        .unwrap();
    let accepted: Vec<bool> = results.iter().map(Result::is_ok).collect();
    assert_eq!(accepted, [true, false, true]);
    assert_eq!(bodies(&bench.receive("q")), ["one", "two"]);
}

#[test]
fn a_receive_takes_no_more_than_asked_for() {
    let mut bench = Bench::with(&[spec("q")]);
    for number in 0..5 {
        bench.send("q", draft(&number.to_string()));
    }
    let received = bench.store.receive("q", 3, None).unwrap();
    assert_eq!(bodies(&received.messages), ["0", "1", "2"]);
    assert_eq!(bench.counts("q"), (2, 3, 0));
}
