//! Prices that begin and end.

use super::*;

fn shown(offer: &Offer, promotions: &[Promotion], hours: i64) -> Option<(i64, Option<Instant>)> {
    let marketplace = marketplace(None);
    let price = price(offer, promotions, &marketplace, "1", at(hours))?;
    Some((price.price.get(), price.valid_until))
}

fn between(from: Option<i64>, until: Option<i64>, price: i64) -> PriceEntry {
    PriceEntry {
        valid_from: from.map(at),
        valid_until: until.map(at),
        ..PriceEntry::base(Cents::new(price))
    }
}

#[test]
fn a_price_holds_until_its_end_and_then_the_next_one_does() {
    let mut offer = priced(&[Entry(Some("mkt1"), None, 1), Entry(None, None, 2)]);
    offer.prices[0].valid_until = Some(at(1));
    assert_eq!(shown(&offer, &[], 0), Some((1, Some(at(1)))));
    assert_eq!(shown(&offer, &[], 1), Some((2, None)));
    offer.prices[1].valid_until = Some(at(2));
    assert_eq!(shown(&offer, &[], 1), Some((2, Some(at(2)))));
    assert_eq!(shown(&offer, &[], 2), None);
}

#[test]
fn of_one_place_the_price_that_began_last_holds() {
    let mut offer = priced(&[]);
    offer.prices = vec![
        between(Some(2), Some(4), 2),
        between(None, None, 1),
        between(Some(6), None, 3),
    ];
    for (hours, price, until) in [
        (0, 1, Some(2)),
        (2, 2, Some(4)),
        (3, 2, Some(4)),
        (4, 1, Some(6)),
        (6, 3, None),
    ] {
        let expected = Some((price, until.map(at)));
        assert_eq!(shown(&offer, &[], hours), expected, "after {hours} hours");
    }
}

#[test]
fn a_price_that_begins_makes_what_was_not_sold_for_sale() {
    let mut offer = priced(&[]);
    offer.prices = vec![between(Some(1), Some(2), 5)];
    let marketplace = marketplace(None);
    assert_eq!(shown(&offer, &[], 0), None);
    let next = |hours| next_change(&offer, &[], &marketplace, at(hours));
    assert_eq!(
        (next(0), next(1), next(2)),
        (Some(at(1)), Some(at(2)), None)
    );
}

#[test]
fn a_beginning_that_changes_nothing_ends_no_price() {
    // A more specific price holds meanwhile, or the new one is the same.
    let mut offer = priced(&[Entry(Some("mkt1"), None, 1)]);
    offer.prices.push(between(Some(1), None, 9));
    assert_eq!(shown(&offer, &[], 0), Some((1, None)));
    offer.prices = vec![between(None, None, 1), between(Some(1), Some(2), 1)];
    assert_eq!(shown(&offer, &[], 0), Some((1, None)));
    // Until the specific one ends, and not before.
    offer.prices = vec![between(None, None, 1), between(Some(1), Some(3), 5)];
    offer.prices[0].marketplace = Some(marketplace(None).account);
    offer.prices[0].valid_until = Some(at(2));
    assert_eq!(shown(&offer, &[], 0), Some((1, Some(at(2)))));
}

#[test]
fn promotions_begin_and_end_prices() {
    let offer = priced(&[Entry(None, None, 1000)]);
    let between = |id, off, from, until| Promotion {
        from: Some(at(from)),
        until: Some(at(until)),
        ..promotion(id, amount(off))
    };
    let promotions = [between("small", 10, 1, 5), between("large", 20, 2, 3)];
    for (hours, price, until) in [
        (0, 1000, Some(1)),
        (1, 990, Some(2)),
        (2, 980, Some(3)),
        (3, 990, Some(5)),
        (5, 1000, None),
    ] {
        let expected = Some((price, until.map(at)));
        assert_eq!(shown(&offer, &promotions, hours), expected, "{hours}");
    }
    // A smaller one beside a larger one changes nothing.
    let promotions = [between("small", 10, 1, 2), between("large", 20, 0, 3)];
    assert_eq!(shown(&offer, &promotions, 0), Some((980, Some(at(3)))));
}

#[test]
fn the_next_change_is_the_first_on_any_sales_channel() {
    let mut offer = priced(&[Entry(None, None, 1000)]);
    let mut marketplace = marketplace(None);
    let on_channel = |channel: &str, until| PriceEntry {
        marketplace: Some(marketplace.account.clone()),
        sales_channel: Some(channel.to_owned()),
        ..between(None, Some(until), 5)
    };
    offer
        .prices
        .extend([on_channel("1", 3), on_channel("2", 2)]);
    let next = |marketplace: &Marketplace| next_change(&offer, &[], marketplace, at(0));
    assert_eq!(next(&marketplace), Some(at(3)));
    marketplace.sales_channels.push("2".to_owned());
    assert_eq!(next(&marketplace), Some(at(2)));
}
