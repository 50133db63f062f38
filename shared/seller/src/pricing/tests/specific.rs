//! Which price holds, the adjustment of it, and its floor.

use super::*;

#[test]
fn the_most_specific_price_wins_in_any_order() {
    let marketplace = &marketplace(None);
    let mut entries = [
        Entry(Some("mkt1"), Some("1"), 1),
        Entry(Some("mkt1"), None, 2),
        Entry(None, None, 4),
        Entry(Some("mkt2"), Some("1"), 5),
    ];
    for _ in 0..entries.len() {
        entries.rotate_left(1);
        let offer = priced(&entries);
        assert_eq!(cents_on(&offer, marketplace, "1"), Some((1, 1)));
        assert_eq!(cents_on(&offer, marketplace, "2"), Some((2, 2)));
    }
    let cents = |entries: &[Entry<'_>]| cents(&priced(entries), marketplace);
    assert_eq!(cents(&[Entry(None, None, 4)]), Some(4));
    assert_eq!(cents(&[Entry(Some("mkt2"), None, 5)]), None);
    assert_eq!(cents(&[]), None);
}

#[test]
fn a_marketplaces_markup_is_exact_and_only_on_base_prices() {
    for (percent, add, base, expected) in [
        ("5.0", 100, 7390, Some(7860)), // 7759.5 is rounded up
        ("5", 0, 10, Some(11)),         // 10.5 is rounded up
        ("4.9", 0, 10, Some(10)),
        ("-100", 0, 10, Some(0)),
        ("-100", -1, 10, None),
        ("0.1", 0, 9_007_199_254_740_993, Some(9_016_206_453_995_734)),
        ("1000", 0, i64::MAX, None),
    ] {
        let marketplace = marketplace(Some(adjusting(percent, add)));
        assert_eq!(
            cents(&priced(&[Entry(None, None, base)]), &marketplace),
            expected,
            "{percent} {add} {base}"
        );
    }
    let own = priced(&[Entry(Some("mkt1"), None, 10), Entry(None, None, 20)]);
    assert_eq!(
        cents(&own, &marketplace(Some(adjusting("50", 7)))),
        Some(10)
    );
}

#[test]
fn the_list_price_is_adjusted_too_and_never_below_the_price() {
    let marketplace = &marketplace(Some(adjusting("10", 0)));
    let mut offer = priced(&[Entry(None, None, 1000)]);
    for (list_price, shown) in [(1200, 1320), (1000, 1100), (900, 1100)] {
        offer.prices[0].list_price = Some(Cents::new(list_price));
        assert_eq!(cents_on(&offer, marketplace, "1"), Some((1100, shown)));
    }
}

#[test]
fn no_adjustment_goes_below_the_floor() {
    let marketplace = &marketplace(Some(adjusting("-50", 0)));
    let mut offer = priced(&[Entry(None, None, 1000)]);
    offer.prices[0].floor = Some(Cents::new(800));
    offer.prices[0].list_price = Some(Cents::new(1200));
    assert_eq!(cents_on(&offer, marketplace, "1"), Some((800, 800)));
    let price = price(&offer, &[], marketplace, "1", fixture::now()).unwrap();
    let basis = price.basis;
    assert_eq!(
        (basis.adjusted.get(), basis.regular.get(), basis.floor),
        (500, 800, Some(Cents::new(800)))
    );
}

#[test]
fn a_price_below_its_floor_is_lifted_to_it() {
    let mut offer = priced(&[Entry(None, None, 700)]);
    offer.prices[0].floor = Some(Cents::new(800));
    assert_eq!(cents_on(&offer, &marketplace(None), "1"), Some((800, 800)));
}

#[test]
fn a_price_without_a_floor_keeps_to_the_next_ones() {
    let marketplace = &marketplace(None);
    let mut offer = priced(&[
        Entry(None, None, 1000),
        Entry(Some("mkt1"), None, 700),
        Entry(Some("mkt1"), Some("1"), 600),
    ]);
    offer.prices[0].floor = Some(Cents::new(800));
    assert_eq!(cents(&offer, marketplace), Some(800));
    // One of its own may be lower.
    offer.prices[1].floor = Some(Cents::new(650));
    assert_eq!(cents(&offer, marketplace), Some(650));
    offer.prices[2].floor = Some(Cents::ZERO);
    assert_eq!(cents(&offer, marketplace), Some(600));
    // And that of a price that is over counts no more.
    offer.prices[2].floor = None;
    offer.prices[1].valid_until = Some(fixture::now());
    assert_eq!(cents(&offer, marketplace), Some(800));
    offer.prices[0].valid_from = Some(at(1));
    assert_eq!(cents(&offer, marketplace), Some(600));
}
