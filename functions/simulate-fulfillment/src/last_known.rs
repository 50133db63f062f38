//! The offers this instance has seen, and who has the delivery windows: what it answers by while the
//! database does not.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};

use feirante_models::SkuId;
use feirante_seller::offer::Offer;
use feirante_seller::shipping::Occupancy;
use lru::LruCache;

/// At about a kilobyte each, what an instance can spare.
const MOST: NonZeroUsize = NonZeroUsize::new(2000).unwrap();

/// Offers as they were last read, the least recently asked for forgotten first.
#[derive(Debug)]
pub(crate) struct LastKnown {
    offers: Mutex<LruCache<SkuId, Offer>>,
    windows: Mutex<Occupancy>,
}

impl Default for LastKnown {
    fn default() -> Self {
        Self {
            offers: Mutex::new(LruCache::new(MOST)),
            windows: Mutex::default(),
        }
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
        self.offers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who has the windows of `methods`: as was just read, or as was known last.
    pub(crate) fn windows(&self, methods: &[&str], read: Option<&Occupancy>) -> Occupancy {
        let mut known = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(read) = read {
            known.renew(methods, read);
        }
        known.clone()
    }
}
