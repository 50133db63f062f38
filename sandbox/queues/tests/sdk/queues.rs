//! Queues as such.

use aws_sdk_sqs::error::ProvideErrorMetadata as _;
use aws_sdk_sqs::types::QueueAttributeName;

use crate::server::{TestServer, bodies, redriven, spec};

#[tokio::test]
async fn a_queue_is_found_by_its_name() {
    let server = TestServer::start(&[spec("erp-offers"), spec("erp-orders.fifo")]).await;
    let found = server
        .client
        .get_queue_url()
        .queue_name("erp-offers")
        .send()
        .await
        .unwrap();
    let url = found.queue_url().unwrap();
    assert_eq!(url, server.url("erp-offers"));
    assert!(url.ends_with("/000000000000/erp-offers"), "{url}");

    let error = server
        .client
        .get_queue_url()
        .queue_name("missing")
        .send()
        .await
        .unwrap_err();
    assert!(error.into_service_error().is_queue_does_not_exist());
}

#[tokio::test]
async fn queues_are_listed_by_prefix_and_in_pages() {
    let server = TestServer::start(&[spec("erp-a"), spec("erp-b"), spec("other")]).await;
    let pages = server
        .client
        .list_queues()
        .queue_name_prefix("erp-")
        .max_results(1)
        .into_paginator()
        .send()
        .try_collect()
        .await
        .unwrap();
    let urls: Vec<&str> = pages
        .iter()
        .flat_map(|page| page.queue_urls())
        .map(String::as_str)
        .collect();
    assert_eq!(urls, [server.url("erp-a"), server.url("erp-b")]);
}

#[tokio::test]
async fn attributes_tell_settings_and_counts() {
    let specs = [redriven("q", "dead", 5), spec("dead")];
    let server = TestServer::start(&specs).await;
    for body in ["one", "two"] {
        server.send("q", body).await;
    }
    server
        .client
        .receive_message()
        .queue_url(server.url("q"))
        .send()
        .await
        .unwrap();
    let answer = server
        .client
        .get_queue_attributes()
        .queue_url(server.url("q"))
        .attribute_names(QueueAttributeName::All)
        .send()
        .await
        .unwrap();
    let attributes = answer.attributes().unwrap();
    for (name, value) in [
        (QueueAttributeName::ApproximateNumberOfMessages, "1"),
        (
            QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
            "1",
        ),
        (QueueAttributeName::VisibilityTimeout, "30"),
        (QueueAttributeName::MessageRetentionPeriod, "345600"),
        (
            QueueAttributeName::QueueArn,
            "arn:aws:sqs:us-east-1:000000000000:q",
        ),
        (
            QueueAttributeName::RedrivePolicy,
            r#"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":5}"#,
        ),
    ] {
        assert_eq!(attributes[&name], value, "{name}");
    }
    assert!(!attributes.contains_key(&QueueAttributeName::FifoQueue));
}

#[tokio::test]
async fn outside_tools_create_change_purge_and_delete_queues() {
    let server = TestServer::start(&[]).await;
    let client = &server.client;
    let create = |visibility: &str| {
        client
            .create_queue()
            .queue_name("q")
            .attributes(QueueAttributeName::VisibilityTimeout, visibility)
            .send()
    };
    let url = create("5").await.unwrap().queue_url.unwrap();
    assert_eq!(url, server.url("q"));
    let error = create("6").await.unwrap_err().into_service_error();
    assert!(error.is_queue_name_exists(), "{error:?}");

    client
        .set_queue_attributes()
        .queue_url(&url)
        .attributes(QueueAttributeName::VisibilityTimeout, "6")
        .send()
        .await
        .unwrap();
    create("6").await.unwrap();

    server.send("q", "one").await;
    client.purge_queue().queue_url(&url).send().await.unwrap();
    server.send("q", "two").await;
    assert_eq!(bodies(&server.receive("q").await), ["two"]);

    client.delete_queue().queue_url(&url).send().await.unwrap();
    let error = client.purge_queue().queue_url(&url).send().await;
    assert!(
        error
            .unwrap_err()
            .into_service_error()
            .is_queue_does_not_exist()
    );
}

#[tokio::test]
async fn an_operation_that_is_not_served_is_named() {
    let server = TestServer::start(&[spec("q")]).await;
    let error = server
        .client
        .list_queue_tags()
        .queue_url(server.url("q"))
        .send()
        .await
        .unwrap_err();
    assert_eq!(
        error.code(),
        Some("AWS.SimpleQueueService.UnsupportedOperation")
    );
    assert_eq!(
        error.message(),
        Some("ListQueueTags is not available here.")
    );
}
