//! Rounding to the last two digits of the cents.

use proptest::prelude::*;

use super::super::adjustment::apply;
use super::*;

fn rounded(ending: Option<u8>, rounding: Rounding, percent: &str, amount: i64) -> Option<i64> {
    let adjustment = PriceAdjustment {
        ending,
        rounding,
        ..adjusting(percent, 0)
    };
    apply(&adjustment, Cents::new(amount)).map(Cents::get)
}

#[test]
fn an_ending_is_reached_the_way_the_rounding_goes() {
    use Rounding::{Down, Nearest, Up};
    for (amount, ending, rounding, expected) in [
        (7390, 90, Up, 7390),
        (7390, 90, Down, 7390),
        (7391, 90, Up, 7490),
        (7391, 90, Down, 7390),
        (7389, 90, Down, 7290),
        (7340, 90, Nearest, 7390), // as far from either
        (7339, 90, Nearest, 7290),
        (7400, 0, Up, 7400),
        (7401, 0, Up, 7500),
        (7449, 0, Nearest, 7400),
        (7450, 0, Nearest, 7500),
        (7399, 99, Nearest, 7399),
        (30, 90, Up, 90),
        (30, 90, Down, 30), // there is none below
        (30, 90, Nearest, 30),
        (45, 90, Nearest, 90),
        (0, 90, Up, 0), // what is free stays free
    ] {
        assert_eq!(
            rounded(Some(ending), rounding, "0", amount),
            Some(expected),
            "{amount} {rounding:?} to {ending}"
        );
    }
}

#[test]
fn a_fraction_of_a_cent_counts() {
    use Rounding::{Down, Nearest, Up};
    // 7390 and a hundredth of a cent.
    for (rounding, to_90, to_cent) in [(Up, 7490, 7391), (Down, 7390, 7390), (Nearest, 7390, 7390)]
    {
        assert_eq!(
            rounded(Some(90), rounding, "-99.99", 73_900_100),
            Some(to_90)
        );
        assert_eq!(rounded(None, rounding, "-99.99", 73_900_100), Some(to_cent));
    }
}

#[test]
fn what_does_not_fit_is_no_price() {
    assert_eq!(rounded(Some(90), Rounding::Up, "0", i64::MAX), None);
    assert_eq!(
        rounded(Some(7), Rounding::Up, "0", i64::MAX),
        Some(i64::MAX)
    );
}

fn roundings() -> impl Strategy<Value = Rounding> {
    prop::sample::select(vec![Rounding::Up, Rounding::Down, Rounding::Nearest])
}

proptest! {
    #[test]
    fn rounding_goes_where_it_says_and_less_than_an_ending_far(
        amount in 100..i64::MAX / 2,
        ending in 0..100_u8,
        rounding in roundings(),
    ) {
        let rounded = rounded(Some(ending), rounding, "0", amount).unwrap();
        prop_assert_eq!(rounded % 100, i64::from(ending));
        let off = rounded - amount;
        match rounding {
            Rounding::Up => prop_assert!((0..100).contains(&off)),
            Rounding::Down => prop_assert!((-99..=0).contains(&off)),
            Rounding::Nearest => prop_assert!((-49..=50).contains(&off)),
        }
    }

    #[test]
    fn an_adjustment_never_falls_where_the_price_rises(
        (low, high) in (0..200_000_i64, 0..500_i64).prop_map(|(low, more)| (low, low + more)),
        percent in -10_000..100_000_i64,
        add in -10_000..10_000_i64,
        ending in prop::option::of(0..100_u8),
        rounding in roundings(),
    ) {
        let adjustment = PriceAdjustment {
            percent: rust_decimal::Decimal::new(percent, 2),
            add: Cents::new(add),
            ending,
            rounding,
        };
        let [low, high] = [low, high].map(|amount| apply(&adjustment, Cents::new(amount)));
        // No price at all is less than any.
        prop_assert!(low <= high, "{low:?} {high:?}");
    }

    #[test]
    fn any_amount_has_a_price_or_none(
        amount in any::<i64>(),
        percent in -10_000..100_000_i64,
        add in any::<i64>(),
        ending in prop::option::of(0..100_u8),
        rounding in roundings(),
    ) {
        let adjustment = PriceAdjustment {
            percent: rust_decimal::Decimal::new(percent, 2),
            add: Cents::new(add),
            ending,
            rounding,
        };
        if let Some(adjusted) = apply(&adjustment, Cents::new(amount)) {
            prop_assert!(adjusted >= Cents::ZERO);
        }
    }
}
