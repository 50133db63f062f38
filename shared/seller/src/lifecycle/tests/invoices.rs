//! Invoices and what they hold back, beyond the table's cells (protocol §3.6, §6 INV-03 to INV-09).

use feirante_models::events::EventType;

use super::*;

#[test]
fn two_partial_invoices_of_one_unit_make_it_invoiced_with_the_second() {
    let order = Order {
        lines: vec![line("2000037", "main", 1)],
        total: Cents::new(7590),
        ..authorized()
    };
    let first = invoiced(&order, &output("NFe-1", 5000));
    assert_eq!(first.order.status(), "partially_invoiced");
    assert_eq!(
        told(&first.order),
        [EventType::Placed, EventType::Authorized]
    );
    let second = invoiced(&first.order, &output("NFe-2", 2590));
    assert_eq!(second.order.status(), "invoiced");
    assert_eq!(told(&second.order).last(), Some(&EventType::Invoiced));
    let StockEffect::Ship(left) = &second.stock else {
        panic!("{second:?}");
    };
    assert!(left.units.is_empty(), "the one unit left with the first");
}

#[test]
fn the_timeline_shows_what_is_left_to_invoice() {
    let order = invoiced(&authorized(), &output("N-1", 5000)).order;
    let Change::InvoiceSent {
        residual,
        value,
        sent: how,
        ..
    } = &order.timeline.last().unwrap().change
    else {
        panic!("{:?}", order.timeline);
    };
    assert_eq!((value.get(), residual.get()), (5000, 9780));
    assert_eq!(*how, sent());
}

#[test]
fn one_cent_too_much_is_refused_with_what_is_left() {
    let order = invoiced(&authorized(), &output("N-1", 5000)).order;
    let why = accept_invoice(&order, &output("N-2", 9781), hours(5)).unwrap_err();
    let RefusedInvoice::TooMuch {
        value,
        residual,
        total,
    } = why
    else {
        panic!("{why}");
    };
    assert_eq!(
        (value.get(), residual.get(), total.get()),
        (9781, 9780, 14780)
    );
    assert_eq!(
        why.to_string(),
        "97.81 is more than what is left to invoice: 97.80 of 147.80"
    );
}

#[test]
fn an_invoice_on_its_way_counts_against_the_total() {
    let order = accepted(&authorized(), &output("N-1", 14780));
    let why = accept_invoice(&order, &output("N-2", 1), hours(5)).unwrap_err();
    assert!(matches!(why, RefusedInvoice::TooMuch { .. }), "{why}");
    let sold = changed(invoice_sent(
        &order,
        &number("N-1"),
        false,
        sent(),
        hours(5),
    ));
    let returning = accepted(&sold, &input("N-3", 14780));
    let why = accept_invoice(&returning, &input("N-4", 1), hours(5)).unwrap_err();
    assert!(matches!(why, RefusedInvoice::TooMuch { .. }), "{why}");
}

#[test]
fn returns_are_counted_apart_from_sales() {
    let sold = invoiced(&authorized(), &output("N-1", 14780)).order;
    let returned = invoiced(&sold, &input("N-2", 7390)).order;
    let why = accept_invoice(&returned, &output("N-3", 7390), hours(5)).unwrap_err();
    assert!(matches!(why, RefusedInvoice::TooMuch { .. }), "{why}");
    let residual = |kind| returned.invoices.residual(kind, returned.total).get();
    assert_eq!(residual(InvoiceType::Output), 0);
    assert_eq!(residual(InvoiceType::Input), 7390);
}

#[test]
fn what_the_order_does_not_have_can_not_be_invoiced() {
    let order = authorized();
    for (units, sku) in [(3, "2000037"), (1, "34562")] {
        let invoice = invoice("N-1", InvoiceType::Output, 1, &[(sku, units)]);
        let why = accept_invoice(&order, &invoice, hours(3)).unwrap_err();
        assert!(matches!(why, RefusedInvoice::TooMany { .. }), "{why}");
    }
}

#[test]
fn units_of_several_lines_of_a_sku_may_be_on_one_invoice() {
    let order = Order {
        lines: vec![line("2000037", "main", 1), line("2000037", "far", 1)],
        ..authorized()
    };
    let both = invoice("N-1", InvoiceType::Output, 14780, &[("2000037", 2)]);
    assert_eq!(invoiced(&order, &both).order.status(), "invoiced");
}

#[test]
fn the_same_invoice_twice_is_one() {
    let invoice = output("N-1", 5000);
    let order = accepted(&authorized(), &invoice);
    let again = accept_invoice(&order, &invoice, hours(4)).unwrap();
    assert_eq!(again, Outcome::Unchanged(AcceptedInvoice::Pending));
    let order = changed(invoice_sent(
        &order,
        &invoice.number,
        false,
        sent(),
        hours(4),
    ));
    let again = accept_invoice(&order, &invoice, hours(5)).unwrap();
    assert_eq!(again, Outcome::Unchanged(AcceptedInvoice::Sent));
    let again = invoice_sent(&order, &invoice.number, false, sent(), hours(5));
    assert_eq!(again, Outcome::Unchanged(()));
}

#[test]
fn the_same_invoice_is_known_whatever_became_of_the_order() {
    let invoice = output("N-1", 14780);
    let sold = invoiced(&authorized(), &invoice).order;
    let returned = invoiced(&sold, &input("N-2", 14780)).order;
    let canceled = changed(cancel_sent(&canceling(&returned), sent(), hours(6)));
    for order in [&sold, &returned, &canceled] {
        let again = accept_invoice(order, &invoice, hours(7)).unwrap();
        assert_eq!(again, Outcome::Unchanged(AcceptedInvoice::Sent));
    }
}

#[test]
fn a_number_means_one_invoice() {
    let taken = RefusedInvoice::NumberTaken(number("N-1"));
    let pending = accepted(&authorized(), &output("N-1", 14780));
    let sold = changed(invoice_sent(
        &pending,
        &number("N-1"),
        false,
        sent(),
        hours(4),
    ));
    for order in [&pending, &sold] {
        for other in [output("N-1", 14779), input("N-1", 14780)] {
            let why = accept_invoice(order, &other, hours(5)).unwrap_err();
            assert_eq!(why, taken);
        }
    }
}

#[test]
fn an_invoice_on_its_way_holds_cancellations_back_until_it_is_refused() {
    let policy = CancellationPolicy::Evaluate;
    let asked = changed(request_cancellation(
        &authorized(),
        policy,
        details(),
        hours(2),
    ));
    let invoicing = accepted(&asked, &output("N-1", 1));
    assert_eq!(
        start_cancellation(&invoicing, "damaged", hours(3)),
        Ok(Outcome::Unchanged(StartedCancellation::HeldBack))
    );
    assert_eq!(
        confirm_cancellation(&invoicing, hours(3)),
        Ok(Outcome::Unchanged(Settled::HeldBack))
    );
    let refusal = failure(FailedDelivery::Invoice, Some("N-1"));
    let refused = changed(undelivered(
        &invoicing,
        refusal,
        Finality::Refused,
        hours(4),
    ));
    assert_eq!(refused.state, asked.state);
    let confirmed = transition(confirm_cancellation(&refused, hours(5)).unwrap());
    assert_eq!(confirmed.order.status(), "canceled");
    assert_eq!(confirmed.stock, StockEffect::Release);
}

#[test]
fn an_invoice_answers_the_request_to_cancel() {
    let policy = CancellationPolicy::Evaluate;
    let asked = changed(request_cancellation(
        &authorized(),
        policy,
        details(),
        hours(2),
    ));
    let order = invoiced(&asked, &output("N-1", 1)).order;
    assert_eq!(order.status(), "partially_invoiced");
    assert_eq!(
        confirm_cancellation(&order, hours(5)),
        Err(NotPossible::Invoiced("partially_invoiced"))
    );
}

#[test]
fn a_cancellation_on_its_way_holds_invoices_back_until_it_is_refused() {
    let order = canceling(&authorized());
    let invoice = output("N-1", 14780);
    let held = accept_invoice(&order, &invoice, hours(4)).unwrap();
    assert_eq!(
        held,
        Outcome::Unchanged(AcceptedInvoice::HeldBack(HeldBy::Cancellation))
    );
    let refusal = failure(FailedDelivery::Cancellation, None);
    let refused = changed(undelivered(&order, refusal, Finality::Refused, hours(5)));
    assert_eq!(invoiced(&refused, &invoice).order.status(), "invoiced");
}

#[test]
fn a_return_that_is_not_restocked_moves_nothing() {
    let sold = invoiced(&authorized(), &output("N-1", 14780)).order;
    let lost = Invoice {
        restock: false,
        ..input("N-2", 14780)
    };
    let returned = invoiced(&sold, &lost);
    assert_eq!(returned.order.status(), "returned");
    assert_eq!(returned.stock, StockEffect::Keep);
}

#[test]
fn units_move_when_the_invoice_was_issued_not_when_it_arrived() {
    let issued = Invoice {
        issued_at: hours(-3),
        ..output("N-1", 14780)
    };
    let StockEffect::Ship(movement) = invoiced(&authorized(), &issued).stock else {
        panic!("a sale ships");
    };
    assert_eq!(movement.at, hours(-3));
}

#[test]
fn an_invoice_with_its_tracking_number_is_shipped() {
    let order = accepted(&authorized(), &output("N-1", 14780));
    let order = changed(invoice_sent(&order, &number("N-1"), true, sent(), hours(4)));
    assert_eq!(order.status(), "shipped");
    assert_eq!(told(&order).last(), Some(&EventType::Invoiced));
}

#[test]
fn an_invoice_that_was_refused_may_come_again_and_another_way() {
    let order = accepted(&authorized(), &output("N-1", 14780));
    let refusal = failure(FailedDelivery::Invoice, Some("N-1"));
    let refused = changed(undelivered(&order, refusal, Finality::Refused, hours(4)));
    assert!(refused.invoices.is_empty());
    let other = invoiced(&refused, &output("N-1", 14779)).order;
    assert_eq!(other.status(), "partially_invoiced");
}
