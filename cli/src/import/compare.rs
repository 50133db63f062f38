//! What a message would change about what is known of its SKU.

use std::collections::BTreeMap;

use feirante_models::erp::{
    Catalog, OfferMessage, PriceMessage, SkuMessage, Specification, StockMessage,
};
use feirante_models::{Cents, Instant};
use feirante_seller::listing::Product;
use rust_decimal::Decimal;
use serde::Serialize;

use super::cells::name_in;
use crate::export::messages::Facts;

/// What comes of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Something.
    Change(Change),
    /// It says what is known.
    Nothing,
    /// What is held is newer.
    Outdated,
}

/// What a message changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(
    tag = "change",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub(super) enum Change {
    /// A SKU that was not known.
    NewSku { sku: String, name: String },
    /// Data of a SKU.
    Sku {
        sku: String,
        /// Fields that are other than before.
        fields: Vec<&'static str>,
        /// Those of them that were filled and are empty now.
        lost: Vec<&'static str>,
    },
    /// A price, in cents; none before: it is new; none after: it is taken away.
    Price {
        sku: String,
        /// Where it holds: `mkt1`, `mkt1/2`; everywhere if empty.
        place: String,
        before: Option<Cents>,
        after: Option<Cents>,
        /// What else changes of it.
        fields: Vec<&'static str>,
    },
    /// Units in a warehouse; none before: there was no count.
    Stock {
        sku: String,
        warehouse: String,
        before: Option<i64>,
        after: i64,
    },
    /// So many units more or less.
    Adjustment {
        sku: String,
        warehouse: String,
        delta: i64,
    },
}

/// What comes of `message`, if `held` is all that is known.
pub(super) fn compare(message: &OfferMessage, held: &Product) -> Outcome {
    match message {
        OfferMessage::Sku(message) => sku(message, held),
        OfferMessage::Price(message) => price(message, held),
        OfferMessage::Stock(message) => stock(message, held),
        // Whether it was made before only its id tells.
        OfferMessage::StockAdjustment(message) => Outcome::Change(Change::Adjustment {
            sku: message.sku.to_string(),
            warehouse: message.warehouse.to_string(),
            delta: message.delta,
        }),
    }
}

fn sku(message: &SkuMessage, held: &Product) -> Outcome {
    let sku = message.sku.to_string();
    let Some(before) = Facts::of(held).sku else {
        let name = message.name.clone();
        return Outcome::Change(Change::NewSku { sku, name });
    };
    let (before, after) = (fields(&before), fields(message));
    let (mut changed, mut lost) = (Vec::new(), Vec::new());
    for ((name, before), (_, after)) in before.iter().zip(&after) {
        if before != after {
            changed.push(*name);
            if after.is_empty() {
                lost.push(*name);
            }
        }
    }
    match changed.is_empty() {
        true => Outcome::Nothing,
        false => Outcome::Change(Change::Sku {
            sku,
            fields: changed,
            lost,
        }),
    }
}

/// The fields of a SKU by the names of their columns, each as a text that is the same if it means the
/// same, and empty where nothing is said.
fn fields(sku: &SkuMessage) -> Vec<(&'static str, String)> {
    let nothing = Catalog::default();
    let catalog = sku.catalog.as_deref().unwrap_or(&nothing);
    let text = |text: &Option<String>| text.as_deref().unwrap_or_default().trim().to_owned();
    let unit = text(&sku.measurement_unit);
    let multiplier = sku.unit_multiplier.filter(|by| !by.is_zero());
    let size = sku.dimensions_cm.map(|size| {
        let sides = [size.height, size.width, size.length];
        sides.map(|side| side.normalize().to_string()).join(" × ")
    });
    let offerings = sku.offerings.iter().map(|offering| {
        let words = (&offering.kind, &offering.id, &offering.name);
        format!("{words:?} {}", offering.price.get())
    });
    let images = catalog.images.iter().map(|image| {
        let (name, url) = (image.name.trim(), image.url.trim());
        let name = if name.is_empty() { name_in(url) } else { name };
        format!("{:?}", (name, url))
    });
    let methods = sku.shipping_methods.as_ref().map(|methods| {
        let trimmed: Vec<&str> = methods.iter().map(|method| method.trim()).collect();
        format!("{trimmed:?}")
    });
    vec![
        ("active", sku.active.to_string()),
        ("name", sku.name.trim().to_owned()),
        (
            "weight",
            sku.weight_grams
                .filter(|grams| *grams > 0)
                .map_or_else(String::new, |grams| grams.to_string()),
        ),
        ("size", size.unwrap_or_default()),
        (
            "unit",
            if unit.is_empty() {
                "un".to_owned()
            } else {
                unit
            },
        ),
        (
            "multiplier",
            multiplier.unwrap_or(Decimal::ONE).normalize().to_string(),
        ),
        ("shipping_methods", methods.unwrap_or_default()),
        ("offerings", offerings.collect()),
        ("product_id", text(&catalog.product_id)),
        ("product_name", text(&catalog.product_name)),
        ("description", text(&catalog.description)),
        ("brand", text(&catalog.brand)),
        ("category", text(&catalog.category)),
        ("ean", text(&catalog.ean)),
        ("ref_id", text(&catalog.ref_id)),
        ("images", images.collect()),
        ("spec", specifications(&catalog.sku_specifications)),
        (
            "product_spec",
            specifications(&catalog.product_specifications),
        ),
    ]
}

/// Whatever their order, and however their values are spread over them.
fn specifications(list: &[Specification]) -> String {
    let mut all: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for one in list {
        let values = one.values.iter().map(|value| value.trim());
        let values = values.filter(|value| !value.is_empty());
        all.entry(one.name.trim()).or_default().extend(values);
    }
    all.retain(|name, values| !name.is_empty() && !values.is_empty());
    match all.is_empty() {
        true => String::new(),
        false => format!("{all:?}"),
    }
}

fn price(message: &PriceMessage, held: &Product) -> Outcome {
    let before = held.offer.prices.iter().find(|entry| {
        entry.marketplace == message.marketplace
            && entry.sales_channel == message.sales_channel
            && entry.valid_from == message.valid_from
    });
    let known = |entry: &feirante_seller::offer::PriceEntry| {
        (entry.list_price, entry.valid_until, entry.floor)
    };
    let (list_price, valid_until, floor) = before.map(known).unwrap_or_default();
    let mut fields = Vec::new();
    if message.price.is_some() {
        for (name, changed) in [
            ("list_price", list_price != message.list_price),
            ("valid_until", valid_until != message.valid_until),
            ("floor", floor != message.floor),
        ] {
            fields.extend(changed.then_some(name));
        }
    }
    let before = before.map(|entry| entry.price);
    if before == message.price && fields.is_empty() {
        return Outcome::Nothing;
    }
    Outcome::Change(Change::Price {
        sku: message.sku.to_string(),
        place: place(message),
        before,
        after: message.price,
        fields,
    })
}

fn place(price: &PriceMessage) -> String {
    let account = price.marketplace.as_ref().map(ToString::to_string);
    let from = price.valid_from.as_ref().map(Instant::to_string);
    let parts = [account, price.sales_channel.clone()];
    let mut place: String = parts.into_iter().flatten().collect::<Vec<_>>().join("/");
    if let Some(from) = from {
        place.push_str(" from ");
        place.push_str(&from);
    }
    place.trim_start().to_owned()
}

fn stock(message: &StockMessage, held: &Product) -> Outcome {
    let before = held.offer.stock.get(&message.warehouse);
    if before.is_some_and(|stock| stock.on_hand == message.on_hand) {
        return Outcome::Nothing;
    }
    let counted = before.and_then(|stock| stock.as_of);
    if counted.is_some() && counted >= message.as_of {
        return Outcome::Outdated;
    }
    Outcome::Change(Change::Stock {
        sku: message.sku.to_string(),
        warehouse: message.warehouse.to_string(),
        before: before.map(|stock| stock.on_hand),
        after: message.on_hand,
    })
}

#[cfg(test)]
mod tests;
