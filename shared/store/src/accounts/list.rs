//! All lanes, for people.

use feirante_models::AccountName;
use feirante_seller::delivery::{Gate, Lane};

use super::Accounts;
use super::item::{self, ACCOUNT, LANE};
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
    /// Every lane that was ever used, by account and lane. The table is small: it is read whole.
    ///
    /// # Errors
    /// When it could not be read in time.
    pub async fn list(&self, budget: Budget) -> Result<Vec<LaneState>, StoreError> {
        const OPERATION: &str = "Scan";
        let mut lanes = Vec::new();
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
            for item in page.items.unwrap_or_default() {
                lanes.extend(state(item)?);
            }
            start = page.last_evaluated_key;
            if start.is_none() {
                break;
            }
        }
        lanes.sort_by(|a, b| (&a.account, a.lane).cmp(&(&b.account, b.lane)));
        Ok(lanes)
    }
}

/// The lane that `item` is; `None`: it is something else of its account.
fn state(item: Item) -> Result<Option<LaneState>, StoreError> {
    let named = |attribute| item.get(attribute).and_then(as_text).unwrap_or_default();
    let Some(lane) = Lane::ALL
        .into_iter()
        .find(|lane| lane.name() == named(LANE))
    else {
        return Ok(None);
    };
    let account = AccountName::parse(named(ACCOUNT))
        .map_err(|error| StoreError::corrupt("an account", error))?;
    let gate = item::decode(&account, lane, item)?.gate;
    Ok(Some(LaneState {
        account,
        lane,
        gate,
    }))
}
