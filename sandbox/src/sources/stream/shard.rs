//! Reading one shard of a stream.

use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_dynamodbstreams::types::{Record, ShardIteratorType};
use tokio_util::sync::CancellationToken;

use super::StreamSource;
use super::delivery::{Delivery, Next, Outcome};
use super::record::{self, Condition};
use crate::errors::Cause;
use crate::sources::backoff::Backoff;
use crate::sources::{answer, batch};

/// Between two looks at a shard without news.
const PAUSE: Duration = Duration::from_millis(100);

/// What one request can give.
const REQUEST_LIMIT: usize = 1000;

/// What a look at a shard showed.
struct Page {
    records: Vec<Record>,
    /// `None`: the shard is at its end.
    next: Option<String>,
}

impl StreamSource {
    /// Reads the shard to its end, or until the token is cancelled; returns its id.
    pub(super) async fn read(self: Arc<Self>, shard: String, stop: CancellationToken) -> String {
        let mut place: Option<String> = None;
        let mut backoff = Backoff::default();
        while !stop.is_cancelled() {
            match self.look(&shard, place.take()).await {
                Ok(page) => {
                    backoff.reset();
                    let idle = page.records.is_empty();
                    if !self.deliver(&shard, &page.records, &stop).await {
                        break;
                    }
                    place = match page.next {
                        Some(next) => Some(next),
                        None => break,
                    };
                    if idle {
                        stop.run_until_cancelled(tokio::time::sleep(PAUSE)).await;
                    }
                }
                Err(error) => {
                    tracing::warn!(stream = self.stream_arn, error = &*error, "no records");
                    stop.run_until_cancelled(backoff.wait()).await;
                }
            }
        }
        shard
    }

    async fn look(&self, shard: &str, place: Option<String>) -> Result<Page, Cause> {
        let place = match place {
            Some(place) => Some(place),
            None => self.start(shard).await?,
        };
        let page = self
            .streams
            .get_records()
            .set_shard_iterator(place)
            .limit(self.batch_size.clamp(1, REQUEST_LIMIT) as i32)
            .send()
            .await?;
        Ok(Page {
            records: page.records.unwrap_or_default(),
            next: page.next_shard_iterator,
        })
    }

    /// Where to read on: after the last record dealt with, or from the oldest there is.
    async fn start(&self, shard: &str) -> Result<Option<String>, Cause> {
        let request = || {
            let request = self.streams.get_shard_iterator();
            request.stream_arn(&self.stream_arn).shard_id(shard)
        };
        if let Some(last) = self.checkpoints.get(&self.reader(shard)) {
            let after = request()
                .shard_iterator_type(ShardIteratorType::AfterSequenceNumber)
                .sequence_number(last);
            match after.send().await {
                Ok(found) => return Ok(found.shard_iterator),
                Err(error)
                    if error
                        .as_service_error()
                        .is_some_and(|error| error.is_trimmed_data_access_exception()) =>
                {
                    tracing::warn!(stream = self.stream_arn, "changes were lost to their age");
                }
                Err(error) => return Err(error.into()),
            }
        }
        let oldest = request().shard_iterator_type(ShardIteratorType::TrimHorizon);
        Ok(oldest.send().await?.shard_iterator)
    }

    /// Delivers records. False: the token was cancelled before all were dealt with.
    async fn deliver(&self, shard: &str, records: &[Record], stop: &CancellationToken) -> bool {
        let events: Vec<_> = records
            .iter()
            .map(|record| record::to_json(record, &self.stream_arn))
            .collect();
        let mut delivery = Delivery::new(self.rules, batch::cut(&events));
        while let Some(part) = delivery.part() {
            let old = self.too_old(&records[part.clone()]);
            if old > 0 {
                let given_up = part.start..part.start + old;
                let attempts = delivery.expire(old);
                let condition = Condition::RecordAgeExceeded;
                let records = &records[given_up];
                if !self
                    .give_up(shard, records, condition, attempts, stop)
                    .await
                {
                    return false;
                }
                continue;
            }
            let outcome = self
                .attempt(&records[part.clone()], &events[part.clone()])
                .await;
            self.checkpoint(shard, records, &part, outcome);
            match delivery.settle(outcome) {
                Next::Continue => {}
                Next::Wait(pause) => {
                    stop.run_until_cancelled(tokio::time::sleep(pause)).await;
                }
                Next::GiveUp(part, attempts) => {
                    let condition = Condition::RetryAttemptsExhausted;
                    let records = &records[part];
                    if !self
                        .give_up(shard, records, condition, attempts, stop)
                        .await
                    {
                        return false;
                    }
                }
            }
            if stop.is_cancelled() {
                return delivery.part().is_none();
            }
        }
        true
    }

    async fn attempt(&self, records: &[Record], events: &[serde_json::Value]) -> Outcome {
        let answer = self
            .functions
            .invoke(&self.function, batch::event(events))
            .await;
        let failed = match answer {
            Ok(_) if !self.reports_failures => return Outcome::Done,
            Ok(answer) => first_failure(records, &answer).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        match failed {
            Ok(None) => Outcome::Done,
            Ok(Some(first)) => Outcome::FailedFrom(first),
            Err(error) => {
                tracing::warn!(stream = self.stream_arn, "a batch failed: {error}");
                Outcome::FailedFrom(0)
            }
        }
    }

    fn checkpoint(&self, shard: &str, records: &[Record], part: &Range<usize>, outcome: Outcome) {
        let done = match outcome {
            Outcome::Done => part.end,
            Outcome::FailedFrom(0) => return,
            Outcome::FailedFrom(first) => part.start + first,
        };
        if let Some(last) = records[..done].last() {
            self.remember(shard, last);
        }
    }

    fn remember(&self, shard: &str, last: &Record) {
        let reader = self.reader(shard);
        let number = record::sequence_number(last);
        if let Err(error) = self.checkpoints.set(&reader, number) {
            // The records come again after a restart; functions are written for that.
            tracing::warn!(stream = self.stream_arn, %error, "the position was not kept");
        }
    }

    /// Tells the queue for failures and goes on behind the records. False: the token was cancelled
    /// before the queue knew.
    async fn give_up(
        &self,
        shard: &str,
        records: &[Record],
        condition: Condition,
        attempts: u32,
        stop: &CancellationToken,
    ) -> bool {
        let Some(last) = records.last() else {
            return true;
        };
        tracing::error!(
            stream = self.stream_arn,
            function = self.function,
            first = records.first().map(record::sequence_number),
            count = records.len(),
            ?condition,
            "changes were given up"
        );
        if let Some(queue) = &self.on_failure {
            let note = record::abandoned(
                &self.function,
                &self.stream_arn,
                shard,
                records,
                condition,
                attempts,
            )
            .to_string();
            let mut backoff = Backoff::default();
            while let Err(error) = self.send(queue, &note).await {
                tracing::warn!(
                    queue,
                    error = &*error,
                    "the queue for failures does not answer"
                );
                if stop.run_until_cancelled(backoff.wait()).await.is_none() {
                    return false;
                }
            }
        }
        self.remember(shard, last);
        true
    }

    async fn send(&self, queue: &str, note: &str) -> Result<(), Cause> {
        let message = self.sqs.send_message().queue_url(queue).message_body(note);
        message.send().await?;
        Ok(())
    }

    /// How many records at the front are too old to be tried (again).
    fn too_old(&self, records: &[Record]) -> usize {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let Some(oldest) = now.unwrap_or_default().checked_sub(self.maximum_age) else {
            return 0;
        };
        let is_old = |record: &&Record| {
            let made_at = record::made_at(record).and_then(|at| u64::try_from(at).ok());
            made_at.is_some_and(|at| at < oldest.as_secs())
        };
        records.iter().take_while(is_old).count()
    }

    /// The name under which the position is kept. A table made anew has a stream of another name.
    fn reader(&self, shard: &str) -> String {
        format!("{} {} {shard}", self.function, self.stream_arn)
    }
}

/// The index of the first record an answer names. One it names that was not in the batch makes it
/// worthless.
fn first_failure(records: &[Record], answer: &[u8]) -> Result<Option<usize>, answer::Unclear> {
    let mut first = None;
    for failed in answer::failed_records(answer)? {
        let index = records
            .iter()
            .position(|record| record::sequence_number(record) == failed)
            .ok_or(answer::Unclear)?;
        first = Some(first.map_or(index, |first: usize| first.min(index)));
    }
    Ok(first)
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodbstreams::types::StreamRecord;

    use super::*;

    #[test]
    fn the_first_failed_record_counts_whatever_the_order() {
        let record = |number: &str| {
            let change = StreamRecord::builder().sequence_number(number).build();
            Record::builder().dynamodb(change).build()
        };
        let records = [record("1"), record("2"), record("3")];
        let answer = br#"{"batchItemFailures":[{"itemIdentifier":"3"},{"itemIdentifier":"2"}]}"#;
        assert_eq!(first_failure(&records, answer), Ok(Some(1)));
        assert_eq!(first_failure(&records, b"null"), Ok(None));
        let strange = br#"{"batchItemFailures":[{"itemIdentifier":"9"}]}"#;
        assert_eq!(first_failure(&records, strange), Err(answer::Unclear));
    }
}
