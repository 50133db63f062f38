//! One message at a time.

use std::time::Duration;

use aws_sdk_sqs::error::ProvideErrorMetadata as _;
use aws_sdk_sqs::primitives::Blob;
use aws_sdk_sqs::types::{
    MessageAttributeValue, MessageSystemAttributeName, MessageSystemAttributeNameForSends,
    MessageSystemAttributeValue,
};

use crate::server::{TestServer, bodies, spec};

fn attribute(data_type: &str) -> aws_sdk_sqs::types::builders::MessageAttributeValueBuilder {
    MessageAttributeValue::builder().data_type(data_type)
}

#[tokio::test]
async fn a_message_arrives_as_it_was_sent() {
    let (server, clock) = TestServer::start_with_clock(&[spec("q")]).await;
    let reason = attribute("String").string_value("refused").build().unwrap();
    let count = attribute("Number").string_value("3").build().unwrap();
    let bytes = attribute("Binary")
        .binary_value(Blob::new([0, 1, 2]))
        .build()
        .unwrap();
    let trace = MessageSystemAttributeValue::builder()
        .data_type("String")
        .string_value("Root=1-5759e988-bd862e3fe1be46a994272793")
        .build()
        .unwrap();
    let body = "{\"sku\":\"2000037\",\"name\":\"Ação \u{1F4E6}\"}\n";
    let sent = server
        .client
        .send_message()
        .queue_url(server.url("q"))
        .message_body(body)
        .message_attributes("reason", reason.clone())
        .message_attributes("count", count.clone())
        .message_attributes("bytes", bytes.clone())
        .message_system_attributes(MessageSystemAttributeNameForSends::AwsTraceHeader, trace)
        .send()
        .await
        .unwrap();
    // Of these attributes, by another implementation.
    let digest = "54bd47581249df2ca11d98fabbf728ed";
    assert_eq!(sent.md5_of_message_attributes(), Some(digest));

    clock.advance(Duration::from_secs(5));
    let messages = server.receive("q").await;
    assert_eq!(bodies(&messages), [body]);
    let message = &messages[0];
    assert_eq!(message.message_id(), sent.message_id());
    assert_eq!(message.md5_of_body(), sent.md5_of_message_body());
    assert_eq!(message.md5_of_message_attributes(), Some(digest));
    let attributes = message.message_attributes().unwrap();
    assert_eq!(attributes.len(), 3);
    assert_eq!(attributes["reason"], reason);
    assert_eq!(attributes["count"], count);
    assert_eq!(attributes["bytes"], bytes);

    let system = message.attributes().unwrap();
    for (name, value) in [
        (MessageSystemAttributeName::SentTimestamp, "1795219200000"),
        (
            MessageSystemAttributeName::ApproximateFirstReceiveTimestamp,
            "1795219205000",
        ),
        (MessageSystemAttributeName::ApproximateReceiveCount, "1"),
        (
            MessageSystemAttributeName::AwsTraceHeader,
            "Root=1-5759e988-bd862e3fe1be46a994272793",
        ),
    ] {
        assert_eq!(system[&name], value, "{name}");
    }

    server.delete("q", message).await;
    clock.advance(Duration::from_secs(31));
    assert!(server.receive("q").await.is_empty());
}

#[tokio::test]
async fn a_receiver_sees_the_attributes_it_asks_for() {
    let (server, clock) = TestServer::start_with_clock(&[spec("q")]).await;
    let mut send = server
        .client
        .send_message()
        .queue_url(server.url("q"))
        .message_body("one");
    for name in ["order.id", "order.state", "reason"] {
        let value = attribute("String").string_value(name).build().unwrap();
        send = send.message_attributes(name, value);
    }
    send.send().await.unwrap();

    for (wanted, seen) in [
        (vec![], vec![]),
        (vec!["reason", "missing"], vec!["reason"]),
        (vec!["order.*"], vec!["order.id", "order.state"]),
        (vec![".*"], vec!["order.id", "order.state", "reason"]),
    ] {
        let received = server
            .client
            .receive_message()
            .queue_url(server.url("q"))
            .set_message_attribute_names(Some(wanted.into_iter().map(str::to_owned).collect()))
            .message_system_attribute_names(MessageSystemAttributeName::SentTimestamp)
            .send()
            .await
            .unwrap();
        let message = &received.messages()[0];
        let mut names: Vec<&str> = message
            .message_attributes()
            .into_iter()
            .flatten()
            .map(|(name, _)| name.as_str())
            .collect();
        names.sort_unstable();
        assert_eq!(names, seen);
        assert_eq!(message.attributes().unwrap().len(), 1);
        clock.advance(Duration::from_secs(30));
    }
}

#[tokio::test]
async fn a_long_poll_ends_when_a_message_arrives() {
    let server = TestServer::start(&[spec("q")]).await;
    let poll = server
        .client
        .receive_message()
        .queue_url(server.url("q"))
        .wait_time_seconds(20)
        .send();
    let (received, ()) = tokio::join!(
        tokio::time::timeout(Duration::from_secs(10), poll),
        server.send("q", "one"),
    );
    assert_eq!(bodies(received.unwrap().unwrap().messages()), ["one"]);
}

#[tokio::test]
async fn a_message_given_back_is_there_at_once() {
    let server = TestServer::start(&[spec("q")]).await;
    server.send("q", "one").await;
    let messages = server.receive("q").await;
    server
        .client
        .change_message_visibility()
        .queue_url(server.url("q"))
        .receipt_handle(messages[0].receipt_handle().unwrap())
        .visibility_timeout(0)
        .send()
        .await
        .unwrap();
    assert_eq!(server.receive("q").await.len(), 1);
}

#[tokio::test]
async fn a_queue_that_does_not_exist_is_an_error_of_its_own() {
    let server = TestServer::start(&[]).await;
    let error = server
        .client
        .send_message()
        .queue_url(server.url("missing"))
        .message_body("one")
        .send()
        .await
        .unwrap_err();
    let header = error
        .raw_response()
        .unwrap()
        .headers()
        .get("x-amzn-query-error");
    assert_eq!(
        header,
        Some("AWS.SimpleQueueService.NonExistentQueue;Sender")
    );
    let error = error.into_service_error();
    assert!(error.is_queue_does_not_exist(), "{error:?}");
    assert_eq!(error.message(), Some("The specified queue does not exist."));
}

#[tokio::test]
async fn refused_messages_say_why() {
    let server = TestServer::start(&[spec("q"), spec("q.fifo")]).await;
    for (queue, body, code) in [
        ("q", "x".repeat(1_048_577), "InvalidParameterValue"),
        ("q", String::new(), "MissingParameter"),
        ("q", "\u{1}".to_owned(), "InvalidMessageContents"),
        ("q.fifo", "no group".to_owned(), "MissingParameter"),
    ] {
        let result = server
            .client
            .send_message()
            .queue_url(server.url(queue))
            .message_body(body)
            .send()
            .await;
        assert_eq!(result.unwrap_err().code(), Some(code));
    }
    server.send("q", &"\"".repeat(1_048_576)).await;
}

#[tokio::test]
async fn a_receive_checks_what_it_is_asked_for() {
    let server = TestServer::start(&[spec("q")]).await;
    let receive = || server.client.receive_message().queue_url(server.url("q"));
    for request in [
        receive().max_number_of_messages(0),
        receive().max_number_of_messages(11),
        receive().visibility_timeout(43_201),
        receive().visibility_timeout(-1),
        receive().wait_time_seconds(21),
    ] {
        let error = request.send().await.unwrap_err();
        assert_eq!(error.code(), Some("InvalidParameterValue"));
    }
}
