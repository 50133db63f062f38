//! Batches in which one record fails: its neighbours do not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_lambda_events::dynamodb::EventRecord;
use aws_sdk_sqs::operation::change_message_visibility::ChangeMessageVisibilityOutput;
use aws_sdk_sqs::operation::send_message::{SendMessageError, SendMessageOutput};
use aws_smithy_mocks::{RuleMode, mock, mock_client};
use feirante_lambda::Deadline;
use feirante_lambda::batch::Failure;
use feirante_lambda::batch::queue::{self, Message, QueueFunction};
use feirante_lambda::batch::stream::{self, StreamFunction};
use feirante_lambda::dead_letters::{DeadLetters, Rejection};
use feirante_lambda::source_queue::SourceQueue;
use feirante_models::Instant;
use feirante_store::Budget;
use serde_json::json;

const MINUTE: Duration = Duration::from_secs(60);

struct Function {
    queue: SourceQueue,
    dead_letters: DeadLetters,
    handled: Mutex<Vec<String>>,
}

impl Function {
    fn deed(&self, what: &str) -> Result<(), Failure> {
        match what {
            "panic" => panic!("a defect"),
            "reject" => Err(Rejection::refused(409, "never\nwill").into()),
            "later" => Err(Failure::Later("busy".to_owned())),
            "wait" => Err(Failure::Wait {
                until: in_an_hour(),
                why: "not its turn".to_owned(),
            }),
            other => {
                self.handled.lock().unwrap().push(other.to_owned());
                Ok(())
            }
        }
    }
}

impl QueueFunction for Function {
    const NAME: &'static str = "test";

    fn queue(&self) -> &SourceQueue {
        &self.queue
    }

    fn dead_letters(&self) -> &DeadLetters {
        &self.dead_letters
    }

    async fn handle(&self, message: &Message<'_>) -> Result<(), Failure> {
        if let Some(seconds) = message.body.strip_prefix("needs ") {
            message.has(Duration::from_secs(seconds.parse().unwrap()))?;
        }
        self.deed(message.body)
    }
}

impl StreamFunction for Function {
    const NAME: &'static str = "test";

    type Batch = Vec<String>;

    fn dead_letters(&self) -> &DeadLetters {
        &self.dead_letters
    }

    async fn handle(
        &self,
        record: &EventRecord,
        batch: &mut Vec<String>,
        _: Budget,
    ) -> Result<(), Failure> {
        let number = record.change.sequence_number.as_deref().unwrap();
        self.deed(number)?;
        batch.push(number.to_owned());
        Ok(())
    }

    async fn finish(&self, batch: Vec<String>, _: Budget) -> Result<(), Failure> {
        match batch.iter().find_map(|number| number.strip_prefix("then-")) {
            Some("count") => self.deed(&format!("{} together", batch.len())),
            Some(failing) => self.deed(failing),
            None => Ok(()),
        }
    }
}

/// What a function asks of its queues.
#[derive(Default)]
struct Asked {
    /// Put into the dead letters: body, reason, status, detail.
    letters: Mutex<Vec<[String; 4]>>,
    /// The time each of them says it was first sent.
    sent_at: Mutex<Vec<Option<String>>>,
    /// Hidden: the receipt handle, and for how many seconds.
    hidden: Mutex<Vec<(String, i32)>>,
}

/// A function, and what it asks. Its dead letters may take everything or nothing.
fn function(dead_letters_work: bool) -> (Function, Arc<Asked>) {
    let asked = Arc::new(Asked::default());
    let heard = Arc::clone(&asked);
    let put = mock!(aws_sdk_sqs::Client::send_message).match_requests(move |request| {
        let attributes = request.message_attributes().unwrap();
        let attribute = |name: &str| attributes[name].string_value().unwrap().to_owned();
        let sent_at = attributes
            .contains_key("sentAt")
            .then(|| attribute("sentAt"));
        heard.sent_at.lock().unwrap().push(sent_at);
        heard.letters.lock().unwrap().push([
            request.message_body().unwrap().to_owned(),
            attribute("reason"),
            attribute("status"),
            attribute("detail"),
        ]);
        request.queue_url() == Some("http://queue.example/dead")
    });
    let put = if dead_letters_work {
        put.then_output(|| SendMessageOutput::builder().build())
    } else {
        put.then_error(|| SendMessageError::unhandled("no"))
    };
    let heard = Arc::clone(&asked);
    let hide = mock!(aws_sdk_sqs::Client::change_message_visibility)
        .match_requests(move |request| {
            let handle = request.receipt_handle().unwrap().to_owned();
            let seconds = request.visibility_timeout().unwrap();
            heard.hidden.lock().unwrap().push((handle, seconds));
            request.queue_url() == Some("http://queue.example/source")
        })
        .then_output(|| ChangeMessageVisibilityOutput::builder().build());
    let client = mock_client!(aws_sdk_sqs, RuleMode::MatchAny, [&put, &hide]);
    let function = Function {
        queue: SourceQueue::new(client.clone(), "http://queue.example/source"),
        dead_letters: DeadLetters::new(client, "http://queue.example/dead"),
        handled: Mutex::default(),
    };
    (function, asked)
}

/// Messages at their `receives`th receive.
fn messages(bodies: &[&str], receives: u32) -> aws_lambda_events::sqs::SqsEvent {
    let records: Vec<_> = bodies
        .iter()
        .map(|body| {
            json!({
                "messageId": format!("id-{body}"), "receiptHandle": format!("handle-{body}"),
                "body": body, "attributes": {"ApproximateReceiveCount": receives.to_string()},
            })
        })
        .collect();
    serde_json::from_value(json!({"Records": records})).unwrap()
}

async fn failed(function: &Function, event: aws_lambda_events::sqs::SqsEvent) -> Vec<String> {
    failed_before(Deadline::after(MINUTE), function, event).await
}

async fn failed_before(
    deadline: Deadline,
    function: &Function,
    event: aws_lambda_events::sqs::SqsEvent,
) -> Vec<String> {
    let response = queue::respond(function, event, deadline).await;
    let failures = response.batch_item_failures.into_iter();
    failures.map(|failure| failure.item_identifier).collect()
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
    let (function, asked) = function(true);
    let event = messages(&["a", "panic", "reject", "later", "wait", "b"], 1);
    assert_eq!(
        failed(&function, event).await,
        ["id-panic", "id-later", "id-wait"]
    );
    assert_eq!(*function.handled.lock().unwrap(), ["a", "b"]);
    assert_eq!(
        *asked.letters.lock().unwrap(),
        [["reject", "refused", "409", "never will"].map(str::to_owned)]
    );
}

/// However often it goes round: prices and tracking numbers are as old as they were.
#[tokio::test]
async fn a_dead_letter_tells_when_its_message_was_first_sent() {
    let (function, asked) = function(true);
    let mut event = messages(&["reject", "reject", "reject"], 1);
    for (record, said) in event.records.iter_mut().zip([
        None,
        Some("2026-11-20T09:00:00.000Z"),
        Some("2999-01-01T00:00:00.000Z"),
    ]) {
        let queued_at = "1795248550123".to_owned();
        record
            .attributes
            .insert("SentTimestamp".to_owned(), queued_at);
        if let Some(said) = said {
            let attribute = json!({"dataType": "String", "stringValue": said});
            let attribute = serde_json::from_value(attribute).unwrap();
            record
                .message_attributes
                .insert("sentAt".to_owned(), attribute);
        }
    }
    assert!(failed(&function, event).await.is_empty());
    let queued_at = Some("2026-11-21T08:09:10.123Z".to_owned());
    let first_sent = Some("2026-11-20T09:00:00.000Z".to_owned());
    assert_eq!(
        *asked.sent_at.lock().unwrap(),
        [queued_at.clone(), first_sent, queued_at]
    );
}

#[tokio::test]
async fn a_message_the_dead_letters_do_not_take_comes_again() {
    let (function, asked) = function(false);
    let event = messages(&["reject", "a"], 1);
    assert_eq!(failed(&function, event).await, ["id-reject"]);
    assert_eq!(*function.handled.lock().unwrap(), ["a"]);
    assert_eq!(
        *asked.hidden.lock().unwrap(),
        [("handle-reject".to_owned(), 2)]
    );
}

#[tokio::test]
async fn a_message_that_waits_is_hidden_until_its_time() {
    let (function, asked) = function(true);
    failed(&function, messages(&["wait"], 500)).await;
    let hidden = asked.hidden.lock().unwrap();
    let [(handle, seconds)] = &hidden[..] else {
        panic!("{hidden:?}");
    };
    assert_eq!(handle, "handle-wait");
    assert!((3590..=3600).contains(seconds), "{seconds}");
}

#[tokio::test]
async fn a_message_that_failed_comes_again_after_a_growing_time_then_at_its_queues_pace() {
    for (receives, hidden) in [(1, Some(2)), (3, Some(8)), (7, Some(128)), (8, None)] {
        let (function, asked) = function(true);
        failed(&function, messages(&["later"], receives)).await;
        let asked = asked.hidden.lock().unwrap();
        let seconds = asked.first().map(|(_, seconds)| *seconds);
        assert_eq!(seconds, hidden, "receive {receives}");
    }
}

#[tokio::test]
async fn a_message_whose_next_step_has_no_time_left_goes_on_in_another_invocation() {
    let (function, asked) = function(true);
    let event = messages(&["needs 50", "needs 61", "a"], 1);
    assert_eq!(failed(&function, event).await, ["id-needs 61"]);
    assert_eq!(*function.handled.lock().unwrap(), ["needs 50", "a"]);
    // At once.
    let hidden = [("handle-needs 61".to_owned(), 0)];
    assert_eq!(*asked.hidden.lock().unwrap(), hidden);
}

#[tokio::test]
async fn no_message_is_begun_that_may_not_be_done_in_time() {
    let (function, asked) = function(true);
    let late = Deadline::after(<Function as QueueFunction>::LONGEST - Duration::from_millis(1));
    let failed = failed_before(late, &function, messages(&["a", "b"], 3)).await;
    assert_eq!(failed, ["id-a", "id-b"]);
    assert!(function.handled.lock().unwrap().is_empty());
    // It fails like what is wrong here: somebody has to see it, and it must not come all the time.
    let hidden = ["a", "b"].map(|body| (format!("handle-{body}"), 8));
    assert_eq!(*asked.hidden.lock().unwrap(), hidden);
}

#[tokio::test]
async fn a_change_that_may_work_later_holds_back_what_is_behind_it() {
    let (function, asked) = function(true);
    let response = stream::respond(
        &function,
        changes(&["1", "reject", "panic", "2", "later", "3"]),
        Deadline::after(MINUTE),
    )
    .await;
    let failed: Vec<_> = response
        .batch_item_failures
        .iter()
        .map(|failure| failure.item_identifier.as_deref().unwrap())
        .collect();
    assert_eq!(failed, ["later"]);
    assert_eq!(*function.handled.lock().unwrap(), ["1", "2"]);
    let set_aside = asked.letters.lock().unwrap();
    assert_eq!(set_aside.len(), 2);
    // A change is no message of a queue.
    assert_eq!(*asked.sent_at.lock().unwrap(), [None, None]);
    assert!(set_aside[0][0].contains("reject"), "{set_aside:?}");
    assert_eq!(set_aside[1][2], "500");
}

#[tokio::test]
async fn what_there_is_no_time_for_comes_again() {
    let (function, _) = function(true);
    let over = Deadline::after(Duration::ZERO);
    let response = stream::respond(&function, changes(&["1", "2", "3"]), over).await;
    let failed: Vec<_> = response
        .batch_item_failures
        .iter()
        .map(|failure| failure.item_identifier.as_deref().unwrap())
        .collect();
    // The first is handled whatever the time, or there would be no end.
    assert_eq!(failed, ["2"]);
    assert_eq!(*function.handled.lock().unwrap(), ["1"]);
}

/// The first change that must come again, and what was done.
async fn batch(numbers: &[&str]) -> (Option<String>, Vec<String>) {
    let (function, _) = function(true);
    let response = stream::respond(&function, changes(numbers), Deadline::after(MINUTE)).await;
    assert!(response.batch_item_failures.len() < 2);
    let failed = response.batch_item_failures.into_iter().next();
    let handled = function.handled.into_inner().unwrap();
    (failed.and_then(|failed| failed.item_identifier), handled)
}

#[tokio::test]
async fn what_a_batch_gathers_is_done_once_for_all_that_was_handled() {
    let (failed, handled) = batch(&["1", "then-count", "later", "3"]).await;
    assert_eq!(failed.as_deref(), Some("later"));
    assert_eq!(handled, ["1", "then-count", "2 together"]);
}

#[tokio::test]
async fn a_batch_that_can_t_be_finished_comes_again_whole() {
    for failing in ["later", "wait", "reject", "panic"] {
        let then = format!("then-{failing}");
        for numbers in [vec!["1", &then, "2"], vec!["1", &then, "later"]] {
            let (failed, _) = batch(&numbers).await;
            assert_eq!(failed.as_deref(), Some("1"), "{failing}");
        }
    }
}

#[tokio::test]
async fn what_the_queue_answers_is_told_without_its_text() {
    let answer = r#"{"__type":"com.amazonaws.sqs#InvalidMessageContents","message":"no such character","told":"s3cret"}"#;
    let put = mock!(aws_sdk_sqs::Client::send_message)
        .sequence()
        .http_status(400, Some(answer.to_owned()))
        .build();
    let client = mock_client!(aws_sdk_sqs, RuleMode::MatchAny, [&put]);
    let send = client.send_message().queue_url("http://queue.example/q");
    let error = send.message_body("s3cret").send().await.unwrap_err();
    assert!(format!("{error:?}").contains("s3cret"));
    let Failure::Rejected(rejection) = Failure::from(error) else {
        panic!("it comes again for ever");
    };
    let detail = rejection.detail;
    assert!(detail.contains("InvalidMessageContents"), "{detail}");
    assert!(!detail.contains("s3cret"), "{detail}");
}
