//! Streams of tables as event sources: every change to a function, in order, at least once.

pub(crate) mod checkpoints;
mod delivery;
mod record;
mod shard;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodbstreams::types::Shard;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use self::checkpoints::Checkpoints;
pub(super) use self::delivery::Rules;
use super::backoff::Backoff;
use crate::errors::Cause;
use crate::runtime::Functions;

/// How often the list of shards is looked at again. DynamoDB opens new ones every few hours; the
/// embedded database has one for good.
const LOOK_FOR_SHARDS: Duration = Duration::from_secs(10);

/// A stream and the function it feeds.
#[derive(Debug)]
pub(super) struct StreamSource {
    pub(super) function: String,
    pub(super) stream_arn: String,
    pub(super) batch_size: usize,
    pub(super) rules: Rules,
    /// Records older than this are given up.
    pub(super) maximum_age: Duration,
    /// URL of the queue that learns of records given up.
    pub(super) on_failure: Option<String>,
    pub(super) reports_failures: bool,
    pub(super) functions: Arc<Functions>,
    pub(super) streams: aws_sdk_dynamodbstreams::Client,
    pub(super) sqs: aws_sdk_sqs::Client,
    pub(super) checkpoints: Arc<Checkpoints>,
}

impl StreamSource {
    /// Feeds the function, shard by shard, until the token is cancelled and the batches in hand are
    /// settled. A shard is read once the one it came from is at its end, which keeps the order of
    /// an item's changes.
    pub(super) async fn run(self, stop: CancellationToken) {
        let source = Arc::new(self);
        let mut readers = JoinSet::new();
        let mut started = HashSet::new();
        let mut ended = HashSet::new();
        let mut backoff = Backoff::default();
        while !stop.is_cancelled() {
            match source.shards().await {
                Ok(shards) => {
                    backoff.reset();
                    for shard in ready(&shards, &ended) {
                        if started.insert(shard.to_owned()) {
                            let reader = Arc::clone(&source).read(shard.to_owned(), stop.clone());
                            readers.spawn(reader);
                        }
                    }
                }
                Err(error) => {
                    tracing::warn!(stream = source.stream_arn, error = &*error, "no shards");
                    stop.run_until_cancelled(backoff.wait()).await;
                    continue;
                }
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(LOOK_FOR_SHARDS) => {}
                Some(Ok(shard)) = readers.join_next() => {
                    ended.insert(shard);
                }
            }
        }
        readers.join_all().await;
    }

    async fn shards(&self) -> Result<Vec<Shard>, Cause> {
        let mut shards = Vec::new();
        let mut after = None;
        loop {
            let page = self
                .streams
                .describe_stream()
                .stream_arn(&self.stream_arn)
                .set_exclusive_start_shard_id(after)
                .send()
                .await?;
            let Some(page) = page.stream_description else {
                return Ok(shards);
            };
            after = page.last_evaluated_shard_id;
            shards.extend(page.shards.unwrap_or_default());
            if after.is_none() {
                return Ok(shards);
            }
        }
    }
}

/// The shards whose parent is at its end or gone.
fn ready<'a>(shards: &'a [Shard], ended: &HashSet<String>) -> Vec<&'a str> {
    let known: HashSet<_> = shards.iter().filter_map(Shard::shard_id).collect();
    let is_ready = |shard: &&Shard| {
        shard
            .parent_shard_id()
            .is_none_or(|parent| !known.contains(parent) || ended.contains(parent))
    };
    let ready = shards.iter().filter(is_ready);
    ready.filter_map(Shard::shard_id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_waits_for_its_parent() {
        let shard = |id: &str, parent: &str| {
            let shard = Shard::builder().shard_id(id).parent_shard_id(parent);
            shard.build()
        };
        let shards = [shard("b", "trimmed"), shard("c", "b")];
        assert_eq!(ready(&shards, &HashSet::new()), ["b"]);
        let ended = HashSet::from(["b".to_owned()]);
        assert_eq!(ready(&shards, &ended), ["b", "c"]);
    }
}
