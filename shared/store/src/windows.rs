//! How many orders have each delivery window that only so many can have.
//!
//! One item for each method, in the table of offers so that a simulation reads it with them: its
//! `sku` is `windows` and its `part` `WINDOWS#{method}`, which is no part of a SKU. One attribute for
//! each window, named by its hours.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
    Update,
};
use feirante_seller::order::Order;
use feirante_seller::shipping::{LimitedSlot, SlotId};

use crate::StoreError;
use crate::attributes::{Attributes, as_integer, as_text, number, text};
use crate::offers::Offers;
use crate::offers::item::{PART, SKU};
use crate::transaction::condition_failed;

const WINDOWS: &str = "windows";
const PREFIX: &str = "WINDOWS#";

/// Past windows that one write removes at most: an expression has its limits.
const PRUNED_AT_ONCE: usize = 50;

/// The key of a method's item.
pub(crate) fn key(method: &str) -> [(String, AttributeValue); 2] {
    [
        (SKU.to_owned(), text(WINDOWS)),
        (PART.to_owned(), text(format!("{PREFIX}{method}"))),
    ]
}

/// The orders that have each window, by the `items` among others that tell it.
pub(crate) fn decode<'a, I: Attributes + 'a>(
    items: impl IntoIterator<Item = &'a I>,
) -> impl Iterator<Item = (SlotId, u32)> {
    let windows = items
        .into_iter()
        .filter_map(|item| Some((method_of(item)?, item)));
    windows.flat_map(|(method, item)| {
        item.each().filter_map(move |(name, value)| {
            // What was given back after it was forgotten counts below zero until it is pruned.
            let taken = u32::try_from(as_integer(value)?.max(0)).ok()?;
            Some((SlotId::named(method, name)?, taken))
        })
    })
}

/// Whether an item is one of these.
pub(crate) fn is_windows(item: &impl Attributes) -> bool {
    method_of(item).is_some()
}

fn method_of(item: &impl Attributes) -> Option<&str> {
    item.find(PART).and_then(as_text)?.strip_prefix(PREFIX)
}

/// Windows that orders take or give back: one action for each method.
#[derive(Debug)]
pub(crate) struct Turns<'a>(BTreeMap<&'a str, BTreeMap<&'a SlotId, Turn>>);

/// What orders do with one window.
#[derive(Debug, Clone, Copy, Default)]
struct Turn {
    orders: i64,
    capacity: i64,
}

impl<'a> Turns<'a> {
    /// The windows of some orders.
    pub(crate) fn of(orders: impl IntoIterator<Item = &'a Order>) -> Self {
        Self::of_slots(orders.into_iter().flat_map(|order| &order.slots))
    }

    /// These windows: each is one order's.
    pub(crate) fn of_slots(slots: impl IntoIterator<Item = &'a LimitedSlot>) -> Self {
        let mut turns: BTreeMap<&str, BTreeMap<&SlotId, Turn>> = BTreeMap::new();
        for slot in slots {
            let of_method = turns.entry(slot.id.method()).or_default();
            let turn = of_method.entry(&slot.id).or_default();
            turn.orders += 1;
            turn.capacity = i64::from(slot.capacity);
        }
        Self(turns)
    }

    /// The number of actions.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Takes them if there is room, and forgets those of `past`.
    pub(crate) fn take(
        &self,
        offers: &Offers,
        past: &[SlotId],
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let actions = self.0.iter().map(|(method, turns)| {
            let mut update = Update::builder()
                .table_name(offers.table())
                .set_key(Some(key(method).into()))
                .expression_attribute_values(":zero", number(0));
            let (mut counts, mut conditions) = (Vec::new(), Vec::new());
            for (index, (slot, turn)) in turns.iter().enumerate() {
                // With no room for them at all, a window that nobody has is not for them either.
                let room = turn.capacity - turn.orders;
                let free = if room < 0 {
                    "attribute_exists"
                } else {
                    "attribute_not_exists"
                };
                let or = if room < 0 { "AND" } else { "OR" };
                conditions.push(format!(
                    "({free}(#s{index}) {or} #s{index} <= :room{index})"
                ));
                counts.push(format!(
                    "#s{index} = if_not_exists(#s{index}, :zero) + :orders{index}"
                ));
                update = update
                    .expression_attribute_names(format!("#s{index}"), slot.hours())
                    .expression_attribute_values(format!(":room{index}"), number(room))
                    .expression_attribute_values(format!(":orders{index}"), number(turn.orders));
            }
            let mut expression = format!("SET {}", counts.join(", "));
            let past = past.iter().filter(|slot| slot.method() == *method);
            let past = past.filter(|slot| !turns.contains_key(slot));
            for (index, slot) in past.take(PRUNED_AT_ONCE).enumerate() {
                expression.push_str(if index == 0 { " REMOVE " } else { ", " });
                expression.push_str(&format!("#p{index}"));
                update = update.expression_attribute_names(format!("#p{index}"), slot.hours());
            }
            let update = update
                .update_expression(expression)
                .condition_expression(conditions.join(" AND "))
                .return_values_on_condition_check_failure(
                    ReturnValuesOnConditionCheckFailure::AllOld,
                )
                .build()?;
            Ok(TransactWriteItem::builder().update(update).build())
        });
        actions.collect()
    }

    /// Gives them back. The order's own condition sees to it that this is done once; one that is
    /// past and forgotten stays at nothing.
    pub(crate) fn give_back(&self, offers: &Offers) -> Result<Vec<TransactWriteItem>, StoreError> {
        let actions = self.0.iter().map(|(method, turns)| {
            let mut update = Update::builder()
                .table_name(offers.table())
                .set_key(Some(key(method).into()));
            let mut counts = Vec::new();
            for (index, (slot, turn)) in turns.iter().enumerate() {
                counts.push(format!(
                    "#s{index} = if_not_exists(#s{index}, :orders{index}) - :orders{index}"
                ));
                update = update
                    .expression_attribute_names(format!("#s{index}"), slot.hours())
                    .expression_attribute_values(format!(":orders{index}"), number(turn.orders));
            }
            let update = update
                .update_expression(format!("SET {}", counts.join(", ")))
                .build()?;
            Ok(TransactWriteItem::builder().update(update).build())
        });
        actions.collect()
    }

    /// The windows that had no room, by the reasons of [`Turns::take`]'s actions.
    pub(crate) fn full(&self, reasons: &[CancellationReason]) -> Vec<SlotId> {
        let failed = self.0.values().zip(reasons);
        let failed = failed.filter(|(_, reason)| condition_failed(reason));
        let full = failed.flat_map(|(turns, reason)| {
            turns.iter().filter_map(move |(slot, turn)| {
                let taken = reason.item().and_then(|item| item.get(slot.hours()));
                let taken = taken.and_then(as_integer).unwrap_or(0);
                (taken + turn.orders > turn.capacity).then(|| (*slot).clone())
            })
        });
        full.collect()
    }
}
