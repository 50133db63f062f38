//! Suggestions that somebody decides about.

use super::table::{NOW, after, state};
use super::*;
use Request::{Announcement, Poll, Suggestion};

#[test]
fn a_denied_sku_is_offered_once_more_after_a_day() {
    let denied = Reply::Suggestion(Verdict::Denied("no".to_owned()));
    let day = SignedDuration::from_hours(24);
    let State::Denied { due, .. } = after("suggested", Poll, &denied) else {
        panic!("not denied");
    };
    assert_eq!(due, Some(at(NOW).plus(day)));
    // What was denied is remembered on its way through the next offer.
    let State::Absent { denied_before, .. } = after("denied", Announcement, &Reply::UnknownSku)
    else {
        panic!("not absent");
    };
    assert!(denied_before);
    let State::Denied { due, .. } = after("suggested again", Poll, &denied) else {
        panic!("not denied");
    };
    assert_eq!(due, None);
    // Unless the data are others by then.
    let data = change(&[Kind::Catalog], at(NOW - 10));
    let listing = listing(state("denied for good"));
    let Step::Call { claimed, .. } = listing.next(Trigger::Changed(&data), &good(), at(NOW)) else {
        panic!("no call");
    };
    assert_eq!(claimed.state, State::Unknown { due: None });
}

#[test]
fn a_decision_about_an_older_version_decides_nothing() {
    let mut listing = listing(state("suggested"));
    let poll = Call {
        request: Poll,
        started_at: at(NOW - 5),
        names: None,
    };
    let put = Call {
        request: Suggestion,
        started_at: at(NOW - 4),
        names: None,
    };
    listing.tracks.of_mut(Poll).claim(poll.started_at);
    listing.tracks.of_mut(Suggestion).claim(put.started_at);
    let denied = Reply::Suggestion(Verdict::Denied("no".to_owned()));
    let under_way = listing.settled(poll, &denied, at(NOW));
    assert_eq!(under_way.state.name(), "suggested");
    let put = listing.settled(put, &Reply::Delivered { status: 200 }, at(NOW - 3));
    assert_eq!(
        put.settled(poll, &denied, at(NOW)).state.name(),
        "suggested"
    );
    // An approved SKU is known, whichever version of it was approved.
    let accepted = Reply::Suggestion(Verdict::Accepted);
    assert_eq!(
        put.settled(poll, &accepted, at(NOW)).state.name(),
        "accepted"
    );
}

#[test]
fn decisions_are_asked_for_ever_more_seldom() {
    let mut listing = listing(state("suggested"));
    let mut waits = Vec::new();
    let mut now = at(NOW);
    for _ in 0..10 {
        let Step::Call { call, claimed } = listing.next(Trigger::Due(now), &good(), now) else {
            panic!("no poll");
        };
        listing = claimed.settled(call, &Reply::Suggestion(Verdict::Pending), now);
        let due = listing.state.due().unwrap();
        waits.push((due.millis() - now.millis()) / 1000);
        now = due;
    }
    assert_eq!(
        waits,
        [30, 120, 300, 600, 1200, 2400, 3600, 3600, 3600, 3600]
    );
}
