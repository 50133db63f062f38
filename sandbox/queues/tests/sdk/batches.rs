//! Several messages in one request.

use std::collections::BTreeMap;

use aws_sdk_sqs::error::ProvideErrorMetadata as _;
use aws_sdk_sqs::types::{
    ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry,
    SendMessageBatchRequestEntry,
};

use crate::server::{TestServer, bodies, spec};

fn entry(id: &str, body: &str) -> SendMessageBatchRequestEntry {
    SendMessageBatchRequestEntry::builder()
        .id(id)
        .message_body(body)
        .build()
        .unwrap()
}

/// The code of the error that a batch of these entries gets.
async fn refusal(server: &TestServer, entries: Vec<SendMessageBatchRequestEntry>) -> String {
    let error = server
        .client
        .send_message_batch()
        .queue_url(server.url("q"))
        .set_entries(Some(entries))
        .send()
        .await
        .unwrap_err();
    error.code().unwrap().to_owned()
}

#[tokio::test]
async fn a_bad_entry_fails_alone() {
    let server = TestServer::start(&[spec("q")]).await;
    let answer = server
        .client
        .send_message_batch()
        .queue_url(server.url("q"))
        .entries(entry("first", "one"))
        .entries(entry("bad", "\u{1}"))
        .entries(entry("last", "two"))
        .send()
        .await
        .unwrap();
    let done: Vec<&str> = answer.successful().iter().map(|entry| entry.id()).collect();
    assert_eq!(done, ["first", "last"]);
    let failed = &answer.failed()[0];
    assert_eq!(
        (failed.id(), failed.code()),
        ("bad", "InvalidMessageContents")
    );
    assert!(failed.sender_fault());
    assert_eq!(bodies(&server.receive("q").await), ["one", "two"]);
}

#[tokio::test]
async fn a_batch_has_limits_as_a_whole() {
    let server = TestServer::start(&[spec("q")]).await;
    let half = "x".repeat(524_289);
    let eleven = (0..11).map(|id| entry(&id.to_string(), "x")).collect();
    for (entries, code) in [
        (vec![], "EmptyBatchRequest"),
        (eleven, "TooManyEntriesInBatchRequest"),
        (
            vec![entry("same", "x"), entry("same", "y")],
            "BatchEntryIdsNotDistinct",
        ),
        (vec![entry("not an id", "x")], "InvalidBatchEntryId"),
        (
            vec![entry("a", &half), entry("b", &half)],
            "BatchRequestTooLong",
        ),
    ] {
        let expected = format!("AWS.SimpleQueueService.{code}");
        assert_eq!(refusal(&server, entries).await, expected);
    }
    assert!(
        server.receive("q").await.is_empty(),
        "nothing of them arrived"
    );
}

#[tokio::test]
async fn messages_are_given_back_and_deleted_in_batches() {
    let server = TestServer::start(&[spec("q")]).await;
    for body in ["one", "two", "three"] {
        server.send("q", body).await;
    }
    let messages = server.receive("q").await;
    let receipts: BTreeMap<&str, &str> = messages
        .iter()
        .map(|message| (message.body().unwrap(), message.receipt_handle().unwrap()))
        .collect();

    let change = |id: &str, receipt: &str| {
        ChangeMessageVisibilityBatchRequestEntry::builder()
            .id(id)
            .receipt_handle(receipt)
            .visibility_timeout(0)
            .build()
            .unwrap()
    };
    let changed = server
        .client
        .change_message_visibility_batch()
        .queue_url(server.url("q"))
        .entries(change("one", receipts["one"]))
        .entries(change("nonsense", "nonsense"))
        .send()
        .await
        .unwrap();
    assert_eq!(changed.successful()[0].id(), "one");
    assert_eq!(changed.failed()[0].code(), "ReceiptHandleIsInvalid");

    let delete = |id: &str, receipt: &str| {
        DeleteMessageBatchRequestEntry::builder()
            .id(id)
            .receipt_handle(receipt)
            .build()
            .unwrap()
    };
    let deleted = server
        .client
        .delete_message_batch()
        .queue_url(server.url("q"))
        .entries(delete("two", receipts["two"]))
        .entries(delete("nonsense", "nonsense"))
        .entries(delete("three", receipts["three"]))
        .send()
        .await
        .unwrap();
    assert_eq!(deleted.successful().len(), 2);
    assert_eq!(deleted.failed()[0].id(), "nonsense");
    assert_eq!(bodies(&server.receive("q").await), ["one"]);
}
