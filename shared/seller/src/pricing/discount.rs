//! What promotions take off a price.

use feirante_models::simulation::PriceTag;
use feirante_models::{AccountName, Cents};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::settings::{Off, Promotion};

/// A promotion that lowers a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Discount<'a> {
    /// The promotion.
    pub promotion: &'a Promotion,
    /// What a unit costs with it, in cents.
    pub price: Cents,
    /// What it takes off a unit's price, in cents; above zero.
    pub off: Cents,
}

impl<'a> Discount<'a> {
    /// How a marketplace is shown it.
    #[must_use]
    pub fn tag(&self) -> PriceTag<'a> {
        PriceTag::discount(&self.promotion.id, &self.promotion.name, self.off)
    }
}

impl Promotion {
    /// Whether buyers of a marketplace's sales channel have it.
    #[must_use]
    pub fn is_at(&self, account: &AccountName, sales_channel: &str) -> bool {
        let mut channels = self.sales_channels.iter();
        (self.marketplaces.is_empty() || self.marketplaces.contains(account))
            && (self.sales_channels.is_empty() || channels.any(|channel| channel == sales_channel))
    }
}

/// The promotion that makes a unit cheapest, the first of equals; `None` if none makes it cheaper. None
/// goes below the floor.
pub(super) fn best<'a>(
    promotions: impl Iterator<Item = &'a Promotion>,
    regular: Cents,
    floor: Option<Cents>,
) -> Option<Discount<'a>> {
    let discounts = promotions.filter_map(|promotion| {
        let wanted = reduced(regular, promotion.off)?;
        let price = wanted.max(floor.unwrap_or(Cents::ZERO));
        // An amount off is meant for what costs more than it; only a percentage gives things away.
        if matches!(promotion.off, Off::Amount(_)) && price <= Cents::ZERO {
            return None;
        }
        let off = regular.checked_sub(price)?;
        (off > Cents::ZERO).then_some(Discount {
            promotion,
            price,
            off,
        })
    });
    discounts.min_by_key(|discount| discount.price)
}

/// A price less what is taken off it, half a cent being rounded up.
fn reduced(price: Cents, off: Off) -> Option<Cents> {
    match off {
        Off::Amount(amount) => price.checked_sub(amount),
        Off::Percent(percent) => {
            let rest = Decimal::ONE_HUNDRED.checked_sub(percent)?;
            Decimal::from(price.get())
                .checked_mul(rest)?
                .checked_div(Decimal::ONE_HUNDRED)?
                .round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero)
                .to_i64()
                .map(Cents::new)
        }
    }
}
