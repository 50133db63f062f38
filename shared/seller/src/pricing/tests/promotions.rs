//! What promotions take off.

use super::*;

/// Price, list price, and the promotion with what it takes off.
fn promoted(offer: &Offer, promotions: &[Promotion]) -> (i64, i64, Option<(String, i64)>) {
    let marketplace = marketplace(None);
    let price = price(offer, promotions, &marketplace, "1", fixture::now()).unwrap();
    let discount = price
        .discount
        .map(|discount| (discount.promotion.id.clone(), discount.off.get()));
    (price.price.get(), price.list_price.get(), discount)
}

fn tagged(id: &str, off: i64) -> Option<(String, i64)> {
    Some((id.to_owned(), off))
}

#[test]
fn a_promotion_is_in_the_price_and_the_price_before_it_is_the_list_price() {
    let offer = priced(&[Entry(None, None, 7390)]);
    for (off, price, taken) in [
        (percent("10"), 6651, 739),
        (percent("12.5"), 6466, 924), // 6466.25
        (percent("100"), 0, 7390),
        (amount(390), 7000, 390),
        (amount(7389), 1, 7389),
    ] {
        let promotion = promotion("a", off);
        assert_eq!(
            promoted(&offer, &[promotion]),
            (price, 7390, tagged("a", taken)),
            "{off:?}"
        );
    }
}

#[test]
fn an_amount_off_gives_nothing_away() {
    let mut offer = priced(&[Entry(None, None, 7390)]);
    for off in [7390, 9999] {
        let dear = [promotion("a", amount(off))];
        assert_eq!(promoted(&offer, &dear), (7390, 7390, None), "{off}");
    }
    offer.prices[0].floor = Some(Cents::new(5000));
    let dear = [promotion("a", amount(9999))];
    assert_eq!(promoted(&offer, &dear), (5000, 7390, tagged("a", 2390)));
}

#[test]
fn of_several_the_best_one_counts_and_alone() {
    let offer = priced(&[Entry(None, None, 1000)]);
    let (ten, fifty) = (
        promotion("ten", percent("10")),
        promotion("fifty", amount(50)),
    );
    let both = [fifty.clone(), ten.clone()];
    assert_eq!(promoted(&offer, &both), (900, 1000, tagged("ten", 100)));
    // Of equals the first.
    let hundred = promotion("hundred", amount(100));
    let equal = [fifty, hundred, ten];
    let first = promoted(&offer, &equal);
    assert_eq!(first, (900, 1000, tagged("hundred", 100)));
}

#[test]
fn no_promotion_goes_below_the_floor() {
    let mut offer = priced(&[Entry(None, None, 1000)]);
    offer.prices[0].floor = Some(Cents::new(950));
    let promotions = [
        promotion("half", percent("50")),
        promotion("less", amount(70)),
    ];
    assert_eq!(
        promoted(&offer, &promotions),
        (950, 1000, tagged("half", 50))
    );
    // What takes nothing off is not shown.
    offer.prices[0].floor = Some(Cents::new(1000));
    assert_eq!(promoted(&offer, &promotions), (1000, 1000, None));
    offer.prices = vec![PriceEntry::base(Cents::ZERO)];
    assert_eq!(promoted(&offer, &promotions), (0, 0, None));
}

#[test]
fn a_promotion_is_for_whom_and_what_it_names() {
    let offer = priced(&[Entry(None, None, 1000)]);
    let account = |name: &str| vec![AccountName::parse(name).unwrap()];
    let base = promotion("a", amount(100));
    let other_sku = Selection {
        skus: [fixture::sku("2")].into(),
        ..Selection::default()
    };
    for (promotion, holds) in [
        (base.clone(), true),
        (
            Promotion {
                marketplaces: account("mkt1"),
                ..base.clone()
            },
            true,
        ),
        (
            Promotion {
                marketplaces: account("mkt2"),
                ..base.clone()
            },
            false,
        ),
        (
            Promotion {
                sales_channels: vec!["1".to_owned()],
                ..base.clone()
            },
            true,
        ),
        (
            Promotion {
                sales_channels: vec!["2".to_owned()],
                ..base.clone()
            },
            false,
        ),
        (
            Promotion {
                selection: other_sku,
                ..base.clone()
            },
            false,
        ),
        (
            Promotion {
                from: Some(at(0)),
                until: Some(at(1)),
                ..base.clone()
            },
            true,
        ),
        (
            Promotion {
                from: Some(at(1)),
                ..base.clone()
            },
            false,
        ),
        (
            Promotion {
                until: Some(at(0)),
                ..base
            },
            false,
        ),
    ] {
        let promotions = std::slice::from_ref(&promotion);
        let price = promoted(&offer, promotions).0;
        assert_eq!(price, if holds { 900 } else { 1000 }, "{promotion:?}");
    }
}

#[test]
fn a_promotion_comes_after_the_adjustment_and_on_a_marketplaces_own_price_too() {
    let marketplace = marketplace(Some(adjusting("10", 0)));
    let promotions = [promotion("a", percent("50"))];
    let price = |entry| {
        let offer = priced(&[entry]);
        let price = price(&offer, &promotions, &marketplace, "1", fixture::now()).unwrap();
        (price.price.get(), price.list_price.get())
    };
    assert_eq!(price(Entry(None, None, 1000)), (550, 1100));
    assert_eq!(price(Entry(Some("mkt1"), None, 1000)), (500, 1000));
}

#[test]
fn prices_look_alike_unless_a_buyer_sees_a_difference() {
    let marketplace = marketplace(None);
    let (base, own) = (
        priced(&[Entry(None, None, 1000)]),
        priced(&[Entry(Some("mkt1"), None, 1000)]),
    );
    let promotions = [promotion("a", amount(1))];
    let price = |offer, promotions| price(offer, promotions, &marketplace, "1", at(0)).unwrap();
    let (regular, specific) = (price(&base, &[]), price(&own, &[]));
    assert_ne!(regular, specific);
    assert!(regular.looks_like(&specific));
    assert!(!regular.looks_like(&price(&base, &promotions)));
    let ending = Price {
        valid_until: Some(at(1)),
        ..regular
    };
    assert!(!regular.looks_like(&ending));
}
