//! How each account stands with being told of every SKU again: one item, each write on condition
//! that nobody else wrote since.

use std::sync::atomic::{AtomicU32, Ordering};

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use feirante_models::AccountName;
use feirante_seller::listing::Resync;

use super::Accounts;
use super::item::{self, ACCOUNT, LANE, RESYNC, VERSION};
use crate::StoreError;
use crate::attributes::{Item, number, text};
use crate::retry::{Attempt, Budget, attempt};

impl Accounts {
    /// How `account` stands now.
    ///
    /// # Errors
    /// When it could not be read in time.
    pub async fn resync(
        &self,
        account: &AccountName,
        budget: Budget,
    ) -> Result<Resync, StoreError> {
        const OPERATION: &str = "GetItem";
        let call = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(item::key(account, RESYNC)))
            .consistent_read(true);
        let answer = budget
            .run(OPERATION, || async {
                attempt(OPERATION, call.clone().send().await)
            })
            .await?;
        match answer.item {
            Some(found) => decode(account, found),
            None => Ok(Resync::new(account.clone())),
        }
    }

    /// Writes `resync` as its next version; `None`: another was written since it was read, and
    /// nothing is done.
    ///
    /// # Errors
    /// When the outcome could not be learned in time.
    pub async fn put_resync(
        &self,
        resync: &Resync,
        budget: Budget,
    ) -> Result<Option<Resync>, StoreError> {
        const OPERATION: &str = "PutItem";
        let written = Resync {
            version: resync.version + 1,
            ..resync.clone()
        };
        let call = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(encode(&written)?))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let call = match resync.version {
            0 => call
                .condition_expression("attribute_not_exists(#account)")
                .expression_attribute_names("#account", ACCOUNT),
            read => call
                .condition_expression("#version = :read")
                .expression_attribute_names("#version", VERSION)
                .expression_attribute_values(":read", number(read)),
        };
        let tries = AtomicU32::new(0);
        let overtaken_by = budget
            .run(OPERATION, || async {
                tries.fetch_add(1, Ordering::Relaxed);
                let error = match call.clone().send().await {
                    Ok(_) => return Ok(Attempt::Done(None)),
                    Err(error) => error,
                };
                match error.as_service_error() {
                    Some(PutItemError::ConditionalCheckFailedException(failed)) => {
                        Ok(Attempt::Done(Some(failed.item().cloned())))
                    }
                    _ => attempt(OPERATION, Err(error)),
                }
            })
            .await?;
        let Some(found) = overtaken_by else {
            return Ok(Some(written));
        };
        // A try whose answer was lost was written all the same.
        let found = found.map(|found| decode(&resync.account, found));
        let is_own = tries.into_inner() > 1 && found.transpose()?.as_ref() == Some(&written);
        Ok(is_own.then_some(written))
    }
}

fn encode(resync: &Resync) -> Result<Item, StoreError> {
    let mut item: Item =
        serde_dynamo::to_item(resync).map_err(|error| corrupt(&resync.account, error))?;
    item.insert(LANE.to_owned(), text(RESYNC));
    Ok(item)
}

fn decode(account: &AccountName, item: Item) -> Result<Resync, StoreError> {
    serde_dynamo::from_item(item).map_err(|error| corrupt(account, error))
}

fn corrupt(account: &AccountName, why: impl ToString) -> StoreError {
    StoreError::corrupt(format!("resync of {account}"), why)
}
