//! Changing an order: one write, conditional on the version its decision read, with its stock.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem};
use feirante_models::SkuId;
use feirante_seller::lifecycle::{Exchange, StockEffect, Transition};
use feirante_seller::offer::Offer;
use feirante_seller::order::size::MOST_MOVED;
use feirante_seller::order::{Order, StockMovements, reserved_units};
use feirante_seller::shipping::SlotId;

use super::{Beside, Orders, item};
use crate::StoreError;
use crate::attributes::number;
use crate::offers::Offers;
use crate::offers::movements::{self, Direction};
use crate::retry::Budget;
use crate::transaction::{ACTIONS_PER_TRANSACTION, Transaction, condition_failed, transact};
use crate::windows::Turns;

// The order itself, and what is written beside it.
const _: () = assert!(MOST_MOVED + 2 <= ACTIONS_PER_TRANSACTION);

/// How a change ended.
#[derive(Debug)]
pub enum Changed {
    /// It is written.
    Written,
    /// Nothing is: another change came first. The order as it stands now; decide again.
    Overtaken(Box<Order>),
    /// Nothing is: what it takes again is gone where it was to be taken.
    OutOfStock(Shortage),
}

/// What could not be taken.
#[derive(Debug)]
pub struct Shortage {
    /// The offers of which there is not enough, as they stand now.
    pub offers: Vec<Offer>,
    /// The delivery windows that have no room.
    pub full: Vec<SlotId>,
}

/// Movements that met a count they did not know of: one is seldom followed by another at once.
const ROUNDS: usize = 4;

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
        self.change_beside(transition, Some(offers), &Beside::nothing(), budget)
            .await
    }

    /// The same, with something else written in the same transaction. Without `offers`, for changes
    /// that move no stock.
    pub(super) async fn change_beside(
        &self,
        transition: &Transition,
        offers: Option<&Offers>,
        beside: &Beside,
        budget: Budget,
    ) -> Result<Changed, StoreError> {
        if let StockEffect::Exchange(exchange) = &transition.stock {
            let offers = offers.ok_or_else(moves_stock)?;
            return self
                .exchange(&transition.order, exchange, offers, beside, budget)
                .await;
        }
        let Some((units, direction)) = movement(transition) else {
            return self
                .write(&transition.order, Vec::new(), Vec::new(), beside, budget)
                .await;
        };
        let offers = offers.ok_or_else(moves_stock)?;
        let mut seen: HashMap<SkuId, Offer> = HashMap::new();
        for _ in 0..ROUNDS {
            let actions = units.iter().map(|(sku, units)| {
                let action = offers.movement(sku, units, direction, seen.get(sku))?;
                Ok((sku, action))
            });
            let actions = actions.collect::<Result<Vec<_>, StoreError>>()?;
            let turns = Turns::of([&transition.order]);
            let windows = match direction {
                Direction::Reserve => turns.take(offers, &[])?,
                Direction::Release => turns.give_back(offers)?,
                Direction::Ship(_) | Direction::Restock(_) => Vec::new(),
            };
            match self
                .write(&transition.order, actions, windows, beside, budget)
                .await?
            {
                // What leaves was reserved: unless its SKU is gone, the condition asked for something
                // else, which the offer tells now.
                Changed::OutOfStock(found)
                    if direction.depends_on_counts()
                        && !found.offers.iter().any(movements::is_gone) =>
                {
                    seen.extend(
                        found
                            .offers
                            .into_iter()
                            .map(|offer| (offer.sku.clone(), offer)),
                    );
                }
                changed => return Ok(changed),
            }
        }
        let order = &transition.order.order_id;
        Err(StoreError::Unavailable {
            operation: "TransactWriteItems",
            detail: format!("the stock of order {order} was counted again and again"),
        })
    }

    /// Writes an order that takes some units and gives others back.
    async fn exchange(
        &self,
        order: &Order,
        exchange: &Exchange,
        offers: &Offers,
        beside: &Beside,
        budget: Budget,
    ) -> Result<Changed, StoreError> {
        let actions = exchange.units.iter().map(|(sku, units)| {
            let action = offers.exchange(sku, units, exchange.keep.get(sku))?;
            Ok((sku, action))
        });
        let actions = actions.collect::<Result<Vec<_>, StoreError>>()?;
        let windows = Turns::of_slots(&exchange.slots).give_back(offers)?;
        self.write(order, actions, windows, beside, budget).await
    }

    /// Writes what was to be written beside a change where there is none.
    ///
    /// # Errors
    /// When the outcome could not be learned in time, or the database does not take it.
    pub async fn write_alone(&self, beside: &Beside, budget: Budget) -> Result<(), StoreError> {
        let Some(action) = beside.action() else {
            return Ok(());
        };
        match transact(&self.client, vec![action], budget).await? {
            Transaction::Done => Ok(()),
            Transaction::Refused(_) => Err(StoreError::Refused {
                operation: "TransactWriteItems",
                detail: "a condition failed where there is none".to_owned(),
            }),
        }
    }

    async fn write(
        &self,
        order: &Order,
        movements: Vec<(&SkuId, TransactWriteItem)>,
        windows: Vec<TransactWriteItem>,
        beside: &Beside,
        budget: Budget,
    ) -> Result<Changed, StoreError> {
        let (skus, movements): (Vec<_>, Vec<_>) = movements.into_iter().unzip();
        let mut actions = vec![self.put_changed(order)?];
        actions.extend(movements);
        let taken = windows.len();
        actions.extend(windows);
        actions.extend(beside.action());
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
        let moved: Vec<_> = skus.into_iter().zip(reasons.by_ref()).collect();
        let short = moved
            .into_iter()
            .filter(|(_, reason)| condition_failed(reason));
        let offers = short.map(|(sku, reason)| movements::found(sku, reason));
        Ok(Changed::OutOfStock(Shortage {
            offers: offers.collect::<Result<_, _>>()?,
            full: Turns::of([order]).full(reasons.as_slice().get(..taken).unwrap_or_default()),
        }))
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

/// A decision was to move no stock, and does: a defect of whoever asked for it.
pub(super) fn moves_stock() -> StoreError {
    StoreError::Refused {
        operation: "TransactWriteItems",
        detail: "a change that moves stock needs the table of offers".to_owned(),
    }
}

/// The units a transition moves, and which way; `None`: none.
fn movement(transition: &Transition) -> Option<(StockMovements, Direction)> {
    let whole = || reserved_units([&transition.order]);
    match &transition.stock {
        // What is exchanged goes both ways.
        StockEffect::Keep | StockEffect::Exchange(_) => None,
        StockEffect::Release => Some((whole(), Direction::Release)),
        StockEffect::Reserve => Some((whole(), Direction::Reserve)),
        StockEffect::Ship(movement) => Some((movement.units.clone(), Direction::Ship(movement.at))),
        StockEffect::Restock(movement) => {
            Some((movement.units.clone(), Direction::Restock(movement.at)))
        }
    }
}
