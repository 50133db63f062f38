//! `marketplaces.price_adjustment`: how a marketplace's prices differ from the base prices.

use feirante_models::Cents;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::file::Table;

/// A marketplace's markup on base prices, or its discount where negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceAdjustment {
    /// Percent of the base price.
    pub percent: Decimal,
    /// Cents, after the percentage.
    pub add: Cents,
    /// The last two digits of the cents, below 100; `None`: any.
    #[serde(default)]
    pub ending: Option<u8>,
    /// Which way to the ending, or else to a whole cent.
    #[serde(default)]
    pub rounding: Rounding,
}

/// Which way an amount is rounded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rounding {
    /// Never to less.
    Up,
    /// Never to more.
    Down,
    /// To what is nearest, from the middle up.
    #[default]
    Nearest,
}

impl PriceAdjustment {
    pub(super) fn read(table: &mut Table<'_>) -> Option<Self> {
        /// Ten million of the currency in either direction.
        const MOST: i64 = 1_000_000_000;
        let percent = table.get("percent").map(|value| value.decimal(-100, 1000));
        let add = table
            .get("add")
            .map(|value| value.integer(-MOST..MOST + 1).map(Cents::new));
        let ending = table
            .get("ending")
            .and_then(|value| value.integer(0..100))
            .and_then(|ending| u8::try_from(ending).ok());
        let rounding = table.get("rounding").and_then(|value| {
            value.choice(&[
                ("up", Rounding::Up),
                ("down", Rounding::Down),
                ("nearest", Rounding::Nearest),
            ])
        });
        Some(Self {
            percent: percent.unwrap_or(Some(Decimal::ZERO))?,
            add: add.unwrap_or(Some(Cents::ZERO))?,
            ending,
            rounding: rounding.unwrap_or_default(),
        })
    }
}
