//! What invokes functions besides HTTP: queues, streams and schedules, each as Lambda would.

mod answer;
pub(crate) mod backoff;
mod batch;
mod queue;
mod schedule;
mod stream;

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::queue::QueueSource;
use self::schedule::ScheduleSource;
pub(crate) use self::stream::checkpoints::Checkpoints;
use self::stream::{Rules, StreamSource};
use crate::addresses::Addresses;
use crate::clients::Clients;
use crate::errors::{Cause, Error};
use crate::queues;
use crate::runtime::Functions;
use crate::tables::physical_name;
use crate::template::{Function, Queue, Source, Stack};

/// DynamoDB keeps changes this long.
const STREAM_RETENTION: Duration = Duration::from_secs(24 * 60 * 60);

/// What the sources need to find what they read and whom they feed.
pub(crate) struct Sources<'a> {
    pub(crate) stack: &'a Stack,
    pub(crate) addresses: &'a Addresses,
    pub(crate) clients: &'a Clients,
    pub(crate) functions: &'a Arc<Functions>,
    pub(crate) checkpoints: &'a Arc<Checkpoints>,
    /// Processes of a function at once: messages are not taken for more than can be worked on.
    pub(crate) processes: usize,
}

impl Sources<'_> {
    /// Starts feeding all functions, until the token is cancelled.
    pub(crate) async fn start(
        &self,
        tasks: &TaskTracker,
        stop: &CancellationToken,
    ) -> Result<(), Error> {
        for function in self.stack.functions.values() {
            for source in &function.sources {
                let stop = stop.clone();
                match self.connect(function, source).await? {
                    Connected::Queue(source) => tasks.spawn(source.run(stop)),
                    Connected::Stream(source) => tasks.spawn(source.run(stop)),
                    Connected::Schedule(source) => tasks.spawn(source.run(stop)),
                };
            }
        }
        Ok(())
    }

    async fn connect(&self, function: &Function, source: &Source) -> Result<Connected, Error> {
        let functions = Arc::clone(self.functions);
        Ok(match source {
            Source::Queue {
                queue,
                batch_size,
                window,
                maximum_concurrency,
                reports_failures,
            } => {
                let queue = self.queue(function, queue)?;
                let url = self.url(queue)?;
                Connected::Queue(QueueSource {
                    function: function.name.clone(),
                    arn: self.queue_arn(queue, &url).await?,
                    url,
                    batch_size: *batch_size,
                    window: *window,
                    concurrency: maximum_concurrency
                        .map_or(self.processes, |maximum| maximum.min(self.processes)),
                    reports_failures: *reports_failures,
                    functions,
                    sqs: self.clients.sqs.clone(),
                })
            }
            Source::Stream {
                table,
                batch_size,
                bisect,
                maximum_retries,
                maximum_age,
                on_failure,
                reports_failures,
            } => {
                let on_failure = on_failure.as_ref().map(|queue| {
                    let queue = self.queue(function, queue)?;
                    self.url(queue)
                });
                Connected::Stream(StreamSource {
                    function: function.name.clone(),
                    stream_arn: self.stream_arn(function, table).await?,
                    batch_size: *batch_size,
                    rules: Rules {
                        bisect: *bisect,
                        maximum_retries: *maximum_retries,
                    },
                    maximum_age: maximum_age.unwrap_or(STREAM_RETENTION),
                    on_failure: on_failure.transpose()?,
                    reports_failures: *reports_failures,
                    functions,
                    streams: self.clients.streams.clone(),
                    sqs: self.clients.sqs.clone(),
                    checkpoints: Arc::clone(self.checkpoints),
                })
            }
            Source::Schedule { every } => Connected::Schedule(ScheduleSource {
                function: function.name.clone(),
                every: *every,
                functions,
            }),
        })
    }

    fn queue(&self, function: &Function, id: &str) -> Result<&Queue, Error> {
        let found = self.stack.queue(id);
        found.ok_or_else(|| undefined(function, id))
    }

    fn url(&self, queue: &Queue) -> Result<String, Error> {
        let url = self.addresses.queues.get(&queue.name).cloned();
        url.ok_or_else(|| self.queue_error(queue, "it has no URL".into()))
    }

    async fn queue_arn(&self, queue: &Queue, url: &str) -> Result<String, Error> {
        let arn = queues::arn(url, &self.clients.sqs).await;
        arn.map_err(|source| self.queue_error(queue, source))
    }

    fn queue_error(&self, queue: &Queue, source: Cause) -> Error {
        Error::Queue {
            queue: queue.name.clone(),
            endpoint: self.addresses.sqs.clone(),
            source,
        }
    }

    async fn stream_arn(&self, function: &Function, id: &str) -> Result<String, Error> {
        let table = self.stack.table(id);
        let table = table.ok_or_else(|| undefined(function, id))?;
        let name = physical_name(table);
        let error = |source| Error::Table {
            table: name.to_owned(),
            endpoint: self.addresses.dynamodb.clone(),
            source,
        };
        let described = self
            .clients
            .dynamodb
            .describe_table()
            .table_name(name)
            .send()
            .await
            .map_err(|cause| error(cause.into()))?;
        described
            .table
            .and_then(|table| table.latest_stream_arn)
            .ok_or_else(|| error("it has no stream".into()))
    }
}

/// A source that has all it needs.
enum Connected {
    Queue(QueueSource),
    Stream(StreamSource),
    Schedule(ScheduleSource),
}

fn undefined(function: &Function, id: &str) -> Error {
    Error::Undefined {
        place: format!("an event source of {}", function.name),
        id: id.to_owned(),
    }
}
