//! What comes next of a message, in whatever order messages come.

use super::*;
use crate::turns::Holder;

fn sold() -> Order {
    with(&order("invoiced"), InvoiceType::Output, Stage::Sent)
}

fn next(package: &Package, message: &TrackingMessage) -> Step {
    next_step(&sold(), package, message, at(1)).unwrap()
}

#[test]
fn tracking_waits_for_its_invoice() {
    let new = message(Some(shipment("SR1")), Some(progress(true, &[])));
    let package = Package::default();
    for status in ["placed", "authorized", "partially_invoiced"] {
        let order = order(status);
        assert_eq!(
            next_step(&order, &package, &new, at(1)),
            Ok(Step::KeepWaiting)
        );
        let pending = with(&order, InvoiceType::Output, Stage::Pending);
        assert_eq!(
            next_step(&pending, &package, &new, at(1)),
            Ok(Step::KeepWaiting)
        );
    }
    assert_eq!(next(&package, &new), Step::Ship(shipment("SR1")));
}

/// Else a number that the invoice has just told would be taken for untold.
#[test]
fn a_package_that_was_read_before_its_invoice_was_sent_is_known_by_the_turn() {
    let taken = Turns::default().taken(at(30), Holder::new("me"));
    let read = |invoice: &Turns| Package {
        invoice: invoice.clone(),
        ..Package::default()
    };
    let behind = |order: &Order, invoice: &Turns, seconds| {
        read(invoice).is_behind(order, &number("N-1"), at(seconds))
    };
    assert!(behind(&sold(), &taken, 10));
    assert!(!behind(&sold(), &taken.settled("a"), 10));
    // Who had the turn has died: nobody can say more.
    assert!(!behind(&sold(), &taken, 31));
    let pending = with(&order("authorized"), InvoiceType::Output, Stage::Pending);
    assert!(!behind(&pending, &taken, 10));
    assert!(!behind(&order("authorized"), &taken, 10));
}

#[test]
fn where_a_package_is_waits_for_its_tracking_number() {
    let new = message(None, Some(progress(false, &[event("left", 1)])));
    assert_eq!(next(&Package::default(), &new), Step::KeepWaiting);
    let told = progress(false, &[event("left", 1)]);
    assert_eq!(next(&shipped(), &new), Step::Report(told));
}

#[test]
fn a_message_with_both_is_told_in_two_steps() {
    let left = progress(false, &[event("left", 1)]);
    let new = message(Some(shipment("SR1")), Some(left.clone()));
    assert_eq!(next(&Package::default(), &new), Step::Ship(shipment("SR1")));
    assert_eq!(next(&shipped(), &new), Step::Report(left.clone()));
    assert_eq!(next(&reported(&left), &new), Step::Done);
}

#[test]
fn the_same_tracking_number_twice_is_told_once() {
    let new = message(Some(shipment("SR1")), None);
    assert_eq!(next(&shipped(), &new), Step::Done);
}

#[test]
fn only_new_events_are_told() {
    let [left, rio, home] = [event("left", 1), event("Rio", 2), event("home", 3)];
    let package = reported(&progress(false, &[left.clone(), rio.clone()]));
    let new = message(
        None,
        Some(progress(
            false,
            &[left.clone(), rio, home.clone(), home.clone()],
        )),
    );
    assert_eq!(next(&package, &new), Step::Report(progress(false, &[home])));
    let old = message(None, Some(progress(false, &[left])));
    assert_eq!(next(&package, &old), Step::Done);
}

#[test]
fn an_older_message_after_a_newer_one_adds_what_is_missing() {
    let package = reported(&progress(false, &[event("Rio", 20)]));
    let late = progress(false, &[event("left", 10)]);
    let new = message(None, Some(late.clone()));
    assert_eq!(next(&package, &new), Step::Report(late));
}

#[test]
fn what_has_arrived_stays_so_when_an_older_message_comes_late() {
    let package = reported(&progress(true, &[event("home", 30)]));
    let nothing_new = message(None, Some(progress(false, &[event("home", 30)])));
    assert_eq!(next(&package, &nothing_new), Step::Done);
    let late = message(None, Some(progress(false, &[event("left", 10)])));
    let told = progress(true, &[event("left", 10)]);
    assert_eq!(next(&package, &late), Step::Report(told));
}

#[test]
fn that_it_has_arrived_is_told_without_an_event_and_once() {
    let arrived = message(None, Some(progress(true, &[])));
    let package = reported(&progress(false, &[event("home", 30)]));
    assert_eq!(next(&package, &arrived), Step::Report(progress(true, &[])));
    let package = reported(&progress(true, &[]));
    assert_eq!(next(&package, &arrived), Step::Done);
}

/// An ERP that dates what it has seen anew each time would fill the package for ever.
#[test]
fn a_package_has_only_so_many_events() {
    let events: Vec<_> = (0..2000).map(|second| event("seen", second)).collect();
    let package = reported(&progress(false, &events[..1999]));
    let last = message(None, Some(progress(false, &events)));
    let told = progress(false, &events[1999..]);
    assert_eq!(next(&package, &last), Step::Report(told));

    let package = reported(&progress(false, &events));
    let more = message(None, Some(progress(false, &[event("seen", 2000)])));
    let refused = next_step(&sold(), &package, &more, at(1));
    assert_eq!(refused, Err(RefusedTracking::TooManyEvents(number("N-1"))));
    assert_eq!(next(&package, &last), Step::Done);
    let arrived = message(None, Some(progress(true, &[])));
    assert_eq!(next(&package, &arrived), Step::Report(progress(true, &[])));
}

#[test]
fn the_date_of_arrival_is_kept() {
    let arrived = Progress {
        delivered_date: Some(at(30)),
        ..progress(true, &[event("home", 30)])
    };
    let new = message(None, Some(arrived.clone()));
    assert_eq!(next(&shipped(), &new), Step::Report(arrived));
}

#[test]
fn a_return_is_not_tracked() {
    let new = message(Some(shipment("SR1")), None);
    for stage in [Stage::Pending, Stage::Sent] {
        let order = with(&order("invoiced"), InvoiceType::Input, stage);
        let refused = next_step(&order, &Package::default(), &new, at(1));
        assert_eq!(refused, Err(RefusedTracking::Return(number("N-1"))));
    }
}

#[test]
fn an_order_that_never_left_is_not_tracked() {
    let new = message(Some(shipment("SR1")), None);
    for status in ["canceled", "expired"] {
        let refused = next_step(&order(status), &Package::default(), &new, at(1));
        assert!(
            matches!(refused, Err(RefusedTracking::NoPackage(_))),
            "{refused:?}"
        );
    }
}

#[test]
fn packages_are_tracked_through_deliveries_and_returns() {
    let new = message(Some(shipment("SR2")), None);
    for (status, stage) in [
        ("partially_invoiced", Stage::Sent),
        ("invoiced", Stage::Delivered),
        ("shipped", Stage::Shipped),
        ("delivered", Stage::Delivered),
        ("returned", Stage::Sent),
    ] {
        let order = with(&order(status), InvoiceType::Output, stage);
        let step = next_step(&order, &shipped(), &new, at(1));
        assert_eq!(step, Ok(Step::Ship(shipment("SR2"))), "{status}");
    }
}

/// Protocol §4.2: tracking of a canceled order is refused here, and one with invoices was returned.
#[test]
fn an_order_that_was_canceled_after_its_return_is_not_tracked_any_more() {
    let order = with(&order("canceled"), InvoiceType::Output, Stage::Sent);
    let new = message(Some(shipment("SR2")), None);
    let refused = next_step(&order, &shipped(), &new, at(1));
    assert_eq!(refused, Err(RefusedTracking::NoPackage("canceled")));
}

/// Nothing more will be invoiced, so what it waits for can't come: the ERP has to be told.
#[test]
fn tracking_of_an_invoice_that_can_not_come_is_refused() {
    let unknown = TrackingMessage {
        invoice_number: number("N-2"),
        ..message(Some(shipment("SR1")), None)
    };
    for status in ["invoiced", "shipped", "delivered", "returned"] {
        let order = with(&order(status), InvoiceType::Output, Stage::Sent);
        let refused = next_step(&order, &Package::default(), &unknown, at(1));
        assert!(refused.is_err(), "{status}: {refused:?}");
    }
}
