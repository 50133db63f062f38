//! FIFO queues.

use aws_sdk_sqs::operation::send_message::SendMessageOutput;
use aws_sdk_sqs::types::MessageSystemAttributeName;

use crate::server::{TestServer, bodies, spec};

const Q: &str = "q.fifo";

async fn send(server: &TestServer, group: &str, body: &str) -> SendMessageOutput {
    server
        .client
        .send_message()
        .queue_url(server.url(Q))
        .message_body(body)
        .message_group_id(group)
        .message_deduplication_id(body)
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn groups_keep_their_order_and_wait_for_their_head() {
    let server = TestServer::start(&[spec(Q)]).await;
    for body in ["a1", "b1", "a2"] {
        send(&server, &body[..1], body).await;
    }
    let first = server.receive(Q).await;
    assert_eq!(bodies(&first), ["a1", "b1", "a2"]);
    send(&server, "a", "a3").await;
    send(&server, "b", "b2").await;
    assert!(server.receive(Q).await.is_empty());

    server.delete(Q, &first[1]).await;
    assert_eq!(bodies(&server.receive(Q).await), ["b2"]);
}

#[tokio::test]
async fn a_duplicate_is_answered_like_the_first_and_not_delivered() {
    let server = TestServer::start(&[spec(Q)]).await;
    let first = send(&server, "a", "one").await;
    let second = send(&server, "a", "one").await;
    assert_eq!(first.message_id(), second.message_id());
    assert_eq!(first.sequence_number(), second.sequence_number());

    let messages = server.receive(Q).await;
    assert_eq!(bodies(&messages), ["one"]);
    let attributes = messages[0].attributes().unwrap();
    for (name, value) in [
        (MessageSystemAttributeName::MessageGroupId, Some("a")),
        (
            MessageSystemAttributeName::MessageDeduplicationId,
            Some("one"),
        ),
        (
            MessageSystemAttributeName::SequenceNumber,
            first.sequence_number(),
        ),
    ] {
        let found = attributes.get(&name).map(String::as_str);
        assert_eq!(found, value, "{name}");
    }
}
