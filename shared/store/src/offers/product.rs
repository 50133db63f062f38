//! Both parts of a SKU: read together, and in images of the table's stream.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::KeysAndAttributes;
use feirante_models::SkuId;
use feirante_models::erp::Catalog;
use feirante_seller::listing::Product;

use super::{Offers, item};
use crate::StoreError;
use crate::attributes::{Item, as_text};
use crate::batch_get::batch_get;
use crate::compressed::decompress;
use crate::retry::Budget;

/// A change of a part of a SKU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProductChange {
    /// What is sold changed; what only suggestions need of it is in neither.
    Offer {
        /// Before.
        old: Box<Product>,
        /// After.
        new: Box<Product>,
    },
    /// What only suggestions need changed.
    Catalog {
        /// The SKU.
        sku: SkuId,
    },
}

/// Whether a stream's record with these keys is of this table.
#[must_use]
pub fn is_of_offers(keys: &serde_dynamo::Item) -> bool {
    [item::SKU, item::PART]
        .into_iter()
        .all(|name| keys.contains_key(name))
}

/// What a record of the table's stream changes of a SKU, from its keys and images; `None` if that is
/// nothing marketplaces could be told of. An image is empty where there was or is no item.
///
/// # Errors
/// When an image can't be read.
pub fn from_stream_images(
    keys: serde_dynamo::Item,
    old: serde_dynamo::Item,
    new: serde_dynamo::Item,
) -> Result<Option<ProductChange>, StoreError> {
    let keys: Item = keys.into();
    let (Some(sku), Some(part)) = (text_of(&keys, item::SKU), text_of(&keys, item::PART)) else {
        return Ok(None);
    };
    let sku = SkuId::parse(sku).map_err(|why| StoreError::corrupt("a change of an offer", why))?;
    let (old, new): (Item, Item) = (old.into(), new.into());
    match part {
        item::OFFER => Ok(Some(ProductChange::Offer {
            old: Box::new(sold(&sku, &old)?),
            new: Box::new(sold(&sku, &new)?),
        })),
        // Its time changes with each message, its content seldom.
        item::CATALOG if catalog(&sku, &old)? != catalog(&sku, &new)? => {
            Ok(Some(ProductChange::Catalog { sku }))
        }
        _ => Ok(None),
    }
}

impl Offers {
    /// All that is known of a SKU, as it stands now.
    ///
    /// # Errors
    /// When it could not be read in time, or can't be understood.
    pub async fn product(&self, sku: &SkuId, budget: Budget) -> Result<Product, StoreError> {
        let keys = [item::OFFER, item::CATALOG].map(|part| item::key(sku, part).into());
        let keys = KeysAndAttributes::builder()
            .set_keys(Some(keys.into()))
            .consistent_read(true)
            .build()?;
        let request = HashMap::from([(self.table.clone(), keys)]);
        let found = batch_get(&self.client, request, budget).await?;
        let mut product = Product::unknown(sku.clone());
        for part in found.into_values().flatten() {
            add_part(&mut product, &part)?;
        }
        Ok(product)
    }
}

/// Puts an item of its SKU into a product.
pub(super) fn add_part(product: &mut Product, part: &Item) -> Result<(), StoreError> {
    if text_of(part, item::PART) == Some(item::CATALOG) {
        product.catalog = catalog(&product.offer.sku, part)?;
    } else {
        product.offer = item::decode(part)?;
    }
    Ok(())
}

pub(super) fn text_of<'a>(item: &'a Item, attribute: &str) -> Option<&'a str> {
    item.get(attribute).and_then(as_text)
}

/// The product of an OFFER item, without what is in the other part.
pub(super) fn sold(sku: &SkuId, part: &Item) -> Result<Product, StoreError> {
    if part.is_empty() {
        return Ok(Product::unknown(sku.clone()));
    }
    Ok(Product {
        offer: item::decode(part)?,
        catalog: None,
    })
}

fn catalog(sku: &SkuId, part: &Item) -> Result<Option<Catalog>, StoreError> {
    let corrupt = |why: String| StoreError::corrupt(format!("catalog of {sku}"), why);
    let Some(compressed) = part.get("catalog") else {
        return Ok(None);
    };
    let json = decompress(compressed).map_err(corrupt)?;
    serde_json::from_str(&json).map_err(|why| corrupt(why.to_string()))
}
