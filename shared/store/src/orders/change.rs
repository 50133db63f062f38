//! Changing an order: one write, conditional on the version its decision read, with its stock.

use aws_sdk_dynamodb::types::{Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem};
use feirante_seller::lifecycle::{StockEffect, Transition};
use feirante_seller::offer::Offer;
use feirante_seller::order::{Order, reserved_units};

use super::{Orders, item};
use crate::StoreError;
use crate::attributes::number;
use crate::offers::Offers;
use crate::offers::movements::{self, Direction};
use crate::retry::Budget;
use crate::transaction::{Transaction, condition_failed, transact};

/// How a change ended.
#[derive(Debug)]
pub enum Changed {
    /// It is written.
    Written,
    /// Nothing is: another change came first. The order as it stands now; decide again.
    Overtaken(Box<Order>),
    /// Nothing is: the units it takes again are gone where they were to be taken. Their offers as
    /// they stand now.
    OutOfStock(Vec<Offer>),
}

impl Orders {
    /// Writes `transition` and moves the stock it moves.
    ///
    /// # Errors
    /// When the outcome could not be learned in time, or the order is gone.
    pub async fn change(
        &self,
        transition: &Transition,
        offers: &Offers,
        budget: Budget,
    ) -> Result<Changed, StoreError> {
        let order = &transition.order;
        let mut actions = vec![self.put_changed(order)?];
        let units = reserved_units([order]);
        let direction = match transition.stock {
            StockEffect::Keep => None,
            StockEffect::Release => Some(Direction::Release),
            StockEffect::Reserve => Some(Direction::Reserve),
        };
        if let Some(direction) = direction {
            for (sku, units) in &units {
                actions.push(offers.movement(sku, units, direction)?);
            }
        }
        let reasons = match transact(&self.client, actions, budget).await? {
            Transaction::Done => return Ok(Changed::Written),
            Transaction::Refused(reasons) => reasons,
        };
        let mut reasons = reasons.into_iter();
        if let Some(reason) = reasons.next().filter(condition_failed) {
            let now = reason.item.ok_or_else(|| {
                StoreError::corrupt(format!("order {}", order.order_id), "is gone")
            })?;
            return Ok(Changed::Overtaken(Box::new(item::decode(now)?)));
        }
        let short = units
            .keys()
            .zip(reasons)
            .filter(|(_, reason)| condition_failed(reason));
        let offers = short.map(|(sku, reason)| movements::found(sku, reason));
        Ok(Changed::OutOfStock(offers.collect::<Result<_, _>>()?))
    }

    fn put_changed(&self, order: &Order) -> Result<TransactWriteItem, StoreError> {
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item::state(order)?))
            .condition_expression("#version = :read")
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":read", number(order.version - 1))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()?;
        Ok(TransactWriteItem::builder().put(put).build())
    }
}
