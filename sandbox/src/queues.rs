//! The template's queues on a queue server that is not ours, made or set right where they differ.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::QueueAttributeName;
use serde_json::json;

use crate::errors::{Cause, Error};
use crate::template::{Queue, Stack};

/// Makes the queues ready; returns their URLs by name.
pub(crate) async fn ensure(
    stack: &Stack,
    client: &Client,
    endpoint: &str,
) -> Result<BTreeMap<String, String>, Error> {
    let error = |queue: &Queue, source| Error::Queue {
        queue: queue.name.clone(),
        endpoint: endpoint.to_owned(),
        source,
    };
    let mut urls = BTreeMap::new();
    for queue in &stack.queues {
        let url = find_or_create(queue, client).await;
        urls.insert(
            queue.name.clone(),
            url.map_err(|cause| error(queue, cause))?,
        );
    }
    // A redrive rule names its target's ARN, so all of them have to be there first.
    for queue in &stack.queues {
        let set = set_attributes(queue, stack, &urls, client).await;
        set.map_err(|cause| error(queue, cause))?;
    }
    Ok(urls)
}

async fn find_or_create(queue: &Queue, client: &Client) -> Result<String, Cause> {
    let found = client.get_queue_url().queue_name(&queue.name).send().await;
    let url = match found {
        Ok(found) => found.queue_url,
        Err(error)
            if error
                .as_service_error()
                .is_some_and(|error| error.is_queue_does_not_exist()) =>
        {
            let fifo = is_fifo(queue).then(|| {
                let fifo = (QueueAttributeName::FifoQueue, "true".to_owned());
                HashMap::from([fifo])
            });
            let create = client.create_queue().queue_name(&queue.name);
            create.set_attributes(fifo).send().await?.queue_url
        }
        Err(error) => return Err(error.into()),
    };
    url.ok_or_else(|| "the server gave it no URL".into())
}

async fn set_attributes(
    queue: &Queue,
    stack: &Stack,
    urls: &BTreeMap<String, String>,
    client: &Client,
) -> Result<(), Cause> {
    let mut attributes = own_attributes(queue);
    if let Some(redrive) = &queue.redrive {
        let target = stack.queue(&redrive.target);
        let url = target.and_then(|target| urls.get(&target.name));
        let url = url.ok_or_else(|| format!("its redrive target {} is missing", redrive.target))?;
        let policy = json!({
            "deadLetterTargetArn": arn(url, client).await?,
            "maxReceiveCount": redrive.maximum_receives,
        });
        attributes.insert(QueueAttributeName::RedrivePolicy, policy.to_string());
    }
    client
        .set_queue_attributes()
        .set_queue_url(urls.get(&queue.name).cloned())
        .set_attributes(Some(attributes))
        .send()
        .await?;
    Ok(())
}

fn own_attributes(queue: &Queue) -> HashMap<QueueAttributeName, String> {
    let seconds = |duration: Duration| duration.as_secs().to_string();
    let mut attributes = HashMap::from([
        (
            QueueAttributeName::VisibilityTimeout,
            seconds(queue.visibility),
        ),
        (
            QueueAttributeName::MessageRetentionPeriod,
            seconds(queue.retention),
        ),
        (QueueAttributeName::DelaySeconds, seconds(queue.delay)),
    ]);
    if is_fifo(queue) {
        attributes.insert(
            QueueAttributeName::ContentBasedDeduplication,
            queue.content_based_deduplication.to_string(),
        );
    }
    attributes
}

fn is_fifo(queue: &Queue) -> bool {
    queue.name.ends_with(".fifo")
}

/// The ARN of the queue behind a URL.
pub(crate) async fn arn(url: &str, client: &Client) -> Result<String, Cause> {
    let asked = client
        .get_queue_attributes()
        .queue_url(url)
        .attribute_names(QueueAttributeName::QueueArn)
        .send()
        .await?;
    asked
        .attributes
        .and_then(|mut attributes| attributes.remove(&QueueAttributeName::QueueArn))
        .ok_or_else(|| "the server gave it no ARN".into())
}
