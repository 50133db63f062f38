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

/// All there was in the table at one reading.
#[derive(Debug, Clone)]
pub struct Survey(Vec<Item>);

impl Survey {
    /// Every lane that was ever used, by account and lane.
    ///
    /// # Errors
    /// When one can't be read.
    pub fn lanes(&self) -> Result<Vec<LaneState>, StoreError> {
        let lanes = self.0.iter().filter_map(|item| state(item).transpose());
        let mut lanes = lanes.collect::<Result<Vec<_>, _>>()?;
        lanes.sort_by(|a, b| (&a.account, a.lane).cmp(&(&b.account, b.lane)));
        Ok(lanes)
    }

    /// The accounts that have ever been told of every SKU, in any order.
    ///
    /// # Errors
    /// When one can't be read.
    pub fn resynced(&self) -> Result<Vec<AccountName>, StoreError> {
        let resyncs = self.0.iter().filter(|item| named(item, LANE) == RESYNC);
        resyncs.map(account).collect()
    }
}

impl Accounts {
    /// Reads all there is, once.
    ///
    /// # Errors
    /// When it could not be read in time.
    pub async fn survey(&self, budget: Budget) -> Result<Survey, StoreError> {
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
                return Ok(Survey(items));
            }
        }
    }
}

/// The lane that `item` is; `None`: it is something else of its account.
fn state(item: &Item) -> Result<Option<LaneState>, StoreError> {
    let Some(lane) = Lane::ALL
        .into_iter()
        .find(|lane| lane.name() == named(item, LANE))
    else {
        return Ok(None);
    };
    let account = account(item)?;
    let gate = item::decode(&account, lane, item.clone())?.gate;
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
