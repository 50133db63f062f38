//! Where an order stands by its packages (protocol §3.7, §3.8).

use feirante_models::events::EventType;

use super::*;

fn shipped(order: &Order, name: &str) -> Order {
    changed(shipment_sent(order, &number(name), sent(), hours(5)))
}

fn arrived(order: &Order, name: &str) -> Order {
    changed(progress_sent(
        order,
        &number(name),
        1,
        true,
        sent(),
        hours(6),
    ))
}

fn in_two_packages() -> Order {
    let first = invoiced(&authorized(), &output("N-1", 5000)).order;
    invoiced(&first, &output("N-2", 9780)).order
}

#[test]
fn an_order_is_where_its_last_package_is() {
    let order = shipped(&in_two_packages(), "N-1");
    assert_eq!(order.status(), "invoiced");
    let order = arrived(&order, "N-1");
    assert_eq!(order.status(), "invoiced");
    let order = shipped(&order, "N-2");
    assert_eq!(order.status(), "shipped");
    assert!(!told(&order).contains(&EventType::Delivered));
    let order = arrived(&order, "N-2");
    assert_eq!(order.status(), "delivered");
    assert_eq!(told(&order).last(), Some(&EventType::Delivered));
}

#[test]
fn a_package_that_arrived_before_the_rest_is_invoiced_does_not_deliver_the_order() {
    let first = invoiced(&authorized(), &output("N-1", 5000)).order;
    let order = arrived(&shipped(&first, "N-1"), "N-1");
    assert_eq!(order.status(), "partially_invoiced");
    let order = invoiced(&order, &output("N-2", 9780)).order;
    assert_eq!(order.status(), "invoiced");
    let order = arrived(&shipped(&order, "N-2"), "N-2");
    assert_eq!(order.status(), "delivered");
}

#[test]
fn an_order_is_delivered_once() {
    let one = invoiced(&authorized(), &output("N-1", 14780)).order;
    let order = arrived(&shipped(&one, "N-1"), "N-1");
    let order = arrived(&arrived(&order, "N-1"), "N-1");
    let deliveries = told(&order)
        .into_iter()
        .filter(|event| *event == EventType::Delivered);
    assert_eq!(deliveries.count(), 1);
}

#[test]
fn what_has_arrived_is_not_on_its_way_again() {
    let one = invoiced(&authorized(), &output("N-1", 14780)).order;
    let order = arrived(&shipped(&one, "N-1"), "N-1");
    let late = changed(progress_sent(
        &order,
        &number("N-1"),
        1,
        false,
        sent(),
        hours(9),
    ));
    assert_eq!(late.status(), "delivered");
    assert_eq!(shipped(&late, "N-1").status(), "delivered");
}

#[test]
fn a_return_does_not_hide_that_the_order_was_delivered() {
    let one = invoiced(&authorized(), &output("N-1", 14780)).order;
    let order = arrived(&shipped(&one, "N-1"), "N-1");
    let partly = invoiced(&order, &input("N-2", 5000)).order;
    assert_eq!(partly.status(), "delivered");
    let returned = invoiced(&partly, &input("N-3", 9780)).order;
    assert_eq!(returned.status(), "returned");
    assert_eq!(arrived(&returned, "N-1").status(), "returned");
    let delivered = |event: &EventType| *event == EventType::Delivered;
    assert_eq!(told(&returned).into_iter().filter(delivered).count(), 1);
}
