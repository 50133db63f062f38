use feirante_models::AccountName;
use proptest::prelude::*;

use super::*;
use crate::fixture;

struct Entry<'a>(Option<&'a str>, Option<&'a str>, i64);

fn priced(entries: &[Entry<'_>]) -> Offer {
    let mut offer = fixture::offer("1", 0, None, 1);
    offer.prices = entries
        .iter()
        .map(|Entry(marketplace, channel, price)| PriceEntry {
            marketplace: marketplace.map(|name| AccountName::parse(name).unwrap()),
            sales_channel: channel.map(str::to_owned),
            price: Cents::new(*price),
            list_price: None,
            valid_until: None,
        })
        .collect();
    offer
}

fn marketplace(percent: &str, add: i64) -> Marketplace {
    let mut marketplace = fixture::settings().marketplaces.remove(0);
    marketplace.price_adjustment = Some(PriceAdjustment {
        percent: percent.parse().unwrap(),
        add: Cents::new(add),
    });
    marketplace
}

fn cents(offer: &Offer, marketplace: &Marketplace, sales_channel: &str) -> Option<i64> {
    price(offer, marketplace, sales_channel, fixture::now()).map(|price| price.price.get())
}

#[test]
fn the_most_specific_price_wins_in_any_order() {
    let marketplace = &marketplace("0", 0);
    let mut entries = [
        Entry(Some("mkt1"), Some("1"), 1),
        Entry(Some("mkt1"), None, 2),
        Entry(None, None, 4),
        Entry(Some("mkt2"), Some("1"), 5),
    ];
    for _ in 0..entries.len() {
        entries.rotate_left(1);
        let offer = priced(&entries);
        assert_eq!(cents(&offer, marketplace, "1"), Some(1));
        assert_eq!(cents(&offer, marketplace, "2"), Some(2));
    }
    assert_eq!(
        cents(&priced(&[Entry(None, None, 4)]), marketplace, "1"),
        Some(4)
    );
    assert_eq!(
        cents(&priced(&[Entry(Some("mkt2"), None, 5)]), marketplace, "1"),
        None
    );
    assert_eq!(cents(&priced(&[]), marketplace, "1"), None);
}

#[test]
fn a_price_holds_until_its_end_and_then_the_next_one_does() {
    let marketplace = &marketplace("0", 0);
    let mut offer = priced(&[Entry(Some("mkt1"), None, 1), Entry(None, None, 2)]);
    let later = Instant::from_millis(fixture::now().millis() + 1).unwrap();
    offer.prices[0].valid_until = Some(later);
    let price = price(&offer, marketplace, "1", fixture::now()).unwrap();
    assert_eq!((price.price.get(), price.valid_until), (1, Some(later)));
    offer.prices[0].valid_until = Some(fixture::now());
    assert_eq!(cents(&offer, marketplace, "1"), Some(2));
    offer.prices[1].valid_until = Some(fixture::now());
    assert_eq!(cents(&offer, marketplace, "1"), None);
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
        let offer = priced(&[Entry(None, None, base)]);
        assert_eq!(
            cents(&offer, &marketplace(percent, add), "1"),
            expected,
            "{percent} {add} {base}"
        );
    }
    let own = priced(&[Entry(Some("mkt1"), None, 10), Entry(None, None, 20)]);
    assert_eq!(cents(&own, &marketplace("50", 7), "1"), Some(10));
}

proptest! {
    #[test]
    fn the_list_price_is_never_below_the_price(
        amount in 0..i64::MAX,
        list_price in prop::option::of(0..i64::MAX),
        percent in -100..1000_i64,
        add in -1_000_000..1_000_000_i64,
    ) {
        let mut offer = priced(&[Entry(None, None, amount)]);
        offer.prices[0].list_price = list_price.map(Cents::new);
        let marketplace = marketplace(&percent.to_string(), add);
        if let Some(price) = price(&offer, &marketplace, "1", fixture::now()) {
            prop_assert!(price.list_price >= price.price);
            prop_assert!(price.price >= Cents::ZERO);
        }
    }
}
