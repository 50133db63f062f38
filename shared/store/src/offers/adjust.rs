//! Adjustments of stock: each made once, its id remembered in the same write.

use aws_sdk_dynamodb::types::{Put, TransactWriteItem, Update as UpdateAction};
use feirante_models::Instant;
use feirante_models::erp::StockAdjustmentMessage;
use jiff::SignedDuration;

use super::item::{self, StockAttributes};
use super::{Offers, Update};
use crate::StoreError;
use crate::attributes::number;
use crate::retry::Budget;
use crate::transaction::{Transaction, transact};

/// As long a repeated adjustment is known; queues keep messages that long at most.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(14 * 24);

impl Offers {
    /// Adds to a SKU's stock, unless the adjustment of that id was made before.
    ///
    /// Unlike what leaves with an invoice it is not remembered for counts that come late: it has no
    /// time of its own, so whether a count knows of it can't be told. The count holds then.
    ///
    /// # Errors
    /// When the write could not be made in time.
    pub async fn adjust_stock(
        &self,
        message: &StockAdjustmentMessage,
        now: Instant,
        budget: Budget,
    ) -> Result<Update, StoreError> {
        let actions = vec![self.remembered(message, now)?, self.adjusted(message)?];
        match transact(&self.client, actions, budget).await? {
            Transaction::Done => Ok(Update::Applied),
            // Only the memory of the adjustment has a condition.
            Transaction::Refused(_) => Ok(Update::Outdated),
        }
    }

    fn remembered(
        &self,
        message: &StockAdjustmentMessage,
        now: Instant,
    ) -> Result<TransactWriteItem, StoreError> {
        let part = format!("ADJUSTMENT#{}", message.id);
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item::key(&message.sku, &part).into()))
            .item(item::EXPIRES_AT, number(now.plus(REMEMBERED).seconds()))
            .condition_expression(format!("attribute_not_exists({})", item::SKU))
            .build()?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    fn adjusted(&self, message: &StockAdjustmentMessage) -> Result<TransactWriteItem, StoreError> {
        let stock = StockAttributes::of(&message.warehouse);
        let update = UpdateAction::builder()
            .table_name(&self.table)
            .set_key(Some(item::key(&message.sku, item::OFFER).into()))
            .update_expression(
                "SET #onHand = if_not_exists(#onHand, :zero) + :delta, \
                 #available = if_not_exists(#available, :zero) + :delta, \
                 #reserved = if_not_exists(#reserved, :zero)",
            )
            .expression_attribute_names("#onHand", stock.on_hand)
            .expression_attribute_names("#available", stock.available)
            .expression_attribute_names("#reserved", stock.reserved)
            .expression_attribute_values(":zero", number(0))
            .expression_attribute_values(":delta", number(message.delta))
            .build()?;
        Ok(TransactWriteItem::builder().update(update).build())
    }
}
