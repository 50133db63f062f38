//! Dead letters.

use std::time::Duration;

use aws_sdk_sqs::types::MessageSystemAttributeName;

use crate::server::{TestServer, bodies, redriven, spec};

#[tokio::test]
async fn a_message_nobody_could_handle_ends_among_the_dead_letters() {
    let specs = [redriven("q", "dead", 2), spec("dead")];
    let (server, clock) = TestServer::start_with_clock(&specs).await;
    server.send("q", "one").await;
    for _ in 0..2 {
        assert_eq!(server.receive("q").await.len(), 1);
        clock.advance(Duration::from_secs(30));
    }
    assert!(server.receive("q").await.is_empty());

    let letters = server.receive("dead").await;
    assert_eq!(bodies(&letters), ["one"]);
    let attributes = letters[0].attributes().unwrap();
    assert_eq!(
        attributes[&MessageSystemAttributeName::ApproximateReceiveCount],
        "3"
    );
    assert_eq!(
        attributes[&MessageSystemAttributeName::DeadLetterQueueSourceArn],
        "arn:aws:sqs:us-east-1:000000000000:q"
    );
}
