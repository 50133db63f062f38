//! What is sold, from where it is taken, and how long it is held.

use proptest::prelude::*;

use super::*;
use crate::order::Review;
use crate::settings::StockRule;

/// Where each line of each order is taken from.
fn places(orders: &[Order]) -> Vec<Vec<String>> {
    orders
        .iter()
        .map(|order| {
            order
                .lines
                .iter()
                .map(|line| line.places.to_string())
                .collect()
        })
        .collect()
}

#[test]
fn what_is_not_sold_refuses_the_whole_call() {
    let mut shop = Shop::new();
    shop.offers.get_mut(&sku("34562")).unwrap().active = false;
    shop.offers.get_mut(&sku("W1")).unwrap().prices.clear();
    shop.offers.get_mut(&sku("77")).unwrap().prices[0].valid_until = Some(fixture::now());
    let served = order("1-01", &[("2000037", 1, 7390)]);
    for code in ["nope", "34562", "W1", "77"] {
        let other = order("1-02", &[("2000037", 1, 7390), (code, 1, 1)]);
        for call in [[served.clone(), other.clone()], [other, served.clone()]] {
            let refusal = shop.refusal(&call);
            assert_eq!(refusal.code, Code::OutOfStock, "{code}");
            assert_eq!(refusal.message, format!("SKU {code} is not sold"));
        }
    }
}

#[test]
fn a_line_is_taken_from_the_first_place_that_has_enough() {
    let shop = Shop::with_warehouses(("near", 2), ("far", 5));
    let place = |quantity| {
        let orders = shop.orders(&[order("1-01", &[("2000037", quantity, 7390)])]);
        orders[0].lines[0].places.to_string()
    };
    assert_eq!(place(1), "near");
    assert_eq!(place(2), "near");
    assert_eq!(place(3), "far");
    assert_eq!(place(5), "far");
    // Nobody has enough: the write will say so.
    assert_eq!(place(6), "near");
}

#[test]
fn a_line_is_split_where_its_method_may() {
    let mut shop = Shop::with_warehouses(("near", 2), ("far", 5));
    for method in &mut shop.settings.shipping.methods {
        method.split = method.id == "Normal";
    }
    let place = |sla: &str, quantity| {
        let mut order = order("1-01", &[("2000037", quantity, 7390)]);
        order["shippingData"]["logisticsInfo"][0]["selectedSla"] = sla.into();
        let placement = read(&[order]);
        let plan = shop.plan(&placement).unwrap();
        let units = |place: &str| {
            let taken = &plan.reserve[&sku("2000037")];
            taken.get(&WarehouseId::parse(place).unwrap()).copied()
        };
        let reserved = (units("near"), units("far"));
        (plan.new[0].0.lines[0].places.to_string(), reserved)
    };
    assert_eq!(place("Normal", 5), ("far".to_owned(), (None, Some(5))));
    let both = ("near: 2, far: 4".to_owned(), (Some(2), Some(4)));
    assert_eq!(place("Normal", 6), both);
    assert_eq!(place("Expressa", 6), ("near".to_owned(), (Some(6), None)));
    assert_eq!(place("given up last week", 6), both);
    // Nobody has enough: the write will say so.
    assert_eq!(place("Normal", 8), ("near".to_owned(), (Some(8), None)));
}

#[test]
fn what_a_marketplace_may_not_sell_is_left() {
    let mut shop = Shop::with_warehouses(("near", 2), ("far", 5));
    shop.settings.marketplaces[0].stock.default = StockRule {
        safety: 1,
        share_percent: Some(50.into()),
        cap: Some(4),
    };
    let plan = |units: &[i64]| {
        let lines: Vec<_> = units
            .iter()
            .map(|units| ("2000037", *units, 7390))
            .collect();
        let placement = read(&[order("1-01", &lines)]);
        let plan = shop.plan(&placement).map_err(|refused| refused.problem)?;
        let short = plan.short([&sku("2000037")], &shop.offers).is_some();
        Ok((plan.keep[&sku("2000037")].values().sum::<i64>(), short))
    };
    assert_eq!(plan(&[1]), Ok((2, false)));
    assert_eq!(plan(&[1, 2]), Ok((4, false)));
    // That takes a stock of nine; the write will say so.
    assert_eq!(plan(&[4]), Ok((5, true)));
    // That no stock allows.
    assert_eq!(plan(&[4, 1]), Err(out_of_stock(&sku("2000037"))));
}

#[test]
fn what_earlier_lines_and_orders_took_is_gone() {
    let shop = Shop::with_warehouses(("near", 3), ("far", 5));
    let line = |quantity| ("2000037", quantity, 7390);
    let placement = read(&[
        order("1-01", &[line(2), line(2)]),
        order("1-02", &[line(1), line(3)]),
    ]);
    let plan = shop.plan(&placement).unwrap();
    let units =
        [("near", 3), ("far", 5)].map(|(id, units)| (WarehouseId::parse(id).unwrap(), units));
    assert_eq!(plan.reserve, [(sku("2000037"), units.into())].into());
    let orders: Vec<_> = plan.new.into_iter().map(|(order, _)| order).collect();
    assert_eq!(places(&orders), [["near", "far"], ["near", "far"]]);
}

#[test]
fn another_sku_has_a_shelf_of_its_own() {
    let mut shop = Shop::with_warehouses(("near", 1), ("far", 5));
    fixture::put(shop.offers.get_mut(&sku("34562")).unwrap(), "near", 1);
    let lines = [
        ("2000037", 1, 7390),
        ("34562", 1, 890),
        ("2000037", 1, 7390),
    ];
    assert_eq!(
        places(&shop.orders(&[order("1-01", &lines)])),
        [["near", "near", "far"]]
    );
}

#[test]
fn the_chosen_delivery_method_says_where_from() {
    let mut shop = Shop::with_warehouses(("near", 5), ("far", 5));
    for method in &mut shop.settings.shipping.methods {
        if method.id == "Expressa" {
            method.warehouses = vec![WarehouseId::parse("far").unwrap()];
        }
    }
    let place = |sla: Value| {
        let mut order = order("1-01", &[("2000037", 1, 7390)]);
        order["shippingData"]["logisticsInfo"][0]["selectedSla"] = sla;
        shop.orders(&[order])[0].lines[0].places.to_string()
    };
    assert_eq!(place("Normal".into()), "near");
    assert_eq!(place("Expressa".into()), "far");
    assert_eq!(place("given up last week".into()), "near");
    assert_eq!(place(Value::Null), "near");
}

#[test]
fn a_place_never_heard_of_has_nothing() {
    let mut shop = Shop::with_warehouses(("near", 5), ("far", 5));
    let offer = shop.offers.get_mut(&sku("2000037")).unwrap();
    offer.stock.remove(&WarehouseId::parse("near").unwrap());
    assert_eq!(
        places(&shop.orders(&[order("1-01", &[("2000037", 1, 7390)])])),
        [["far"]]
    );
}

#[test]
fn a_reservation_is_held_between_eight_and_thirty_days() {
    let shop = Shop::new();
    let hours_held = |lock: Value| {
        let mut request = order("1-01", &[("2000037", 1, 7390)]);
        request["shippingData"]["logisticsInfo"][0]["lockTTL"] = lock;
        let order = shop.orders(&[request]).remove(0);
        let held = order.due().unwrap().millis() - order.placed_at.millis();
        SignedDuration::from_millis(held).as_hours()
    };
    assert_eq!(hours_held(Value::Null), 8 * 24);
    for (lock, hours) in [
        ("0d", 8 * 24),
        ("1h", 8 * 24),
        ("8d", 8 * 24),
        ("9d", 9 * 24),
        ("10bd", 14 * 24),
        ("30d", 30 * 24),
        ("31d", 30 * 24),
        ("999999999999d", 30 * 24),
    ] {
        assert_eq!(hours_held(lock.into()), hours, "{lock}");
    }
}

#[test]
fn an_order_in_review_is_never_due() {
    let mut shop = Shop::new();
    shop.settings.marketplaces[0].divergence = vec![Band {
        up_to_percent: 100.into(),
        decision: Decision::Review,
    }];
    let orders = shop.orders(&[order("1-01", &[("2000037", 1, 7390)])]);
    assert_eq!((orders[0].review, orders[0].due()), (Review::Pending, None));
}

proptest! {
    #[test]
    fn a_plan_reserves_just_what_its_orders_hold(
        stock in (-3..12_i64, -3..12_i64),
        calls in prop::collection::vec(prop::collection::vec(1..6_i64, 1..4), 1..4),
    ) {
        let shop = Shop::with_warehouses(("near", stock.0), ("far", stock.1));
        let requests: Vec<_> = calls
            .iter()
            .enumerate()
            .map(|(index, lines)| {
                let lines: Vec<_> = lines.iter().map(|units| ("2000037", *units, 7390)).collect();
                order(&format!("1-{index}"), &lines)
            })
            .collect();
        let placement = read(&requests);
        let plan = shop.plan(&placement).unwrap();
        let reserved: i64 = plan.reserve.values().flat_map(|units| units.values()).sum();
        prop_assert_eq!(reserved, calls.iter().flatten().sum::<i64>());
        // A line goes where there is not enough only if no place has enough.
        let mut left = HashMap::from([("near", stock.0), ("far", stock.1)]);
        for line in plan.new.iter().flat_map(|(order, _)| &order.lines) {
            let units = line.quantity.get();
            let chosen = line.places.to_string();
            let chosen = chosen.as_str();
            prop_assert!(left[chosen] >= units || left.values().all(|left| *left < units));
            *left.get_mut(chosen).unwrap() -= units;
        }
    }
}
