//! A marketplace's markup on base prices.

use feirante_models::Cents;
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::settings::{PriceAdjustment, Rounding};

/// The adjusted amount, rounded as the adjustment says; `None` if nothing can cost that.
///
/// It never falls where `amount` rises.
pub(super) fn apply(adjustment: &PriceAdjustment, amount: Cents) -> Option<Cents> {
    let factor = Decimal::ONE_HUNDRED.checked_add(adjustment.percent)?;
    let exact = Decimal::from(amount.get())
        .checked_mul(factor)?
        .checked_div(Decimal::ONE_HUNDRED)?
        .checked_add(adjustment.add.get().into())?;
    if exact < Decimal::ZERO {
        return None;
    }
    let cents = match adjustment.ending {
        // What is free stays free.
        Some(ending) if !exact.is_zero() => to_ending(exact, ending.into(), adjustment.rounding)?,
        _ => to_cent(exact, adjustment.rounding)?,
    };
    Some(Cents::new(cents))
}

fn to_cent(exact: Decimal, rounding: Rounding) -> Option<i64> {
    let strategy = match rounding {
        Rounding::Up => RoundingStrategy::ToPositiveInfinity,
        Rounding::Down => RoundingStrategy::ToNegativeInfinity,
        Rounding::Nearest => RoundingStrategy::MidpointAwayFromZero,
    };
    exact.round_dp_with_strategy(0, strategy).to_i64()
}

/// The amount that ends in `ending`, of its last two digits. What would be rounded below zero is only
/// rounded to a cent.
fn to_ending(exact: Decimal, ending: i64, rounding: Rounding) -> Option<i64> {
    const STEP: i64 = 100;
    let whole = exact.floor().to_i64()?;
    let below = whole.checked_sub((whole - ending).rem_euclid(STEP))?;
    let above = || below.checked_add(STEP);
    let is_one = Decimal::from(below) == exact;
    match rounding {
        _ if is_one => Some(below),
        Rounding::Up => above(),
        Rounding::Nearest if whole - below >= STEP / 2 => above(),
        Rounding::Down | Rounding::Nearest if below < 0 => to_cent(exact, rounding),
        Rounding::Down | Rounding::Nearest => Some(below),
    }
}
