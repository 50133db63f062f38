//! What a SKU costs, and whether it has a price at all.
//!
//! A price is made in three steps: the entry of the ERP's price lists that holds, the marketplace's
//! adjustment of it, and the best promotion. None of them goes below the SKU's floor. All that can
//! change it by time alone is known beforehand, so a price says when it ends.

mod adjustment;
mod discount;
mod rules;

use feirante_models::{Cents, Instant};

use crate::offer::{Offer, PriceEntry};
use crate::settings::{Marketplace, PriceAdjustment, Promotion};

pub use discount::Discount;

use rules::Rules;

/// The price of one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price<'a> {
    /// What the buyer pays, in cents; never negative, nor below the SKU's floor.
    pub price: Cents,
    /// The "from" price in cents; at least `price`, and what that is without its promotion.
    pub list_price: Cents,
    /// When something of all this changes by itself: in the future.
    pub valid_until: Option<Instant>,
    /// The promotion contained in `price`.
    pub discount: Option<Discount<'a>>,
    /// How it was made.
    pub basis: Basis<'a>,
}

/// How a price was made, up to its promotion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Basis<'a> {
    /// The price that holds: of the sales channel, of the marketplace, or of everyone.
    pub entry: &'a PriceEntry,
    /// The marketplace's adjustment, where it applies to that.
    pub adjustment: Option<&'a PriceAdjustment>,
    /// The price after the adjustment, in cents.
    pub adjusted: Cents,
    /// What the SKU may not be sold below, in cents.
    pub floor: Option<Cents>,
    /// The price before any promotion, in cents: `adjusted`, but not below the floor.
    pub regular: Cents,
}

impl Price<'_> {
    /// Whether buyers see the same of both: how a price was made is nobody else's business.
    #[must_use]
    pub fn looks_like(&self, other: &Price<'_>) -> bool {
        self.shown() == other.shown()
    }

    fn shown(&self) -> impl PartialEq {
        let tag = self.discount.map(|Discount { promotion, off, .. }| {
            (promotion.id.as_str(), promotion.name.as_str(), off)
        });
        (self.price, self.list_price, self.valid_until, tag)
    }
}

/// What a unit of the offer costs at a marketplace's sales channel; `None`: it is not sold there.
///
/// Of the prices that hold, the most specific wins: of the sales channel, of the marketplace, of
/// everyone; among those of one place, the one that began last. The marketplace's adjustment applies
/// to prices that were not made for it. Of several promotions the best one counts, alone.
#[must_use]
pub fn price<'a>(
    offer: &'a Offer,
    promotions: &'a [Promotion],
    marketplace: &'a Marketplace,
    sales_channel: &str,
    now: Instant,
) -> Option<Price<'a>> {
    let rules = Rules::of(offer, promotions, marketplace, sales_channel, now);
    let price = rules.at(now)?;
    Some(Price {
        valid_until: rules.next_change(now),
        ..price
    })
}

/// When the price on any of a marketplace's sales channels next changes by time alone, beginning and
/// ending to be sold included. Until then each stays as it is at `now`.
#[must_use]
pub fn next_change(
    offer: &Offer,
    promotions: &[Promotion],
    marketplace: &Marketplace,
    now: Instant,
) -> Option<Instant> {
    let channels = marketplace.sales_channels.iter();
    let changes = channels.filter_map(|channel| {
        Rules::of(offer, promotions, marketplace, channel, now).next_change(now)
    });
    changes.min()
}

#[cfg(test)]
mod tests;
