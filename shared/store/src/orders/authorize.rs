//! Authorizing an order that is placed: by far the most common case, in one call.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use feirante_models::{AccountName, MarketplaceOrderId, OrderId};
use feirante_seller::order::{Change, Entry, Receipt};

use super::{Orders, item};
use crate::StoreError;
use crate::attributes::{number, text};
use crate::retry::{Attempt, Budget, attempt};

/// How an authorization ended.
#[derive(Debug)]
pub enum Authorized {
    /// It is written.
    Written,
    /// Nothing is: the order does not stand as `placed`, or is another's. It as it stands now, if
    /// there is one; decide by it.
    Otherwise(Option<Box<feirante_seller::order::Order>>),
}

impl Orders {
    /// Authorizes the order `id` if it is `account`'s, is called `theirs` and is placed: what
    /// [`lifecycle::authorize`](feirante_seller::lifecycle::authorize) decides for a placed order,
    /// written without reading it first.
    ///
    /// # Errors
    /// When the outcome could not be learned in time.
    pub async fn authorize_placed(
        &self,
        id: &OrderId,
        account: &AccountName,
        theirs: &MarketplaceOrderId,
        authorization: &Receipt,
        budget: Budget,
    ) -> Result<Authorized, StoreError> {
        const OPERATION: &str = "UpdateItem";
        let entry = Entry {
            at: authorization.date,
            change: Change::Authorized,
        };
        let corrupt = |error| StoreError::corrupt(format!("order {id}"), error);
        let entry: AttributeValue = serde_dynamo::to_attribute_value(&entry).map_err(corrupt)?;
        let authorization: AttributeValue =
            serde_dynamo::to_attribute_value(authorization).map_err(corrupt)?;
        let call = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(item::key(id, item::STATE).into()))
            .condition_expression("#status = :placed AND #account = :account AND #theirs = :theirs")
            .update_expression(
                "SET #status = :authorized, #authorization = :authorization, \
                 #version = #version + :one, #timeline = list_append(#timeline, :entry) \
                 REMOVE #reservedUntil, #dueAt, #duePartition",
            )
            .expression_attribute_names("#status", "status")
            .expression_attribute_names("#account", "account")
            .expression_attribute_names("#theirs", "marketplaceOrderId")
            .expression_attribute_names("#authorization", "authorization")
            .expression_attribute_names("#version", "version")
            .expression_attribute_names("#timeline", "timeline")
            .expression_attribute_names("#reservedUntil", "reservedUntil")
            .expression_attribute_names("#dueAt", item::DUE_AT)
            .expression_attribute_names("#duePartition", item::DUE_PARTITION)
            .expression_attribute_values(":placed", text("placed"))
            .expression_attribute_values(":authorized", text("authorized"))
            .expression_attribute_values(":account", text(account.as_str()))
            .expression_attribute_values(":theirs", text(theirs.as_str()))
            .expression_attribute_values(":authorization", authorization)
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":entry", AttributeValue::L(vec![entry]))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        budget
            .run(OPERATION, || async {
                let error = match call.clone().send().await {
                    Ok(_) => return Ok(Attempt::Done(Authorized::Written)),
                    Err(error) => error,
                };
                if let SdkError::ServiceError(service) = &error
                    && let UpdateItemError::ConditionalCheckFailedException(failed) = service.err()
                {
                    let order = failed.item().cloned().map(item::decode).transpose()?;
                    return Ok(Attempt::Done(Authorized::Otherwise(order.map(Box::new))));
                }
                attempt(OPERATION, Err(error))
            })
            .await
    }
}
