//! What the types of a message of `erp-offers` let pass and an offer can't hold.

use rust_decimal::Decimal;

use super::{OfferMessage, PriceMessage, SkuMessage, StockAdjustmentMessage};
use crate::Cents;
use crate::problem::{Code, Problem};

/// Bytes of an id, a name, or a word of it: an offer is rewritten by every reservation, and stays
/// small.
const LONGEST_TEXT: usize = 200;

/// Services or delivery methods of one SKU.
const MOST_IN_LIST: usize = 50;

/// Bytes of what suggestions need.
const LARGEST_CATALOG: usize = 300_000;

/// Refuses a message that no offer can hold, by the JSON pointer of what is wrong.
pub(super) fn message(message: &OfferMessage) -> Result<(), Problem> {
    match message {
        OfferMessage::Sku(message) => sku(message),
        OfferMessage::Price(message) => price(message),
        OfferMessage::StockAdjustment(message) => adjustment(message),
        OfferMessage::Stock(_) => Ok(()),
    }
}

fn sku(sku: &SkuMessage) -> Result<(), Problem> {
    filled("/name", &sku.name)?;
    let unit = sku.measurement_unit.as_deref();
    text("/measurementUnit", unit.unwrap_or_default())?;
    if sku.unit_multiplier.is_some_and(negative) {
        return refuse("/unitMultiplier", "is negative");
    }
    if let Some(size) = sku.dimensions_cm {
        for (name, size) in [
            ("height", size.height),
            ("width", size.width),
            ("length", size.length),
        ] {
            if negative(size) {
                return refuse(&format!("/dimensionsCm/{name}"), "is negative");
            }
        }
    }
    let methods = sku.shipping_methods.as_deref().unwrap_or_default();
    if methods.len() > MOST_IN_LIST {
        return refuse("/shippingMethods", "has more than 50");
    }
    for (index, method) in methods.iter().enumerate() {
        text(&format!("/shippingMethods/{index}"), method)?;
    }
    if sku.offerings.len() > MOST_IN_LIST {
        return refuse("/offerings", "has more than 50");
    }
    for (index, offering) in sku.offerings.iter().enumerate() {
        let at = |name: &str| format!("/offerings/{index}/{name}");
        if offering.price < Cents::ZERO {
            return refuse(&at("price"), "is negative");
        }
        text(&at("type"), &offering.kind)?;
        text(&at("id"), &offering.id)?;
        text(&at("name"), &offering.name)?;
    }
    let catalog = sku.catalog.as_ref().map(serde_json::to_vec);
    if catalog
        .and_then(Result::ok)
        .is_some_and(|json| json.len() > LARGEST_CATALOG)
    {
        return refuse("/catalog", "is larger than 300 KB");
    }
    Ok(())
}

fn price(price: &PriceMessage) -> Result<(), Problem> {
    let owed = |amount: Option<Cents>| amount.is_some_and(|amount| amount < Cents::ZERO);
    if owed(price.price) {
        return refuse("/price", "is negative");
    }
    if owed(price.list_price) {
        return refuse("/listPrice", "is negative");
    }
    if owed(price.floor) {
        return refuse("/floor", "is negative");
    }
    if let (Some(from), Some(until)) = (price.valid_from, price.valid_until)
        && until <= from
    {
        return refuse("/validUntil", "is not after validFrom");
    }
    let Some(channel) = &price.sales_channel else {
        return Ok(());
    };
    if price.marketplace.is_none() {
        return refuse(
            "/marketplace",
            "is missing: a sales channel is one of a marketplace",
        );
    }
    // It sets the beginning apart in a stored price's name.
    if channel.contains('@') {
        return refuse("/salesChannel", "has an @");
    }
    text("/salesChannel", channel)
}

fn adjustment(adjustment: &StockAdjustmentMessage) -> Result<(), Problem> {
    // It tells one change from the next: blanks would make them all the same.
    filled("/id", &adjustment.id)
}

fn negative(number: Decimal) -> bool {
    number.is_sign_negative() && !number.is_zero()
}

fn refuse(pointer: &str, why: &str) -> Result<(), Problem> {
    Err(Problem::at(Code::Schema, pointer, why))
}

fn filled(pointer: &str, filled: &str) -> Result<(), Problem> {
    if filled.trim().is_empty() {
        return refuse(pointer, "is empty");
    }
    text(pointer, filled)
}

fn text(pointer: &str, text: &str) -> Result<(), Problem> {
    if text.len() > LONGEST_TEXT {
        return refuse(pointer, "is longer than 200 bytes");
    }
    Ok(())
}
