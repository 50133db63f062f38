//! Placing orders: every order of a call, its content and its stock, or nothing.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem};
use feirante_models::{Instant, OrderId};
use feirante_seller::offer::Offer;
use feirante_seller::order::{Order, StockMovements};
use feirante_seller::shipping::SlotId;

use super::{Orders, item};
use crate::StoreError;
use crate::error::is_transient_code;
use crate::offers::Offers;
use crate::offers::movements;
use crate::retry::Budget;
use crate::transaction::{Transaction, condition_failed, transact};
use crate::windows::Turns;

/// An order to write, with its placement as it came.
#[derive(Debug, Clone, Copy)]
pub struct NewOrder<'a> {
    /// The order.
    pub order: &'a Order,
    /// Its placement to the letter; personal.
    pub received: &'a str,
    /// When that may be deleted.
    pub expires_at: Instant,
}

/// What new orders take, besides the delivery windows they name.
#[derive(Debug, Clone, Copy)]
pub struct Reservation<'a> {
    /// The units, of all orders together.
    pub units: &'a StockMovements,
    /// Units that must be left then, of some of the same SKUs.
    pub keep: &'a StockMovements,
    /// Delivery windows that are past: their counts are forgotten, where the orders take others.
    pub past: &'a [SlotId],
}

impl<'a> Reservation<'a> {
    /// Units of which none need be left.
    #[must_use]
    pub fn of(units: &'a StockMovements) -> Self {
        static NOTHING: StockMovements = StockMovements::new();
        Self {
            units,
            keep: &NOTHING,
            past: &[],
        }
    }
}

/// How a placement ended.
#[derive(Debug)]
pub enum Placed {
    /// All orders are written, their stock is reserved.
    Written,
    /// Nothing is written: these orders exist, as they stand now.
    Exist(HashMap<OrderId, Order>),
    /// Nothing is written: there is not enough of these SKUs where they were to be taken or left. Their
    /// offers as they stand now; another place may have enough.
    OutOfStock(Vec<Offer>),
    /// Nothing is written: these delivery windows have no room for the orders.
    WindowsFull(Vec<SlotId>),
}

impl Orders {
    /// Writes `new` orders and reserves what they need, in one transaction.
    ///
    /// # Errors
    /// When the outcome could not be learned in time. It may have been written all the same; a
    /// repeat finds out.
    pub async fn place(
        &self,
        new: &[NewOrder<'_>],
        offers: &Offers,
        reserve: Reservation<'_>,
        budget: Budget,
    ) -> Result<Placed, StoreError> {
        let turns = Turns::of(new.iter().map(|new| new.order));
        let mut actions = Vec::with_capacity(2 * new.len() + reserve.units.len() + turns.len());
        for order in new {
            actions.push(self.put_state(order)?);
        }
        for (sku, units) in reserve.units {
            actions.push(offers.reservation(sku, units, reserve.keep.get(sku))?);
        }
        actions.extend(turns.take(offers, reserve.past)?);
        for order in new {
            actions.push(self.put_body(order)?);
        }
        let reasons = match transact(&self.client, actions, budget).await? {
            Transaction::Done => return Ok(Placed::Written),
            Transaction::Refused(reasons) => reasons,
        };
        let mut existing = HashMap::new();
        for reason in reasons
            .iter()
            .take(new.len())
            .filter(|reason| condition_failed(reason))
        {
            let order = item::decode(reason.item().cloned().unwrap_or_default())?;
            existing.insert(order.order_id.clone(), order);
        }
        if !existing.is_empty() {
            return Ok(Placed::Exist(existing));
        }
        // Who writes the same order at this moment may have what is missing here: its repeat, this call,
        // must not be refused for that.
        let states = reasons.iter().take(new.len());
        if states
            .filter_map(|reason| reason.code())
            .any(is_transient_code)
        {
            return Err(StoreError::Unavailable {
                operation: "TransactWriteItems",
                detail: "the same order is being placed".to_owned(),
            });
        }
        let windows = reasons.get(new.len() + reserve.units.len()..);
        let full = turns.full(windows.unwrap_or_default());
        if !full.is_empty() {
            return Ok(Placed::WindowsFull(full));
        }
        let short = reserve
            .units
            .keys()
            .zip(reasons.into_iter().skip(new.len()))
            .filter(|(_, reason)| condition_failed(reason));
        let offers = short.map(|(sku, reason)| movements::found(sku, reason));
        Ok(Placed::OutOfStock(offers.collect::<Result<_, _>>()?))
    }

    fn put_state(&self, new: &NewOrder<'_>) -> Result<TransactWriteItem, StoreError> {
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item::state(new.order)?))
            .condition_expression(format!("attribute_not_exists({})", item::PK))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    fn put_body(&self, new: &NewOrder<'_>) -> Result<TransactWriteItem, StoreError> {
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item::kept(
                &new.order.order_id,
                item::BODY,
                new.received,
                new.expires_at,
            )?))
            .build()?;
        Ok(TransactWriteItem::builder().put(put).build())
    }
}
