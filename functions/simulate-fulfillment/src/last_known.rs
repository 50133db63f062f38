//! The offers this instance has seen: what it answers by while the database does not.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};

use feirante_models::SkuId;
use feirante_seller::offer::Offer;
use lru::LruCache;

/// At about a kilobyte each, what an instance can spare.
const MOST: NonZeroUsize = NonZeroUsize::new(2000).unwrap();

/// Offers as they were last read, the least recently asked for forgotten first.
#[derive(Debug)]
pub(crate) struct LastKnown(Mutex<LruCache<SkuId, Offer>>);

impl Default for LastKnown {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(MOST)))
    }
}

impl LastKnown {
    pub(crate) fn remember(&self, offers: &HashMap<SkuId, Offer>) {
        let mut known = self.known();
        for (sku, offer) in offers {
            known.put(sku.clone(), offer.clone());
        }
    }

    pub(crate) fn recall(&self, skus: &[SkuId]) -> HashMap<SkuId, Offer> {
        let mut known = self.known();
        skus.iter()
            .filter_map(|sku| Some((sku.clone(), known.get(sku)?.clone())))
            .collect()
    }

    fn known(&self) -> MutexGuard<'_, LruCache<SkuId, Offer>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
