//! What holds whatever the rules are.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;

/// An amount as it is usual, and any other.
fn amounts() -> impl Strategy<Value = Cents> {
    prop_oneof![4 => 0..20_000_i64, 1 => 0..=i64::MAX].prop_map(Cents::new)
}

fn moments() -> impl Strategy<Value = Option<Instant>> {
    prop::option::of((-5..10_i64).prop_map(at))
}

fn entries() -> impl Strategy<Value = PriceEntry> {
    let place = prop::sample::select(vec![
        (None, None),
        (Some("mkt1"), None),
        (Some("mkt1"), Some("1")),
        (Some("mkt1"), Some("2")),
        (Some("mkt2"), None),
    ]);
    (
        place,
        amounts(),
        prop::option::of(amounts()),
        prop::option::of(amounts()),
        moments(),
        moments(),
    )
        .prop_map(
            |((marketplace, channel), price, list_price, floor, valid_from, valid_until)| {
                PriceEntry {
                    marketplace: marketplace.map(|name| AccountName::parse(name).unwrap()),
                    sales_channel: channel.map(str::to_owned),
                    price,
                    list_price,
                    valid_from,
                    valid_until,
                    floor,
                }
            },
        )
}

fn promotions() -> impl Strategy<Value = Promotion> {
    let off = prop_oneof![
        (1..=10_000_i64).prop_map(|percent| Off::Percent(Decimal::new(percent, 2))),
        amounts().prop_map(Off::Amount),
    ];
    let channel = prop::sample::select(vec![None, Some("1"), Some("2")]);
    (off, moments(), moments(), channel, 0..3_u8).prop_map(|(off, from, until, channel, id)| {
        Promotion {
            from,
            until,
            sales_channels: channel.map(str::to_owned).into_iter().collect(),
            ..promotion(&id.to_string(), off)
        }
    })
}

fn adjustments() -> impl Strategy<Value = PriceAdjustment> {
    let rounding = prop::sample::select(vec![Rounding::Up, Rounding::Down, Rounding::Nearest]);
    (
        -10_000..100_000_i64,
        -10_000..10_000_i64,
        prop::option::of(0..100_u8),
        rounding,
    )
        .prop_map(|(percent, add, ending, rounding)| PriceAdjustment {
            percent: Decimal::new(percent, 2),
            add: Cents::new(add),
            ending,
            rounding,
        })
}

prop_compose! {
    /// An offer, promotions and the marketplace that sells it.
    fn shops()(
        prices in prop::collection::vec(entries(), 0..8),
        promotions in prop::collection::vec(promotions(), 0..5),
        adjustment in prop::option::of(adjustments()),
    ) -> (Offer, Vec<Promotion>, Marketplace) {
        let marketplace = Marketplace {
            sales_channels: vec!["1".to_owned(), "2".to_owned()],
            ..marketplace(adjustment)
        };
        (Offer { prices, ..priced(&[]) }, promotions, marketplace)
    }
}

proptest! {
    #[test]
    fn no_rule_goes_below_the_floor_and_the_list_price_is_never_below_the_price(
        (offer, promotions, marketplace) in shops(),
        hours in -6..11_i64,
    ) {
        let Some(price) = price(&offer, &promotions, &marketplace, "1", at(hours)) else {
            return Ok(());
        };
        prop_assert!(price.price >= Cents::ZERO);
        prop_assert!(price.price >= price.basis.entry.floor.unwrap_or_default());
        prop_assert!(price.price >= price.basis.floor.unwrap_or_default());
        prop_assert!(price.list_price >= price.basis.regular);
        prop_assert!(price.basis.regular >= price.price);
        prop_assert!(price.valid_until.is_none_or(|end| end > at(hours)));
    }

    #[test]
    fn the_price_tag_is_what_the_price_is_lower_by(
        (offer, promotions, marketplace) in shops(),
        hours in -6..11_i64,
    ) {
        let with = price(&offer, &promotions, &marketplace, "1", at(hours));
        let without = price(&offer, &[], &marketplace, "1", at(hours));
        prop_assert_eq!(with.is_some(), without.is_some());
        if let (Some(with), Some(without)) = (with, without) {
            let off = with.discount.map_or(Cents::ZERO, |discount| discount.off);
            prop_assert_eq!(with.price.checked_add(off), Some(without.price));
            let shown: Vec<_> = with.discount.iter().map(|discount| discount.tag().value).collect();
            prop_assert!(shown.iter().all(|value| *value < Cents::ZERO));
        }
    }

    #[test]
    fn between_now_and_the_next_change_every_price_stays(
        (offer, promotions, marketplace) in shops(),
        hours in -6..11_i64,
    ) {
        let seen = |moment| ["1", "2"].map(|channel| {
            price(&offer, &promotions, &marketplace, channel, moment).map(|price| {
                (price.price, price.list_price, price.discount.map(|discount| discount.tag()))
            })
        });
        let now = at(hours);
        let next = next_change(&offer, &promotions, &marketplace, now);
        // Every beginning and end is at a whole hour.
        let until = next.unwrap_or(at(20));
        let mut later = now;
        while later < until {
            prop_assert_eq!(seen(later), seen(now));
            later = later.plus(SignedDuration::from_mins(30));
        }
        if let Some(next) = next {
            prop_assert!(next > now);
            prop_assert_ne!(seen(next), seen(now));
        }
    }
}
