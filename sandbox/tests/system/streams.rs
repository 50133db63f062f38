//! Streams and schedules as event sources.

use std::time::Duration;

use feirante_sandbox::template::{Source, Stack};
use libtest_mimic::Trial;
use serde_json::Value;

use crate::trial;
use crate::world::{
    Observer, dynamodb, observed, put, queue, soon, sqs, stack, start, start_in, table,
};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("changes_arrive_in_their_order", order),
        trial("a_restart_goes_on_behind_the_last_change", restart),
        trial("a_change_given_up_is_noted_and_passed", given_up),
        trial("a_schedule_invokes_its_function", schedule),
    ]
}

fn relay(observer: &Observer) -> Stack {
    let source = Source::Stream {
        table: "things".to_owned(),
        batch_size: 10,
        bisect: true,
        maximum_retries: Some(1),
        maximum_age: None,
        on_failure: Some("failures".to_owned()),
        reports_failures: true,
    };
    let mut stack = stack([observed("relay", observer, source)]);
    stack.tables = vec![table("things")];
    stack.queues = vec![queue("failures")];
    stack
}

/// The keys of the changes that come, until that one has.
async fn keys_until(observer: &Observer, last: &str) -> Vec<String> {
    let mut keys = Vec::new();
    while keys.last().is_none_or(|key| key != last) {
        keys.extend(self::keys(&observer.next().await));
    }
    keys
}

fn keys(event: &Value) -> Vec<String> {
    let records = event["Records"].as_array().unwrap().iter();
    let key = |record: &Value| {
        record["dynamodb"]["Keys"]["pk"]["S"]
            .as_str()
            .map(str::to_owned)
    };
    records.filter_map(key).collect()
}

async fn order() {
    let observer = Observer::new().await;
    let sandbox = start(relay(&observer)).await;
    let client = dynamodb(&sandbox);
    for key in ["a", "b", "c"] {
        put(&client, "things", key).await;
    }
    assert_eq!(keys_until(&observer, "c").await, ["a", "b", "c"]);
    put(&client, "things", "a").await;
    let event = observer.next().await;
    let record = &event["Records"][0];
    assert_eq!(record["eventName"], "MODIFY");
    assert_eq!(record["dynamodb"]["OldImage"]["pk"]["S"], "a");
    let stream = record["eventSourceARN"].as_str().unwrap();
    assert!(stream.contains(":table/things/stream/"), "{stream}");
    sandbox.stop().await;
}

async fn restart() {
    let observer = Observer::new().await;
    let directory = tempfile::tempdir().unwrap();
    let sandbox = start_in(directory.path(), relay(&observer)).await;
    put(&dynamodb(&sandbox), "things", "before").await;
    assert_eq!(keys_until(&observer, "before").await, ["before"]);
    sandbox.stop().await;

    let sandbox = start_in(directory.path(), relay(&observer)).await;
    put(&dynamodb(&sandbox), "things", "after").await;
    assert_eq!(keys_until(&observer, "after").await, ["after"]);
    sandbox.stop().await;
}

async fn given_up() {
    let observer = Observer::new().await;
    let sandbox = start(relay(&observer)).await;
    let client = dynamodb(&sandbox);
    for key in ["good", "poison", "next"] {
        put(&client, "things", key).await;
    }
    let mut events = Vec::new();
    // What follows the poisoned change comes alone once that is given up.
    while events.last().is_none_or(|last| last != &["next"]) {
        events.push(keys(&observer.next().await));
    }
    let attempts = |key: &str| events.iter().flatten().filter(|k| *k == key).count();
    assert_eq!(attempts("good"), 1, "{events:?}");
    assert!(attempts("poison") > 1, "{events:?}");
    let note = async {
        let url = &sandbox.addresses().queues["failures"];
        let received = sqs(&sandbox).receive_message().queue_url(url);
        let received = received.wait_time_seconds(20).send().await.unwrap();
        received.messages.unwrap().remove(0).body.unwrap()
    };
    let note: Value = serde_json::from_str(&soon("the note", note).await).unwrap();
    assert_eq!(
        note["requestContext"]["condition"],
        "RetryAttemptsExhausted"
    );
    assert_eq!(note["DDBStreamBatchInfo"]["batchSize"], 1);
    sandbox.stop().await;
}

async fn schedule() {
    let observer = Observer::new().await;
    let source = Source::Schedule {
        every: Duration::from_millis(50),
    };
    let sandbox = start(stack([observed("clock", &observer, source)])).await;
    let (first, second) = (observer.next().await, observer.next().await);
    assert_eq!(first["detail-type"], "Scheduled Event");
    assert_ne!(first["id"], second["id"]);
    sandbox.stop().await;
}
