//! Reading offers: all of a cart in one call.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use feirante_models::SkuId;
use feirante_seller::offer::Offer;
use feirante_seller::shipping::Occupancy;
use futures::future::try_join_all;

use super::{Offers, item};
use crate::attributes::{Attributes, Item};
use crate::batch_get::{KEYS_PER_CALL, batch_get_raw};
use crate::retry::Budget;
use crate::{StoreError, windows};

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
        let offers = HashMap::with_capacity(distinct.len());
        let found = Mutex::new((offers, Occupancy::default()));
        let found = &found;
        let calls = chunks.enumerate().map(|(index, skus)| {
            let methods = if fits && index == last { methods } else { &[] };
            let keys = move || keys(skus.iter().copied(), methods.iter().copied());
            batch_get_raw(&self.client, &self.table, keys, budget, |items| {
                let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
                let (offers, windows) = &mut *found;
                offers.extend(readable(items).map(|offer| (offer.sku.clone(), offer)));
                windows.extend(windows::decode(items));
            })
        });
        try_join_all(calls).await?;
        let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
        let (offers, windows) = std::mem::take(&mut *found);
        Ok((offers, fits.then_some(windows)))
    }
}

/// The keys of `skus` and of the windows of `methods`.
pub(crate) fn keys<'a>(
    skus: impl IntoIterator<Item = &'a SkuId>,
    methods: impl IntoIterator<Item = &'a str>,
) -> Vec<Item> {
    let skus = skus.into_iter();
    let skus = skus.map(|sku| item::key(sku, item::OFFER).into());
    let methods = methods
        .into_iter()
        .map(|method| windows::key(method).into());
    skus.chain(methods).collect()
}

/// The offers of `items`. One that can't be read is not sold, and keeps no other from being sold.
pub(crate) fn readable<'a, I: Attributes + 'a>(
    items: impl IntoIterator<Item = &'a I>,
) -> impl Iterator<Item = Offer> {
    let offers = items.into_iter().filter(|item| !windows::is_windows(*item));
    offers.filter_map(|item| {
        item::decode(item)
            .inspect_err(|error| tracing::error!(%error, "an offer is not sold"))
            .ok()
    })
}
