//! What the driver is doing in the background, so that it does nothing twice at once.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Something that is done for an order, named by account and marketplace id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Work {
    /// R4 until it is confirmed.
    Authorization(String, String),
    /// R5 until it is decided.
    Cancellation(String, String),
}

/// All of it.
#[derive(Clone, Default)]
pub(super) struct UnderWay(Arc<Mutex<BTreeSet<Work>>>);

/// The right to do a piece of work, until it is dropped.
pub(super) struct Claim {
    all: UnderWay,
    work: Work,
}

impl UnderWay {
    /// Claims a piece of work; `None` if somebody is at it.
    pub(super) fn begin(&self, work: Work) -> Option<Claim> {
        self.lock().insert(work.clone()).then(|| Claim {
            all: self.clone(),
            work,
        })
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<Work>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.all.lock().remove(&self.work);
    }
}
