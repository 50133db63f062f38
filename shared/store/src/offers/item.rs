//! The OFFER item: its key, its attributes, and how they become an [`Offer`].
//!
//! Stock and prices are flat attributes with their place in the name (`onHand:main`,
//! `price:mkt1:2@…`): a nested map can't be created by the update that uses it, and conditions know
//! no arithmetic.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use feirante_models::erp::Dimensions;
use feirante_models::{Cents, SkuId, WarehouseId};
use feirante_seller::offer::{Offer, Offering, Stock};

use super::prices::PriceKey;
use crate::StoreError;
use crate::attributes::{Attributes, Value, as_integer, as_text, as_time, text};

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
/// Copied from the catalog, for rules that choose SKUs by them.
pub(crate) const BRAND: &str = "brand";
pub(crate) const CATEGORY: &str = "category";
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

/// An item as an offer. Attributes of no meaning here are passed over; an attribute that should
/// have one and does not is an error, since a price or a stock must not be guessed.
pub(crate) fn decode(item: &impl Attributes) -> Result<Offer, StoreError> {
    let sku = item.find(SKU).and_then(as_text).unwrap_or_default();
    let corrupt = |attribute: &str| StoreError::corrupt(format!("offer {sku}"), attribute);
    let mut offer = Offer::unknown(SkuId::parse(sku).map_err(|_| corrupt(SKU))?);
    let mut stock: BTreeMap<WarehouseId, Stock> = BTreeMap::new();
    for (name, value) in item.each() {
        let wrong = || corrupt(name);
        if let Some(key) = PriceKey::read(name) {
            let price = key.and_then(|key| key.entry(value));
            offer.prices.extend(price.ok_or_else(wrong)?);
            continue;
        }
        match name.split_once(':') {
            None => match name {
                ACTIVE => offer.active = value.flag().ok_or_else(wrong)?,
                NAME => offer.name = Some(as_text(value).ok_or_else(wrong)?.to_owned()),
                WEIGHT_GRAMS => offer.weight_grams = as_integer(value).ok_or_else(wrong)?,
                MEASUREMENT_UNIT => {
                    as_text(value)
                        .ok_or_else(wrong)?
                        .clone_into(&mut offer.measurement_unit);
                }
                UNIT_MULTIPLIER => {
                    let number = value.digits().ok_or_else(wrong)?;
                    offer.unit_multiplier = number.parse().map_err(|_| wrong())?;
                }
                SHIPPING_METHODS => offer.shipping_methods = Some(texts(value).ok_or_else(wrong)?),
                OFFERINGS => offer.offerings = offerings(value).ok_or_else(wrong)?,
                DIMENSIONS => offer.dimensions = Some(dimensions(value).ok_or_else(wrong)?),
                BRAND => offer.brand = Some(as_text(value).ok_or_else(wrong)?.to_owned()),
                CATEGORY => offer.category = Some(as_text(value).ok_or_else(wrong)?.to_owned()),
                _ => {}
            },
            Some((kind, place)) => {
                let Some(stock) = of_place(&mut stock, place) else {
                    continue;
                };
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

/// So many places are compared with before one is looked up.
const LOOKED_THROUGH: usize = 4;

/// The stock of a place, of which four attributes tell; `None`: it can't be one.
fn of_place<'a>(stock: &'a mut BTreeMap<WarehouseId, Stock>, place: &str) -> Option<&'a mut Stock> {
    // Most sellers have one or two, and the name of one that is known needs no copy.
    let known = stock.keys().take(LOOKED_THROUGH);
    if let Some(index) = known.into_iter().position(|known| known.as_str() == place) {
        return stock.values_mut().nth(index);
    }
    let warehouse = WarehouseId::parse(place).ok()?;
    Some(stock.entry(warehouse).or_default())
}

fn texts(value: &impl Value) -> Option<Vec<String>> {
    value
        .list()?
        .iter()
        .map(|item| as_text(item).map(str::to_owned))
        .collect()
}

fn dimensions(size: &impl Value) -> Option<Dimensions> {
    let sides = size.map()?;
    let side = |name| sides.find(name)?.digits()?.parse().ok();
    Some(Dimensions {
        height: side("height")?,
        width: side("width")?,
        length: side("length")?,
    })
}

fn offerings<V: Value>(value: &V) -> Option<Vec<Offering>> {
    let offering = |value: &V| {
        let fields = value.map()?;
        Some(Offering {
            kind: as_text(fields.find("type")?)?.to_owned(),
            id: as_text(fields.find("id")?)?.to_owned(),
            name: as_text(fields.find("name")?)?.to_owned(),
            price: Cents::new(as_integer(fields.find("price")?)?),
        })
    };
    value.list()?.iter().map(offering).collect()
}
