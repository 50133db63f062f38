//! Sending: ten messages a call, a few calls at once, what was not taken again.

use std::time::Duration;

use aws_sdk_sqs::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use futures::{StreamExt, stream};
use indicatif::ProgressBar;
use serde::Serialize;

use super::batches::{Batches, Letter};
use super::plan::Needed;
use super::progress::Keeper;
use super::source::Entries;
use crate::failure::Failure;

/// Calls under way at once.
const CALLS: usize = 8;

/// A queue that takes nothing for so long is down.
const PATIENCE: Duration = Duration::from_secs(60);

/// The queue, and how it is told.
#[derive(Debug)]
pub(super) struct Queue {
    pub(super) client: aws_sdk_sqs::Client,
    pub(super) url: String,
}

/// A message that the queue does not take.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Unsent {
    pub(super) line: u64,
    /// Its kind and its SKU.
    pub(super) what: String,
    pub(super) why: String,
}

/// How the sending ended.
#[derive(Debug, Default)]
pub(super) struct Sent {
    pub(super) messages: u64,
    pub(super) unsent: Vec<Unsent>,
}

/// Sends what is needed of a file, from where it was, and notes how far it came.
///
/// # Errors
/// When the file or the queue fails. What was noted until then holds.
pub(super) async fn send(
    entries: Entries<'_>,
    needed: &Needed,
    queue: &Queue,
    keeper: &mut Keeper,
    progress: &ProgressBar,
) -> Result<Sent, Failure> {
    let (as_of, first) = (keeper.progress().as_of, keeper.progress().settled);
    let batches = Batches::new(entries, needed, as_of, first);
    // In their order, so that all before a settled one are settled.
    let calls = stream::iter(batches).map(|batch| async move {
        let batch = batch?;
        let count = batch.letters.len();
        let unsent = queue.send(batch.letters).await?;
        Ok((count, unsent, batch.settles))
    });
    let mut calls = std::pin::pin!(calls.buffered(CALLS));
    let mut sent = Sent::default();
    keeper.write()?;
    while let Some(call) = calls.next().await {
        let (count, unsent, settles) = match call {
            Ok(call) => call,
            Err(failure) => {
                keeper.write()?;
                return Err(failure);
            }
        };
        sent.messages += (count - unsent.len()) as u64;
        sent.unsent.extend(unsent);
        progress.inc(count as u64);
        keeper.settle(settles)?;
    }
    Ok(sent)
}

impl Queue {
    /// Sends messages of one call, again where that may help; gives those back that it does not help.
    async fn send(&self, mut letters: Vec<Letter>) -> Result<Vec<Unsent>, Failure> {
        let mut unsent = Vec::new();
        let mut waits = waits();
        loop {
            let failed = self.try_to_send(&letters).await;
            let (again, why) = match failed {
                Ok(failed) => {
                    let mut again = Vec::new();
                    let mut last = String::new();
                    for Failed {
                        index,
                        why,
                        is_final,
                    } in failed
                    {
                        let Some(letter) = letters.get(index) else {
                            continue;
                        };
                        if is_final {
                            unsent.push(letter.clone().unsent(why));
                        } else {
                            again.push(letter.clone());
                            last = why;
                        }
                    }
                    (again, last)
                }
                Err((why, false)) => (letters, why),
                Err((why, true)) => return Err(failure(&why)),
            };
            if again.is_empty() {
                return Ok(unsent);
            }
            match waits.next() {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return Err(failure(&why)),
            }
            letters = again;
        }
    }

    /// One call: what was not taken, or why nothing was, and whether that is final.
    async fn try_to_send(&self, letters: &[Letter]) -> Result<Vec<Failed>, (String, bool)> {
        let entries = letters
            .iter()
            .enumerate()
            .map(|(index, letter)| {
                SendMessageBatchRequestEntry::builder()
                    .id(index.to_string())
                    .message_body(&letter.body)
                    .build()
            })
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| (error.to_string(), true))?;
        let call = self
            .client
            .send_message_batch()
            .queue_url(&self.url)
            .set_entries(Some(entries));
        let answer = call.send().await.map_err(|error| {
            let is_final = is_final(&error);
            (DisplayErrorContext(error).to_string(), is_final)
        })?;
        let failed = answer.failed.into_iter().filter_map(|entry| {
            Some(Failed {
                index: entry.id.parse().ok()?,
                why: match entry.message {
                    Some(message) => format!("{}: {message}", entry.code),
                    None => entry.code,
                },
                is_final: entry.sender_fault,
            })
        });
        Ok(failed.collect())
    }
}

/// A message that one call did not send.
struct Failed {
    index: usize,
    why: String,
    /// Whether it can't be sent however often it is tried.
    is_final: bool,
}

/// Whether the queue refuses the call for good: not for being busy, nor for being out of reach.
fn is_final<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    let Some(status) = error.raw_response().map(|response| response.status()) else {
        return matches!(error, SdkError::ConstructionFailure(_));
    };
    let throttled = error
        .code()
        .is_some_and(|code| code.contains("Throttl") || code == "TooManyRequestsException");
    status.is_client_error() && !throttled && status.as_u16() != 429
}

fn waits() -> ExponentialBackoff {
    ExponentialBuilder::default()
        .with_jitter()
        .with_min_delay(Duration::from_millis(100))
        .with_max_delay(Duration::from_secs(5))
        .with_total_delay(Some(PATIENCE))
        .without_max_times()
        .build()
}

fn failure(why: &str) -> Failure {
    Failure::System(format!(
        "the queue erp-offers: {why}; the same command goes on where this one ended"
    ))
}

impl Letter {
    fn unsent(self, why: String) -> Unsent {
        Unsent {
            line: self.line,
            what: self.what,
            why,
        }
    }
}
