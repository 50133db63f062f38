//! Batches in which one record fails: its neighbours do not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::{Arc, Mutex};

use aws_lambda_events::dynamodb::EventRecord;
use aws_sdk_sqs::operation::send_message::{SendMessageError, SendMessageOutput};
use aws_smithy_mocks::{RuleMode, mock, mock_client};
use feirante_lambda::batch::Failure;
use feirante_lambda::batch::queue::{self, Message, QueueFunction};
use feirante_lambda::batch::stream::{self, StreamFunction};
use feirante_lambda::dead_letters::{DeadLetters, Rejection};
use feirante_models::Instant;
use feirante_store::Budget;
use serde_json::json;

struct Function {
    dead_letters: DeadLetters,
    handled: Mutex<Vec<String>>,
}

impl Function {
    fn deed(&self, what: &str) -> Result<(), Failure> {
        match what {
            "panic" => panic!("a defect"),
            "reject" => Err(Rejection::refused(409, "never\nwill").into()),
            "later" => Err(Failure::Later("busy".to_owned())),
            other => {
                self.handled.lock().unwrap().push(other.to_owned());
                Ok(())
            }
        }
    }
}

impl QueueFunction for Function {
    const NAME: &'static str = "test";

    fn dead_letters(&self) -> &DeadLetters {
        &self.dead_letters
    }

    async fn handle(&self, message: &Message<'_>) -> Result<(), Failure> {
        self.deed(message.body)
    }
}

impl StreamFunction for Function {
    const NAME: &'static str = "test";

    fn dead_letters(&self) -> &DeadLetters {
        &self.dead_letters
    }

    async fn handle(&self, record: &EventRecord, _: Budget) -> Result<(), Failure> {
        self.deed(record.change.sequence_number.as_deref().unwrap())
    }
}

/// A function, and what it puts into the dead letters: body, reason, status, detail.
fn function() -> (Function, Arc<Mutex<Vec<[String; 4]>>>) {
    let letters = Arc::new(Mutex::new(Vec::new()));
    let put = Arc::clone(&letters);
    let taken = mock!(aws_sdk_sqs::Client::send_message)
        .match_requests(move |request| {
            let attributes = request.message_attributes().unwrap();
            let attribute = |name: &str| attributes[name].string_value().unwrap().to_owned();
            put.lock().unwrap().push([
                request.message_body().unwrap().to_owned(),
                attribute("reason"),
                attribute("status"),
                attribute("detail"),
            ]);
            true
        })
        .then_output(|| SendMessageOutput::builder().build());
    let client = mock_client!(aws_sdk_sqs, RuleMode::MatchAny, [&taken]);
    let dead_letters = DeadLetters::new(client, "http://queue.example/dead");
    (
        Function {
            dead_letters,
            handled: Mutex::default(),
        },
        letters,
    )
}

fn messages(bodies: &[&str]) -> aws_lambda_events::sqs::SqsEvent {
    let records: Vec<_> = bodies
        .iter()
        .map(|body| json!({"messageId": format!("id-{body}"), "body": body}))
        .collect();
    serde_json::from_value(json!({"Records": records})).unwrap()
}

fn changes(numbers: &[&str]) -> aws_lambda_events::dynamodb::Event {
    let records: Vec<_> = numbers
        .iter()
        .map(|number| {
            json!({
                "eventName": "MODIFY", "eventID": number, "awsRegion": "us-east-1",
                "dynamodb": {"SequenceNumber": number, "SizeBytes": 1, "Keys": {"pk": {"S": number}}, "ApproximateCreationDateTime": 0},
            })
        })
        .collect();
    serde_json::from_value(json!({"Records": records})).unwrap()
}

fn in_an_hour() -> Instant {
    Instant::now().plus(jiff::SignedDuration::from_hours(1))
}

#[tokio::test]
async fn of_a_batch_of_messages_only_those_that_may_work_later_come_again() {
    let (function, letters) = function();
    let response =
        queue::respond(&function, messages(&["a", "panic", "reject", "later", "b"])).await;
    let failed: Vec<_> = response
        .batch_item_failures
        .iter()
        .map(|failure| failure.item_identifier.as_str())
        .collect();
    assert_eq!(failed, ["id-panic", "id-later"]);
    assert_eq!(*function.handled.lock().unwrap(), ["a", "b"]);
    assert_eq!(
        *letters.lock().unwrap(),
        [["reject", "refused", "409", "never will"].map(str::to_owned)]
    );
}

#[tokio::test]
async fn a_message_the_dead_letters_do_not_take_comes_again() {
    let failed =
        mock!(aws_sdk_sqs::Client::send_message).then_error(|| SendMessageError::unhandled("no"));
    let client = mock_client!(aws_sdk_sqs, RuleMode::MatchAny, [&failed]);
    let dead_letters = DeadLetters::new(client, "http://queue.example/dead");
    let function = Function {
        dead_letters,
        handled: Mutex::default(),
    };
    let response = queue::respond(&function, messages(&["reject", "a"])).await;
    assert_eq!(response.batch_item_failures.len(), 1);
    assert_eq!(*function.handled.lock().unwrap(), ["a"]);
}

#[tokio::test]
async fn a_change_that_may_work_later_holds_back_what_is_behind_it() {
    let (function, letters) = function();
    let response = stream::respond(
        &function,
        changes(&["1", "reject", "panic", "2", "later", "3"]),
        in_an_hour(),
    )
    .await;
    let failed: Vec<_> = response
        .batch_item_failures
        .iter()
        .map(|failure| failure.item_identifier.as_deref().unwrap())
        .collect();
    assert_eq!(failed, ["later"]);
    assert_eq!(*function.handled.lock().unwrap(), ["1", "2"]);
    let set_aside = letters.lock().unwrap();
    assert_eq!(set_aside.len(), 2);
    assert!(set_aside[0][0].contains("reject"), "{set_aside:?}");
    assert_eq!(set_aside[1][2], "500");
}

#[tokio::test]
async fn what_there_is_no_time_for_comes_again() {
    let (function, _) = function();
    let past = Instant::now().plus(jiff::SignedDuration::from_secs(-1));
    let response = stream::respond(&function, changes(&["1", "2", "3"]), past).await;
    let failed: Vec<_> = response
        .batch_item_failures
        .iter()
        .map(|failure| failure.item_identifier.as_deref().unwrap())
        .collect();
    // The first is handled whatever the time, or there would be no end.
    assert_eq!(failed, ["2"]);
    assert_eq!(*function.handled.lock().unwrap(), ["1"]);
}
