//! The operations on queues as such: creating, finding, describing, changing, emptying them.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::{Done, queue_name};
use crate::broker::Broker;
use crate::errors::Rejection;
use crate::settings::is_attribute_name;
use crate::store::{Counts, Queue};
use crate::{queue_arn, queue_url};

const MAXIMUM_LISTED: u32 = 1_000;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CreateRequest {
    queue_name: Option<String>,
    attributes: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct NameRequest {
    queue_name: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct QueueRequest {
    queue_url: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetAttributesRequest {
    queue_url: Option<String>,
    attribute_names: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SetAttributesRequest {
    queue_url: Option<String>,
    attributes: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListRequest {
    queue_name_prefix: Option<String>,
    max_results: Option<u32>,
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UrlAnswer {
    queue_url: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AttributesAnswer {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    attributes: BTreeMap<&'static str, String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListAnswer {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    queue_urls: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// Creates a queue, unless it exists with the same attributes.
pub(super) async fn create(
    broker: &Broker,
    address: SocketAddr,
    request: CreateRequest,
) -> Result<UrlAnswer, Rejection> {
    let name = request
        .queue_name
        .ok_or(Rejection::MissingParameter("QueueName"))?;
    let queue_url = queue_url(address, &name);
    let attributes = request.attributes.unwrap_or_default();
    broker
        .run(move |store| store.create_queue(&name, &attributes))
        .await?;
    Ok(UrlAnswer { queue_url })
}

/// Drops a queue with its messages.
pub(super) async fn delete(broker: &Broker, request: QueueRequest) -> Result<Done, Rejection> {
    let name = queue_name(request.queue_url.as_deref())?.to_owned();
    broker.run(move |store| store.delete_queue(&name)).await?;
    Ok(Done {})
}

/// Tells where a queue is.
pub(super) async fn url(
    broker: &Broker,
    address: SocketAddr,
    request: NameRequest,
) -> Result<UrlAnswer, Rejection> {
    let name = request
        .queue_name
        .ok_or(Rejection::MissingParameter("QueueName"))?;
    let queue = broker.run(move |store| store.queue(&name)).await?;
    Ok(UrlAnswer {
        queue_url: queue_url(address, &queue.name),
    })
}

/// Describes a queue.
pub(super) async fn attributes(
    broker: &Broker,
    request: GetAttributesRequest,
) -> Result<AttributesAnswer, Rejection> {
    let name = queue_name(request.queue_url.as_deref())?.to_owned();
    let wanted = request.attribute_names.unwrap_or_default();
    let (queue, counts) = broker
        .run(move |store| {
            let queue = store.queue(&name)?;
            let counts = store.counts(&queue)?;
            Ok((queue, counts))
        })
        .await?;
    let all = describe(&queue, counts);
    if wanted.iter().any(|name| name == "All") {
        return Ok(AttributesAnswer { attributes: all });
    }
    if let Some(unknown) = wanted.iter().find(|name| !is_attribute_name(name)) {
        return Err(Rejection::InvalidAttributeName(unknown.clone()));
    }
    let attributes = all
        .into_iter()
        .filter(|(name, _)| wanted.iter().any(|wanted| wanted == name))
        .collect();
    Ok(AttributesAnswer { attributes })
}

/// Changes a queue.
pub(super) async fn set_attributes(
    broker: &Broker,
    request: SetAttributesRequest,
) -> Result<Done, Rejection> {
    let name = queue_name(request.queue_url.as_deref())?.to_owned();
    let attributes = request
        .attributes
        .ok_or(Rejection::MissingParameter("Attributes"))?;
    broker
        .run(move |store| store.set_attributes(&name, &attributes))
        .await?;
    Ok(Done {})
}

/// Lists queues by name, in pages if the client asks for pages.
pub(super) async fn list(
    broker: &Broker,
    address: SocketAddr,
    request: ListRequest,
) -> Result<ListAnswer, Rejection> {
    let prefix = request.queue_name_prefix.unwrap_or_default();
    let after = match request.next_token {
        Some(token) => read_token(&token)?,
        None => String::new(),
    };
    let maximum = request.max_results.unwrap_or(MAXIMUM_LISTED);
    if !(1..=MAXIMUM_LISTED).contains(&maximum) {
        return Err(Rejection::value(
            "MaxResults",
            maximum,
            "Must be an integer between 1 and 1000.",
        ));
    }
    // One more tells whether there is another page.
    let mut names = broker
        .run(move |store| store.list(&prefix, &after, maximum + 1))
        .await?;
    let page = usize::try_from(maximum).unwrap_or(usize::MAX);
    let next_token = (request.max_results.is_some() && names.len() > page)
        .then(|| names.get(page - 1).map(|name| URL_SAFE_NO_PAD.encode(name)))
        .flatten();
    names.truncate(page);
    Ok(ListAnswer {
        queue_urls: names.iter().map(|name| queue_url(address, name)).collect(),
        next_token,
    })
}

/// Drops all messages of a queue.
pub(super) async fn purge(broker: &Broker, request: QueueRequest) -> Result<Done, Rejection> {
    let name = queue_name(request.queue_url.as_deref())?.to_owned();
    broker.run(move |store| store.purge(&name)).await?;
    Ok(Done {})
}

/// A page's token is the last name before it.
fn read_token(token: &str) -> Result<String, Rejection> {
    URL_SAFE_NO_PAD
        .decode(token)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| Rejection::value("NextToken", token, "It is not a token of this server."))
}

fn describe(queue: &Queue, counts: Counts) -> BTreeMap<&'static str, String> {
    let seconds = |milliseconds: i64| (milliseconds / 1_000).to_string();
    let mut attributes = queue.settings.attributes(queue.fifo);
    attributes.extend([
        ("QueueArn", queue_arn(&queue.name)),
        ("CreatedTimestamp", seconds(queue.created_at)),
        ("LastModifiedTimestamp", seconds(queue.modified_at)),
        ("ApproximateNumberOfMessages", counts.visible.to_string()),
        (
            "ApproximateNumberOfMessagesNotVisible",
            counts.in_flight.to_string(),
        ),
        (
            "ApproximateNumberOfMessagesDelayed",
            counts.delayed.to_string(),
        ),
    ]);
    attributes
}
