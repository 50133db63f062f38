//! What a method charges for a line.

use feirante_models::Cents;
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use super::reasons::{Excluded, RateBasis};
use super::table::RateRow;
use crate::settings::{Estimate, Rate, WeightRate};

/// What a line's freight hangs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// What is charged of its weight, in grams.
    pub grams: i64,
    /// What it is worth, in cents.
    pub value: Cents,
}

/// What a rule charges for a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rated {
    /// In cents.
    pub price: Cents,
    /// The rule.
    pub basis: RateBasis,
    /// How long the rule says it takes, in the unit of the method's estimate.
    pub time: Option<u16>,
}

impl Rate {
    /// What a line costs; `rows` are those of the rate's table for the address.
    ///
    /// # Errors
    /// Why nothing is charged for such a line.
    pub fn of(&self, load: Load, rows: &[&[RateRow]]) -> Result<Rated, Excluded> {
        let rated = |price, basis| Rated {
            price,
            basis,
            time: None,
        };
        match self {
            Self::Fixed(price) => Ok(rated(*price, RateBasis::Fixed)),
            Self::ByWeight(rates) => {
                let rate = up_to(rates, load).ok_or(Excluded::TooHeavy {
                    grams: Some(load.grams),
                })?;
                let grams = rate.up_to_grams;
                Ok(rated(rate.price, RateBasis::UpTo { grams }))
            }
            Self::ByWeightAndKilogram { rates, extra_kg } => match up_to(rates, load) {
                Some(rate) => {
                    let grams = rate.up_to_grams;
                    Ok(rated(rate.price, RateBasis::UpTo { grams }))
                }
                None => {
                    let heaviest = rates.last();
                    let above_grams = heaviest.map_or(0, |rate| rate.up_to_grams);
                    let kilograms = kilograms(load.grams, above_grams);
                    let base = heaviest.map_or(Cents::ZERO, |rate| rate.price);
                    let price = extra_kg
                        .checked_mul(kilograms)
                        .and_then(|extra| base.checked_add(extra))
                        .ok_or(Excluded::TooDear)?;
                    Ok(rated(
                        price,
                        RateBasis::ExtraKilograms {
                            above_grams,
                            kilograms,
                        },
                    ))
                }
            },
            Self::ByValue(rates) => {
                let worth = rates
                    .iter()
                    .rev()
                    .find(|rate| rate.from_value <= load.value);
                // The first is for lines of any worth.
                let rate = worth.or(rates.first()).ok_or(Excluded::TooDear)?;
                Ok(rated(rate.price, RateBasis::FromValue(rate.from_value)))
            }
            Self::Table(_) => {
                let found = rows
                    .iter()
                    .filter_map(|zone| RateRow::find(zone, load.grams, load.value));
                let row = found.min_by_key(|row| row.rank()).ok_or(Excluded::NoRow {
                    grams: load.grams,
                    value: load.value,
                })?;
                row.rated(load).ok_or(Excluded::TooDear)
            }
        }
    }
}

impl RateRow {
    fn rated(&self, load: Load) -> Option<Rated> {
        let kilograms = match self.extra_kg {
            Cents::ZERO => 0,
            _ => kilograms(load.grams, self.grams.0.into()),
        };
        let price = self
            .price
            .checked_add(self.extra_kg.checked_mul(kilograms)?)?
            .checked_add(share_of(load.value, self.share)?)?;
        Some(Rated {
            price,
            basis: RateBasis::Row {
                line: self.line,
                kilograms,
            },
            time: self.time,
        })
    }
}

/// The lightest rate that reaches the load.
fn up_to(rates: &[WeightRate], load: Load) -> Option<&WeightRate> {
    rates.iter().find(|rate| load.grams <= rate.up_to_grams)
}

/// The kilograms begun above a weight.
fn kilograms(grams: i64, above: i64) -> i64 {
    let over = grams.saturating_sub(above).max(0);
    over / 1000 + i64::from(over % 1000 > 0)
}

/// So many millionths of an amount, half a cent being rounded up.
fn share_of(value: Cents, millionths: u32) -> Option<Cents> {
    if millionths == 0 {
        return Some(Cents::ZERO);
    }
    let share = Decimal::from(value.get()).checked_mul(Decimal::new(millionths.into(), 6))?;
    let cents = share.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
    cents.to_i64().map(Cents::new)
}

/// The estimate of a method whose rule may say how long it takes.
#[must_use]
pub(super) fn transit(estimate: Estimate, rated: &Rated) -> Estimate {
    rated.time.map_or(estimate, |time| Estimate {
        amount: time.into(),
        ..estimate
    })
}

#[cfg(test)]
mod tests;
