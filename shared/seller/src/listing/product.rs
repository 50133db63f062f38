//! All that is known of a SKU.

use feirante_models::erp::{Catalog, Dimensions};
use feirante_models::{Instant, SkuId};

use crate::offer::Offer;
use crate::pricing::{self, Price};
use crate::settings::Marketplace;

/// A SKU with what only marketplaces' catalogs need of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// What is sold.
    pub offer: Offer,
    /// Size of one unit with its packaging.
    pub dimensions: Option<Dimensions>,
    /// What a suggestion needs.
    pub catalog: Option<Catalog>,
}

impl Product {
    /// A SKU of which nothing is known.
    #[must_use]
    pub fn unknown(sku: SkuId) -> Self {
        Self {
            offer: Offer::unknown(sku),
            dimensions: None,
            catalog: None,
        }
    }

    /// Whether a marketplace sells it: it is active and has a price on a sales channel.
    #[must_use]
    pub fn is_sold(&self, marketplace: &Marketplace, now: Instant) -> bool {
        self.offer.active && self.price(marketplace, now).is_some()
    }

    /// What it costs at a marketplace, on the first of its sales channels that has a price.
    #[must_use]
    pub fn price(&self, marketplace: &Marketplace, now: Instant) -> Option<Price> {
        marketplace
            .sales_channels
            .iter()
            .find_map(|channel| pricing::price(&self.offer, marketplace, channel, now))
    }
}
