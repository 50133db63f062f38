//! SendMessage and SendMessageBatch.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::batch::{self, Entry, Outcome};
use super::{only, queue_name};
use crate::broker::Broker;
use crate::errors::Rejection;
use crate::message::{AttributeInput, Draft, MAXIMUM_BYTES};
use crate::store::Sent;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SendRequest {
    queue_url: Option<String>,
    #[serde(flatten)]
    message: MessageInput,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct BatchRequest {
    queue_url: Option<String>,
    entries: Option<Vec<SendEntry>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SendEntry {
    #[serde(default)]
    id: String,
    #[serde(flatten)]
    message: MessageInput,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MessageInput {
    message_body: Option<String>,
    delay_seconds: Option<i64>,
    message_attributes: Option<BTreeMap<String, AttributeInput>>,
    message_system_attributes: Option<BTreeMap<String, AttributeInput>>,
    message_deduplication_id: Option<String>,
    message_group_id: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SendAnswer {
    message_id: String,
    #[serde(rename = "MD5OfMessageBody")]
    md5_of_body: String,
    #[serde(
        rename = "MD5OfMessageAttributes",
        skip_serializing_if = "Option::is_none"
    )]
    md5_of_attributes: Option<String>,
    #[serde(
        rename = "MD5OfMessageSystemAttributes",
        skip_serializing_if = "Option::is_none"
    )]
    md5_of_system_attributes: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence_number: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SentEntry {
    id: String,
    #[serde(flatten)]
    answer: SendAnswer,
}

/// Stores one message.
pub(super) async fn message(
    broker: &Broker,
    request: SendRequest,
) -> Result<SendAnswer, Rejection> {
    let queue = queue_name(request.queue_url.as_deref())?;
    let sent = broker.send(queue, vec![request.message.into()]).await?;
    only(sent).map(SendAnswer::from)
}

/// Stores up to ten messages; one that is refused leaves the others alone.
pub(super) async fn batch(
    broker: &Broker,
    request: BatchRequest,
) -> Result<Outcome<SentEntry>, Rejection> {
    let queue = queue_name(request.queue_url.as_deref())?;
    let entries = batch::check(request.entries)?;
    let (ids, drafts): (Vec<String>, Vec<Draft>) = entries
        .into_iter()
        .map(|entry| (entry.id, Draft::from(entry.message)))
        .unzip();
    let sent = drafts.iter().map(Draft::size).sum();
    if sent > MAXIMUM_BYTES {
        return Err(Rejection::BatchRequestTooLong {
            maximum: MAXIMUM_BYTES,
            sent,
        });
    }
    let results = broker.send(queue, drafts).await?;
    Ok(Outcome::new(ids, results, |id, sent| SentEntry {
        id,
        answer: sent.into(),
    }))
}

impl Entry for SendEntry {
    fn id(&self) -> &str {
        &self.id
    }
}

impl From<MessageInput> for Draft {
    fn from(input: MessageInput) -> Self {
        Self {
            body: input.message_body.unwrap_or_default(),
            attributes: input.message_attributes.unwrap_or_default(),
            system_attributes: input.message_system_attributes.unwrap_or_default(),
            delay: input.delay_seconds,
            group: input.message_group_id,
            deduplication: input.message_deduplication_id,
        }
    }
}

impl From<Sent> for SendAnswer {
    fn from(sent: Sent) -> Self {
        Self {
            message_id: sent.id,
            md5_of_body: sent.digests.body,
            md5_of_attributes: sent.digests.attributes,
            md5_of_system_attributes: sent.digests.system_attributes,
            sequence_number: sent.sequence_number,
        }
    }
}
