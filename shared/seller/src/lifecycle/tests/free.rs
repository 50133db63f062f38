//! Orders over nothing: a promotion took off everything, and shipping is free.

use feirante_models::events::EventType;

use super::*;

/// Paid, two units over 0 cents.
fn free() -> Order {
    Order {
        total: Cents::ZERO,
        ..authorized()
    }
}

#[test]
fn one_invoice_over_nothing_is_over_all_of_it() {
    let sold = invoiced(&free(), &output("N-1", 0));
    assert_eq!(sold.order.status(), "invoiced");
    assert_eq!(told(&sold.order).last(), Some(&EventType::Invoiced));
    let StockEffect::Ship(movement) = &sold.stock else {
        panic!("{sold:?}");
    };
    let units: i64 = movement.units.values().flat_map(BTreeMap::values).sum();
    assert_eq!(units, 2, "all that was reserved leaves");
    let shipped = changed(shipment_sent(&sold.order, &number("N-1"), sent(), hours(5)));
    assert_eq!(shipped.status(), "shipped");
}

#[test]
fn another_one_is_refused_while_the_first_counts() {
    let pending = accepted(&free(), &output("N-1", 0));
    let sold = changed(invoice_sent(
        &pending,
        &number("N-1"),
        false,
        sent(),
        hours(4),
    ));
    for order in [&pending, &sold] {
        let why = accept_invoice(order, &output("N-2", 0), hours(5)).unwrap_err();
        assert_eq!(why, RefusedInvoice::Whole(number("N-1")));
    }
    let over = accept_invoice(&free(), &output("N-1", 1), hours(5)).unwrap_err();
    assert!(matches!(over, RefusedInvoice::TooMuch { .. }), "{over}");
    let given_up = unanswered(&pending, &number("N-1"));
    assert_eq!(
        invoiced(&given_up, &output("N-2", 0)).order.status(),
        "invoiced"
    );
}

#[test]
fn it_is_returned_by_one_return_over_nothing() {
    let sold = invoiced(&free(), &output("N-1", 0)).order;
    let early = accept_invoice(&free(), &input("N-2", 0), hours(5)).unwrap_err();
    assert!(matches!(early, RefusedInvoice::NotInvoiced(_)), "{early}");
    let returned = invoiced(&sold, &input("N-2", 0));
    assert_eq!(returned.order.status(), "returned");
    assert!(matches!(returned.stock, StockEffect::Restock(_)));
    assert_eq!(told(&returned.order).last(), Some(&EventType::Returned));
}

#[test]
fn where_the_marketplace_takes_none_the_order_goes_on_without() {
    let order = accepted(&free(), &output("N-1", 0));
    assert!(is_waived(&order, 400));
    let no = || "invoiceValue must be greater than 0".to_owned();
    let waived = transition(invoice_waived(&order, &number("N-1"), no(), hours(4)));
    assert_eq!(waived.order.status(), "invoiced");
    assert_eq!(told(&waived.order).last(), Some(&EventType::Invoiced));
    assert!(matches!(waived.stock, StockEffect::Ship(_)));
    let again = invoice_waived(&waived.order, &number("N-1"), no(), hours(5));
    assert_eq!(again, Outcome::Unchanged(()));
    // Its return as well.
    let order = accepted(&waived.order, &input("N-2", 0));
    assert!(is_waived(&order, 400));
    let returned = transition(invoice_waived(&order, &number("N-2"), no(), hours(6)));
    assert_eq!(returned.order.status(), "returned");
    assert_eq!(told(&returned.order).last(), Some(&EventType::Returned));
}

#[test]
fn no_other_refusal_is_waived() {
    let order = accepted(&free(), &output("N-1", 0));
    for status in [401, 403, 404, 409, 422, 503] {
        assert!(!is_waived(&order, status), "{status}");
    }
    assert!(!is_waived(&accepted(&authorized(), &output("N-1", 1)), 400));
    // The marketplace may have canceled it.
    let order = cancel_unanswered(&canceling(&free()));
    assert!(!is_waived(&accepted(&order, &output("N-1", 0)), 400));
}

#[test]
fn an_order_over_something_has_no_invoice_over_nothing() {
    for order in [
        authorized(),
        invoiced(&authorized(), &output("N-1", 14780)).order,
    ] {
        let why = accept_invoice(&order, &output("N-2", 0), hours(5)).unwrap_err();
        assert_eq!(why, RefusedInvoice::Empty(Cents::new(14780)));
        assert_eq!(
            why.to_string(),
            "the invoice is over 0, and the order over 147.80"
        );
    }
}
