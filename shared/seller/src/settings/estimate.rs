//! How long something takes, in the grammar of `shippingEstimate` (protocol §2.3).

use std::fmt;

use serde::{Deserialize, Serialize};

/// How long something takes: a number and `bd` (business days), `d`, `h` or `m` (minutes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Estimate {
    /// How many.
    pub amount: u32,
    /// Of what.
    pub unit: Unit,
}

/// What an estimate counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Days on which somebody works.
    BusinessDays,
    /// Days of the calendar.
    Days,
    /// Hours.
    Hours,
    /// Minutes.
    Minutes,
}

/// A text that is no estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEstimate {
    /// It is not of the grammar.
    #[error("is not a number and bd (business days), d, h or m, like 5bd")]
    Form,
    /// Nobody waits that long.
    #[error("is longer than a year")]
    TooLong,
}

impl Unit {
    const SUFFIXES: [(&'static str, Self); 4] = [
        // Before `d`, which it ends in.
        ("bd", Self::BusinessDays),
        ("d", Self::Days),
        ("h", Self::Hours),
        ("m", Self::Minutes),
    ];

    /// How many make a year.
    const fn year(self) -> u32 {
        match self {
            Self::BusinessDays => 260,
            Self::Days => 366,
            Self::Hours => 366 * 24,
            Self::Minutes => 366 * 24 * 60,
        }
    }
}

impl Estimate {
    /// No time at all.
    pub const NONE: Self = Self {
        amount: 0,
        unit: Unit::BusinessDays,
    };

    /// Reads an estimate of the seller file, which is at most a year.
    pub(super) fn parse(text: &str) -> Result<Self, InvalidEstimate> {
        let estimate = Self::read(text).ok_or(InvalidEstimate::Form)?;
        if estimate.amount > estimate.unit.year() {
            return Err(InvalidEstimate::TooLong);
        }
        Ok(estimate)
    }

    fn read(text: &str) -> Option<Self> {
        let (digits, unit) = Unit::SUFFIXES
            .iter()
            .find_map(|(suffix, unit)| Some((text.strip_suffix(suffix)?, *unit)))?;
        let plain =
            (1..=6).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit());
        let amount = digits.parse().ok().filter(|_| plain)?;
        Some(Self { amount, unit })
    }
}

impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut suffixes = Unit::SUFFIXES.iter();
        let suffix = suffixes.find(|(_, unit)| *unit == self.unit);
        write!(
            f,
            "{}{}",
            self.amount,
            suffix.map_or("", |(suffix, _)| suffix)
        )
    }
}

impl TryFrom<String> for Estimate {
    type Error = InvalidEstimate;
    fn try_from(text: String) -> Result<Self, InvalidEstimate> {
        Self::read(&text).ok_or(InvalidEstimate::Form)
    }
}

impl From<Estimate> for String {
    fn from(estimate: Estimate) -> Self {
        estimate.to_string()
    }
}
