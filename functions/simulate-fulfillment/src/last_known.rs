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
    /// What was read of `skus`, which are all that were asked for: one that is not there any more, or
    /// can't be read and is not sold, is forgotten.
    pub(crate) fn remember(&self, skus: &[SkuId], mut offers: HashMap<SkuId, Offer>) {
        let mut known = self.known();
        for sku in skus {
            match offers.remove_entry(sku) {
                Some((sku, offer)) => known.put(sku, offer),
                None => known.pop(sku),
            };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gone_is_forgotten_and_all_else_kept() {
        let [here, gone, other] = ["here", "gone", "other"].map(|code| SkuId::parse(code).unwrap());
        let offer = |sku: &SkuId| (sku.clone(), Offer::unknown(sku.clone()));
        let known = LastKnown::default();
        let all = [here.clone(), gone.clone(), other.clone()];
        known.remember(&all, all.iter().map(offer).collect());
        known.remember(&all[..2], HashMap::from([offer(&here)]));
        let recalled = known.recall(&all);
        assert!(recalled.contains_key(&here) && recalled.contains_key(&other));
        assert!(!recalled.contains_key(&gone));
    }
}
