//! `[[marketplaces.divergence]]`: what happens to orders whose price is not ours.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::file::Value;

/// A band of price divergence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Band {
    /// The band holds up to this difference, in percent of our price.
    pub up_to_percent: Decimal,
    /// What happens to the order.
    pub decision: Decision,
}

/// What happens to an order whose price is not ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// It is taken.
    Authorize,
    /// It is taken, and held for a person to look at.
    Review,
    /// It is refused.
    Deny,
}

pub(super) fn read(value: &Value<'_>) -> Vec<Band> {
    let mut highest = None;
    value.list(|band| {
        band.table(|table| {
            let up_to = table.required("up_to_percent");
            let percent = up_to.as_ref().and_then(|value| value.decimal(0, 100));
            let decision = table.required("decision").and_then(|value| {
                value.choice(&[
                    ("authorize", Decision::Authorize),
                    ("review", Decision::Review),
                    ("deny", Decision::Deny),
                ])
            });
            if let (Some(percent), Some(highest)) = (percent, highest)
                && percent <= highest
            {
                table.mistake(
                    "up_to_percent",
                    "is not above that of the band before: it never holds",
                );
            }
            highest = percent.or(highest);
            Some(Band {
                up_to_percent: percent?,
                decision: decision?,
            })
        })
    })
}
