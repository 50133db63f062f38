//! Prices that change by time alone, and suggestions of what is not sold any more.

use super::table::{NOW, state};
use super::*;
use crate::listing::changes;
use Request::{Inventory, Price};

fn lapsed(name: &str, seconds: i64) -> Listing {
    Listing {
        changes_at: Some(at(seconds)),
        ..listing(state(name))
    }
}

#[test]
fn what_rests_is_due_when_its_price_changes_and_what_is_on_its_way_is_not() {
    for (name, due) in [
        ("bound", Some(at(5))),
        ("unknown", Some(at(5))),
        ("unknown, due", Some(at(NOW))),
        ("suggested", Some(at(NOW))),
        ("denied for good", None),
        ("incomplete", None),
    ] {
        assert_eq!(lapsed(name, 5).due(), due, "{name}");
    }
}

#[test]
fn a_change_by_time_is_told_as_price_and_stock_and_the_next_one_noted() {
    let next = Some(at(NOW + 500));
    let goods = Goods {
        changes_at: next,
        ..good()
    };
    let mut listing = lapsed("bound", NOW - 1);
    let mut told = Vec::new();
    let mut now = at(NOW);
    loop {
        match listing.next(Trigger::Due(now), &goods, now) {
            Step::Call { call, claimed } => {
                // Not forgotten before all is told.
                assert_eq!(claimed.changes_at, Some(at(NOW - 1)));
                told.push(call.request);
                now = now.plus(SignedDuration::from_secs(1));
                listing = claimed.settled(call, &Reply::Delivered { status: 202 }, now);
            }
            Step::Write(written) => listing = *written,
            step => {
                assert_eq!(step, Step::Rest);
                break;
            }
        }
    }
    assert_eq!(told, [Price, Inventory]);
    assert_eq!(
        (listing.state.clone(), listing.changes_at),
        (State::Bound, next)
    );
    assert!(!listing.is_due(at(NOW + 499)) && listing.is_due(at(NOW + 500)));
}

#[test]
fn a_call_that_is_cut_off_leaves_the_next_change_behind() {
    let goods = Goods {
        changes_at: Some(at(NOW + 500)),
        ..good()
    };
    let price = change(&[Kind::Price], at(NOW - 10));
    let step = listing(State::Bound).next(Trigger::Changed(&price), &goods, at(NOW));
    let Step::Call { claimed, .. } = step else {
        panic!("{step:?}");
    };
    assert_eq!(claimed.changes_at, Some(at(NOW + 500)));
}

#[test]
fn when_a_price_begins_or_ends_is_news_of_its_own() {
    let settings = fixture::settings();
    let marketplace = &settings.marketplaces[0];
    let told = |old: &Product, new: &Product| {
        let kinds = changes(&settings, marketplace, old, new, at(0));
        kinds.into_iter().collect::<Vec<_>>()
    };
    let mut later = shirt();
    later.offer.prices[0].valid_from = Some(at(60));
    let mut unpriced = shirt();
    unpriced.offer.prices.clear();
    assert!(!later.is_sold(marketplace, at(0)));
    assert_eq!(told(&unpriced, &later), [Kind::Price]);
    assert_eq!(told(&later, &later), []);
    later.offer.active = false;
    assert_eq!(told(&unpriced, &later), []);
}

#[test]
fn a_suggestion_is_taken_back_once_and_then_asked_after() {
    let unsold = Goods {
        missing: vec!["price: is missing".to_owned()],
        ..Goods::default()
    };
    let refused = Reply::Refused {
        status: 400,
        detail: "approved".to_owned(),
    };
    let withdraws = |listing: &Listing, now| match listing.next(Trigger::Due(now), &unsold, now) {
        Step::Call { call, claimed } => (call, *claimed),
        step => panic!("{step:?}"),
    };
    let (call, claimed) = withdraws(&listing(state("suggested")), at(NOW));
    assert_eq!(call.request, Request::Withdrawal);
    let gone = claimed.settled(call, &Reply::Suggestion(Verdict::Gone), at(NOW + 1));
    assert_eq!(gone.state, State::Unknown { due: None });
    let taken = claimed.settled(call, &Reply::Delivered { status: 200 }, at(NOW + 1));
    assert_eq!(taken.state, State::Unknown { due: None });
    let decided = claimed.settled(call, &refused, at(NOW + 1));
    assert_eq!(decided.state.name(), "suggested");
    assert_eq!(withdraws(&decided, at(NOW + 10)).0.request, Request::Poll);
}

#[test]
fn nothing_is_suggested_while_the_suggestion_is_taken_back() {
    let unsold = Goods {
        sold: false,
        ..good()
    };
    let data = change(&[Kind::Catalog], at(NOW - 10));
    let step = listing(state("suggested")).next(Trigger::Changed(&data), &unsold, at(NOW));
    let Step::Call { claimed, .. } = step else {
        panic!("{step:?}");
    };
    let next = |trigger| claimed.next(trigger, &good(), at(NOW));
    assert!(matches!(next(Trigger::Changed(&data)), Step::Wait { .. }));
    assert_eq!(next(Trigger::Due(at(NOW))), Step::Rest);
}
