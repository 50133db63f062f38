//! The seller file in memory: read during init, and again once a minute beside other work.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use feirante_seller::settings::Settings;
use feirante_store::settings::InForce;
use feirante_store::{Budget, SettingsTable};
use tokio::time::Instant;

/// An edition older than this is read again.
const REFRESHED_AFTER: Duration = Duration::from_secs(60);
/// What is missing is not looked for more often than this, or anyone could make us read all the time.
const LOOKED_FOR_AFTER: Duration = Duration::from_secs(5);
/// A database that failed is left alone for so long.
const RETRIED_AFTER: Duration = Duration::from_secs(1);
/// A start waits no longer for them: somebody may wait for the start, and for the first call too.
const START_TIME: Duration = Duration::from_secs(1);
/// A re-read that takes longer is left to the next call.
pub const REFRESH_TIME: Duration = Duration::from_millis(300);

/// The settings in force, as this instance knows them.
#[derive(Debug)]
pub struct SettingsCache {
    table: SettingsTable,
    held: Mutex<Held>,
}

#[derive(Debug)]
struct Held {
    settings: Option<Arc<Settings>>,
    /// Which edition they are: one that is held is not read again.
    version: Option<i64>,
    /// That the last read succeeded.
    is_current: bool,
    /// From then on they are read again beside other work.
    refresh_at: Instant,
    /// From then on they are read again for what is missing in them.
    look_at: Instant,
}

impl SettingsCache {
    /// Reads the settings; the first call of the client, so it connects too. A database that does
    /// not answer does not stop the start: the next call tries again.
    pub async fn start(table: SettingsTable) -> Self {
        let now = Instant::now();
        let held = Held {
            settings: None,
            version: None,
            is_current: false,
            refresh_at: now,
            look_at: now,
        };
        let cache = Self {
            table,
            held: Mutex::new(held),
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
        if Instant::now() < self.held().refresh_at {
            return work.await;
        }
        let (result, _) = tokio::join!(work, Box::pin(self.read(Budget::of(REFRESH_TIME))));
        result
    }

    /// Reads the settings now, since what was looked for in them is not there; not more often than
    /// every few seconds. For somebody who can't wait.
    pub async fn look_again(&self) {
        self.look_again_for(REFRESH_TIME).await;
    }

    /// The same for somebody who can wait for `time`. Whether the settings held now are those in
    /// force, as of a few seconds ago at most: only then is what is not in them nowhere.
    pub async fn look_again_for(&self, time: Duration) -> bool {
        if Instant::now() >= self.held().look_at {
            return self.read(Budget::of(time)).await;
        }
        self.held().is_current
    }

    /// Reads the settings now, whenever that was done before: for somebody who would act on it that
    /// something is not in them. Whether those held are the ones in force at this moment.
    pub async fn look_now(&self, time: Duration) -> bool {
        self.read(Budget::of(time)).await
    }

    /// Whether they could be read.
    async fn read(&self, budget: Budget) -> bool {
        let version = self.held().version;
        let read = self.table.load_unless(version, budget).await;
        let mut held = self.held();
        let now = Instant::now();
        (held.refresh_at, held.look_at) = match read {
            Ok(_) => (now + REFRESHED_AFTER, now + LOOKED_FOR_AFTER),
            // Without any, every call needs them; with some, only a key they do not have.
            Err(_) if held.settings.is_none() => (now, now),
            Err(_) => (now + RETRIED_AFTER, now + RETRIED_AFTER),
        };
        held.is_current = read.is_ok();
        match read {
            Ok(InForce::Held) => {}
            Ok(InForce::Edition(edition)) => {
                held.version = Some(edition.version);
                held.settings = Some(Arc::new(edition.settings));
            }
            Ok(InForce::Nothing) => tracing::warn!("no seller file has been applied"),
            Err(error) => tracing::warn!(%error, "the settings could not be read"),
        }
        held.is_current
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
