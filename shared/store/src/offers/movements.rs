//! Units that orders reserve, give back, ship and take back, as actions of a transaction.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
    Update,
};
use feirante_models::{Instant, SkuId, WarehouseId};
use feirante_seller::offer::{Departure, Departures, Offer};

use super::departures;
use super::item::{self, StockAttributes};
use crate::StoreError;
use crate::attributes::{number, time};
use crate::offers::Offers;

/// Which way units go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// From available to reserved; fails where there are not enough.
    Reserve,
    /// Back. The order's own condition sees to it that this is done once.
    Release,
    /// From reserved out of the house, at this moment. Where a count is newer they are out of
    /// `onHand` already; where none is, it is remembered for one that comes late.
    Ship(Instant),
    /// Back into the house, at this moment; the same the other way round.
    Restock(Instant),
}

impl Direction {
    /// Whether what it does depends on when the stock was counted.
    pub(crate) const fn depends_on_counts(self) -> bool {
        matches!(self, Self::Ship(_) | Self::Restock(_))
    }
}

/// What a movement that failed found: the offer as it stands now with what left its places, or
/// nothing of that SKU.
pub(crate) fn found(sku: &SkuId, reason: CancellationReason) -> Result<Offer, StoreError> {
    match reason.item {
        Some(offer) => Ok(Offer {
            departures: departures::of_all_places(&offer)?,
            ..item::decode(&offer)?
        }),
        None => Ok(Offer::unknown(sku.clone())),
    }
}

/// Whether a movement found nothing of its SKU.
pub(crate) fn is_gone(found: &Offer) -> bool {
    found.is_unknown()
}

impl Offers {
    /// Reserves units of one SKU if those of `keep` are left after it: one action.
    pub(crate) fn reservation(
        &self,
        sku: &SkuId,
        units: &BTreeMap<WarehouseId, i64>,
        keep: Option<&BTreeMap<WarehouseId, i64>>,
    ) -> Result<TransactWriteItem, StoreError> {
        let mut changes = Changes::default();
        for (warehouse, units) in units {
            changes.reserve(&StockAttributes::of(warehouse), *units);
        }
        for (warehouse, kept) in keep.into_iter().flatten() {
            let left = kept.saturating_add(units.get(warehouse).copied().unwrap_or(0));
            let stock = StockAttributes::of(warehouse);
            changes.condition(&stock.available, ">=", number(left));
        }
        self.update_offer(sku, changes)
    }

    /// Takes units of one SKU where they are above zero and gives back those below, if those of `keep`
    /// are left after it: one action.
    pub(crate) fn exchange(
        &self,
        sku: &SkuId,
        units: &BTreeMap<WarehouseId, i64>,
        keep: Option<&BTreeMap<WarehouseId, i64>>,
    ) -> Result<TransactWriteItem, StoreError> {
        let mut changes = Changes::default();
        changes.exists();
        for (warehouse, units) in units {
            let stock = StockAttributes::of(warehouse);
            if *units > 0 {
                changes.reserve(&stock, *units);
            } else {
                changes.release(&stock, -units);
            }
        }
        for (warehouse, kept) in keep.into_iter().flatten() {
            let taken = units.get(warehouse).copied().unwrap_or(0).max(0);
            let stock = StockAttributes::of(warehouse);
            changes.condition(&stock.available, ">=", number(kept.saturating_add(taken)));
        }
        self.update_offer(sku, changes)
    }

    /// Moves the units of one SKU: one action, whatever the number of its warehouses.
    ///
    /// Whether a count is newer than a shipment can't be asked in the expression that depends on
    /// it, nor whether there is room to remember it: `seen` is the offer as it was found when the
    /// action failed before, and the action fails again if that has changed.
    pub(crate) fn movement(
        &self,
        sku: &SkuId,
        units: &BTreeMap<WarehouseId, i64>,
        direction: Direction,
        seen: Option<&Offer>,
    ) -> Result<TransactWriteItem, StoreError> {
        let mut changes = Changes::default();
        for (warehouse, units) in units {
            let stock = StockAttributes::of(warehouse);
            match direction {
                Direction::Reserve => changes.reserve(&stock, *units),
                Direction::Release => changes.release(&stock, *units),
                Direction::Ship(at) => {
                    changes.add(&stock.reserved, -units);
                    if changes.counted_since(&stock.as_of, at, seen, warehouse) {
                        changes.add(&stock.available, *units);
                    } else {
                        changes.add(&stock.on_hand, -units);
                        let departure = Departure { at, units: *units };
                        changes.depart(&stock.left, departure, seen, warehouse);
                    }
                }
                Direction::Restock(at) => {
                    if changes.counted_since(&stock.as_of, at, seen, warehouse) {
                        changes.keep(&stock.as_of);
                    } else {
                        changes.add(&stock.on_hand, *units);
                        changes.add(&stock.available, *units);
                        let departure = Departure { at, units: -units };
                        changes.depart(&stock.left, departure, seen, warehouse);
                    }
                }
            }
        }
        if direction != Direction::Reserve {
            changes.exists();
        }
        self.update_offer(sku, changes)
    }

    fn update_offer(&self, sku: &SkuId, changes: Changes) -> Result<TransactWriteItem, StoreError> {
        changes.action(
            Update::builder()
                .table_name(&self.table)
                .set_key(Some(item::key(sku, item::OFFER).into())),
        )
    }
}

/// An update in the making.
#[derive(Default)]
struct Changes {
    assignments: Vec<String>,
    conditions: Vec<String>,
    names: Vec<String>,
    values: Vec<AttributeValue>,
}

impl Changes {
    /// Adds to an attribute that is there.
    fn add(&mut self, attribute: &str, units: i64) {
        let (name, value) = (self.name(attribute), self.value(number(units)));
        self.assignments.push(format!("{name} = {name} + {value}"));
    }

    /// From available to reserved, if there are as many.
    fn reserve(&mut self, stock: &StockAttributes, units: i64) {
        self.condition(&stock.available, ">=", number(units));
        self.add(&stock.available, -units);
        self.add(&stock.reserved, units);
    }

    /// Back from reserved.
    fn release(&mut self, stock: &StockAttributes, units: i64) {
        self.add(&stock.reserved, -units);
        self.add(&stock.available, units);
    }

    /// The SKU must be known.
    fn exists(&mut self) {
        self.conditions
            .push(format!("attribute_exists({})", item::SKU));
    }

    /// Leaves an attribute as it is: an update has to assign something.
    fn keep(&mut self, attribute: &str) {
        let name = self.name(attribute);
        self.assignments.push(format!("{name} = {name}"));
    }

    fn condition(&mut self, attribute: &str, comparison: &str, to: AttributeValue) {
        let (name, value) = (self.name(attribute), self.value(to));
        self.conditions.push(format!("{name} {comparison} {value}"));
    }

    /// Whether `seen` was counted after `at`; it must be so still.
    fn counted_since(
        &mut self,
        as_of: &str,
        at: Instant,
        seen: Option<&Offer>,
        warehouse: &WarehouseId,
    ) -> bool {
        let counted = seen
            .and_then(|offer| offer.stock.get(warehouse)?.as_of)
            .is_some_and(|as_of| as_of > at);
        let (name, value) = (self.name(as_of), self.value(time(at)));
        self.conditions.push(if counted {
            format!("{name} > {value}")
        } else {
            format!("(attribute_not_exists({name}) OR {name} <= {value})")
        });
        counted
    }

    /// Puts a departure beside those that are remembered. Only when there is no room need they be
    /// known, and then they must be those still.
    fn depart(
        &mut self,
        left: &str,
        departure: Departure,
        seen: Option<&Offer>,
        warehouse: &WarehouseId,
    ) {
        let name = self.name(left);
        let remembered = seen.and_then(|offer| offer.departures.get(warehouse));
        if let Some(full) = remembered.filter(|remembered| remembered.is_full()) {
            let was = self.value(departures::attribute(full));
            let is = self.value(departures::attribute(&full.and(departure)));
            self.conditions.push(format!("{name} = {was}"));
            self.assignments.push(format!("{name} = {is}"));
            return;
        }
        let most = self.value(number(Departures::MOST));
        let none = self.value(departures::attribute(&Departures::default()));
        let one = self.value(departures::attribute(&Departures::default().and(departure)));
        self.conditions.push(format!(
            "(attribute_not_exists({name}) OR size({name}) < {most})"
        ));
        self.assignments.push(format!(
            "{name} = list_append(if_not_exists({name}, {none}), {one})"
        ));
    }

    fn name(&mut self, attribute: &str) -> String {
        let known = self.names.iter().position(|name| name == attribute);
        let index = known.unwrap_or_else(|| {
            self.names.push(attribute.to_owned());
            self.names.len() - 1
        });
        format!("#n{index}")
    }

    fn value(&mut self, value: AttributeValue) -> String {
        self.values.push(value);
        format!(":v{}", self.values.len() - 1)
    }

    fn action(self, mut update: UpdateBuilder) -> Result<TransactWriteItem, StoreError> {
        for (index, name) in self.names.into_iter().enumerate() {
            update = update.expression_attribute_names(format!("#n{index}"), name);
        }
        for (index, value) in self.values.into_iter().enumerate() {
            update = update.expression_attribute_values(format!(":v{index}"), value);
        }
        let update = update
            .update_expression(format!("SET {}", self.assignments.join(", ")))
            .condition_expression(self.conditions.join(" AND "))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()?;
        Ok(TransactWriteItem::builder().update(update).build())
    }
}
