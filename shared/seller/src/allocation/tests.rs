use proptest::prelude::*;

use super::*;
use crate::offer::Stock;

/// An offer with so many units at each place.
fn offer(stock: &[(&str, i64)]) -> Offer {
    let mut offer = Offer::unknown(SkuId::parse("1").unwrap());
    for (place, available) in stock {
        let stock = Stock {
            available: *available,
            ..Stock::default()
        };
        offer
            .stock
            .insert(WarehouseId::parse(*place).unwrap(), stock);
    }
    offer
}

fn told(taken: &[Taken<'_>]) -> Vec<(String, i64)> {
    let told = |part: &Taken<'_>| (part.warehouse.to_string(), part.units);
    taken.iter().map(told).collect()
}

/// What is taken of places in the order of their names, where lines may be split.
fn split(stock: &[(&str, i64)], units: i64) -> Option<Vec<(String, i64)>> {
    let offer = offer(stock);
    let supply = Supply::new(offer.stock.keys(), true);
    let chosen = Allocation::default().choose(&offer, &supply, units)?;
    Some(told(&chosen))
}

fn parts(parts: &[(&str, i64)]) -> Option<Vec<(String, i64)>> {
    let part = |(place, units): &(&str, i64)| ((*place).to_owned(), *units);
    Some(parts.iter().map(part).collect())
}

#[test]
fn the_first_warehouse_with_enough_serves_a_line() {
    let offer = offer(&[("a", 5), ("b", 3)]);
    let supply = Supply::new(offer.stock.keys(), false);
    let mut allocation = Allocation::default();
    let mut take = |units| {
        let most = allocation.most(&offer, &supply);
        (most, told(&allocation.take(&offer, &supply, units)))
    };
    assert_eq!(take(4), (5, vec![("a".to_owned(), 4)]));
    assert_eq!(take(2), (3, vec![("b".to_owned(), 2)]));
    assert_eq!(take(1), (1, vec![("a".to_owned(), 1)]));
    // None has two any more: the first is tried, and refuses.
    assert_eq!(take(2), (1, vec![("a".to_owned(), 2)]));
    let nowhere = Supply::new([], true);
    assert!(allocation.take(&offer, &nowhere, 1).is_empty());
}

#[test]
fn what_a_count_found_missing_is_not_there_to_take() {
    let offer = offer(&[("a", -2), ("b", 3)]);
    for split in [false, true] {
        let supply = Supply::new(offer.stock.keys(), split);
        assert_eq!(Allocation::default().most(&offer, &supply), 3);
    }
}

#[test]
fn a_line_is_split_only_where_no_place_has_all_of_it() {
    let stock = [("a", 2), ("b", 2), ("c", 4)];
    assert_eq!(split(&stock, 2), parts(&[("a", 2)]));
    assert_eq!(split(&stock, 4), parts(&[("c", 4)]));
    assert_eq!(split(&stock, 5), parts(&[("a", 2), ("c", 3)]));
    assert_eq!(split(&stock, 8), parts(&[("a", 2), ("b", 2), ("c", 4)]));
    assert_eq!(split(&stock, 9), None);
}

#[test]
fn fewer_places_come_before_preferred_ones() {
    let stock = [("a", 1), ("b", 1), ("c", 5), ("d", 4), ("e", 5)];
    // a, b and c would do; c and d are two.
    assert_eq!(split(&stock, 7), parts(&[("c", 5), ("d", 2)]));
    assert_eq!(split(&stock, 6), parts(&[("a", 1), ("c", 5)]));
    assert_eq!(split(&stock, 10), parts(&[("c", 5), ("e", 5)]));
}

#[test]
fn a_warehouse_named_twice_has_its_units_once() {
    let offer = offer(&[("a", 2), ("b", 2)]);
    let (a, b) = (
        WarehouseId::parse("a").unwrap(),
        WarehouseId::parse("b").unwrap(),
    );
    let supply = Supply::new([&a, &b, &a], true);
    assert_eq!(Allocation::default().most(&offer, &supply), 4);
    assert_eq!(supply.warehouses(), [&a, &b]);
}

/// The fewest places that have so many units together, found by trying all sets.
fn fewest_by_trying(stock: &[i64], units: i64) -> Option<u32> {
    (0_u32..1 << stock.len())
        .filter(|set| {
            let chosen = stock.iter().enumerate();
            let chosen = chosen.filter(|(place, _)| set & (1 << place) != 0);
            chosen.map(|(_, units)| (*units).max(0)).sum::<i64>() >= units
        })
        .map(u32::count_ones)
        .min()
}

proptest! {
    #[test]
    fn a_split_line_takes_all_it_needs_from_the_fewest_places_and_no_more_than_they_hold(
        stock in prop::collection::vec(-3_i64..9, 1..7),
        lines in prop::collection::vec(1_i64..20, 1..5),
    ) {
        let names: Vec<String> = (0..stock.len()).map(|place| format!("p{place}")).collect();
        let named: Vec<(&str, i64)> =
            names.iter().map(String::as_str).zip(stock.iter().copied()).collect();
        let offer = offer(&named);
        let supply = Supply::new(offer.stock.keys(), true);
        let mut allocation = Allocation::default();
        let mut left = stock.clone();
        for units in lines {
            let most = allocation.most(&offer, &supply);
            prop_assert_eq!(most, left.iter().map(|left| (*left).max(0)).sum::<i64>());
            let chosen = allocation.choose(&offer, &supply, units);
            prop_assert_eq!(chosen.is_some(), units <= most);
            let Some(chosen) = chosen else {
                continue;
            };
            let places = u32::try_from(chosen.len()).unwrap();
            prop_assert_eq!(Some(places), fewest_by_trying(&left, units));
            prop_assert_eq!(chosen.iter().map(|part| part.units).sum::<i64>(), units);
            prop_assert_eq!(&allocation.take(&offer, &supply, units), &chosen);
            for part in chosen {
                let place = names.iter().position(|name| name == part.warehouse.as_str()).unwrap();
                prop_assert!((1..=left[place]).contains(&part.units));
                left[place] -= part.units;
            }
        }
    }
}
