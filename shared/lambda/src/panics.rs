//! Panics: a defect in the handling of one call or record, never of its neighbours.

use std::panic::AssertUnwindSafe;

use futures::FutureExt;

/// That something panicked. Where is in the log; what it said is not, since it may quote what it
/// was working on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a defect: it panicked")]
pub struct Panicked;

/// Logs the place of every panic from now on, and nothing else of it.
pub fn log_places() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "panicked");
    }));
}

/// What `work` gives.
///
/// # Errors
/// When it panicked.
pub async fn caught<T>(work: impl Future<Output = T>) -> Result<T, Panicked> {
    AssertUnwindSafe(work)
        .catch_unwind()
        .await
        .map_err(|_| Panicked)
}
