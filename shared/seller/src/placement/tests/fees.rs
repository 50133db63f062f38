//! The terms an order is placed under.

use super::*;
use crate::fees::expected;
use crate::selection::Selection;
use crate::settings::{Fees, SelectedCommission};

fn fees() -> Fees {
    let shirts = Selection {
        categories: vec!["Roupas".to_owned()],
        ..Selection::default()
    };
    Fees {
        commission_percent: 10.into(),
        fixed_per_item: Cents::new(5),
        categories: vec![SelectedCommission {
            selection: shirts,
            commission_percent: 20.into(),
        }],
        ..Fees::default()
    }
}

fn sold_by(fees: Option<Fees>, announced: Value) -> Order {
    let mut shop = Shop::new();
    shop.settings.marketplaces[0].fees = fees;
    let shirt = shop.offers.get_mut(&sku("W1")).unwrap();
    shirt.category = Some("roupas/Camisas".to_owned());
    let mut request = order("1-01", &[("W1", 2, 1000), ("2000037", 1, 7390)]);
    request["marketplacePaymentValue"] = announced;
    request["items"][0]["commission"] = json!(1400);
    request["items"][0]["freightCommission"] = json!(300);
    shop.orders(&[request]).remove(0)
}

#[test]
fn an_order_keeps_the_marketplace_s_terms_and_what_it_announced() {
    let order = sold_by(Some(fees()), 9041.into());
    let terms = order.fees.as_ref().unwrap();
    assert_eq!(terms.commissions, [(sku("W1"), 20.into())].into());
    assert_eq!(terms.announced, Some(Cents::new(9041)));
    let expected = expected(&order).unwrap();
    // 20 % of 2000 and 10 % of 7390, five cents a unit; shipping is free of commission.
    assert_eq!(expected.lines, [Cents::new(410), Cents::new(744)]);
    assert_eq!(
        (expected.fees, expected.payout),
        (Cents::new(1154), Cents::new(8636))
    );
    assert_eq!(expected.difference, Some(Cents::new(9041 - 9790)));
}

#[test]
fn a_placement_s_own_commission_fields_change_nothing() {
    let with = sold_by(Some(fees()), Value::Null);
    assert_eq!(expected(&with).unwrap().fees, Cents::new(1154));
    assert_eq!(expected(&with).unwrap().difference, None);
}

#[test]
fn without_fees_in_the_seller_file_nothing_is_expected() {
    let order = sold_by(None, 1.into());
    assert_eq!((order.fees.clone(), expected(&order)), (None, None));
    // What was announced is held against the total.
    assert_eq!(crate::fees::difference(&order), Some(Cents::new(1 - 9790)));
}
