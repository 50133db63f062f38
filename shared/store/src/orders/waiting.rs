//! Tracking messages that came before what they need: they wait with their order.

use aws_sdk_dynamodb::types::{ConditionCheck, TransactWriteItem, Update};
use feirante_models::{InvoiceNumber, OrderId};
use feirante_seller::order::Order;
use feirante_seller::package::{Package, Waiting, WaitingRoom};

use super::parts::{WAITING, WAITING_REVISION, encode, invoice_item};
use super::{Orders, item};
use crate::StoreError;
use crate::attributes::number;
use crate::retry::{Attempt, Budget, attempt};
use crate::transaction::{Transaction, transact};

impl Orders {
    /// Keeps `message` with the order until what it waits for has happened. `false`: since `order`
    /// and `package` were read the order has changed, which may be what the message waits for, or
    /// another message has come to wait, which may have taken the room; decide again.
    ///
    /// # Errors
    /// When the outcome could not be learned in time.
    pub async fn keep_waiting(
        &self,
        (order, package): (&Order, &Package),
        invoice: &InvoiceNumber,
        hash: &str,
        message: &Waiting,
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
            .update_expression("SET #waiting = :message, #revision = :next")
            .expression_attribute_names("#waiting", format!("{WAITING}{hash}"))
            .expression_attribute_names("#revision", WAITING_REVISION)
            .expression_attribute_values(":message", encode(id, message)?)
            .expression_attribute_values(":next", number(package.waiting_revision + 1));
        let keep = match package.waiting_revision {
            0 => keep.condition_expression("attribute_not_exists(#revision)"),
            read => keep
                .condition_expression("#revision = :before")
                .expression_attribute_values(":before", number(read)),
        };
        let actions = vec![
            TransactWriteItem::builder()
                .condition_check(unchanged)
                .build(),
            TransactWriteItem::builder().update(keep.build()?).build(),
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
    pub async fn waiting(&self, id: &OrderId, budget: Budget) -> Result<WaitingRoom, StoreError> {
        Ok(WaitingRoom::of(self.packages(id, budget).await?))
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
