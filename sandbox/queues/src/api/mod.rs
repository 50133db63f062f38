//! The operations of the API: each reads its request, checks it, acts and answers.

mod batch;
mod queues;
mod receipts;
mod receive;
mod send;

use std::net::SocketAddr;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::broker::Broker;
use crate::errors::Rejection;

/// Performs the operation of that name on a JSON body, and returns the JSON to answer with.
pub(crate) async fn perform(
    broker: &Broker,
    address: SocketAddr,
    operation: &str,
    body: &[u8],
) -> Result<Vec<u8>, Rejection> {
    match operation {
        "SendMessage" => write(&send::message(broker, read(body)?).await?),
        "SendMessageBatch" => write(&send::batch(broker, read(body)?).await?),
        "ReceiveMessage" => write(&receive::messages(broker, read(body)?).await?),
        "DeleteMessage" => write(&receipts::delete(broker, read(body)?).await?),
        "DeleteMessageBatch" => write(&receipts::delete_batch(broker, read(body)?).await?),
        "ChangeMessageVisibility" => write(&receipts::change(broker, read(body)?).await?),
        "ChangeMessageVisibilityBatch" => {
            write(&receipts::change_batch(broker, read(body)?).await?)
        }
        "CreateQueue" => write(&queues::create(broker, address, read(body)?).await?),
        "DeleteQueue" => write(&queues::delete(broker, read(body)?).await?),
        "GetQueueUrl" => write(&queues::url(broker, address, read(body)?).await?),
        "GetQueueAttributes" => write(&queues::attributes(broker, read(body)?).await?),
        "SetQueueAttributes" => write(&queues::set_attributes(broker, read(body)?).await?),
        "ListQueues" => write(&queues::list(broker, address, read(body)?).await?),
        "PurgeQueue" => write(&queues::purge(broker, read(body)?).await?),
        other => Err(Rejection::UnsupportedOperation(other.to_owned())),
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Rejection> {
    serde_json::from_slice(body).map_err(Rejection::Serialization)
}

fn write(answer: &impl Serialize) -> Result<Vec<u8>, Rejection> {
    serde_json::to_vec(answer).map_err(|error| Rejection::Internal(error.into()))
}

/// An answer that says nothing but that it was done.
#[derive(Debug, Serialize)]
struct Done {}

/// The name of the queue at a URL: its last segment. Host and account are not looked at, so that
/// URLs stay good when the server moves to another port.
fn queue_name(url: Option<&str>) -> Result<&str, Rejection> {
    let url = url.ok_or(Rejection::MissingParameter("QueueUrl"))?;
    let name = url.trim_end_matches('/').rsplit('/').next();
    name.filter(|name| !name.is_empty())
        .ok_or(Rejection::QueueDoesNotExist)
}

/// The only result of a batch of one.
fn only<T>(results: Vec<Result<T, Rejection>>) -> Result<T, Rejection> {
    results
        .into_iter()
        .next()
        .unwrap_or_else(|| Err(Rejection::Internal("an entry was lost".into())))
}
