//! All that is known of a SKU.

use feirante_models::erp::Catalog;
use feirante_models::{Instant, SkuId};

use crate::offer::Offer;
use crate::pricing::{self, Price};
use crate::settings::{Marketplace, Promotion};

/// A SKU with what only marketplaces' catalogs need of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// What is sold.
    pub offer: Offer,
    /// What a suggestion needs.
    pub catalog: Option<Catalog>,
}

impl Product {
    /// A SKU of which nothing is known.
    #[must_use]
    pub fn unknown(sku: SkuId) -> Self {
        Self {
            offer: Offer::unknown(sku),
            catalog: None,
        }
    }

    /// Whether a marketplace sells it: it is active and has a price on a sales channel.
    #[must_use]
    pub fn is_sold(&self, marketplace: &Marketplace, now: Instant) -> bool {
        // No promotion takes a price away.
        self.offer.active && self.price(&[], marketplace, now).is_some()
    }

    /// When its price at a marketplace next changes by time alone, beginning and ending to be sold
    /// there included; `None`: it stays as it is.
    #[must_use]
    pub fn next_change(
        &self,
        promotions: &[Promotion],
        marketplace: &Marketplace,
        now: Instant,
    ) -> Option<Instant> {
        let next = || pricing::next_change(&self.offer, promotions, marketplace, now);
        self.offer.active.then(next).flatten()
    }

    /// What it costs at a marketplace, on the first of its sales channels that has a price.
    #[must_use]
    pub fn price<'a>(
        &'a self,
        promotions: &'a [Promotion],
        marketplace: &'a Marketplace,
        now: Instant,
    ) -> Option<Price<'a>> {
        marketplace
            .sales_channels
            .iter()
            .find_map(|channel| pricing::price(&self.offer, promotions, marketplace, channel, now))
    }
}
