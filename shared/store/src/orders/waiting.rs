//! Tracking messages that came before what they need: they wait with their order.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{ConditionCheck, TransactWriteItem, Update};
use feirante_models::{InvoiceNumber, OrderId};
use feirante_seller::order::Order;

use super::parts::{WAITING, invoice_item};
use super::{Orders, item};
use crate::StoreError;
use crate::attributes::{number, text};
use crate::retry::{Attempt, Budget, attempt};
use crate::transaction::{Transaction, transact};

impl Orders {
    /// Keeps `message` with the order until what it waits for has happened. `false`: the order has
    /// changed since it was read, and that may be what the message waits for; decide again.
    ///
    /// # Errors
    /// When the outcome could not be learned in time.
    pub async fn keep_waiting(
        &self,
        order: &Order,
        invoice: &InvoiceNumber,
        hash: &str,
        message: &str,
        budget: Budget,
    ) -> Result<bool, StoreError> {
        let id = &order.order_id;
        let unchanged = ConditionCheck::builder()
            .table_name(&self.table)
            .set_key(Some(item::key(id, item::STATE).into()))
            .condition_expression("#version = :read")
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":read", number(order.version))
            .build()?;
        let keep = Update::builder()
            .table_name(&self.table)
            .set_key(Some(item::key(id, &invoice_item(invoice)).into()))
            .update_expression("SET #waiting = :message")
            .expression_attribute_names("#waiting", format!("{WAITING}{hash}"))
            .expression_attribute_values(":message", text(message))
            .build()?;
        let actions = vec![
            TransactWriteItem::builder()
                .condition_check(unchanged)
                .build(),
            TransactWriteItem::builder().update(keep).build(),
        ];
        Ok(matches!(
            transact(&self.client, actions, budget).await?,
            Transaction::Done
        ))
    }

    /// Every message that waits with an order.
    ///
    /// # Errors
    /// When they could not be read in time.
    pub async fn waiting(&self, id: &OrderId, budget: Budget) -> Result<Vec<String>, StoreError> {
        let packages = self.packages(id, budget).await?;
        let waiting = packages.into_values().map(|package| package.waiting);
        Ok(waiting.flat_map(BTreeMap::into_values).collect())
    }

    /// Forgets a message that waited and has been dealt with.
    ///
    /// # Errors
    /// When the outcome could not be learned in time.
    pub async fn stop_waiting(
        &self,
        order: &Order,
        invoice: &InvoiceNumber,
        hash: &str,
        budget: Budget,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "UpdateItem";
        let key = item::key(&order.order_id, &invoice_item(invoice));
        let call = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key.into()))
            .update_expression("REMOVE #waiting")
            .expression_attribute_names("#waiting", format!("{WAITING}{hash}"));
        budget
            .run(OPERATION, || async {
                Ok(match attempt(OPERATION, call.clone().send().await)? {
                    Attempt::Done(_) => Attempt::Done(()),
                    Attempt::Again(error) => Attempt::Again(error),
                })
            })
            .await
    }
}
