//! All there is of the accounts. The table is small: it is read whole.

use feirante_models::AccountName;
use feirante_seller::delivery::{Gate, Lane};

use super::Accounts;
use super::item::{self, ACCOUNT, LANE, RESYNC};
use crate::StoreError;
use crate::attributes::{Item, as_text};
use crate::retry::{Budget, attempt};

/// How a lane stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneState {
    /// The account.
    pub account: AccountName,
    /// Which of its lanes.
    pub lane: Lane,
    /// Its gate.
    pub gate: Gate,
}

impl Accounts {
    /// Every lane that was ever used, by account and lane.
    ///
    /// # Errors
    /// When it could not be read in time.
    pub async fn list(&self, budget: Budget) -> Result<Vec<LaneState>, StoreError> {
        let mut lanes = Vec::new();
        for item in self.items(budget).await? {
            lanes.extend(state(item)?);
        }
        lanes.sort_by(|a, b| (&a.account, a.lane).cmp(&(&b.account, b.lane)));
        Ok(lanes)
    }

    /// The accounts that have ever been told of every SKU, in any order.
    ///
    /// # Errors
    /// When they could not be read in time.
    pub async fn resynced(&self, budget: Budget) -> Result<Vec<AccountName>, StoreError> {
        let items = self.items(budget).await?.into_iter();
        let resyncs = items.filter(|item| named(item, LANE) == RESYNC);
        resyncs.map(|item| account(&item)).collect()
    }

    async fn items(&self, budget: Budget) -> Result<Vec<Item>, StoreError> {
        const OPERATION: &str = "Scan";
        let mut items = Vec::new();
        let mut start = None;
        loop {
            let call = self
                .client
                .scan()
                .table_name(&self.table)
                .set_exclusive_start_key(start.take());
            let page = budget
                .run(OPERATION, || async {
                    attempt(OPERATION, call.clone().send().await)
                })
                .await?;
            items.extend(page.items.unwrap_or_default());
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(items);
            }
        }
    }
}

/// The lane that `item` is; `None`: it is something else of its account.
fn state(item: Item) -> Result<Option<LaneState>, StoreError> {
    let Some(lane) = Lane::ALL
        .into_iter()
        .find(|lane| lane.name() == named(&item, LANE))
    else {
        return Ok(None);
    };
    let account = account(&item)?;
    let gate = item::decode(&account, lane, item)?.gate;
    Ok(Some(LaneState {
        account,
        lane,
        gate,
    }))
}

fn account(item: &Item) -> Result<AccountName, StoreError> {
    AccountName::parse(named(item, ACCOUNT))
        .map_err(|error| StoreError::corrupt("an account", error))
}

fn named<'a>(item: &'a Item, attribute: &str) -> &'a str {
    item.get(attribute).and_then(as_text).unwrap_or_default()
}
