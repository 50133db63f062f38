//! A SKU as far as its listing depends on it.

use feirante_models::Instant;

use super::{NotReady, Product, suggestion};
use crate::mapping::{Mapping, Name, Names};
use crate::settings::{Marketplace, Settings};

/// Names that are not mapped, as many as a listing keeps: `feirante listings --unmapped` has all.
const MOST_NAMES: usize = 100;

/// The SKU as the marketplace would see it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Goods {
    /// Whether it is sold there.
    pub sold: bool,
    /// What keeps it from being suggested until the ERP mends it; empty: nothing.
    pub missing: Vec<String>,
    /// What keeps it from being suggested until the seller file maps it; empty: nothing.
    pub unmapped: Vec<Name>,
    /// The names it would be suggested under; `None`: nothing of it has one.
    pub names: Option<Names>,
    /// The seller's own names for the same.
    pub own_names: Option<Names>,
    /// When its price changes next by time alone: in the future.
    pub changes_at: Option<Instant>,
}

impl Goods {
    /// A SKU as it stands at `now`.
    #[must_use]
    pub fn of(
        settings: &Settings,
        marketplace: &Marketplace,
        product: &Product,
        now: Instant,
    ) -> Self {
        let suggested = suggestion(settings, marketplace, product, now);
        let NotReady { missing, unmapped } = suggested.err().unwrap_or_default();
        let names = |mapping: &Mapping| {
            let catalog = product.catalog.as_ref();
            catalog.map(|catalog| mapping.apply(catalog).names())
        };
        Self {
            sold: product.is_sold(marketplace, now),
            missing,
            unmapped: unmapped.into_iter().take(MOST_NAMES).collect(),
            names: names(&marketplace.mapping),
            own_names: names(&Mapping::default()),
            changes_at: product.next_change(&settings.promotions, marketplace, now),
        }
    }

    /// Whether nothing keeps it from being suggested.
    pub(super) const fn can_be_suggested(&self) -> bool {
        self.missing.is_empty() && self.unmapped.is_empty()
    }
}
