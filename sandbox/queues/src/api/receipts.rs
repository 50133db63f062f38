//! DeleteMessage, ChangeMessageVisibility, and their batches.

use serde::{Deserialize, Serialize};

use super::batch::{self, Entry, Outcome};
use super::{Done, only, queue_name};
use crate::broker::Broker;
use crate::errors::Rejection;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ReceiptRequest {
    queue_url: Option<String>,
    #[serde(flatten)]
    receipt: ReceiptInput,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct BatchRequest {
    queue_url: Option<String>,
    entries: Option<Vec<ReceiptEntry>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ReceiptEntry {
    #[serde(default)]
    id: String,
    #[serde(flatten)]
    receipt: ReceiptInput,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ReceiptInput {
    receipt_handle: Option<String>,
    /// Only to change the visibility, and then required.
    visibility_timeout: Option<i64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DoneEntry {
    id: String,
}

/// Deletes one message.
pub(super) async fn delete(broker: &Broker, request: ReceiptRequest) -> Result<Done, Rejection> {
    let queue = queue_name(request.queue_url.as_deref())?;
    let deleted = broker
        .delete(queue, vec![request.receipt.handle()?])
        .await?;
    only(deleted).map(|()| Done {})
}

/// Deletes up to ten messages.
pub(super) async fn delete_batch(
    broker: &Broker,
    request: BatchRequest,
) -> Result<Outcome<DoneEntry>, Rejection> {
    let queue = queue_name(request.queue_url.as_deref())?;
    let (ids, handles) = split(request.entries, ReceiptInput::handle)?;
    let results = broker.delete(queue, handles).await?;
    Ok(Outcome::new(ids, results, |id, ()| DoneEntry { id }))
}

/// Changes when one message is seen again.
pub(super) async fn change(broker: &Broker, request: ReceiptRequest) -> Result<Done, Rejection> {
    let queue = queue_name(request.queue_url.as_deref())?;
    let changed = broker
        .change_visibility(queue, vec![request.receipt.change()?])
        .await?;
    only(changed).map(|()| Done {})
}

/// Changes when up to ten messages are seen again.
pub(super) async fn change_batch(
    broker: &Broker,
    request: BatchRequest,
) -> Result<Outcome<DoneEntry>, Rejection> {
    let queue = queue_name(request.queue_url.as_deref())?;
    let (ids, changes) = split(request.entries, ReceiptInput::change)?;
    let results = broker.change_visibility(queue, changes).await?;
    Ok(Outcome::new(ids, results, |id, ()| DoneEntry { id }))
}

/// The ids of a batch's entries, and what is asked for each. Entries that leave out what they
/// must have refuse the batch.
fn split<T>(
    entries: Option<Vec<ReceiptEntry>>,
    read: impl Fn(ReceiptInput) -> Result<T, Rejection>,
) -> Result<(Vec<String>, Vec<T>), Rejection> {
    let entries = batch::check(entries)?.into_iter();
    let read = entries.map(|entry| Ok((entry.id, read(entry.receipt)?)));
    let pairs: Vec<(String, T)> = read.collect::<Result<_, Rejection>>()?;
    Ok(pairs.into_iter().unzip())
}

impl ReceiptInput {
    fn handle(self) -> Result<String, Rejection> {
        self.receipt_handle
            .ok_or(Rejection::MissingParameter("ReceiptHandle"))
    }

    fn change(self) -> Result<(String, i64), Rejection> {
        let timeout = self
            .visibility_timeout
            .ok_or(Rejection::MissingParameter("VisibilityTimeout"))?;
        Ok((self.handle()?, timeout))
    }
}

impl Entry for ReceiptEntry {
    fn id(&self) -> &str {
        &self.id
    }
}
