use feirante_models::{AccountName, Instant, MarketplaceOrderId, OrderId, Quantity, WarehouseId};

use super::*;
use crate::fixture::{offer, sku};
use crate::ledger::Ledger;
use crate::order::{Modifications, Review, State};
use crate::selection::Selection;
use crate::settings::SelectedCommission;

mod properties;

/// Lines of SKU, units, unit price and shipping, and what the total has beyond them.
fn order(lines: &[(&str, i64, i64, i64)], beside: i64, fees: Option<FeeTerms>) -> Order {
    let account = AccountName::parse("mkt1").unwrap();
    let marketplace_order_id = MarketplaceOrderId::parse("1-01").unwrap();
    let at = Instant::from_millis(0).unwrap();
    let lines: Vec<Line> = lines
        .iter()
        .map(|(code, units, price, shipping)| Line {
            sku: sku(code),
            quantity: Quantity::new(*units).unwrap(),
            price: Cents::new(*price),
            shipping_price: Cents::new(*shipping),
            shipping_method: None,
            places: WarehouseId::parse("main").unwrap().into(),
        })
        .collect();
    let worth: i64 = lines
        .iter()
        .map(|line| line.price.get() * line.quantity.get() + line.shipping_price.get())
        .sum();
    Order {
        order_id: OrderId::of(&account, &marketplace_order_id),
        account,
        marketplace_order_id,
        order_group: None,
        services_endpoint: None,
        version: 1,
        state: State::Placed { reserved_until: at },
        review: Review::NotNeeded,
        placed_at: at,
        content_hash: String::new(),
        lines,
        slots: Vec::new(),
        total: Cents::new(worth + beside),
        differing_payment_value: None,
        fees,
        invoices: Ledger::default(),
        canceling: None,
        modifications: Modifications::default(),
        timeline: Vec::new(),
    }
}

fn percent(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn terms(fees: &Fees) -> FeeTerms {
    FeeTerms::of(fees, [], None)
}

fn of(fees: &Fees, lines: &[(&str, i64, i64, i64)], beside: i64) -> Expected {
    expected(&order(lines, beside, Some(terms(fees)))).unwrap()
}

#[test]
fn goods_shipping_units_and_the_order_are_charged_each_by_its_own() {
    let fees = Fees {
        commission_percent: percent("12.5"),
        freight_commission_percent: percent("5"),
        fixed_per_item: Cents::new(100),
        fixed_per_order: Cents::new(50),
        ..Fees::default()
    };
    let expected = of(&fees, &[("a", 2, 1000, 300), ("b", 1, 999, 0)], 400);
    // 250 + 15 + 200; 124.875 + 100. Of the services 50, and 50 for the order.
    assert_eq!(expected.lines, [Cents::new(465), Cents::new(225)]);
    assert_eq!(expected.beside, Cents::new(100));
    assert_eq!(
        (expected.fees, expected.payout),
        (Cents::new(790), Cents::new(2909))
    );
}

#[test]
fn half_a_cent_goes_up_in_each_line() {
    let fees = Fees {
        commission_percent: percent("10"),
        ..Fees::default()
    };
    for (price, fee) in [(4, 0), (5, 1), (14, 1), (15, 2), (25, 3)] {
        assert_eq!(
            of(&fees, &[("a", 1, price, 0)], 0).fees,
            Cents::new(fee),
            "{price}"
        );
    }
    // Each line by itself, not their sum.
    let twice = of(&fees, &[("a", 1, 5, 0), ("a", 1, 5, 0)], 0);
    assert_eq!(twice.fees, Cents::new(2));
}

#[test]
fn the_first_commission_about_a_sku_holds() {
    let selected = |categories: &[&str], percent: i64| SelectedCommission {
        selection: Selection {
            categories: categories.iter().map(|&name| name.to_owned()).collect(),
            ..Selection::default()
        },
        commission_percent: percent.into(),
    };
    let fees = Fees {
        commission_percent: 10.into(),
        categories: vec![
            selected(&["Roupas/Camisas"], 20),
            selected(&["Roupas"], 30),
            selected(&["Casa"], 10),
        ],
        ..Fees::default()
    };
    let in_category = |code, category: &str| {
        let mut offer = offer(code, 1, None, 1);
        offer.category = Some(category.to_owned());
        offer
    };
    let offers = [
        in_category("shirt", "Roupas/Camisas/Polo"),
        in_category("skirt", "Roupas/Saias"),
        in_category("lamp", "Casa"),
        offer("thing", 1, None, 1),
    ];
    let terms = FeeTerms::of(&fees, &offers, None);
    let kept = [(sku("shirt"), 20.into()), (sku("skirt"), 30.into())];
    assert_eq!(terms.commissions, kept.into());
    let lines = ["shirt", "skirt", "lamp", "thing"].map(|code| (code, 1, 1000, 0));
    let expected = expected(&order(&lines, 0, Some(terms))).unwrap();
    assert_eq!(expected.lines, [200, 300, 100, 100].map(Cents::new));
}

#[test]
fn nobody_keeps_more_than_there_is() {
    let fees = Fees {
        fixed_per_item: Cents::new(500),
        fixed_per_order: Cents::new(500),
        ..Fees::default()
    };
    let cheap = of(&fees, &[("a", 1, 100, 20), ("b", 2, 600, 0)], 0);
    assert_eq!(cheap.lines, [Cents::new(120), Cents::new(1000)]);
    assert_eq!((cheap.beside, cheap.payout), (Cents::new(200), Cents::ZERO));
    let huge = Fees {
        fixed_per_item: Cents::new(10_000_000_000),
        ..Fees::default()
    };
    let worthless = of(&huge, &[("a", Quantity::MAX, 0, 7)], 0);
    assert_eq!(worthless.fees, Cents::new(7));
}

#[test]
fn what_was_announced_is_compared_with_what_the_marketplace_means() {
    let fees = |payment_value| Fees {
        commission_percent: 10.into(),
        payment_value,
        ..Fees::default()
    };
    for (payment_value, announced, difference) in [
        (PaymentValue::Payout, Some(900), None),
        (PaymentValue::Payout, Some(1000), Some(100)),
        (PaymentValue::Payout, None, None),
        (PaymentValue::Total, Some(1000), None),
        (PaymentValue::Total, Some(900), Some(-100)),
    ] {
        let announced = announced.map(Cents::new);
        let terms = FeeTerms::of(&fees(payment_value), [], announced);
        let order = order(&[("a", 1, 1000, 0)], 0, Some(terms));
        let difference = difference.map(Cents::new);
        assert_eq!(super::difference(&order), difference, "{announced:?}");
    }
}

#[test]
fn a_modified_order_is_charged_by_the_terms_it_was_placed_under() {
    let before = Fees {
        commission_percent: 10.into(),
        ..Fees::default()
    };
    let now = Fees {
        commission_percent: 50.into(),
        ..Fees::default()
    };
    let terms = FeeTerms::of(&before, [&offer("a", 1, None, 1)], Some(Cents::new(1)));
    let added = offer("new", 1, None, 1);
    let terms = terms.modified(Some(&now), [&added]);
    // A discount of 100 cents is one for the marketplace too.
    let order = order(&[("a", 1, 1000, 0), ("new", 1, 1000, 0)], -100, Some(terms));
    let expected = expected(&order).unwrap();
    assert_eq!(expected.lines, [Cents::new(100), Cents::new(500)]);
    assert_eq!(
        (expected.beside, expected.fees),
        (Cents::new(-10), Cents::new(590))
    );
    assert_eq!(expected.difference, None);
}

#[test]
fn a_sku_that_comes_back_is_charged_anew() {
    let selected = |percent: i64| Fees {
        commission_percent: 10.into(),
        categories: vec![SelectedCommission {
            selection: Selection {
                skus: [sku("a")].into(),
                ..Selection::default()
            },
            commission_percent: percent.into(),
        }],
        ..Fees::default()
    };
    let a = offer("a", 1, None, 1);
    let terms = FeeTerms::of(&selected(20), [&a], None);
    let without = terms.modified(Some(&selected(20)), []);
    let back = without.modified(Some(&selected(10)), [&a]);
    let order = order(&[("a", 1, 1000, 0)], 0, Some(back));
    assert_eq!(expected(&order).unwrap().lines, [Cents::new(100)]);
}

#[test]
fn an_order_of_before_there_were_fees_expects_nothing() {
    let order = order(&[("a", 1, 1000, 0)], 0, None);
    let mut stored = serde_json::to_value(&order).unwrap();
    assert_eq!(stored.as_object_mut().unwrap().remove("fees"), None);
    let read: Order = serde_json::from_value(stored).unwrap();
    assert_eq!((expected(&read), difference(&read)), (None, None));
}

#[test]
fn terms_are_read_back() {
    let fees = Fees {
        commission_percent: percent("12.5"),
        ..Fees::default()
    };
    let mut terms = FeeTerms::of(&fees, [], Some(Cents::new(5)));
    terms.commissions.insert(sku("ção #1/2"), percent("0.01"));
    let json = serde_json::to_string(&terms).unwrap();
    assert_eq!(serde_json::from_str::<FeeTerms>(&json).unwrap(), terms);
}
