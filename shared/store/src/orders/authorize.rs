//! Authorizing an order that is placed: by far the most common case, in one call.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};
use feirante_models::{AccountName, MarketplaceOrderId, OrderId};
use feirante_seller::order::{Change, Entry, Receipt};

use super::item::{self, Due};
use super::{Beside, Orders};
use crate::StoreError;
use crate::attributes::{Item, number, text, time};
use crate::retry::{Attempt, Budget, attempt};
use crate::transaction::{Transaction, condition_failed, transact};

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
    /// written without reading it first. `beside` is written with it, and only with it.
    ///
    /// # Errors
    /// When the outcome could not be learned in time.
    pub async fn authorize_placed(
        &self,
        id: &OrderId,
        account: &AccountName,
        theirs: &MarketplaceOrderId,
        authorization: &Receipt,
        beside: &Beside,
        budget: Budget,
    ) -> Result<Authorized, StoreError> {
        let write = Write::of(id, account, theirs, authorization)?;
        match beside.action() {
            None => self.authorize_alone(id, write, budget).await,
            Some(action) => self.authorize_with(id, write, action, budget).await,
        }
    }

    async fn authorize_alone(
        &self,
        id: &OrderId,
        write: Write,
        budget: Budget,
    ) -> Result<Authorized, StoreError> {
        const OPERATION: &str = "UpdateItem";
        let call = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(item::key(id, item::STATE).into()))
            .condition_expression(Write::CONDITION)
            .update_expression(Write::UPDATE)
            .set_expression_attribute_names(Some(Write::names()))
            .set_expression_attribute_values(Some(write.values))
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
                    return otherwise(failed.item().cloned()).map(Attempt::Done);
                }
                attempt(OPERATION, Err(error))
            })
            .await
    }

    async fn authorize_with(
        &self,
        id: &OrderId,
        write: Write,
        beside: TransactWriteItem,
        budget: Budget,
    ) -> Result<Authorized, StoreError> {
        let update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(item::key(id, item::STATE).into()))
            .condition_expression(Write::CONDITION)
            .update_expression(Write::UPDATE)
            .set_expression_attribute_names(Some(Write::names()))
            .set_expression_attribute_values(Some(write.values))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()?;
        let update = TransactWriteItem::builder().update(update).build();
        match transact(&self.client, vec![update, beside], budget).await? {
            Transaction::Done => Ok(Authorized::Written),
            Transaction::Refused(reasons) => {
                let failed = reasons.into_iter().find(condition_failed);
                otherwise(failed.and_then(|reason| reason.item))
            }
        }
    }
}

fn otherwise(found: Option<Item>) -> Result<Authorized, StoreError> {
    let order = found.map(item::decode).transpose()?;
    Ok(Authorized::Otherwise(order.map(Box::new)))
}

/// The write of an authorization, by itself or in a transaction.
struct Write {
    values: HashMap<String, AttributeValue>,
}

impl Write {
    const CONDITION: &str = "#status = :placed AND #account = :account AND #theirs = :theirs";

    const UPDATE: &str = "SET #status = :authorized, #authorization = :authorization, \
                          #version = #version + :one, #timeline = list_append(#timeline, :entry), \
                          #dueAt = :at, #duePartition = :invoices \
                          REMOVE #reservedUntil";

    fn of(
        id: &OrderId,
        account: &AccountName,
        theirs: &MarketplaceOrderId,
        authorization: &Receipt,
    ) -> Result<Self, StoreError> {
        let entry = Entry {
            at: authorization.date,
            change: Change::Authorized,
        };
        let at = time(authorization.date);
        let corrupt = |error| StoreError::corrupt(format!("order {id}"), error);
        let entry: AttributeValue = serde_dynamo::to_attribute_value(&entry).map_err(corrupt)?;
        let authorization: AttributeValue =
            serde_dynamo::to_attribute_value(authorization).map_err(corrupt)?;
        let values = [
            (":placed", text("placed")),
            (":authorized", text("authorized")),
            (":account", text(account.as_str())),
            (":theirs", text(theirs.as_str())),
            (":authorization", authorization),
            (":one", number(1)),
            (":entry", AttributeValue::L(vec![entry])),
            // From now on the marketplace waits for invoices.
            (":at", at),
            (":invoices", text(Due::Invoices.partition_of(id))),
        ];
        let values = values.map(|(name, value)| (name.to_owned(), value)).into();
        Ok(Self { values })
    }

    fn names() -> HashMap<String, String> {
        let names = [
            ("#status", "status"),
            ("#account", "account"),
            ("#theirs", "marketplaceOrderId"),
            ("#authorization", "authorization"),
            ("#version", "version"),
            ("#timeline", "timeline"),
            ("#reservedUntil", "reservedUntil"),
            ("#dueAt", item::DUE_AT),
            ("#duePartition", item::DUE_PARTITION),
        ];
        names
            .map(|(name, attribute)| (name.to_owned(), attribute.to_owned()))
            .into()
    }
}
