//! Reserving and releasing units, as actions of a transaction.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{
    CancellationReason, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};
use feirante_models::{SkuId, WarehouseId};
use feirante_seller::offer::Offer;

use super::item::{self, StockAttributes};
use crate::StoreError;
use crate::attributes::number;
use crate::offers::Offers;

/// Which way units go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// From available to reserved; fails where there are not enough.
    Reserve,
    /// Back. The order's own condition sees to it that this is done once.
    Release,
}

/// What a movement that failed found: the offer as it stands now, or nothing of that SKU.
pub(crate) fn found(sku: &SkuId, reason: CancellationReason) -> Result<Offer, StoreError> {
    match reason.item {
        Some(offer) => item::decode(&offer),
        None => Ok(Offer::unknown(sku.clone())),
    }
}

impl Offers {
    /// Moves the units of one SKU: one action, whatever the number of its warehouses.
    pub(crate) fn movement(
        &self,
        sku: &SkuId,
        units: &BTreeMap<WarehouseId, i64>,
        direction: Direction,
    ) -> Result<TransactWriteItem, StoreError> {
        let mut update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(item::key(sku, item::OFFER).into()));
        let (mut changes, mut conditions) = (Vec::new(), Vec::new());
        for (index, (warehouse, units)) in units.iter().enumerate() {
            let stock = StockAttributes::of(warehouse);
            update = update
                .expression_attribute_names(format!("#a{index}"), stock.available)
                .expression_attribute_names(format!("#r{index}"), stock.reserved)
                .expression_attribute_values(format!(":u{index}"), number(units));
            let (from, to) = match direction {
                Direction::Reserve => {
                    conditions.push(format!("#a{index} >= :u{index}"));
                    ("a", "r")
                }
                Direction::Release => ("r", "a"),
            };
            changes.push(format!("#{from}{index} = #{from}{index} - :u{index}"));
            changes.push(format!("#{to}{index} = #{to}{index} + :u{index}"));
        }
        if direction == Direction::Release {
            conditions.push(format!("attribute_exists({})", item::SKU));
        }
        let update = update
            .update_expression(format!("SET {}", changes.join(", ")))
            .condition_expression(conditions.join(" AND "))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()?;
        Ok(TransactWriteItem::builder().update(update).build())
    }
}
