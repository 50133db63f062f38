//! What the ERP puts on `erp-offers`.

mod check;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Catalog;
use crate::object::Object;
use crate::problem::{Code, Problem};
use crate::read::{self, Top};
use crate::{AccountName, Cents, Instant, SkuId, WarehouseId, wire};

/// A message of `erp-offers`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfferMessage {
    /// A SKU's data; replaces all earlier data of the SKU but its prices and stock.
    Sku(Box<SkuMessage>),
    /// A price of a SKU.
    Price(PriceMessage),
    /// A count of a SKU's stock.
    Stock(StockMessage),
    /// A change of a SKU's stock.
    StockAdjustment(StockAdjustmentMessage),
}

/// Data of a SKU: whether it is sold, what shipping needs, what suggestions need.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object")]
pub struct SkuMessage {
    /// The seller's code.
    #[serde(deserialize_with = "sku_id")]
    pub sku: SkuId,
    /// Whether it is sold at all.
    pub active: bool,
    /// Its name, for people.
    pub name: String,
    /// Weight of one unit with its packaging.
    #[serde(default, deserialize_with = "grams")]
    pub weight_grams: Option<u32>,
    /// Size of one unit with its packaging.
    #[serde(default)]
    pub dimensions_cm: Option<Dimensions>,
    /// `un` if absent.
    #[serde(default)]
    pub measurement_unit: Option<String>,
    /// How many measurement units one unit is; 1 if absent or zero.
    #[serde(default)]
    pub unit_multiplier: Option<Decimal>,
    /// Exactly these delivery methods; `None`: every method not marked `only_listed`.
    #[serde(default)]
    pub shipping_methods: Option<Vec<String>>,
    /// Services sold with it.
    #[serde(default, deserialize_with = "wire::list")]
    pub offerings: Vec<OfferingMessage>,
    /// When this was so; `None`: when the message was sent.
    #[serde(default)]
    pub as_of: Option<Instant>,
    /// What a suggestion to a marketplace needs.
    #[serde(default)]
    pub catalog: Option<Box<Catalog>>,
}

/// Height, width and length in centimetres.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(expecting = "an object")]
pub struct Dimensions {
    /// Height in centimetres.
    pub height: Decimal,
    /// Width in centimetres.
    pub width: Decimal,
    /// Length in centimetres.
    pub length: Decimal,
}

/// A service sold with a SKU, like gift wrapping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(expecting = "an object")]
pub struct OfferingMessage {
    /// Its kind.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its id, unique among the SKU's.
    #[serde(deserialize_with = "wire::id")]
    pub id: String,
    /// Its name, for people.
    pub name: String,
    /// Its price in cents.
    #[serde(deserialize_with = "wire::cents")]
    pub price: Cents,
}

/// A price of a SKU, for everyone or for one marketplace or sales channel.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object")]
pub struct PriceMessage {
    /// The SKU.
    #[serde(deserialize_with = "sku_id")]
    pub sku: SkuId,
    /// Unit price in cents; `None` takes the price away.
    #[serde(default, deserialize_with = "wire::optional_cents")]
    pub price: Option<Cents>,
    /// The "from" price in cents.
    #[serde(default, deserialize_with = "wire::optional_cents")]
    pub list_price: Option<Cents>,
    /// It holds from then on; `None`: at once. Prices of one place that begin at different times stand
    /// side by side.
    #[serde(default)]
    pub valid_from: Option<Instant>,
    /// After it the price does not hold.
    #[serde(default)]
    pub valid_until: Option<Instant>,
    /// No rule takes the SKU's price below this, in cents.
    #[serde(default, deserialize_with = "wire::optional_cents")]
    pub floor: Option<Cents>,
    /// The marketplace it is for; `None`: all.
    #[serde(default)]
    pub marketplace: Option<AccountName>,
    /// The sales channel of that marketplace it is for; `None`: all.
    #[serde(default, deserialize_with = "wire::text")]
    pub sales_channel: Option<String>,
    /// When this was so; `None`: when the message was sent.
    #[serde(default)]
    pub as_of: Option<Instant>,
}

/// A count of a SKU's stock.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object")]
pub struct StockMessage {
    /// The SKU.
    #[serde(deserialize_with = "sku_id")]
    pub sku: SkuId,
    /// Where it was counted.
    pub warehouse: WarehouseId,
    /// Units there, those reserved for orders included.
    #[serde(deserialize_with = "units")]
    pub on_hand: i64,
    /// When it was counted; `None`: when the message was sent.
    #[serde(default)]
    pub as_of: Option<Instant>,
}

/// A change of a SKU's stock, applied once whatever the number of its messages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object")]
pub struct StockAdjustmentMessage {
    /// Names the change, so that a repeated message is known.
    #[serde(deserialize_with = "wire::id")]
    pub id: String,
    /// The SKU.
    #[serde(deserialize_with = "sku_id")]
    pub sku: SkuId,
    /// Where.
    pub warehouse: WarehouseId,
    /// Units that came (positive) or went (negative).
    #[serde(deserialize_with = "units")]
    pub delta: i64,
}

/// No seller this is for has more of anything: a greater number is a mistake.
const MOST_UNITS: i64 = 1_000_000_000;

impl OfferMessage {
    /// Reads a message.
    ///
    /// # Errors
    /// Names what is wrong by its JSON pointer.
    pub fn read(body: &[u8]) -> Result<Self, Problem> {
        let text = read::json_text(body, Top::Object)?;
        let fields = Object::read(text, String::new())?;
        let message = match fields.id("type")?.as_str() {
            "sku" => {
                // What is read into a type would be read from a list as well.
                for name in ["dimensionsCm", "catalog"] {
                    if fields.get(name).is_some() {
                        fields.object(name)?;
                    }
                }
                Self::Sku(Box::new(read::typed(text, "")?))
            }
            "price" => Self::Price(read::typed(text, "")?),
            "stock" => Self::Stock(read::typed(text, "")?),
            "stockAdjustment" => Self::StockAdjustment(read::typed(text, "")?),
            _ => {
                let kinds = "is none of sku, price, stock, stockAdjustment";
                return Err(Problem::at(Code::Schema, "/type", kinds));
            }
        };
        check::message(&message)?;
        Ok(message)
    }

    /// The SKU it is about.
    #[must_use]
    pub fn sku(&self) -> &SkuId {
        match self {
            Self::Sku(message) => &message.sku,
            Self::Price(message) => &message.sku,
            Self::Stock(message) => &message.sku,
            Self::StockAdjustment(message) => &message.sku,
        }
    }
}

fn sku_id<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<SkuId, D::Error> {
    let code = wire::id(deserializer)?;
    if code.trim().is_empty() {
        return Err(serde::de::Error::custom("is empty"));
    }
    SkuId::parse(code).map_err(serde::de::Error::custom)
}

fn grams<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    let refuse = || serde::de::Error::custom("is not an integer number of grams");
    let grams = wire::optional_cents(deserializer).map_err(|_| refuse())?;
    grams
        .map(|grams| u32::try_from(grams.get()).map_err(|_| refuse()))
        .transpose()
}

fn units<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let units = wire::cents(deserializer)
        .map_err(|_| serde::de::Error::custom("is not an integer"))?
        .get();
    if !(-MOST_UNITS..=MOST_UNITS).contains(&units) {
        return Err(serde::de::Error::custom("is beyond a thousand million"));
    }
    Ok(units)
}

#[cfg(test)]
mod tests;
