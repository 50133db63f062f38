//! When calls are made, and what they tell of.

use super::table::{NOW, state, steps};
use super::*;
use crate::delivery::Attempts;
use Request::{Inventory, Price};

#[test]
fn an_accepted_sku_is_bound_once_its_price_and_its_stock_are_told() {
    let mut listing = listing(state("accepted"));
    listing.since = at(NOW);
    let mut told = Vec::new();
    let mut now = at(NOW);
    while let Step::Call { call, claimed } = listing.next(Trigger::Due(now), &good(), now) {
        told.push(call.request);
        now = now.plus(SignedDuration::from_secs(1));
        listing = claimed.settled(call, &Reply::Delivered { status: 202 }, now);
    }
    assert_eq!(told, [Price, Inventory]);
    assert_eq!(listing.state, State::Bound);
    assert_eq!(listing.last.unwrap().status, Some(202));
}

#[test]
fn what_failed_is_tried_again_when_it_is_due() {
    let listing = listing(State::Bound);
    let data = change(&[Kind::Price, Kind::Inventory], at(NOW - 10));
    let Step::Call { call, claimed } = listing.next(Trigger::Changed(&data), &good(), at(NOW))
    else {
        panic!("no call");
    };
    let attempts = Attempts {
        count: 1,
        next_at: Some(at(NOW + 60)),
        ..Attempts::default()
    };
    let reply = Reply::Waits {
        until: at(NOW + 60),
        attempts,
    };
    let failed = claimed.settled(call, &reply, at(NOW));
    // What can go meanwhile goes.
    let next = |at| match failed.next(Trigger::Changed(&data), &good(), at) {
        Step::Call { call, .. } => call.request.name(),
        _ => "none",
    };
    assert_eq!((next(at(NOW)), next(at(NOW + 60))), ("inventory", "price"));
}

#[test]
fn a_call_that_was_held_back_costs_no_pause() {
    let listing = listing(State::Bound);
    let price = change(&[Kind::Price], at(NOW - 10));
    let Step::Call { call, claimed } = listing.next(Trigger::Changed(&price), &good(), at(NOW))
    else {
        panic!("no call");
    };
    let held = Reply::Waits {
        until: at(NOW + 1),
        attempts: Attempts::default().held(at(NOW + 1), true),
    };
    let listing = claimed.settled(call, &held, at(NOW));
    assert_eq!(
        steps(listing.clone(), Trigger::Changed(&price), &good()),
        "wait"
    );
    let step = listing.next(Trigger::Changed(&price), &good(), at(NOW + 1));
    assert!(matches!(step, Step::Call { .. }), "{step:?}");
    assert_eq!(listing.last, None);
}

#[test]
fn a_message_is_written_so_that_queues_take_it() {
    let mut message = change(&[Kind::Inventory, Kind::Catalog], at(0));
    message.sku = fixture::sku("a\u{ffff}\u{fffe}\\ufffe");
    let text = Task::Tell(message.clone()).to_message().unwrap();
    assert_eq!(
        text,
        r#"{"sku":"a\uffff\ufffe\\ufffe","account":"mkt1","kinds":["catalog","inventory"],"changedAt":"2026-11-21T00:00:00.000Z"}"#
    );
    assert_eq!(Task::read(&text).unwrap(), Task::Tell(message));
}

#[test]
fn nothing_is_told_before_it_can_be_read_everywhere() {
    let listing = listing(State::Bound);
    let price = change(&[Kind::Price], at(NOW));
    let next = |now| listing.next(Trigger::Changed(&price), &good(), now);
    let until = at(NOW).plus(READABLE_AFTER);
    assert!(matches!(next(at(NOW)), Step::Wait { until: then, .. } if then == until));
    assert!(matches!(next(until), Step::Call { .. }));
}

#[test]
fn a_call_tells_of_nothing_that_became_readable_after_it_began() {
    let listing = listing(State::Bound);
    let price = |changed_at| change(&[Kind::Price], changed_at);
    let before = price(at(NOW).plus(-READABLE_AFTER));
    let Step::Call { call, claimed } = listing.next(Trigger::Changed(&before), &good(), at(NOW))
    else {
        panic!("no call");
    };
    let told = claimed.settled(call, &Reply::Delivered { status: 202 }, at(NOW + 9));
    let next = |change: Notification| told.next(Trigger::Changed(&change), &good(), at(NOW + 20));
    assert_eq!(next(before), Step::Rest);
    let step = next(price(at(NOW)));
    assert!(matches!(step, Step::Call { .. }), "{step:?}");
}
