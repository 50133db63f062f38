//! Quantities of goods.

use std::fmt;
use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

/// How many units of a SKU somebody asks for: at least one.
///
/// The protocol knows no upper end; above [`Quantity::MAX`] no stock of a small seller reaches, so
/// more is read as that many and never served in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quantity(NonZeroU32);

impl Quantity {
    /// The greatest quantity told apart.
    pub const MAX: i64 = u32::MAX as i64;

    /// One unit.
    pub const ONE: Self = Self(NonZeroU32::MIN);

    /// `units`, unless that is less than one.
    #[must_use]
    pub fn new(units: i64) -> Option<Self> {
        let units = u32::try_from(units.min(Self::MAX)).ok()?;
        NonZeroU32::new(units).map(Self)
    }

    /// The number of units.
    #[must_use]
    pub fn get(self) -> i64 {
        i64::from(self.0.get())
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn less_than_one_is_no_quantity() {
        assert_eq!(Quantity::new(0), None);
        assert_eq!(Quantity::new(-1), None);
        assert_eq!(Quantity::new(i64::MIN), None);
        assert_eq!(Quantity::new(1), Some(Quantity::ONE));
    }

    #[test]
    fn more_than_anyone_holds_is_the_most() {
        assert_eq!(
            Quantity::new(i64::MAX).map(Quantity::get),
            Some(Quantity::MAX)
        );
    }
}
