//! What is known of a SKU, as the messages of `erp-offers` that say it.

use feirante_models::erp::{
    Catalog, Dimensions, OfferMessage, OfferingMessage, PriceMessage, SkuMessage,
    StockAdjustmentMessage, StockMessage,
};
use feirante_models::{Cents, Instant};
use feirante_seller::listing::Product;
use feirante_seller::offer::{Offer, PriceEntry};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::value::RawValue;

/// A SKU by its messages, without their times.
#[derive(Debug)]
pub(crate) struct Facts {
    /// Its data, unless only prices or stock of it are known.
    pub(crate) sku: Option<SkuMessage>,
    /// Its prices: that for all first, then by their places.
    pub(crate) prices: Vec<PriceMessage>,
    /// Its stock, by warehouse.
    pub(crate) stock: Vec<StockMessage>,
}

impl Facts {
    pub(crate) fn of(product: &Product) -> Self {
        let offer = &product.offer;
        let mut prices: Vec<PriceMessage> = offer
            .prices
            .iter()
            .map(|entry| price(offer, entry))
            .collect();
        prices.sort_by(|one, other| place(one).cmp(&place(other)));
        let stock = offer.stock.iter().map(|(warehouse, stock)| StockMessage {
            sku: offer.sku.clone(),
            warehouse: warehouse.clone(),
            on_hand: stock.on_hand,
            as_of: None,
        });
        Self {
            sku: sku(product),
            prices,
            stock: stock.collect(),
        }
    }

    /// All of them, true at `as_of`.
    pub(crate) fn messages(self, as_of: Instant) -> impl Iterator<Item = OfferMessage> {
        let sku = self.sku.map(|sku| OfferMessage::Sku(Box::new(sku)));
        let prices = self.prices.into_iter().map(OfferMessage::Price);
        let stock = self.stock.into_iter().map(OfferMessage::Stock);
        let all = sku.into_iter().chain(prices).chain(stock);
        all.map(move |message| dated(message, as_of))
    }
}

/// The place of a price.
fn place(price: &PriceMessage) -> (Option<&str>, Option<&str>, Option<i64>) {
    (
        price.marketplace.as_ref().map(|account| account.as_str()),
        price.sales_channel.as_deref(),
        price.valid_from.map(Instant::millis),
    )
}

fn sku(product: &Product) -> Option<SkuMessage> {
    let offer = &product.offer;
    let offerings = offer.offerings.iter().map(|offering| OfferingMessage {
        kind: offering.kind.clone(),
        id: offering.id.clone(),
        name: offering.name.clone(),
        price: offering.price,
    });
    Some(SkuMessage {
        sku: offer.sku.clone(),
        active: offer.active,
        name: offer.name.clone()?,
        weight_grams: u32::try_from(offer.weight_grams).ok().filter(|g| *g > 0),
        dimensions_cm: offer.dimensions,
        measurement_unit: Some(offer.measurement_unit.clone()),
        unit_multiplier: Some(offer.unit_multiplier),
        shipping_methods: offer.shipping_methods.clone(),
        offerings: offerings.collect(),
        as_of: None,
        catalog: product.catalog.clone().map(Box::new),
    })
}

fn price(offer: &Offer, entry: &PriceEntry) -> PriceMessage {
    PriceMessage {
        sku: offer.sku.clone(),
        price: Some(entry.price),
        list_price: entry.list_price,
        valid_from: entry.valid_from,
        valid_until: entry.valid_until,
        floor: entry.floor,
        marketplace: entry.marketplace.clone(),
        sales_channel: entry.sales_channel.clone(),
        as_of: None,
    }
}

/// The message, true at `as_of` unless it says itself when it was. An adjustment has no time.
pub(crate) fn dated(mut message: OfferMessage, as_of: Instant) -> OfferMessage {
    match &mut message {
        OfferMessage::Sku(message) => message.as_of = message.as_of.or(Some(as_of)),
        OfferMessage::Price(message) => message.as_of = message.as_of.or(Some(as_of)),
        OfferMessage::Stock(message) => message.as_of = message.as_of.or(Some(as_of)),
        OfferMessage::StockAdjustment(_) => {}
    }
    message
}

/// A message as the queue has it: one line of JSON.
///
/// # Errors
/// None that a message could cause.
pub(crate) fn json(message: &OfferMessage) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Written::of(message))
}

/// A message in the names of the queue; what is absent is left out.
#[derive(Serialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
enum Written<'a> {
    Sku {
        sku: &'a str,
        active: bool,
        name: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        weight_grams: Option<u32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        dimensions_cm: Option<Size>,
        #[serde(skip_serializing_if = "Option::is_none")]
        measurement_unit: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        unit_multiplier: Option<Number>,
        #[serde(skip_serializing_if = "Option::is_none")]
        shipping_methods: Option<&'a [String]>,
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        offerings: &'a [OfferingMessage],
        #[serde(skip_serializing_if = "Option::is_none")]
        as_of: Option<Instant>,
        #[serde(skip_serializing_if = "Option::is_none")]
        catalog: Option<&'a Catalog>,
    },
    Price {
        sku: &'a str,
        /// Null takes the price away.
        price: Option<Cents>,
        #[serde(skip_serializing_if = "Option::is_none")]
        list_price: Option<Cents>,
        #[serde(skip_serializing_if = "Option::is_none")]
        valid_from: Option<Instant>,
        #[serde(skip_serializing_if = "Option::is_none")]
        valid_until: Option<Instant>,
        #[serde(skip_serializing_if = "Option::is_none")]
        floor: Option<Cents>,
        #[serde(skip_serializing_if = "Option::is_none")]
        marketplace: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        sales_channel: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        as_of: Option<Instant>,
    },
    Stock {
        sku: &'a str,
        warehouse: &'a str,
        on_hand: i64,
        #[serde(skip_serializing_if = "Option::is_none")]
        as_of: Option<Instant>,
    },
    StockAdjustment {
        id: &'a str,
        sku: &'a str,
        warehouse: &'a str,
        delta: i64,
    },
}

/// A decimal as a JSON number, digit by digit.
struct Number(Decimal);

impl Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.0.normalize().to_string())
            .map_err(serde::ser::Error::custom)?
            .serialize(serializer)
    }
}

#[derive(Serialize)]
struct Size {
    height: Number,
    width: Number,
    length: Number,
}

impl<'a> Written<'a> {
    fn of(message: &'a OfferMessage) -> Self {
        match message {
            OfferMessage::Sku(message) => Self::Sku {
                sku: message.sku.as_str(),
                active: message.active,
                name: &message.name,
                weight_grams: message.weight_grams,
                dimensions_cm: message.dimensions_cm.map(Size::of),
                measurement_unit: message.measurement_unit.as_deref(),
                unit_multiplier: message.unit_multiplier.map(Number),
                shipping_methods: message.shipping_methods.as_deref(),
                offerings: &message.offerings,
                as_of: message.as_of,
                catalog: message.catalog.as_deref(),
            },
            OfferMessage::Price(message) => Self::Price {
                sku: message.sku.as_str(),
                price: message.price,
                list_price: message.list_price,
                valid_from: message.valid_from,
                valid_until: message.valid_until,
                floor: message.floor,
                marketplace: message.marketplace.as_ref().map(|account| account.as_str()),
                sales_channel: message.sales_channel.as_deref(),
                as_of: message.as_of,
            },
            OfferMessage::Stock(message) => Self::Stock {
                sku: message.sku.as_str(),
                warehouse: message.warehouse.as_str(),
                on_hand: message.on_hand,
                as_of: message.as_of,
            },
            OfferMessage::StockAdjustment(StockAdjustmentMessage {
                id,
                sku,
                warehouse,
                delta,
            }) => Self::StockAdjustment {
                id,
                sku: sku.as_str(),
                warehouse: warehouse.as_str(),
                delta: *delta,
            },
        }
    }
}

impl Size {
    const fn of(size: Dimensions) -> Self {
        Self {
            height: Number(size.height),
            width: Number(size.width),
            length: Number(size.length),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_as_it_was() {
        let texts = [
            r#"{"type":"sku","sku":"1","active":true,"name":"Sabão \"x\"","weightGrams":500,"dimensionsCm":{"height":1.5,"width":2,"length":0.30},"measurementUnit":"kg","unitMultiplier":0.1000,"shippingMethods":[],"offerings":[{"type":"a","id":6,"name":"b","price":250}],"asOf":"2026-11-21","catalog":{"productId":321,"images":[{"name":"a","url":"b"}],"skuSpecifications":[{"name":"Cor","values":["Azul","Verde"]}]}}"#,
            r#"{"type":"price","sku":"1","price":null,"marketplace":"mkt1","salesChannel":2}"#,
            r#"{"type":"price","sku":"1","price":7390,"listPrice":7490,"floor":7000,"validFrom":"2026-11-21","validUntil":"2026-11-22T10:00:00-03:00"}"#,
            r#"{"type":"stock","sku":"1","warehouse":"main","onHand":-3,"asOf":"2026-11-21T00:00:00Z"}"#,
            r#"{"type":"stockAdjustment","id":7,"sku":"1","warehouse":"main","delta":-3}"#,
        ];
        for text in texts {
            let message = OfferMessage::read(text.as_bytes()).unwrap();
            let written = json(&message).unwrap();
            let again = OfferMessage::read(written.as_bytes());
            assert_eq!(again.unwrap(), message, "{written}");
        }
    }
}
