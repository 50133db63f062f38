//! The seller file in memory: read during init, and again once a minute beside other work.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use feirante_seller::settings::Settings;
use feirante_store::{Budget, SettingsTable};
use tokio::time::Instant;

/// An edition older than this is read again.
const REFRESHED_AFTER: Duration = Duration::from_secs(60);
/// What is missing is not looked for more often than this.
const LOOKED_FOR_AFTER: Duration = Duration::from_secs(5);
/// A start waits no longer for them: somebody may wait for the start, and for the first call too.
const START_TIME: Duration = Duration::from_secs(1);
/// A re-read that takes longer is left to the next call.
const REFRESH_TIME: Duration = Duration::from_millis(300);

/// The settings in force, as this instance knows them.
#[derive(Debug)]
pub struct SettingsCache {
    table: SettingsTable,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    settings: Option<Arc<Settings>>,
    tried_at: Option<Instant>,
}

impl SettingsCache {
    /// Reads the settings; the first call of the client, so it connects too. A database that does
    /// not answer does not stop the start: the next call tries again.
    pub async fn start(table: SettingsTable) -> Self {
        let cache = Self {
            table,
            held: Mutex::default(),
        };
        cache.read(Budget::of(START_TIME)).await;
        cache
    }

    /// The settings as last read; `None` if they never could be, or none were applied.
    #[must_use]
    pub fn current(&self) -> Option<Arc<Settings>> {
        self.held().settings.clone()
    }

    /// Does `work` and, when the settings are a minute old, reads them again meanwhile.
    pub async fn beside<T>(&self, work: impl Future<Output = T>) -> T {
        if !self.last_tried_before(REFRESHED_AFTER) {
            return work.await;
        }
        let (result, ()) = tokio::join!(work, Box::pin(self.read(Budget::of(REFRESH_TIME))));
        result
    }

    /// Reads the settings now, since what was looked for in them is not there; not more often than
    /// every few seconds, or anyone could make us read all the time.
    pub async fn look_again(&self) {
        if self.last_tried_before(LOOKED_FOR_AFTER) {
            self.read(Budget::of(REFRESH_TIME)).await;
        }
    }

    fn last_tried_before(&self, span: Duration) -> bool {
        self.held()
            .tried_at
            .is_none_or(|tried| tried.elapsed() >= span)
    }

    async fn read(&self, budget: Budget) {
        self.held().tried_at = Some(Instant::now());
        match self.table.load(budget).await {
            Ok(Some(edition)) => self.held().settings = Some(Arc::new(edition.settings)),
            Ok(None) => tracing::warn!("no seller file has been applied"),
            Err(error) => {
                // Tried again by the next call, not in a minute.
                self.held().tried_at = None;
                tracing::warn!(%error, "the settings could not be read");
            }
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
