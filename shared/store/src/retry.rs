//! Trying again, with jitter, while there is time.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use tokio::time::Instant;

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

    /// The same, but no longer than `time` from now on.
    #[must_use]
    pub fn at_most(self, time: Duration) -> Self {
        Self {
            ends: self.ends.min(Instant::now() + time),
        }
    }

    /// Whether it is over.
    #[must_use]
    pub fn is_over(self) -> bool {
        self.left().is_zero()
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
        let mut waits = None;
        let mut failed = None;
        loop {
            // Boxed: a client's future is large, and every caller's would be with it.
            let tried = tokio::time::timeout(self.left(), Box::pin(attempt())).await;
            let error = match tried {
                Ok(outcome) => match outcome? {
                    Attempt::Done(value) => return Ok(value),
                    Attempt::Again(error) => error,
                },
                // What failed before tells more than that the time is over.
                Err(_) => {
                    return Err(failed.unwrap_or_else(|| StoreError::Unavailable {
                        operation,
                        detail: "no answer in time".to_owned(),
                    }));
                }
            };
            let waits = waits.get_or_insert_with(waits_between);
            let wait = waits.next().unwrap_or_default();
            if wait >= self.left() {
                return Err(error);
            }
            tracing::debug!(operation, %error, "trying again");
            failed = Some(error);
            tokio::time::sleep(wait).await;
        }
    }
}

/// The waits before each further try.
fn waits_between() -> impl Iterator<Item = Duration> {
    ExponentialBuilder::default()
        .with_jitter()
        .with_min_delay(Duration::from_millis(10))
        .with_max_delay(Duration::from_millis(150))
        .without_max_times()
        .build()
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

#[cfg(test)]
mod tests;
