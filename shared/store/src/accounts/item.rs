//! Items of the table: a lane with its gate and the version its next write is conditional on.

use aws_sdk_dynamodb::types::AttributeValue;
use feirante_models::AccountName;
use feirante_seller::delivery::{Gate, Lane};

use crate::StoreError;
use crate::attributes::{Item, as_integer, number, text};

pub(super) const ACCOUNT: &str = "account";
pub(super) const LANE: &str = "lane";
pub(super) const VERSION: &str = "version";
pub(super) const GATE: &str = "gate";
pub(super) const WAYS: &str = "ways";
pub(super) const RESYNC: &str = "resync";

/// A gate, and the how manieth it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Versioned {
    /// Raised by each write; 0: there is no item.
    pub(super) version: i64,
    pub(super) gate: Gate,
}

pub(super) fn key(account: &AccountName, lane: &str) -> Item {
    Item::from([
        (ACCOUNT.to_owned(), text(account.as_str())),
        (LANE.to_owned(), text(lane)),
    ])
}

pub(super) fn encode(
    account: &AccountName,
    lane: Lane,
    versioned: &Versioned,
) -> Result<Item, StoreError> {
    let gate: AttributeValue = serde_dynamo::to_attribute_value(&versioned.gate)
        .map_err(|error| corrupt(account, lane, error))?;
    let mut item = key(account, lane.name());
    item.insert(VERSION.to_owned(), number(versioned.version));
    item.insert(GATE.to_owned(), gate);
    Ok(item)
}

pub(super) fn decode(
    account: &AccountName,
    lane: Lane,
    mut item: Item,
) -> Result<Versioned, StoreError> {
    let missing = |what| corrupt(account, lane, format_args!("has no {what}"));
    let version = item
        .get(VERSION)
        .and_then(as_integer)
        .ok_or_else(|| missing(VERSION))?;
    let gate = item.remove(GATE).ok_or_else(|| missing(GATE))?;
    let gate =
        serde_dynamo::from_attribute_value(gate).map_err(|error| corrupt(account, lane, error))?;
    Ok(Versioned { version, gate })
}

fn corrupt(account: &AccountName, lane: Lane, why: impl ToString) -> StoreError {
    StoreError::corrupt(format!("lane {} of {account}", lane.name()), why)
}
