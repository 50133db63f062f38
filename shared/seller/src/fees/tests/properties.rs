//! What holds of the fees of any order.

use proptest::prelude::*;

use super::*;

prop_compose! {
    fn any_percent()(hundredths in 0_i64..=10_000) -> Decimal {
        Decimal::new(hundredths, 2)
    }
}

prop_compose! {
    fn any_fees()(
        commission_percent in any_percent(),
        freight_commission_percent in any_percent(),
        fixed_per_item in 0_i64..5000,
        fixed_per_order in 0_i64..5000,
    ) -> Fees {
        Fees {
            commission_percent,
            freight_commission_percent,
            fixed_per_item: Cents::new(fixed_per_item),
            fixed_per_order: Cents::new(fixed_per_order),
            ..Fees::default()
        }
    }
}

type AnyLine = (&'static str, i64, i64, i64);

fn any_lines() -> impl Strategy<Value = Vec<AnyLine>> {
    let prices = prop_oneof![Just(0), 1_i64..100, 100_i64..1_000_000_000];
    let line = (1_i64..1000, prices, 0_i64..100_000);
    let line = line.prop_map(|(units, price, shipping)| ("a", units, price, shipping));
    prop::collection::vec(line, 1..6)
}

proptest! {
    /// Fees and payout are between nothing and the total and make it up; the lines and what is beside
    /// them make up the fees; no line is charged more than it is worth.
    #[test]
    fn what_is_kept_and_what_is_paid_make_up_the_total(
        fees in any_fees(),
        lines in any_lines(),
        beside in -100_000_i64..100_000,
    ) {
        let order = order(&lines, beside, Some(terms(&fees)));
        prop_assume!(order.total >= Cents::ZERO);
        let expected = expected(&order).unwrap();
        prop_assert!(Cents::ZERO <= expected.fees && expected.fees <= order.total);
        prop_assert!(Cents::ZERO <= expected.payout && expected.payout <= order.total);
        prop_assert_eq!(expected.fees.checked_add(expected.payout), Some(order.total));
        let of_lines = Cents::checked_sum(expected.lines.iter().copied()).unwrap();
        prop_assert_eq!(of_lines.checked_add(expected.beside), Some(expected.fees));
        for (fee, (_, units, price, shipping)) in expected.lines.iter().zip(lines) {
            prop_assert!((0..=units * price + shipping).contains(&fee.get()));
        }
    }

    /// A greater price, more shipping, more units, a service: none of it makes the fees less, nor what
    /// the seller gets.
    #[test]
    fn who_sells_for_more_gets_no_less(
        fees in any_fees(),
        lines in any_lines(),
        beside in 0_i64..100_000,
        (units, price, shipping, service) in (0_i64..3, 0_i64..3, 0_i64..3, 0_i64..3),
    ) {
        let before = of(&fees, &lines, beside);
        let mut more = lines;
        let first = &mut more[0];
        *first = (first.0, first.1 + units, first.2 + price, first.3 + shipping);
        let after = of(&fees, &more, beside + service);
        prop_assert!(after.fees >= before.fees);
        prop_assert!(after.lines[0] >= before.lines[0]);
        // Units have a fixed fee, which may be more than what is left of their price.
        if units == 0 {
            prop_assert!(after.payout >= before.payout);
        }
    }

    /// Dearer terms never make fees less.
    #[test]
    fn dearer_terms_cost_no_less(
        fees in any_fees(),
        lines in any_lines(),
        beside in 0_i64..100_000,
        (percent, cents) in (0_i64..100, 0_i64..100),
    ) {
        let dearer = Fees {
            commission_percent: (fees.commission_percent + Decimal::from(percent)).min(100.into()),
            freight_commission_percent:
                (fees.freight_commission_percent + Decimal::from(percent)).min(100.into()),
            fixed_per_item: fees.fixed_per_item.checked_add(Cents::new(cents)).unwrap(),
            fixed_per_order: fees.fixed_per_order.checked_add(Cents::new(cents)).unwrap(),
            ..Fees::default()
        };
        let (before, after) = (of(&fees, &lines, beside), of(&dearer, &lines, beside));
        prop_assert!(after.fees >= before.fees);
        prop_assert!(after.payout <= before.payout);
    }
}
