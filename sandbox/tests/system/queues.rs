//! Queues as event sources.

use std::collections::HashSet;
use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::QueueAttributeName;
use feirante_sandbox::Sandbox;
use feirante_sandbox::template::{Source, Stack};
use libtest_mimic::Trial;
use serde_json::Value;

use crate::trial;
use crate::world::{Observer, observed, queue, soon, sqs, stack, start, with_dead_letters};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("messages_arrive_as_an_event_at_once", arrive),
        trial("only_the_failed_message_comes_again", comes_again),
        trial("messages_in_the_window_share_an_event", window),
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
        self.sqs
            .change_message_visibility()
            .queue_url(self.url)
            .receipt_handle(record["receiptHandle"].as_str().unwrap())
            .visibility_timeout(0)
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
