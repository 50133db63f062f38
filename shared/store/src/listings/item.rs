//! The item of a listing, and what finds it.

use aws_sdk_dynamodb::types::AttributeValue;
use feirante_models::{AccountName, SkuId};
use feirante_seller::listing::Listing;

use crate::StoreError;
use crate::attributes::{Item, as_text, number, text};

pub(crate) const SKU: &str = "sku";
pub(crate) const ACCOUNT: &str = "account";
pub(crate) const VERSION: &str = "version";
/// The name of the state, as [`State::name`] has it.
pub(crate) const STATE: &str = "state";
/// When the listing is due, in milliseconds.
pub(crate) const AT: &str = "at";
/// The index of listings by state and time.
pub(crate) const BY_STATE: &str = "by-state";

/// The end of the year 9999: nothing is due. The listing stays in the index, for lists.
const NEVER: i64 = 253_402_300_799_999;

pub(crate) fn key(sku: &SkuId, account: &AccountName) -> [(String, AttributeValue); 2] {
    [
        (SKU.to_owned(), text(sku.as_str())),
        (ACCOUNT.to_owned(), text(account.as_str())),
    ]
}

pub(crate) fn encode(listing: &Listing) -> Result<Item, StoreError> {
    let mut item: Item = serde_dynamo::to_item(listing)
        .map_err(|error| StoreError::corrupt(name(listing), error))?;
    let at = listing.due().map_or(NEVER, |due| due.millis());
    item.insert(AT.to_owned(), number(at));
    Ok(item)
}

pub(crate) fn decode(item: Item) -> Result<Listing, StoreError> {
    let text = |name| item.get(name).and_then(as_text).unwrap_or_default();
    let name = format!("listing of {} at {}", text(SKU), text(ACCOUNT));
    serde_dynamo::from_item(item).map_err(|error| StoreError::corrupt(name, error))
}

fn name(listing: &Listing) -> String {
    format!("listing of {} at {}", listing.sku, listing.account)
}
