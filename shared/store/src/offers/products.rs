//! Many SKUs, each with both of its parts: given ones, or all page by page.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::KeysAndAttributes;
use feirante_models::SkuId;
use feirante_seller::listing::Product;
use futures::future::try_join_all;

use super::product::{add_part, text_of};
use super::{Offers, item};
use crate::StoreError;
use crate::attributes::{Item, text};
use crate::batch_get::{KEYS_PER_CALL, batch_get};
use crate::retry::{Budget, attempt};

/// SKUs whose two parts one call reads at most.
const SKUS_PER_CALL: usize = KEYS_PER_CALL / 2;

/// Items one page looks at. A database gives a megabyte at once, of which a SKU takes a few thousand
/// bytes.
const ITEMS_PER_PAGE: i32 = 500;

/// Where a list of all SKUs goes on.
#[derive(Debug, Clone)]
pub struct Page {
    key: Item,
    /// The last SKU so far: its other part may be on the next page.
    unfinished: Option<Box<Product>>,
}

impl Offers {
    /// All that is known of `skus`, as it stands now: one call per fifty SKUs, all at once. SKUs may
    /// repeat; one of which nothing is known is not in the answer.
    ///
    /// # Errors
    /// When not all of it could be read in time, or can't be understood.
    pub async fn products(
        &self,
        skus: &[SkuId],
        budget: Budget,
    ) -> Result<HashMap<SkuId, Product>, StoreError> {
        let mut distinct: Vec<&SkuId> = skus.iter().collect();
        distinct.sort_unstable();
        distinct.dedup();
        let calls = distinct.chunks(SKUS_PER_CALL).map(|skus| async move {
            let keys = skus.iter().flat_map(|sku| {
                [item::OFFER, item::CATALOG].map(|part| item::key(sku, part).into())
            });
            let keys = KeysAndAttributes::builder()
                .set_keys(Some(keys.collect()))
                .consistent_read(true)
                .build()?;
            let request = HashMap::from([(self.table.clone(), keys)]);
            batch_get(&self.client, request, budget).await
        });
        let found = try_join_all(calls).await?;
        let mut products = HashMap::new();
        for part in found.into_iter().flat_map(HashMap::into_values).flatten() {
            let sku = sku_of(&part)?;
            let unknown = || Product::unknown(sku.clone());
            add_part(products.entry(sku.clone()).or_insert_with(unknown), &part)?;
        }
        Ok(products)
    }

    /// Some of all SKUs, in no order, with all that is known of them, and where the others are. Unlike
    /// [`Offers::page`] it reads both parts, as they stand now, and leaves nothing out: one that can't
    /// be understood is an error.
    ///
    /// # Errors
    /// When they could not be read in time, or one can't be understood.
    pub async fn all_products(
        &self,
        page: Option<Page>,
        budget: Budget,
    ) -> Result<(Vec<Product>, Option<Page>), StoreError> {
        const OPERATION: &str = "Scan";
        let (key, mut unfinished) = match page {
            Some(page) => (Some(page.key), page.unfinished),
            None => (None, None),
        };
        let call = self
            .client
            .scan()
            .table_name(&self.table)
            .consistent_read(true)
            .limit(ITEMS_PER_PAGE)
            .filter_expression("#part IN (:offer, :catalog)")
            .expression_attribute_names("#part", item::PART)
            .expression_attribute_values(":offer", text(item::OFFER))
            .expression_attribute_values(":catalog", text(item::CATALOG))
            .set_exclusive_start_key(key);
        let answer = budget
            .run(OPERATION, || async {
                attempt(OPERATION, call.clone().send().await)
            })
            .await?;
        let mut products = Vec::new();
        for part in answer.items.unwrap_or_default() {
            let sku = sku_of(&part)?;
            // The items of a SKU follow each other.
            let mut product = match unfinished.take() {
                Some(product) if product.offer.sku == sku => product,
                other => {
                    products.extend(other.map(|product| *product));
                    Box::new(Product::unknown(sku))
                }
            };
            add_part(&mut product, &part)?;
            unfinished = Some(product);
        }
        let next = answer.last_evaluated_key.filter(|key| !key.is_empty());
        let Some(key) = next else {
            products.extend(unfinished.map(|product| *product));
            return Ok((products, None));
        };
        Ok((products, Some(Page { key, unfinished })))
    }
}

fn sku_of(part: &Item) -> Result<SkuId, StoreError> {
    let sku = text_of(part, item::SKU).unwrap_or_default();
    SkuId::parse(sku).map_err(|why| StoreError::corrupt(format!("offer {sku}"), why))
}
