//! The OFFER item: its key, its attributes, and how they become an [`Offer`].
//!
//! Stock and prices are flat attributes with their place in the name (`onHand:main`,
//! `price:mkt1:2`): a nested map can't be created by the update that uses it, and conditions know
//! no arithmetic.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use feirante_models::{AccountName, Cents, SkuId, WarehouseId};
use feirante_seller::offer::{Offer, Offering, PriceEntry, Stock};

use crate::StoreError;
use crate::attributes::{Item, as_integer, as_text, as_time, text};

/// The partition key: the SKU code.
pub(crate) const SKU: &str = "sku";
/// The sort key: which item of the SKU.
pub(crate) const PART: &str = "part";
/// The part a simulation reads.
pub(crate) const OFFER: &str = "OFFER";
/// The part only suggestions need.
pub(crate) const CATALOG: &str = "CATALOG";
/// When an item may be deleted, in seconds.
pub(crate) const EXPIRES_AT: &str = "expiresAt";

pub(crate) const ACTIVE: &str = "active";
pub(crate) const NAME: &str = "name";
pub(crate) const WEIGHT_GRAMS: &str = "weightGrams";
pub(crate) const DIMENSIONS: &str = "dimensionsCm";
pub(crate) const MEASUREMENT_UNIT: &str = "measurementUnit";
pub(crate) const UNIT_MULTIPLIER: &str = "unitMultiplier";
pub(crate) const SHIPPING_METHODS: &str = "shippingMethods";
pub(crate) const OFFERINGS: &str = "offerings";
/// When the SKU's data was so.
pub(crate) const SKU_AS_OF: &str = "skuAsOf";

/// How the attributes begin that say what left a place since its stock was counted.
pub(crate) const LEFT: &str = "left";

/// The key of one part of a SKU.
pub(crate) fn key(sku: &SkuId, part: &str) -> [(String, AttributeValue); 2] {
    [
        (SKU.to_owned(), text(sku.as_str())),
        (PART.to_owned(), text(part)),
    ]
}

/// The attributes of a SKU's stock at one place.
pub(crate) struct StockAttributes {
    pub(crate) on_hand: String,
    pub(crate) reserved: String,
    pub(crate) available: String,
    pub(crate) as_of: String,
    /// What left since then; absent where nothing did.
    pub(crate) left: String,
}

impl StockAttributes {
    pub(crate) fn of(warehouse: &WarehouseId) -> Self {
        Self {
            on_hand: format!("onHand:{warehouse}"),
            reserved: format!("reserved:{warehouse}"),
            available: format!("available:{warehouse}"),
            as_of: format!("asOf:{warehouse}"),
            left: format!("{LEFT}:{warehouse}"),
        }
    }
}

/// The attribute of a price: for all, for a marketplace, or for one of its sales channels.
pub(crate) fn price_attribute(
    marketplace: Option<&AccountName>,
    sales_channel: Option<&str>,
) -> String {
    match (marketplace, sales_channel) {
        (None, _) => "price".to_owned(),
        (Some(account), None) => format!("price:{account}"),
        (Some(account), Some(channel)) => format!("price:{account}:{channel}"),
    }
}

/// An item as an offer. Attributes of no meaning here are passed over; an attribute that should
/// have one and does not is an error, since a price or a stock must not be guessed.
pub(crate) fn decode(item: &Item) -> Result<Offer, StoreError> {
    let sku = item.get(SKU).and_then(as_text).unwrap_or_default();
    let corrupt = |attribute: &str| StoreError::corrupt(format!("offer {sku}"), attribute);
    let mut offer = Offer::unknown(SkuId::parse(sku).map_err(|_| corrupt(SKU))?);
    let mut stock: BTreeMap<WarehouseId, Stock> = BTreeMap::new();
    for (name, value) in item {
        let wrong = || corrupt(name);
        match name.split_once(':') {
            None => match name.as_str() {
                ACTIVE => offer.active = *value.as_bool().map_err(|_| wrong())?,
                NAME => offer.name = Some(as_text(value).ok_or_else(wrong)?.to_owned()),
                WEIGHT_GRAMS => offer.weight_grams = as_integer(value).ok_or_else(wrong)?,
                MEASUREMENT_UNIT => {
                    as_text(value)
                        .ok_or_else(wrong)?
                        .clone_into(&mut offer.measurement_unit);
                }
                UNIT_MULTIPLIER => {
                    let number = value.as_n().map_err(|_| wrong())?;
                    offer.unit_multiplier = number.parse().map_err(|_| wrong())?;
                }
                SHIPPING_METHODS => offer.shipping_methods = Some(texts(value).ok_or_else(wrong)?),
                OFFERINGS => offer.offerings = offerings(value).ok_or_else(wrong)?,
                "price" => offer
                    .prices
                    .extend(price(value, None, None).ok_or_else(wrong)?),
                _ => {}
            },
            Some(("price", place)) => {
                let (account, channel) = match place.split_once(':') {
                    Some((account, channel)) => (account, Some(channel.to_owned())),
                    None => (place, None),
                };
                let account = AccountName::parse(account).map_err(|_| wrong())?;
                offer
                    .prices
                    .extend(price(value, Some(account), channel).ok_or_else(wrong)?);
            }
            Some((kind, place)) => {
                let Ok(warehouse) = WarehouseId::parse(place) else {
                    continue;
                };
                let stock = stock.entry(warehouse).or_default();
                match kind {
                    "onHand" => stock.on_hand = as_integer(value).ok_or_else(wrong)?,
                    "reserved" => stock.reserved = as_integer(value).ok_or_else(wrong)?,
                    "available" => stock.available = as_integer(value).ok_or_else(wrong)?,
                    "asOf" => stock.as_of = Some(as_time(value).ok_or_else(wrong)?),
                    _ => {}
                }
            }
        }
    }
    offer.stock = stock;
    Ok(offer)
}

fn texts(value: &AttributeValue) -> Option<Vec<String>> {
    let list = value.as_l().ok()?;
    list.iter()
        .map(|item| as_text(item).map(str::to_owned))
        .collect()
}

fn offerings(value: &AttributeValue) -> Option<Vec<Offering>> {
    let offering = |value: &AttributeValue| {
        let fields = value.as_m().ok()?;
        Some(Offering {
            kind: as_text(fields.get("type")?)?.to_owned(),
            id: as_text(fields.get("id")?)?.to_owned(),
            name: as_text(fields.get("name")?)?.to_owned(),
            price: Cents::new(as_integer(fields.get("price")?)?),
        })
    };
    value.as_l().ok()?.iter().map(offering).collect()
}

/// A price; `Some(None)` is one that was taken away, kept for its time.
fn price(
    value: &AttributeValue,
    marketplace: Option<AccountName>,
    sales_channel: Option<String>,
) -> Option<Option<PriceEntry>> {
    let fields = value.as_m().ok()?;
    let Some(price) = fields.get("price") else {
        return Some(None);
    };
    let optional = |name: &str| match fields.get(name) {
        None => Some(None),
        Some(value) => as_integer(value).map(Some),
    };
    let valid_until = match fields.get("validUntil") {
        None => None,
        Some(value) => Some(as_time(value)?),
    };
    Some(Some(PriceEntry {
        marketplace,
        sales_channel,
        price: Cents::new(as_integer(price)?),
        list_price: optional("listPrice")?.map(Cents::new),
        valid_until,
    }))
}
