//! What the seller keeps of orders that are not placed.

use super::*;
use crate::settings::StockRule;

/// A cap on what the marketplace may sell of each SKU.
fn capped(shop: &mut Shop, units: i64) {
    shop.settings.marketplaces[0].stock.default = StockRule {
        cap: Some(units),
        ..StockRule::default()
    };
}

fn reason(refused: Refused) -> (String, Reason) {
    let refusal = *refused.refusal.unwrap();
    assert_eq!(refusal.reason.code(), refused.problem.code);
    let stored = serde_json::to_value(&refusal.reason).unwrap();
    assert_eq!(stored["reason"], refusal.reason.name());
    (refusal.marketplace_order_id.to_string(), refusal.reason)
}

#[test]
fn the_order_that_is_to_blame_is_kept_with_its_units_and_the_reason() {
    let mut shop = Shop::new();
    let band = |percent: u8, decision| Band {
        up_to_percent: percent.into(),
        decision,
    };
    let bands = vec![band(0, Decision::Authorize), band(100, Decision::Deny)];
    shop.settings.marketplaces[0].divergence = bands;
    capped(&mut shop, 5);
    let right = ("2000037", 1, 7390);
    for (lines, expected) in [
        (
            vec![right, ("nowhere", 2, 1)],
            Reason::NotSold {
                sku: sku("nowhere"),
            },
        ),
        (
            vec![("2000037", 6, 7390)],
            Reason::OutOfStock {
                sku: sku("2000037"),
            },
        ),
        (
            vec![("W1", 2, 999)],
            Reason::Prices {
                theirs: Cents::new(1998),
                ours: Cents::new(2000),
            },
        ),
    ] {
        let refused = shop.refused(&[order("9-01", &lines)]);
        let units = refused.refusal.clone().unwrap().units;
        let asked = lines.iter().map(|(code, units, _)| (sku(code), *units));
        assert_eq!(units, asked.collect());
        assert_eq!(reason(refused), ("9-01".to_owned(), expected));
    }
}

#[test]
fn units_of_a_sku_in_several_lines_are_kept_together() {
    let refused = Shop::new().refused(&[order("9-01", &[("nowhere", 1, 1), ("nowhere", 2, 1)])]);
    assert_eq!(refused.refusal.unwrap().units, [(sku("nowhere"), 3)].into());
}

#[test]
fn of_several_orders_the_one_to_blame_is_kept() {
    let mut shop = Shop::new();
    let good = order("1-01", &[("2000037", 1, 7390)]);
    let bad = order("1-02", &[("nowhere", 1, 1500)]);
    let refused = shop.refused(&[good.clone(), bad]);
    assert_eq!(reason(refused).0, "1-02");
    // A repeat is kept too.
    shop.place(std::slice::from_ref(&good));
    let other = order("1-01", &[("2000037", 2, 7390)]);
    let refused = shop.refused(&[other]);
    assert_eq!(
        reason(refused),
        ("1-01".to_owned(), Reason::DifferentContent)
    );
}

#[test]
fn what_a_rule_or_the_write_finds_missing_is_laid_to_the_first_order_that_wants_it() {
    let mut shop = Shop::new();
    let orders = [
        order("1-01", &[("W1", 1, 1000)]),
        order("1-02", &[("2000037", 3, 7390)]),
        order("1-03", &[("2000037", 3, 7390)]),
    ];
    let missing = Reason::OutOfStock {
        sku: sku("2000037"),
    };
    let placement = read(&orders);
    let refused = shop.plan(&placement).unwrap().lacks(&sku("2000037"));
    assert_eq!(reason(refused), ("1-02".to_owned(), missing.clone()));
    capped(&mut shop, 5);
    let refused = shop.refused(&orders);
    assert_eq!(reason(refused), ("1-02".to_owned(), missing));
}

#[test]
fn of_what_can_t_be_counted_nothing_is_kept() {
    let mut shop = Shop::new();
    shop.offers.get_mut(&sku("W1")).unwrap().prices[0].price = Cents::new(i64::MAX);
    let refused = shop.refused(&[order("1-01", &[("W1", 2, 1)])]);
    assert_eq!(
        (refused.problem.code, refused.refusal),
        (Code::Schema, None)
    );
}

#[test]
fn a_refusal_names_no_person() {
    let mut request = order("9-01", &[("nowhere", 1, 1500)]);
    request["clientProfileData"] = json!({"email": "a@ct.vtex.com.br", "firstName": "Ana"});
    let refusal = Shop::new().refused(&[request]).refusal.unwrap();
    assert_eq!(
        serde_json::to_value(*refusal).unwrap(),
        json!({
            "account": "mkt1", "marketplaceOrderId": "9-01",
            "reason": "not_sold", "sku": "nowhere", "units": {"nowhere": 1},
        })
    );
}
