//! Trying again, with jitter, while there is time.

use std::time::{Duration, Instant};

use backon::{BackoffBuilder, ExponentialBuilder};

use crate::StoreError;

/// Until when a call may take: the caller waits no longer.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    ends: Instant,
}

/// Whether a try settled the matter.
pub(crate) enum Attempt<T> {
    /// It did.
    Done(T),
    /// It failed in a way that may pass.
    Again(StoreError),
}

impl Budget {
    /// `time` from now on.
    #[must_use]
    pub fn of(time: Duration) -> Self {
        Self {
            ends: Instant::now() + time,
        }
    }

    fn left(self) -> Duration {
        self.ends.saturating_duration_since(Instant::now())
    }

    /// Calls `attempt` until it settles the matter or the time is over. A try under way when the
    /// time ends is abandoned; what it wrote, a repeated call finds.
    pub(crate) async fn run<T, F>(
        self,
        operation: &'static str,
        mut attempt: impl FnMut() -> F,
    ) -> Result<T, StoreError>
    where
        F: Future<Output = Result<Attempt<T>, StoreError>>,
    {
        let mut waits = ExponentialBuilder::default()
            .with_jitter()
            .with_min_delay(Duration::from_millis(10))
            .with_max_delay(Duration::from_millis(150))
            .without_max_times()
            .build();
        loop {
            let Ok(outcome) = tokio::time::timeout(self.left(), attempt()).await else {
                let detail = "no answer in time".to_owned();
                return Err(StoreError::Unavailable { operation, detail });
            };
            let error = match outcome? {
                Attempt::Done(value) => return Ok(value),
                Attempt::Again(error) => error,
            };
            let wait = waits.next().unwrap_or_default();
            if wait >= self.left() {
                return Err(error);
            }
            tracing::debug!(operation, %error, "trying again");
            tokio::time::sleep(wait).await;
        }
    }
}

/// A client's answer as an attempt: what may pass is tried again.
pub(crate) fn attempt<T, E>(
    operation: &'static str,
    answer: Result<T, aws_sdk_dynamodb::error::SdkError<E>>,
) -> Result<Attempt<T>, StoreError>
where
    E: aws_sdk_dynamodb::error::ProvideErrorMetadata + std::error::Error + 'static,
{
    match answer {
        Ok(value) => Ok(Attempt::Done(value)),
        Err(error) => match StoreError::from_sdk(operation, &error) {
            error @ StoreError::Unavailable { .. } => Ok(Attempt::Again(error)),
            error => Err(error),
        },
    }
}
