//! Queues as event sources.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::QueueAttributeName;
use feirante_sandbox::template::{Source, Stack};
use feirante_sandbox::{Options, Sandbox};
use libtest_mimic::Trial;
use serde_json::Value;

use crate::trial;
use crate::world::{
    Observer, observed, options, queue, soon, sqs, stack, start, with_dead_letters,
};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("messages_arrive_as_an_event_at_once", arrive),
        trial("only_the_failed_message_comes_again", comes_again),
        trial("messages_in_the_window_share_an_event", window),
        trial(
            "a_failed_message_hidden_by_its_function_comes_after_that_time",
            hidden,
        ),
        trial("what_died_with_its_process_comes_again_to_another", killed),
    ]
}

fn consumer(observer: &Observer, window: Duration) -> Stack {
    let source = Source::Queue {
        queue: "work".to_owned(),
        batch_size: 10,
        window,
        maximum_concurrency: Some(2),
        reports_failures: true,
    };
    let mut stack = stack([observed("consumer", observer, source)]);
    stack.queues = vec![queue("dead"), with_dead_letters(queue("work"), "dead", 2)];
    stack
}

/// The work queue of a running system.
struct Work<'a> {
    sqs: Client,
    url: &'a str,
    dead: &'a str,
}

impl<'a> Work<'a> {
    fn of(sandbox: &'a Sandbox) -> Self {
        let queues = &sandbox.addresses().queues;
        Self {
            sqs: sqs(sandbox),
            url: &queues["work"],
            dead: &queues["dead"],
        }
    }

    async fn send(&self, bodies: &[&str]) {
        for body in bodies {
            let message = self.sqs.send_message().queue_url(self.url);
            message.message_body(*body).send().await.unwrap();
        }
    }

    /// Ends the time a received message is hidden.
    async fn show(&self, record: &Value) {
        self.hide(record, 0).await;
    }

    /// Hides a received message for so many seconds, by the handle that its event has.
    async fn hide(&self, record: &Value, seconds: i32) {
        self.sqs
            .change_message_visibility()
            .queue_url(self.url)
            .receipt_handle(record["receiptHandle"].as_str().unwrap())
            .visibility_timeout(seconds)
            .send()
            .await
            .unwrap();
    }

    /// Waits until no message is left, hidden ones included.
    async fn is_empty(&self) {
        loop {
            let asked = self.sqs.get_queue_attributes().queue_url(self.url);
            let asked = asked.attribute_names(QueueAttributeName::All).send().await;
            let counts = asked.unwrap().attributes.unwrap();
            let none = |name| counts.get(&name).is_some_and(|count| count == "0");
            if none(QueueAttributeName::ApproximateNumberOfMessages)
                && none(QueueAttributeName::ApproximateNumberOfMessagesNotVisible)
            {
                return;
            }
        }
    }

    /// The next message among the dead letters.
    async fn dead_letter(&self) -> String {
        loop {
            let received = self.sqs.receive_message().queue_url(self.dead);
            let received = received.wait_time_seconds(20).send().await.unwrap();
            if let Some(message) = received.messages.and_then(|mut messages| messages.pop()) {
                return message.body.unwrap();
            }
        }
    }
}

fn records(event: &Value) -> &Vec<Value> {
    event["Records"].as_array().unwrap()
}

/// How often the first message of an event was received.
fn receives(event: &Value) -> &Value {
    &records(event)[0]["attributes"]["ApproximateReceiveCount"]
}

async fn arrive() {
    let observer = Observer::new().await;
    let sandbox = start(consumer(&observer, Duration::ZERO)).await;
    Work::of(&sandbox).send(&["hello"]).await;
    let event = observer.next().await;
    let record = &event["Records"][0];
    assert_eq!(record["body"], "hello");
    assert_eq!(record["md5OfBody"], "5d41402abc4b2a76b9719d911017c592");
    assert_eq!(record["eventSource"], "aws:sqs");
    assert_eq!(
        record["eventSourceARN"],
        "arn:aws:sqs:us-east-1:000000000000:work"
    );
    sandbox.stop().await;
}

async fn comes_again() {
    let observer = Observer::new().await;
    let sandbox = start(consumer(&observer, Duration::from_secs(1))).await;
    let work = Work::of(&sandbox);
    work.send(&["one", "fail", "two"]).await;
    let mut seen = Vec::new();
    // Three messages, then the failed one once more; at its third receive it is a dead letter.
    while seen.len() < 4 {
        for record in records(&observer.next().await) {
            let count = &record["attributes"]["ApproximateReceiveCount"];
            seen.push(format!("{} {count}", record["body"]));
            if record["body"] == "fail" {
                work.show(record).await;
            }
        }
    }
    seen.sort();
    let expected = [
        r#""fail" "1""#,
        r#""fail" "2""#,
        r#""one" "1""#,
        r#""two" "1""#,
    ];
    assert_eq!(seen, expected);
    assert_eq!(soon("the dead letter", work.dead_letter()).await, "fail");
    soon("the end of the rest", work.is_empty()).await;
    sandbox.stop().await;
}

async fn hidden() {
    let observer = Observer::new().await;
    let sandbox = start(consumer(&observer, Duration::ZERO)).await;
    let work = Work::of(&sandbox);
    work.send(&["fail"]).await;
    let first = observer.next().await;
    let hidden = Instant::now();
    // The queue itself would hide it for two minutes.
    work.hide(&records(&first)[0], 2).await;
    let second = observer.next().await;
    assert!(
        hidden.elapsed() >= Duration::from_secs(1),
        "{:?}",
        hidden.elapsed()
    );
    assert_eq!(receives(&second), "2");
    assert_eq!(
        records(&second)[0]["messageId"],
        records(&first)[0]["messageId"]
    );
    sandbox.stop().await;
}

async fn killed() {
    let observer = Observer::new().await;
    let options = Options {
        visibility: Some(Duration::from_secs(1)),
        ..options(consumer(&observer, Duration::ZERO))
    };
    let sandbox = soon("the start", Sandbox::start(options)).await.unwrap();
    let work = Work::of(&sandbox);
    work.send(&["stay"]).await;
    assert_eq!(receives(&observer.next().await), "1");
    let victims = sandbox.processes("consumer");
    assert_eq!(victims.len(), 1);
    assert_eq!(sandbox.kill_function("consumer"), 1);
    assert_eq!(receives(&observer.next().await), "2");
    assert_ne!(sandbox.processes("consumer"), victims);
    soon("the end of the message", work.is_empty()).await;
    assert!(!sandbox.kill_process(victims[0]), "it is gone");
    sandbox.stop().await;
}

async fn window() {
    let observer = Observer::new().await;
    let sandbox = start(consumer(&observer, Duration::from_secs(2))).await;
    Work::of(&sandbox).send(&["one", "two"]).await;
    let event = observer.next().await;
    let bodies: HashSet<_> = records(&event)
        .iter()
        .map(|record| record["body"].as_str().unwrap())
        .collect();
    assert_eq!(bodies, HashSet::from(["one", "two"]));
    sandbox.stop().await;
}
