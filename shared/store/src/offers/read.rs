//! Reading offers: all of a cart in one call.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::KeysAndAttributes;
use feirante_models::SkuId;
use feirante_seller::offer::Offer;
use feirante_seller::shipping::Occupancy;
use futures::future::try_join_all;

use super::{Offers, item};
use crate::retry::{Attempt, Budget, attempt};
use crate::{StoreError, attributes::Item, windows};

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
        let (offers, _) = self.read_with_windows(skus, &[], budget).await?;
        Ok(offers)
    }

    /// The same, with the orders that have the delivery windows of some methods where a call has
    /// room for their keys: no call is made for them.
    ///
    /// # Errors
    /// When not all of it could be read in time.
    pub async fn read_with_windows(
        &self,
        skus: &[SkuId],
        methods: &[&str],
        budget: Budget,
    ) -> Result<(HashMap<SkuId, Offer>, Option<Occupancy>), StoreError> {
        let mut distinct: Vec<&SkuId> = skus.iter().collect();
        distinct.sort_unstable();
        distinct.dedup();
        let chunks = distinct.chunks(KEYS_PER_CALL);
        let last = chunks.len().saturating_sub(1);
        let in_last = distinct.len() - last * KEYS_PER_CALL;
        let fits = !distinct.is_empty() && in_last + methods.len() <= KEYS_PER_CALL;
        let calls = chunks.enumerate().map(|(index, skus)| {
            let methods = if fits && index == last { methods } else { &[] };
            self.read_call(skus, methods, budget)
        });
        let items = try_join_all(calls).await?;
        let items = || items.iter().flatten();
        Ok((readable(items()), fits.then(|| windows::decode(items()))))
    }

    /// The keys of `skus` and of the windows of `methods` as part of a batch.
    pub(crate) fn keys<'a>(
        &self,
        skus: impl IntoIterator<Item = &'a SkuId>,
        methods: impl IntoIterator<Item = &'a str>,
    ) -> Result<KeysAndAttributes, StoreError> {
        let skus = skus
            .into_iter()
            .map(|sku| item::key(sku, item::OFFER).into());
        let methods = methods
            .into_iter()
            .map(|method| windows::key(method).into());
        let keys = skus.chain(methods).collect();
        Ok(KeysAndAttributes::builder().set_keys(Some(keys)).build()?)
    }

    async fn read_call(
        &self,
        skus: &[&SkuId],
        methods: &[&str],
        budget: Budget,
    ) -> Result<Vec<Item>, StoreError> {
        let request = || {
            let keys = self.keys(skus.iter().copied(), methods.iter().copied())?;
            Ok(HashMap::from([(self.table.clone(), keys)]))
        };
        let mut found = batch_get_of(&self.client, request, budget).await?;
        Ok(found.remove(&self.table).unwrap_or_default())
    }
}

/// The offers of `items`. One that can't be read is not sold, and keeps no other from being sold.
pub(crate) fn readable<'a>(items: impl IntoIterator<Item = &'a Item>) -> HashMap<SkuId, Offer> {
    let offers = items.into_iter().filter(|item| !windows::is_windows(item));
    let offers = offers.filter_map(|item| {
        item::decode(item)
            .inspect_err(|error| tracing::error!(%error, "an offer is not sold"))
            .ok()
    });
    offers.map(|offer| (offer.sku.clone(), offer)).collect()
}

/// What a BatchGetItem asks for, by table.
pub(crate) type Request = HashMap<String, KeysAndAttributes>;

/// One BatchGetItem, repeated for what the database leaves unprocessed.
pub(crate) async fn batch_get(
    client: &aws_sdk_dynamodb::Client,
    request: Request,
    budget: Budget,
) -> Result<HashMap<String, Vec<Item>>, StoreError> {
    batch_get_of(client, || Ok(request.clone()), budget).await
}

/// The same of what `request` makes: once for each try, which for all but few is once. A copy would take
/// as long as the keys did.
async fn batch_get_of(
    client: &aws_sdk_dynamodb::Client,
    request: impl Fn() -> Result<Request, StoreError>,
    budget: Budget,
) -> Result<HashMap<String, Vec<Item>>, StoreError> {
    const OPERATION: &str = "BatchGetItem";
    // What is left of it, once it has been answered in part.
    let progress = std::sync::Mutex::new((None::<Request>, HashMap::<String, Vec<Item>>::new()));
    let lock = || {
        progress
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    };
    budget
        .run(OPERATION, || {
            let rest = lock().0.clone();
            let (lock, request) = (&lock, &request);
            async move {
                let asked = rest.map_or_else(request, Ok)?;
                let answer = client
                    .batch_get_item()
                    .set_request_items(Some(asked))
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
                progress.0 = answer.unprocessed_keys.filter(|rest| !rest.is_empty());
                if progress.0.is_none() {
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
