//! The ways learned: which of two documented requests an account answers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use feirante_models::AccountName;
use tokio::time::Instant;

use super::Accounts;
use super::item::{self, WAYS};
use crate::StoreError;
use crate::attributes::{as_text, text};
use crate::retry::{Budget, attempt};

/// What was read is read again after so long: another instance may have learned something.
const READ_AGAIN_AFTER: Duration = Duration::from_secs(60);

/// What this process knows of the ways of each account.
#[derive(Debug, Default)]
pub(super) struct Learned(Mutex<HashMap<AccountName, Known>>);

#[derive(Debug)]
struct Known {
    ways: Option<Arc<str>>,
    read_again_at: Instant,
}

impl Learned {
    fn lock(&self) -> MutexGuard<'_, HashMap<AccountName, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, account: &AccountName, ways: Option<Arc<str>>) {
        let read_again_at = Instant::now() + READ_AGAIN_AFTER;
        let known = Known {
            ways,
            read_again_at,
        };
        self.lock().insert(account.clone(), known);
    }
}

impl Accounts {
    /// What was learned about `account`, as it was given to [`learn`](Self::learn); read once a
    /// minute.
    ///
    /// # Errors
    /// When it could not be read in time.
    pub async fn ways(
        &self,
        account: &AccountName,
        budget: Budget,
    ) -> Result<Option<Arc<str>>, StoreError> {
        const OPERATION: &str = "GetItem";
        if let Some(known) = self.learned.lock().get(account)
            && Instant::now() < known.read_again_at
        {
            return Ok(known.ways.clone());
        }
        let call = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(item::key(account, WAYS)));
        let answer = budget
            .run(OPERATION, || async {
                attempt(OPERATION, call.clone().send().await)
            })
            .await?;
        let found = answer.item.as_ref().and_then(|item| item.get(WAYS));
        let ways: Option<Arc<str>> = found.and_then(as_text).map(Arc::from);
        self.learned.keep(account, ways.clone());
        Ok(ways)
    }

    /// Keeps what was learned about `account` in place of all that was known. Of two at once the
    /// later one holds; what the other learned is learned again.
    ///
    /// # Errors
    /// When it could not be written in time. This process knows it all the same.
    pub async fn learn(
        &self,
        account: &AccountName,
        ways: &str,
        budget: Budget,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "PutItem";
        self.learned.keep(account, Some(Arc::from(ways)));
        let call = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item::key(account, WAYS)))
            .item(WAYS, text(ways));
        budget
            .run(OPERATION, || async {
                attempt(OPERATION, call.clone().send().await)
            })
            .await
            .map(drop)
    }
}
