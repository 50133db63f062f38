//! The weight a carrier charges.

use feirante_models::erp::Dimensions;
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::offer::Offer;

/// What a line weighs, all of its units together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weight {
    /// On a scale, in grams.
    pub real: i64,
    /// What its size counts as, in grams; `None` where no size is known or none counts.
    pub cubic: Option<i64>,
}

impl Weight {
    /// The weight of so many units of an offer; `cubic_divisor`: the cubic centimetres that count
    /// as a kilogram. `None` if it is more than can be counted.
    #[must_use]
    pub fn of(offer: &Offer, quantity: i64, cubic_divisor: Option<u32>) -> Option<Self> {
        let cubic = match (offer.dimensions, cubic_divisor) {
            (Some(size), Some(divisor)) => Some(cubic_grams(size, divisor)?.checked_mul(quantity)?),
            _ => None,
        };
        Some(Self {
            real: offer.weight_grams.checked_mul(quantity)?,
            cubic,
        })
    }

    /// What is charged: the greater of both, in grams.
    #[must_use]
    pub fn charged(self) -> i64 {
        self.cubic.map_or(self.real, |cubic| cubic.max(self.real))
    }
}

/// What the size of one unit counts as, in grams, rounded up.
fn cubic_grams(size: Dimensions, divisor: u32) -> Option<i64> {
    let volume = size
        .height
        .checked_mul(size.width)?
        .checked_mul(size.length)?;
    volume
        .checked_mul(Decimal::ONE_THOUSAND)?
        .checked_div(divisor.into())?
        .round_dp_with_strategy(0, RoundingStrategy::AwayFromZero)
        .to_i64()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fixture;

    fn offer(grams: i64, size: Option<[&str; 3]>) -> Offer {
        Offer {
            weight_grams: grams,
            dimensions: size.map(|size| {
                let [height, width, length] = size.map(|number| number.parse().unwrap());
                Dimensions {
                    height,
                    width,
                    length,
                }
            }),
            ..fixture::offer("1", 1, None, 1)
        }
    }

    #[test]
    fn a_large_light_parcel_weighs_what_its_size_does() {
        // 40 × 30 × 20 cm are 24 litres: 4 kg at 6000 cm³ a kilogram.
        let pillow = offer(900, Some(["40", "30", "20"]));
        let weight = |divisor| Weight::of(&pillow, 2, divisor).unwrap();
        assert_eq!(weight(Some(6000)).cubic, Some(8000));
        assert_eq!(weight(Some(6000)).charged(), 8000);
        assert_eq!(weight(None).charged(), 1800);
        // A gram begun is a gram.
        let thin = offer(1, Some(["0.1", "10", "10"]));
        assert_eq!(Weight::of(&thin, 1, Some(6000)).unwrap().charged(), 2);
        let unknown = offer(900, None);
        assert_eq!(Weight::of(&unknown, 1, Some(6000)).unwrap().cubic, None);
    }

    #[test]
    fn what_can_not_be_counted_has_no_weight() {
        assert_eq!(Weight::of(&offer(i64::MAX, None), 2, None), None);
        let huge = "7922816251426433759354395033";
        assert_eq!(Weight::of(&offer(1, Some([huge; 3])), 1, Some(1)), None);
    }

    proptest! {
        #[test]
        fn the_charged_weight_is_never_below_the_real_one(
            grams in 0..100_000_i64,
            size in prop::array::uniform3(0..3000_i64),
            divisor in prop::option::of(1..10_000_u32),
            quantity in 1..500_i64,
        ) {
            let mut offer = offer(grams, None);
            let [height, width, length] = size.map(|tenths| Decimal::new(tenths, 1));
            offer.dimensions = Some(Dimensions { height, width, length });
            let weight = Weight::of(&offer, quantity, divisor).unwrap();
            prop_assert!(weight.charged() >= grams * quantity);
            prop_assert!(weight.cubic.is_none_or(|cubic| weight.charged() >= cubic));
            let one = Weight::of(&offer, 1, divisor).unwrap();
            prop_assert_eq!(weight.charged(), one.charged() * quantity);
        }
    }
}
