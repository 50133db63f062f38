//! What happens to an order whose price is not ours (protocol §3.2).

use feirante_models::Cents;
use rust_decimal::Decimal;

use crate::settings::{Band, Decision};

/// The decision of the first band that `theirs` is within, as percent of `ours` in either
/// direction; beyond every band the order is authorized, as marketplaces do it.
///
/// `ours` and `theirs` are Σ price × quantity.
#[must_use]
pub fn decide(bands: &[Band], ours: Cents, theirs: Cents) -> Decision {
    let difference = (Decimal::from(theirs.get()) - Decimal::from(ours.get())).abs();
    let ours = Decimal::from(ours.get()).abs();
    bands
        .iter()
        .find(|band| within(difference, ours, band.up_to_percent))
        .map_or(Decision::Authorize, |band| band.decision)
}

fn within(difference: Decimal, ours: Decimal, percent: Decimal) -> bool {
    // Multiplied out, so that nothing is rounded and nothing is divided by an `ours` of zero.
    // What does not fit is no percentage that the seller file can hold.
    match (
        difference.checked_mul(Decimal::ONE_HUNDRED),
        ours.checked_mul(percent),
    ) {
        (Some(difference), Some(allowed)) => difference <= allowed,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decision(bands: &[(&str, Decision)], ours: i64, theirs: i64) -> Decision {
        let bands: Vec<_> = bands
            .iter()
            .map(|(percent, decision)| Band {
                up_to_percent: percent.parse().unwrap(),
                decision: *decision,
            })
            .collect();
        decide(&bands, Cents::new(ours), Cents::new(theirs))
    }

    #[test]
    fn without_a_rule_every_price_is_authorized() {
        assert_eq!(decision(&[], 7390, 3695), Decision::Authorize);
        assert_eq!(decision(&[], 0, i64::MAX), Decision::Authorize);
    }

    #[test]
    fn the_first_band_that_holds_decides_in_either_direction() {
        let bands = [
            ("5", Decision::Authorize),
            ("20.5", Decision::Review),
            ("100", Decision::Deny),
        ];
        for (theirs, expected) in [
            (10_000, Decision::Authorize),
            (9_500, Decision::Authorize),
            (10_500, Decision::Authorize),
            (9_499, Decision::Review),
            (7_950, Decision::Review),
            (7_949, Decision::Deny),
            (12_050, Decision::Review),
            (20_000, Decision::Deny),
            (0, Decision::Deny),
            (20_001, Decision::Authorize),
        ] {
            assert_eq!(decision(&bands, 10_000, theirs), expected, "{theirs}");
        }
    }

    proptest! {
        /// How strict a decision is rises with the difference, where the bands are so written.
        #[test]
        fn a_greater_difference_is_never_decided_more_kindly(
            ours in 0..10_000_000_i64,
            near in 0..10_000_000_i64,
            further in 0..10_000_000_i64,
            percents in prop::array::uniform2(0..100_u32),
            above in any::<bool>(),
        ) {
            let (narrow, wide) = (percents[0].min(percents[1]), percents[0].max(percents[1]));
            let (narrow, wide) = (narrow.to_string(), wide.to_string());
            let bands = [
                (narrow.as_str(), Decision::Authorize),
                (wide.as_str(), Decision::Review),
                ("100", Decision::Deny),
            ];
            let strictness = |difference: i64| {
                let difference = difference.min(ours);
                let theirs = if above { ours + difference } else { ours - difference };
                match decision(&bands, ours, theirs) {
                    Decision::Authorize => 0,
                    Decision::Review => 1,
                    Decision::Deny => 2,
                }
            };
            let (near, further) = (near.min(further), near.max(further));
            prop_assert_eq!(strictness(0), 0);
            prop_assert!(strictness(near) <= strictness(further));
        }
    }

    #[test]
    fn no_amount_is_too_large_or_too_small() {
        let deny = [("100", Decision::Deny)];
        assert_eq!(decision(&deny, 0, 0), Decision::Deny);
        assert_eq!(decision(&deny, 0, 1), Decision::Authorize);
        assert_eq!(decision(&deny, i64::MAX, i64::MAX), Decision::Deny);
        assert_eq!(decision(&deny, i64::MAX, 0), Decision::Deny);
        assert_eq!(decision(&deny, 1, i64::MAX), Decision::Authorize);
    }
}
