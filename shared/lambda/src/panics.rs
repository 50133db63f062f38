//! Panics: a defect in the handling of one call or record, never of its neighbours.

use std::any::Any;
use std::panic::AssertUnwindSafe;

use futures::FutureExt;

/// What `work` gives, or what its panic said, for the log.
///
/// # Errors
/// When it panicked.
pub async fn caught<T>(work: impl Future<Output = T>) -> Result<T, String> {
    AssertUnwindSafe(work)
        .catch_unwind()
        .await
        .map_err(|panic| said(panic.as_ref()))
}

fn said(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "panicked".to_owned())
}
