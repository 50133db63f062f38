//! New, repeated and changed orders.

use super::*;
use crate::lifecycle::{self, Outcome};
use crate::settings::CancellationPolicy;
use feirante_models::cancellation::CancellationDetails;

const LINES: &[(&str, i64, i64)] = &[("2000037", 2, 7390), ("34562", 1, 890)];

#[test]
fn a_new_order_is_kept_as_it_was_agreed() {
    let shop = Shop::new();
    let mut request = order("959311095-01", LINES);
    request["marketplaceOrderGroup"] = "959311095".into();
    request["marketplaceServicesEndpoint"] = "https://oms.example/api/oms".into();
    let placement = read(&[request]);
    let plan = shop.plan(&placement).unwrap();
    let [(order, request)] = plan.new.as_slice() else {
        panic!("one order: {plan:?}");
    };
    assert_eq!(order.order_id.as_str(), "mkt1-959311095-01");
    assert_eq!(order.account.as_str(), "mkt1");
    assert_eq!(
        order.marketplace_order_id,
        MarketplaceOrderId::parse("959311095-01").unwrap()
    );
    assert_eq!(order.order_group.as_deref(), Some("959311095"));
    assert_eq!(
        order.services_endpoint.as_deref(),
        Some("https://oms.example/api/oms")
    );
    assert_eq!((order.version, order.status()), (1, "placed"));
    assert_eq!(order.placed_at, fixture::now());
    assert_eq!(order.content_hash, request.content_hash);
    let main = WarehouseId::parse("main").unwrap();
    assert_eq!(
        order.lines[0],
        Line {
            sku: sku("2000037"),
            quantity: Quantity::new(2).unwrap(),
            price: Cents::new(7390),
            shipping_price: Cents::new(200),
            shipping_method: Some("Normal".to_owned()),
            places: main.clone().into(),
        }
    );
    assert_eq!(order.total, Cents::new(2 * 7390 + 890 + 2 * 200));
    let amount = Cents::new(2 * 7390 + 890);
    let change = Change::Placed {
        theirs: amount,
        ours: amount,
        needs_review: false,
    };
    assert_eq!(
        order.timeline,
        [Entry {
            at: fixture::now(),
            change
        }]
    );
    let units = |count| [(main.clone(), count)].into();
    assert_eq!(
        plan.reserve,
        [(sku("2000037"), units(2)), (sku("34562"), units(1))].into()
    );
}

#[test]
fn a_repeated_order_is_not_new() {
    let mut shop = Shop::new();
    let request = order("1-01", LINES);
    shop.place(std::slice::from_ref(&request));
    // Not even when the last unit, or the whole offer, is gone meanwhile.
    shop.offers.clear();
    let placement = read(&[request]);
    let plan = shop.plan(&placement).unwrap();
    assert!(plan.new.is_empty());
    assert!(plan.reserve.is_empty());
}

#[test]
fn only_what_is_new_of_a_call_is_placed() {
    let mut shop = Shop::new();
    let (old, new) = (order("1-01", LINES), order("1-02", LINES));
    shop.place(std::slice::from_ref(&old));
    let placement = read(&[old, new]);
    let plan = shop.plan(&placement).unwrap();
    let ids: Vec<_> = plan
        .new
        .iter()
        .map(|(order, _)| order.order_id.as_str())
        .collect();
    assert_eq!(ids, ["mkt1-1-02"]);
    assert_eq!(
        plan.reserve,
        reserved_units(plan.new.iter().map(|(order, _)| order))
    );
}

#[test]
fn an_order_of_another_marketplace_is_another() {
    let mut shop = Shop::new();
    shop.place(&[order("1-01", LINES)]);
    shop.settings.marketplaces[0].account = "mkt2".to_owned().try_into().unwrap();
    assert_eq!(
        shop.orders(&[order("1-01", LINES)])[0].order_id.as_str(),
        "mkt2-1-01"
    );
}

#[test]
fn an_order_that_exists_otherwise_is_refused_with_its_call() {
    let mut shop = Shop::new();
    shop.place(&[order("1-01", LINES)]);
    let changed = order("1-01", &[("2000037", 3, 7390)]);
    let refusal = shop.refusal(&[order("1-02", LINES), changed]);
    assert_eq!(refusal.code, Code::DifferentContent);
    assert!(refusal.message.contains("1-01"), "{refusal}");
}

#[test]
fn an_order_that_ended_cannot_be_placed_again() {
    fn canceled(order: &Order) -> Order {
        let (policy, details) = (CancellationPolicy::Confirm, CancellationDetails::default());
        match lifecycle::request_cancellation(order, policy, details, fixture::now()) {
            Outcome::Change(transition, _) => transition.order,
            Outcome::Unchanged(answer) => panic!("{answer:?}"),
        }
    }
    fn expired(order: &Order) -> Order {
        match lifecycle::expire(order, order.due().unwrap()) {
            Outcome::Change(transition, ()) => transition.order,
            Outcome::Unchanged(()) => panic!("it was due"),
        }
    }
    let ends: [fn(&Order) -> Order; 2] = [canceled, expired];
    for (end, word) in ends.into_iter().zip(["is canceled", "has expired"]) {
        let mut shop = Shop::new();
        shop.place(&[order("1-01", LINES)]);
        for order in shop.existing.values_mut() {
            *order = end(order);
        }
        let refusal = shop.refusal(&[order("1-01", LINES)]);
        assert_eq!(refusal.code, Code::Canceled);
        assert!(refusal.message.contains(word), "{refusal}");
    }
}
