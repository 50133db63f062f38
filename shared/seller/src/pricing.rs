//! What a SKU costs, and whether it has a price at all.

use feirante_models::{Cents, Instant};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::offer::{Offer, PriceEntry};
use crate::settings::{Marketplace, PriceAdjustment};

/// The price of one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// What the buyer pays, in cents; never negative.
    pub price: Cents,
    /// The "from" price in cents; at least `price`.
    pub list_price: Cents,
    /// In the future, if the price ends.
    pub valid_until: Option<Instant>,
}

/// What a unit of the offer costs at a marketplace's sales channel; `None`: it is not sold there.
///
/// The most specific price that holds wins: of the sales channel, of the marketplace, of everyone.
/// The marketplace's adjustment applies to prices that were not made for it.
#[must_use]
pub fn price(
    offer: &Offer,
    marketplace: &Marketplace,
    sales_channel: &str,
    now: Instant,
) -> Option<Price> {
    let entry = offer
        .prices
        .iter()
        .filter(|entry| entry.valid_until.is_none_or(|end| end > now))
        .filter(|entry| is_for(entry, marketplace, sales_channel))
        .max_by_key(|entry| (entry.marketplace.is_some(), entry.sales_channel.is_some()))?;
    let adjustment = match entry.marketplace {
        Some(_) => None,
        None => marketplace.price_adjustment.as_ref(),
    };
    let price = adjusted(entry.price, adjustment)?;
    let list_price = match entry.list_price {
        Some(list_price) => adjusted(list_price, adjustment)?.max(price),
        None => price,
    };
    Some(Price {
        price,
        list_price,
        valid_until: entry.valid_until,
    })
}

fn is_for(entry: &PriceEntry, marketplace: &Marketplace, sales_channel: &str) -> bool {
    let for_marketplace = entry
        .marketplace
        .as_ref()
        .is_none_or(|name| *name == marketplace.account);
    let for_channel = entry
        .sales_channel
        .as_ref()
        .is_none_or(|name| name == sales_channel);
    for_marketplace && for_channel
}

/// The adjusted amount, half a cent being rounded up; `None` if nothing can cost that.
fn adjusted(amount: Cents, adjustment: Option<&PriceAdjustment>) -> Option<Cents> {
    let amount = match adjustment {
        None => amount,
        Some(PriceAdjustment { percent, add }) => {
            let factor = Decimal::ONE_HUNDRED.checked_add(*percent)?;
            let cents = Decimal::from(amount.get())
                .checked_mul(factor)?
                .checked_div(Decimal::ONE_HUNDRED)?
                .round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero)
                .to_i64()?;
            Cents::new(cents).checked_add(*add)?
        }
    };
    (amount >= Cents::ZERO).then_some(amount)
}

#[cfg(test)]
mod tests;
