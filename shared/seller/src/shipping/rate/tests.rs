use proptest::prelude::*;

use super::*;
use crate::settings::ValueRate;

fn weights(rates: &[(i64, i64)]) -> Vec<WeightRate> {
    let rate = |(up_to_grams, price): &(i64, i64)| WeightRate {
        up_to_grams: *up_to_grams,
        price: Cents::new(*price),
    };
    rates.iter().map(rate).collect()
}

fn price(rate: &Rate, rows: &[&[RateRow]], grams: i64, value: i64) -> Result<i64, Excluded> {
    let load = Load {
        grams,
        value: Cents::new(value),
    };
    rate.of(load, rows).map(|rated| rated.price.get())
}

#[test]
fn a_rate_by_weight_ends_with_its_heaviest() {
    let rate = Rate::ByWeight(weights(&[(1000, 200), (5000, 700)]));
    let price = |grams| price(&rate, &[], grams, 1);
    assert_eq!(price(1000), Ok(200));
    assert_eq!(price(1001), Ok(700));
    assert_eq!(price(5001), Err(Excluded::TooHeavy { grams: Some(5001) }));
}

#[test]
fn kilograms_above_the_heaviest_rate_are_charged_once_begun() {
    let rate = Rate::ByWeightAndKilogram {
        rates: weights(&[(1000, 200), (5000, 700)]),
        extra_kg: Cents::new(150),
    };
    for (grams, expected) in [(5000, 700), (5001, 850), (6000, 850), (6001, 1000)] {
        assert_eq!(price(&rate, &[], grams, 1), Ok(expected), "{grams}");
    }
    let dear = Rate::ByWeightAndKilogram {
        rates: weights(&[(1000, 200)]),
        extra_kg: Cents::new(i64::MAX),
    };
    assert_eq!(price(&dear, &[], 9000, 1), Err(Excluded::TooDear));
}

#[test]
fn a_rate_by_value_holds_from_its_value_on() {
    let rates = [(0, 1500), (10_000, 900), (30_000, 0)];
    let rate = Rate::ByValue(
        rates
            .map(|(from, price)| ValueRate {
                from_value: Cents::new(from),
                price: Cents::new(price),
            })
            .to_vec(),
    );
    for (value, expected) in [(0, 1500), (9_999, 1500), (10_000, 900), (30_000, 0)] {
        assert_eq!(price(&rate, &[], 1, value), Ok(expected), "{value}");
    }
}

/// A row for 1 to 50 kg.
fn row(extra_kg: i64, share: u32) -> RateRow {
    RateRow {
        line: 7,
        grams: (1000, 50_000),
        value: (Cents::ZERO, RateRow::ANY_VALUE),
        price: Cents::new(2000),
        extra_kg: Cents::new(extra_kg),
        share,
        time: Some(4),
    }
}

fn table() -> Rate {
    Rate::Table(Default::default())
}

#[test]
fn a_row_adds_kilograms_above_its_start_and_a_share_of_the_value() {
    let price = |row: RateRow, grams, value| price(&table(), &[&[row]], grams, value);
    assert_eq!(price(row(0, 0), 30_000, 99), Ok(2000));
    assert_eq!(price(row(300, 0), 1000, 99), Ok(2000));
    assert_eq!(price(row(300, 0), 1001, 99), Ok(2300));
    assert_eq!(price(row(300, 0), 3000, 99), Ok(2600));
    // 0.3 % of 150.00 is 45 cents; of 1.50, 0.45 cents; of 1.67, 0.501.
    assert_eq!(price(row(0, 3000), 1000, 15_000), Ok(2045));
    assert_eq!(price(row(0, 3000), 1000, 150), Ok(2000));
    assert_eq!(price(row(0, 3000), 1000, 167), Ok(2001));
    assert_eq!(
        price(row(0, 0), 999, 5),
        Err(Excluded::NoRow {
            grams: 999,
            value: Cents::new(5)
        })
    );
    assert_eq!(price(row(i64::MAX, 0), 9000, 5), Err(Excluded::TooDear));
}

#[test]
fn a_row_says_how_long_it_takes() {
    let load = Load {
        grams: 1000,
        value: Cents::ZERO,
    };
    let rated = table().of(load, &[&[row(0, 0)]]).unwrap();
    let estimate = |text: &str| Estimate::try_from(text.to_owned()).unwrap();
    assert_eq!(transit(estimate("9d"), &rated), estimate("4d"));
    let silent = Rated {
        time: None,
        ..rated
    };
    assert_eq!(transit(estimate("9bd"), &silent), estimate("9bd"));
}

proptest! {
    /// Where no heavier rate is cheaper, no heavier line is.
    #[test]
    fn freight_is_monotone_in_weight_where_the_table_is(
        steps in prop::collection::vec((1..5000_u32, 0..900_i64), 1..12),
        extra_kg in 0..500_i64,
        share in 0..20_000_u32,
        one in 0..40_000_i64,
        more in 0..20_000_i64,
        value in 0..1_000_000_i64,
    ) {
        let (mut grams, mut cents) = (0, 0);
        let (mut rates, mut rows): (Vec<_>, Vec<RateRow>) = (Vec::new(), Vec::new());
        for (index, (width, raise)) in steps.iter().enumerate() {
            let from = grams;
            grams += width;
            // Enough for what the row before has charged by the kilogram.
            let charged = extra_kg * (i64::from(*width) / 1000 + 1);
            rates.push((i64::from(grams), cents));
            rows.push(RateRow {
                line: u32::try_from(index).unwrap(),
                grams: (from, grams),
                price: Cents::new(cents),
                ..row(extra_kg, share)
            });
            cents += raise + charged;
        }
        let rates = weights(&rates);
        let by_kilogram = Rate::ByWeightAndKilogram {
            rates: rates.clone(),
            extra_kg: Cents::new(extra_kg),
        };
        for (rate, rows) in [
            (Rate::ByWeight(rates), vec![]),
            (by_kilogram, vec![]),
            (table(), vec![rows.as_slice()]),
        ] {
            let lighter = price(&rate, &rows, one, value);
            let heavier = price(&rate, &rows, one + more, value);
            match (lighter, heavier) {
                (Ok(lighter), Ok(heavier)) => prop_assert!(lighter <= heavier, "{rate:?}"),
                (Err(_), Ok(_)) => prop_assert!(false, "only the heavier line is taken"),
                _ => {}
            }
        }
    }
}
