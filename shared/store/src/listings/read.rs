//! Reading listings; one by one, as they stand now.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::KeysAndAttributes;
use feirante_models::{AccountName, SkuId};
use feirante_seller::listing::Listing;

use super::{Listings, item};
use crate::StoreError;
use crate::attributes::text;
use crate::batch_get::batch_get;
use crate::retry::{Budget, attempt};

impl Listings {
    /// The listing of a SKU at a marketplace.
    ///
    /// # Errors
    /// When it could not be read in time.
    pub async fn get(
        &self,
        sku: &SkuId,
        account: &AccountName,
        budget: Budget,
    ) -> Result<Option<Listing>, StoreError> {
        const OPERATION: &str = "GetItem";
        let call = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(item::key(sku, account).into()))
            .consistent_read(true);
        let answer = budget
            .run(OPERATION, || async {
                attempt(OPERATION, call.clone().send().await)
            })
            .await?;
        answer.item.map(item::decode).transpose()
    }

    /// The listings of some SKUs at a marketplace, 100 at most, eventually consistent.
    ///
    /// # Errors
    /// When not all of them could be read in time.
    pub async fn at(
        &self,
        account: &AccountName,
        skus: &[SkuId],
        budget: Budget,
    ) -> Result<Vec<Listing>, StoreError> {
        if skus.is_empty() {
            return Ok(Vec::new());
        }
        let keys = skus.iter().map(|sku| item::key(sku, account).into());
        let keys = KeysAndAttributes::builder().set_keys(Some(keys.collect()));
        let request = HashMap::from([(self.table.clone(), keys.build()?)]);
        let found = batch_get(&self.client, request, budget).await?;
        found.into_values().flatten().map(item::decode).collect()
    }

    /// The listings of a SKU, by the names of the marketplaces.
    ///
    /// # Errors
    /// When they could not be read in time.
    pub async fn of_sku(&self, sku: &SkuId, budget: Budget) -> Result<Vec<Listing>, StoreError> {
        const OPERATION: &str = "Query";
        // A seller has few marketplaces, and their listings are small: one page holds them.
        let call = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("#sku = :sku")
            .expression_attribute_names("#sku", item::SKU)
            .expression_attribute_values(":sku", text(sku.as_str()))
            .consistent_read(true);
        let answer = budget
            .run(OPERATION, || async {
                attempt(OPERATION, call.clone().send().await)
            })
            .await?;
        let items = answer.items.unwrap_or_default();
        items.into_iter().map(item::decode).collect()
    }
}
