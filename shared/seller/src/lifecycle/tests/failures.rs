//! What can't be delivered, and what of it is taken back.

use feirante_models::events::EventType;

use super::*;

/// A message that was refused here, before the marketplace was asked.
fn refused_here(order: &Order, what: Undelivered) -> Order {
    changed(undelivered(order, what, Finality::NotAsked, hours(5)))
}

#[test]
fn the_erp_is_told_of_each_failure() {
    let order = authorized();
    let mut noted = order.clone();
    for kind in [
        FailedDelivery::Invoice,
        FailedDelivery::Tracking,
        FailedDelivery::Cancellation,
    ] {
        let what = failure(kind, Some("N-1"));
        let transition = transition(undelivered(
            &noted,
            what.clone(),
            Finality::Refused,
            hours(3),
        ));
        assert_eq!(transition.stock, StockEffect::Keep);
        noted = transition.order;
        let entry = noted.timeline.last().unwrap();
        assert_eq!(entry.change, Change::DeliveryFailed { undelivered: what });
    }
    assert_eq!(told(&noted)[2..], [EventType::DeliveryFailed; 3]);
    assert_eq!(noted.state, order.state);
}

#[test]
fn an_invoice_the_marketplace_has_is_not_taken_back() {
    let sold = invoiced(&authorized(), &output("N-1", 14780)).order;
    for kind in [FailedDelivery::Invoice, FailedDelivery::Tracking] {
        let order = refused_here(&sold, failure(kind, Some("N-1")));
        assert_eq!(order.invoices, sold.invoices);
        assert_eq!(order.state, sold.state);
    }
}

#[test]
fn a_message_refused_here_takes_no_other_invoice_back() {
    // The first is at the marketplace by now; another content under its number comes and is refused.
    let order = accepted(&authorized(), &output("N-1", 14780));
    let other = accept_invoice(&order, &output("N-1", 100), hours(4));
    assert!(matches!(other, Err(RefusedInvoice::NumberTaken(_))));
    let order = refused_here(&order, failure(FailedDelivery::Invoice, Some("N-1")));
    assert!(
        order.invoices.has_pending(InvoiceType::Output),
        "the marketplace is being told of N-1"
    );
    let order = changed(invoice_sent(
        &order,
        &number("N-1"),
        false,
        sent(),
        hours(6),
    ));
    assert_eq!(order.status(), "invoiced");
}

#[test]
fn a_message_refused_here_takes_no_cancellation_back() {
    // The marketplace is being told; a confirmation of what it never asked for is refused.
    let order = canceling(&authorized());
    let other = confirm_cancellation(&order, hours(4));
    assert_eq!(other, Err(NotPossible::NotRequested));
    let order = refused_here(&order, failure(FailedDelivery::Cancellation, None));
    let crossing = accept_invoice(&order, &output("N-1", 14780), hours(6)).unwrap();
    assert_eq!(
        crossing,
        Outcome::Unchanged(AcceptedInvoice::HeldBack(HeldBy::Cancellation))
    );
}

#[test]
fn a_refund_that_is_settled_is_not_asked_about_again() {
    let sold = invoiced(&authorized(), &output("N-1", 14780)).order;
    let returned = invoiced(&sold, &input("N-2", 14780)).order;
    let settled = transition(refund_settled(&canceling(&returned), hours(6)));
    assert_eq!(settled.stock, StockEffect::Keep);
    assert_eq!(settled.order.status(), "returned");
    let again = refund_settled(&settled.order, hours(7));
    assert_eq!(again, Outcome::Unchanged(()));
    let same_message = start_cancellation(&settled.order, "damaged", hours(8));
    assert_eq!(
        same_message,
        Ok(Outcome::Unchanged(StartedCancellation::Done))
    );
}

#[test]
fn of_a_long_detail_as_much_is_kept_as_its_dead_letter_has() {
    let what = Undelivered {
        detail: "\u{e3}".repeat(5000),
        ..failure(FailedDelivery::Tracking, None)
    };
    let noted = refused_here(&authorized(), what);
    let Change::DeliveryFailed { undelivered } = &noted.timeline.last().unwrap().change else {
        panic!("{:?}", noted.timeline);
    };
    assert_eq!(undelivered.detail, "\u{e3}".repeat(1000));
}
