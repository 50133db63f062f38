//! Reading offers: all of a cart in one call.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::KeysAndAttributes;
use feirante_models::SkuId;
use feirante_seller::offer::Offer;
use futures::future::try_join_all;

use super::{Offers, item};
use crate::retry::{Attempt, Budget, attempt};
use crate::{StoreError, attributes::Item};

/// Keys one BatchGetItem takes at most.
pub(crate) const KEYS_PER_CALL: usize = 100;

impl Offers {
    /// The offers of `skus` that exist, eventually consistent: one call per hundred SKUs, all at
    /// once. SKUs may repeat.
    ///
    /// # Errors
    /// When not all of it could be read in time.
    pub async fn read(
        &self,
        skus: &[SkuId],
        budget: Budget,
    ) -> Result<HashMap<SkuId, Offer>, StoreError> {
        let mut distinct: Vec<&SkuId> = skus.iter().collect();
        distinct.sort_unstable();
        distinct.dedup();
        let calls = distinct
            .chunks(KEYS_PER_CALL)
            .map(|skus| self.read_call(skus, budget));
        let items = try_join_all(calls).await?;
        Ok(readable(items.iter().flatten()))
    }

    /// The keys of `skus` as part of a batch.
    pub(crate) fn keys<'a>(
        &self,
        skus: impl IntoIterator<Item = &'a SkuId>,
    ) -> Result<KeysAndAttributes, StoreError> {
        let keys = skus
            .into_iter()
            .map(|sku| item::key(sku, item::OFFER).into())
            .collect();
        Ok(KeysAndAttributes::builder().set_keys(Some(keys)).build()?)
    }

    async fn read_call(&self, skus: &[&SkuId], budget: Budget) -> Result<Vec<Item>, StoreError> {
        let request = HashMap::from([(self.table.clone(), self.keys(skus.iter().copied())?)]);
        let mut found = batch_get(&self.client, request, budget).await?;
        Ok(found.remove(&self.table).unwrap_or_default())
    }
}

/// The offers of `items`. One that can't be read is not sold, and keeps no other from being sold.
pub(crate) fn readable<'a>(items: impl IntoIterator<Item = &'a Item>) -> HashMap<SkuId, Offer> {
    let offers = items.into_iter().filter_map(|item| {
        item::decode(item)
            .inspect_err(|error| tracing::error!(%error, "an offer is not sold"))
            .ok()
    });
    offers.map(|offer| (offer.sku.clone(), offer)).collect()
}

/// One BatchGetItem, repeated for what the database leaves unprocessed.
pub(crate) async fn batch_get(
    client: &aws_sdk_dynamodb::Client,
    request: HashMap<String, KeysAndAttributes>,
    budget: Budget,
) -> Result<HashMap<String, Vec<Item>>, StoreError> {
    const OPERATION: &str = "BatchGetItem";
    let progress = std::sync::Mutex::new((request, HashMap::<String, Vec<Item>>::new()));
    let lock = || {
        progress
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    };
    budget
        .run(OPERATION, || {
            let rest = lock().0.clone();
            let lock = &lock;
            async move {
                let answer = client
                    .batch_get_item()
                    .set_request_items(Some(rest))
                    .send()
                    .await;
                let answer = match attempt(OPERATION, answer)? {
                    Attempt::Done(answer) => answer,
                    Attempt::Again(error) => return Ok(Attempt::Again(error)),
                };
                let mut progress = lock();
                for (table, items) in answer.responses.unwrap_or_default() {
                    progress.1.entry(table).or_default().extend(items);
                }
                progress.0 = answer.unprocessed_keys.unwrap_or_default();
                if progress.0.is_empty() {
                    return Ok(Attempt::Done(()));
                }
                let detail = "not every key was processed".to_owned();
                Ok(Attempt::Again(StoreError::Unavailable {
                    operation: OPERATION,
                    detail,
                }))
            }
        })
        .await?;
    Ok(progress
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
        .1)
}
