//! What the ERP puts on `erp-offers`.

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
    #[serde(default)]
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
    /// After it the price does not hold.
    #[serde(default)]
    pub valid_until: Option<Instant>,
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

/// Bytes of an id, a name, or a word of it: an offer is rewritten by every reservation, and stays
/// small.
const LONGEST_TEXT: usize = 200;

/// Services or delivery methods of one SKU.
const MOST_IN_LIST: usize = 50;

/// Bytes of what suggestions need.
const LARGEST_CATALOG: usize = 300_000;

impl OfferMessage {
    /// Reads a message.
    ///
    /// # Errors
    /// Names what is wrong by its JSON pointer.
    pub fn read(body: &[u8]) -> Result<Self, Problem> {
        let text = read::json_text(body, Top::Object)?;
        let message = match Object::read(text, String::new())?.id("type")?.as_str() {
            "sku" => Self::Sku(Box::new(read::typed(text, "")?)),
            "price" => Self::Price(read::typed(text, "")?),
            "stock" => Self::Stock(read::typed(text, "")?),
            "stockAdjustment" => Self::StockAdjustment(read::typed(text, "")?),
            _ => {
                let kinds = "is none of sku, price, stock, stockAdjustment";
                return Err(Problem::at(Code::Schema, "/type", kinds));
            }
        };
        message.check()?;
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

    fn check(&self) -> Result<(), Problem> {
        match self {
            Self::Sku(sku) => sku.check(),
            Self::Price(price) => price.check(),
            Self::StockAdjustment(adjustment) => text("/id", &adjustment.id),
            Self::Stock(_) => Ok(()),
        }
    }
}

impl SkuMessage {
    fn check(&self) -> Result<(), Problem> {
        if self.name.trim().is_empty() {
            return refuse("/name", "is empty");
        }
        text("/name", &self.name)?;
        text(
            "/measurementUnit",
            self.measurement_unit.as_deref().unwrap_or_default(),
        )?;
        let negative = |by: Decimal| by.is_sign_negative() && !by.is_zero();
        if self.unit_multiplier.is_some_and(negative) {
            return refuse("/unitMultiplier", "is negative");
        }
        let methods = self.shipping_methods.as_deref().unwrap_or_default();
        if methods.len() > MOST_IN_LIST {
            return refuse("/shippingMethods", "has more than 50");
        }
        for (index, method) in methods.iter().enumerate() {
            text(&format!("/shippingMethods/{index}"), method)?;
        }
        if self.offerings.len() > MOST_IN_LIST {
            return refuse("/offerings", "has more than 50");
        }
        for (index, offering) in self.offerings.iter().enumerate() {
            let at = |name: &str| format!("/offerings/{index}/{name}");
            if offering.price < Cents::ZERO {
                return refuse(&at("price"), "is negative");
            }
            text(&at("type"), &offering.kind)?;
            text(&at("id"), &offering.id)?;
            text(&at("name"), &offering.name)?;
        }
        let catalog = self.catalog.as_ref().map(serde_json::to_vec);
        if catalog
            .and_then(Result::ok)
            .is_some_and(|json| json.len() > LARGEST_CATALOG)
        {
            return refuse("/catalog", "is larger than 300 KB");
        }
        Ok(())
    }
}

impl PriceMessage {
    fn check(&self) -> Result<(), Problem> {
        let negative = |amount: Option<Cents>| amount.is_some_and(|amount| amount < Cents::ZERO);
        if negative(self.price) {
            return refuse("/price", "is negative");
        }
        if negative(self.list_price) {
            return refuse("/listPrice", "is negative");
        }
        let Some(channel) = &self.sales_channel else {
            return Ok(());
        };
        if self.marketplace.is_none() {
            return refuse(
                "/marketplace",
                "is missing: a sales channel is one of a marketplace",
            );
        }
        text("/salesChannel", channel)
    }
}

fn refuse(pointer: &str, why: &str) -> Result<(), Problem> {
    Err(Problem::at(Code::Schema, pointer, why))
}

fn text(pointer: &str, text: &str) -> Result<(), Problem> {
    if text.len() > LONGEST_TEXT {
        return refuse(pointer, "is longer than 200 bytes");
    }
    Ok(())
}

fn sku_id<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<SkuId, D::Error> {
    SkuId::parse(wire::id(deserializer)?).map_err(serde::de::Error::custom)
}

fn units<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let units = wire::cents(deserializer)
        .map_err(|_| serde::de::Error::custom("is not an integer"))?
        .get();
    if units.abs() > MOST_UNITS {
        return Err(serde::de::Error::custom("is beyond a thousand million"));
    }
    Ok(units)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(message: &str) -> String {
        OfferMessage::read(message.as_bytes())
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn a_price_may_be_anything_but_negative() {
        let read = |price: &str| {
            OfferMessage::read(format!(r#"{{"type":"price","sku":1,"price":{price}}}"#).as_bytes())
        };
        for (price, cents) in [("7390", Some(7390)), ("7390.0", Some(7390)), ("null", None)] {
            let Ok(OfferMessage::Price(message)) = read(price) else {
                panic!("{price}: {:?}", read(price));
            };
            assert_eq!(message.price, cents.map(Cents::new));
            assert_eq!(message.sku.as_str(), "1");
        }
        assert!(read("-1").is_err());
        assert!(read("73.9").is_err());
        assert!(read("\"7390\"").is_err());
    }

    #[test]
    fn mistakes_are_named_by_their_place() {
        assert!(refusal("{").starts_with("ES001"));
        assert!(refusal(r#"{"sku":"1"}"#).contains("/type"));
        assert!(refusal(r#"{"type":"size"}"#).contains("/type: is none of sku, price"));
        assert!(
            refusal(r#"{"type":"stock","sku":"1","warehouse":"a b","onHand":1}"#)
                .contains("/warehouse")
        );
        assert!(
            refusal(r#"{"type":"stock","sku":"1","warehouse":"a","onHand":1e12}"#)
                .contains("/onHand")
        );
        assert!(
            refusal(r#"{"type":"sku","sku":"1","active":true}"#).contains("missing field `name`")
        );
        assert!(
            refusal(r#"{"type":"sku","sku":"1","active":true,"name":"a","offerings":[{"type":"x","id":"1","name":"y","price":1.5}]}"#)
                .contains("/offerings/0/price")
        );
        assert!(
            refusal(r#"{"type":"price","sku":"1","price":1,"asOf":"tuesday"}"#).contains("/asOf")
        );
    }
}
