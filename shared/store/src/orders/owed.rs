//! Reading what is owed about an order, and claiming it, so that of two functions that hold the
//! same message one sends it.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{KeysAndAttributes, ReturnValuesOnConditionCheckFailure};
use feirante_models::{ChangeRequestId, InvoiceNumber, OrderId};
use feirante_seller::order::Order;
use feirante_seller::package::Package;
use feirante_seller::turns::Turns;

use super::{Orders, Part, item, parts};
use crate::StoreError;
use crate::attributes::{Item, as_text, number};
use crate::batch_get::batch_get;
use crate::retry::{Attempt, Budget, attempt};

impl Orders {
    /// The order and what is known of its invoice `number` and of that one's package, in one call.
    ///
    /// # Errors
    /// When they could not be read in time.
    pub async fn get_with_package(
        &self,
        id: &OrderId,
        number: &InvoiceNumber,
        budget: Budget,
    ) -> Result<Option<(Order, Package)>, StoreError> {
        let name = parts::invoice_item(number);
        let Some((order, package)) = self.get_with(id, &name, budget).await? else {
            return Ok(None);
        };
        Ok(Some((order, parts::package(id, package)?)))
    }

    /// The order and how telling the marketplace of the seller's cancellation goes, in one call.
    ///
    /// # Errors
    /// When they could not be read in time.
    pub async fn get_with_cancellation(
        &self,
        id: &OrderId,
        budget: Budget,
    ) -> Result<Option<(Order, Turns)>, StoreError> {
        self.get_with_turns(id, Part::Cancellation, budget).await
    }

    /// The order and how telling the marketplace of the seller's agreement to its modification `change`
    /// goes, in one call.
    ///
    /// # Errors
    /// When they could not be read in time.
    pub async fn get_with_agreement(
        &self,
        id: &OrderId,
        change: &ChangeRequestId,
        budget: Budget,
    ) -> Result<Option<(Order, Turns)>, StoreError> {
        self.get_with_turns(id, Part::Agreement(change), budget)
            .await
    }

    async fn get_with_turns(
        &self,
        id: &OrderId,
        part: Part<'_>,
        budget: Budget,
    ) -> Result<Option<(Order, Turns)>, StoreError> {
        let Some((order, item)) = self.get_with(id, &part.item(), budget).await? else {
            return Ok(None);
        };
        let turns = item.and_then(|mut item| item.remove(part.turns()));
        Ok(Some((order, parts::decoded(id, turns)?)))
    }

    async fn get_with(
        &self,
        id: &OrderId,
        other: &str,
        budget: Budget,
    ) -> Result<Option<(Order, Option<Item>)>, StoreError> {
        let keys = [item::STATE, other].map(|name| item::key(id, name).into());
        let keys = KeysAndAttributes::builder()
            .set_keys(Some(keys.into()))
            .consistent_read(true)
            .build()?;
        let request = [(self.table.clone(), keys)].into();
        let mut found = batch_get(&self.client, request, budget).await?;
        let (mut order, mut with) = (None, None);
        for item in found.remove(&self.table).unwrap_or_default() {
            if item.get(item::SK).and_then(as_text) == Some(item::STATE) {
                order = Some(item::decode(item)?);
            } else {
                with = Some(item);
            }
        }
        Ok(order.map(|order| (order, with)))
    }

    /// Writes whose turn it is if that is still as it `was`; `false`: it is not, and nothing is
    /// written. A write whose answer was lost is known by its holder when it is tried again.
    ///
    /// # Errors
    /// When the outcome could not be learned in time. A repeat by another holder finds it changed
    /// then, if only by this.
    pub async fn change_turns(
        &self,
        id: &OrderId,
        part: Part<'_>,
        was: &Turns,
        is: &Turns,
        budget: Budget,
    ) -> Result<bool, StoreError> {
        const OPERATION: &str = "UpdateItem";
        let call = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(item::key(id, &part.item()).into()))
            .update_expression("SET #turns = :is")
            .expression_attribute_names("#turns", part.turns())
            .expression_attribute_values(":is", parts::encode(id, is)?)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let call = match was.revision() {
            0 => call.condition_expression("attribute_not_exists(#turns)"),
            revision => call
                .condition_expression("#turns.#revision = :was")
                .expression_attribute_names("#revision", "revision")
                .expression_attribute_values(":was", number(revision)),
        };
        budget
            .run(OPERATION, || async {
                let error = match call.clone().send().await {
                    Ok(_) => return Ok(Attempt::Done(true)),
                    Err(error) => error,
                };
                if let SdkError::ServiceError(service) = &error
                    && let UpdateItemError::ConditionalCheckFailedException(failed) = service.err()
                {
                    let stored = failed.item().and_then(|item| item.get(part.turns()));
                    let stored: Turns = parts::decoded(id, stored.cloned())?;
                    return Ok(Attempt::Done(is.are_stored_as(&stored)));
                }
                attempt(OPERATION, Err(error))
            })
            .await
    }
}
