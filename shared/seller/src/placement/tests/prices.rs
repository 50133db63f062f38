//! Orders whose prices are not ours.

use super::*;
use crate::order::Review;
use crate::selection::Selection;
use crate::settings::{Off, Promotion};

fn with_bands(bands: &[(u32, Decision)]) -> Shop {
    let mut shop = Shop::new();
    shop.settings.marketplaces[0].divergence = bands
        .iter()
        .map(|(percent, decision)| Band {
            up_to_percent: (*percent).into(),
            decision: *decision,
        })
        .collect();
    shop
}

const BANDS: &[(u32, Decision)] = &[
    (5, Decision::Authorize),
    (20, Decision::Review),
    (100, Decision::Deny),
];

/// How an order's timeline starts.
fn placed(theirs: i64, ours: i64, needs_review: bool) -> Change {
    Change::Placed {
        theirs: Cents::new(theirs),
        ours: Cents::new(ours),
        needs_review,
    }
}

#[test]
fn without_a_rule_any_price_is_taken_and_noted() {
    let orders = Shop::new().orders(&[order("1-01", &[("2000037", 1, 3695)])]);
    assert_eq!(orders[0].review, Review::NotNeeded);
    assert_eq!(orders[0].timeline[0].change, placed(3695, 7390, false));
}

#[test]
fn the_bands_decide_by_the_sum_of_the_items() {
    let shop = with_bands(BANDS);
    // Ours: 2 × 1000. Shipping is no part of it.
    for (price, status) in [
        (1000, "placed"),
        (950, "placed"),
        (1050, "placed"),
        (949, "needs_review"),
        (1200, "needs_review"),
    ] {
        let orders = shop.orders(&[order("1-01", &[("W1", 2, price)])]);
        assert_eq!(orders[0].status(), status, "{price}");
        let change = placed(2 * price, 2000, status == "needs_review");
        assert_eq!(orders[0].timeline[0].change, change);
    }
}

#[test]
fn a_denied_order_refuses_the_whole_call() {
    let shop = with_bands(BANDS);
    let good = order("1-01", &[("W1", 1, 1000)]);
    let cheap = order("1-02", &[("W1", 1, 1)]);
    let refusal = shop.refusal(&[good, cheap]);
    assert_eq!(refusal.code, Code::PriceDivergence);
    assert!(refusal.message.contains("1-02"), "{refusal}");
}

#[test]
fn orders_of_one_call_are_reviewed_each_by_itself() {
    let shop = with_bands(BANDS);
    let orders = shop.orders(&[
        order("1-01", &[("W1", 1, 1000)]),
        order("1-02", &[("W1", 1, 900)]),
    ]);
    let statuses: Vec<_> = orders.iter().map(Order::status).collect();
    assert_eq!(statuses, ["placed", "needs_review"]);
}

#[test]
fn our_price_is_that_of_the_sales_channel() {
    let mut shop = Shop::new();
    let offer = shop.offers.get_mut(&sku("W1")).unwrap();
    let mut special = offer.prices[0].clone();
    special.marketplace = Some(shop.settings.marketplaces[0].account.clone());
    special.sales_channel = Some("1".to_owned());
    special.price = Cents::new(800);
    offer.prices.push(special);
    let orders = shop.orders(&[order("1-01", &[("W1", 3, 1000)])]);
    assert_eq!(orders[0].timeline[0].change, placed(3000, 2400, false));
}

#[test]
fn our_price_contains_promotions() {
    let mut shop = Shop::new();
    shop.settings.promotions.push(Promotion {
        id: "bf".to_owned(),
        name: "Black Friday".to_owned(),
        marketplaces: Vec::new(),
        sales_channels: Vec::new(),
        from: None,
        until: None,
        off: Off::Amount(Cents::new(100)),
        selection: Selection::default(),
    });
    let orders = shop.orders(&[order("1-01", &[("W1", 3, 900)])]);
    assert_eq!(orders[0].timeline[0].change, placed(2700, 2700, false));
}

#[test]
fn a_payment_value_is_noted_where_it_differs_and_never_refused() {
    let shop = Shop::new();
    let differing = |value: Value| {
        let mut request = order("1-01", &[("2000037", 1, 7390)]);
        request["marketplacePaymentValue"] = value;
        shop.orders(&[request])[0].differing_payment_value
    };
    assert_eq!(differing(7590.into()), None);
    assert_eq!(differing(Value::Null), None);
    assert_eq!(differing(7390.into()), Some(Cents::new(7390)));
    assert_eq!(differing((-1).into()), Some(Cents::new(-1)));
}

#[test]
fn an_order_too_large_to_price_is_refused() {
    let mut shop = Shop::new();
    shop.offers.get_mut(&sku("W1")).unwrap().prices[0].price = Cents::new(i64::MAX);
    assert_eq!(
        shop.refusal(&[order("1-01", &[("W1", 2, 1)])]).code,
        Code::Schema
    );
}
