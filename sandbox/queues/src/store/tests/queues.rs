use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::{Bench, draft, grouped, redriven, spec};
use crate::clock::SystemClock;
use crate::errors::Error;
use crate::store::Store;
use crate::{QueueSpec, Storage};

fn attributes<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
    pairs
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn refused(specs: &[QueueSpec]) -> String {
    let mut store = Store::open(&Storage::Memory, Arc::new(SystemClock)).unwrap();
    let error = store.ensure(specs).unwrap_err();
    assert!(matches!(error, Error::Spec { .. }), "{error}");
    assert!(
        store.list("", "", 10).unwrap().is_empty(),
        "nothing changed"
    );
    error.to_string()
}

#[test]
fn specs_that_describe_no_queue_are_refused_by_name() {
    let odd = QueueSpec {
        visibility: Duration::from_millis(1_500),
        ..spec("q")
    };
    let short = QueueSpec {
        retention: Duration::from_secs(59),
        ..spec("q")
    };
    let content_based = QueueSpec {
        content_based_deduplication: true,
        ..spec("q")
    };
    for (specs, reason) in [
        (vec![spec("good"), spec("no good")], "queue no good: a name"),
        (vec![odd], "visibility must be whole seconds"),
        (vec![short], "retention must be whole seconds"),
        (vec![content_based], "is for FIFO queues"),
        (vec![redriven("q", "dead", 3)], "dead does not exist"),
        (vec![redriven("q", "q", 3)], "is the queue itself"),
        (
            vec![redriven("q.fifo", "dead", 3), spec("dead")],
            "must be FIFO exactly when",
        ),
        (
            vec![redriven("q", "dead", 0), spec("dead")],
            "maximum receives must be 1 to 1000",
        ),
    ] {
        let text = refused(&specs);
        assert!(text.contains(reason), "{text}");
    }
}

#[test]
fn a_spec_changes_the_settings_of_an_existing_queue_and_keeps_its_messages() {
    let mut bench = Bench::with(&[spec("q")]);
    bench.send("q", draft("one"));
    let changed = QueueSpec {
        visibility: Duration::from_secs(5),
        ..spec("q")
    };
    bench.store.ensure(&[changed]).unwrap();
    bench.receive_one("q");
    bench.advance(5);
    bench.receive_one("q");
}

#[test]
fn clients_create_queues_by_attributes() {
    let mut bench = Bench::with(&[spec("dead")]);
    let policy = r#"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":"4"}"#;
    let wanted = attributes([("VisibilityTimeout", "7"), ("RedrivePolicy", policy)]);
    bench.store.create_queue("q", &wanted).unwrap();
    bench.store.create_queue("q", &wanted).unwrap();

    let queue = bench.store.queue("q").unwrap();
    assert_eq!(queue.settings.visibility, 7);
    let redrive = queue.settings.redrive.unwrap();
    assert_eq!(
        (redrive.target.as_str(), redrive.maximum_receives),
        ("dead", 4)
    );

    let other = attributes([("VisibilityTimeout", "8")]);
    let rejection = bench.store.create_queue("q", &other).unwrap_err();
    assert_eq!(rejection.code().query, "QueueAlreadyExists");
}

#[test]
fn attributes_that_no_queue_can_have_are_refused() {
    let mut bench = Bench::with(&[spec("q")]);
    for (name, value, code) in [
        ("VisibilityTimeout", "43201", "InvalidAttributeValue"),
        ("DelaySeconds", "soon", "InvalidAttributeValue"),
        ("FifoQueue", "true", "InvalidAttributeValue"),
        ("RedrivePolicy", "{}", "InvalidAttributeValue"),
        (
            "RedrivePolicy",
            r#"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:gone","maxReceiveCount":1}"#,
            "InvalidParameterValue",
        ),
        ("Colour", "red", "InvalidAttributeName"),
    ] {
        let wanted = attributes([(name, value)]);
        let rejection = bench.store.set_attributes("q", &wanted).unwrap_err();
        assert_eq!(rejection.code().query, code, "{name}={value}");
    }
}

#[test]
fn a_redrive_policy_can_be_taken_away() {
    let mut bench = Bench::with(&[redriven("q", "dead", 1), spec("dead")]);
    let none = attributes([("RedrivePolicy", "")]);
    bench.store.set_attributes("q", &none).unwrap();
    assert_eq!(bench.store.queue("q").unwrap().settings.redrive, None);
}

#[test]
fn a_purged_queue_is_empty_and_remembers_what_it_took() {
    let mut bench = Bench::with(&[spec("q.fifo"), spec("other")]);
    let first = bench.send("q.fifo", grouped("a", "one"));
    bench.send("other", draft("stays"));
    bench.store.purge("q.fifo").unwrap();
    assert_eq!(bench.counts("q.fifo"), (0, 0, 0));
    assert_eq!(bench.counts("other"), (1, 0, 0));
    assert_eq!(bench.send("q.fifo", grouped("a", "one")).id, first.id);
}

#[test]
fn queues_are_listed_by_prefix_and_in_pages() {
    let bench = Bench::with(&[spec("erp-b"), spec("erp-a"), spec("erp_c"), spec("zeta")]);
    assert_eq!(
        bench.store.list("erp-", "", 10).unwrap(),
        ["erp-a", "erp-b"]
    );
    assert_eq!(
        bench.store.list("", "erp-a", 2).unwrap(),
        ["erp-b", "erp_c"]
    );
}

#[test]
fn a_queue_that_is_not_there_is_named_as_clients_know_it() {
    let mut bench = Bench::with(&[]);
    let rejection = bench.store.receive("q", 1, None).unwrap_err();
    assert_eq!(
        rejection.code().query,
        "AWS.SimpleQueueService.NonExistentQueue"
    );
}
