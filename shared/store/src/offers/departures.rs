//! Departures as the attribute of the OFFER item that holds a place's: pairs of a time and units.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use feirante_models::WarehouseId;
use feirante_seller::offer::{Departure, Departures};

use super::item::{self, StockAttributes};
use crate::StoreError;
use crate::attributes::{Item, as_integer, as_text, as_time, number, time};

/// The departures as the attribute has them: a list, so that one more needs no knowledge of it.
pub(super) fn attribute(departures: &Departures) -> AttributeValue {
    let pair = |departure: &Departure| {
        AttributeValue::L(vec![time(departure.at), number(departure.units)])
    };
    AttributeValue::L(departures.iter().map(pair).collect())
}

/// The departures from one place that an OFFER item has.
pub(super) fn of_place(item: &Item, place: &WarehouseId) -> Result<Departures, StoreError> {
    let attribute = StockAttributes::of(place).left;
    let Some(value) = item.get(&attribute) else {
        return Ok(Departures::default());
    };
    decode(value).ok_or_else(|| corrupt(item, &attribute))
}

/// The departures from every place that an OFFER item has.
pub(super) fn of_all_places(item: &Item) -> Result<BTreeMap<WarehouseId, Departures>, StoreError> {
    let places = item
        .keys()
        .filter_map(|name| name.strip_prefix(item::LEFT)?.strip_prefix(':'))
        .filter_map(|place| WarehouseId::parse(place).ok());
    places
        .map(|place| {
            let departures = of_place(item, &place)?;
            Ok((place, departures))
        })
        .collect()
}

fn decode(value: &AttributeValue) -> Option<Departures> {
    let departure = |pair: &AttributeValue| match pair.as_l().ok()?.as_slice() {
        [at, units] => Some(Departure {
            at: as_time(at)?,
            units: as_integer(units)?,
        }),
        _ => None,
    };
    value.as_l().ok()?.iter().map(departure).collect()
}

fn corrupt(item: &Item, attribute: &str) -> StoreError {
    let sku = item.get(item::SKU).and_then(as_text).unwrap_or_default();
    StoreError::corrupt(format!("offer {sku}"), attribute)
}
