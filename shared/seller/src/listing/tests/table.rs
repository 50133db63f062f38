//! What follows from each state.

use super::*;
use crate::mapping::Name;
use Request::{Announcement, Inventory, Poll, Price, Suggestion};

/// When something happens in these tests: long after everything before it.
pub(super) const NOW: i64 = 100_000;

fn states() -> Vec<(&'static str, State)> {
    let suggested = |polls, denied_before| State::Suggested {
        due: at(NOW),
        polls,
        denied_before,
    };
    let denied = |due| State::Denied {
        reason: "no".to_owned(),
        due,
    };
    let error = |problem| State::Error { problem };
    vec![
        ("unknown", State::Unknown { due: None }),
        ("unknown, due", State::Unknown { due: Some(at(NOW)) }),
        (
            "absent",
            State::Absent {
                due: at(NOW),
                denied_before: false,
            },
        ),
        ("suggested", suggested(0, false)),
        ("suggested for long", suggested(5, false)),
        ("suggested again", suggested(0, true)),
        ("accepted", State::Accepted { due: at(NOW) }),
        ("bound", State::Bound),
        ("denied", denied(Some(at(NOW)))),
        ("denied for good", denied(None)),
        (
            "incomplete",
            error(Problem::Incomplete {
                missing: vec!["x".to_owned()],
            }),
        ),
        (
            "unmapped",
            error(Problem::Unmapped {
                names: vec![Name::brand("Feira")],
            }),
        ),
        (
            "refused",
            error(Problem::Refused {
                request: Price,
                status: 404,
                detail: "no".to_owned(),
                due: at(NOW),
            }),
        ),
    ]
}

pub(super) fn state(name: &str) -> State {
    let found = states().into_iter().find(|(other, _)| *other == name);
    found.unwrap().1
}

/// What a listing in a state does of itself, one step a word, until its first call.
pub(super) fn steps(mut listing: Listing, trigger: Trigger<'_>, goods: &Goods) -> String {
    let mut steps = Vec::new();
    loop {
        let step = match listing.next(trigger, goods, at(NOW)) {
            Step::Rest => "rest",
            Step::Wait { .. } => "wait",
            Step::Call { call, .. } => call.request.name(),
            Step::Incomplete { .. } => "incomplete",
            Step::Write(next) => {
                steps.push(next.state.name());
                listing = *next;
                continue;
            }
        };
        steps.push(step);
        return steps.join(" ");
    }
}

/// Steps on a change of data, of price and stock, and by schedule.
fn row(name: &str, goods: &Goods) -> [String; 3] {
    let listing = listing(state(name));
    let data = change(&[Kind::Catalog], at(NOW - 10));
    let value = change(&[Kind::Price, Kind::Inventory], at(NOW - 10));
    [
        Trigger::Changed(&data),
        Trigger::Changed(&value),
        Trigger::Due(at(NOW)),
    ]
    .map(|trigger| steps(listing.clone(), trigger, goods))
}

#[test]
fn each_state_says_what_is_next() {
    for (name, data, value, due) in [
        ("unknown", "announcement", "announcement", "rest"),
        (
            "unknown, due",
            "announcement",
            "announcement",
            "announcement",
        ),
        ("absent", "suggestion", "suggestion", "suggestion"),
        ("suggested", "suggestion", "poll", "poll"),
        ("suggested for long", "suggestion", "rest", "poll"),
        ("suggested again", "suggestion", "poll", "poll"),
        ("accepted", "announcement", "price", "price"),
        ("bound", "announcement", "price", "rest"),
        ("denied", "announcement", "rest", "announcement"),
        ("denied for good", "announcement", "rest", "rest"),
        ("incomplete", "announcement", "rest", "rest"),
        ("unmapped", "announcement", "announcement", "rest"),
        ("refused", "announcement", "rest", "announcement"),
    ] {
        assert_eq!(row(name, &good()), [data, value, due], "{name}");
    }
}

#[test]
fn only_who_knows_a_sku_hears_of_one_that_is_not_sold() {
    let unsold = Goods {
        missing: vec!["price".to_owned()],
        ..Goods::default()
    };
    for (name, data, value, due) in [
        ("unknown", "rest", "rest", "rest"),
        ("unknown, due", "rest", "rest", "unknown rest"),
        ("absent", "rest", "rest", "unknown rest"),
        ("suggested", "withdrawal", "withdrawal", "withdrawal"),
        (
            "suggested for long",
            "withdrawal",
            "withdrawal",
            "withdrawal",
        ),
        ("accepted", "announcement", "price", "price"),
        ("bound", "announcement", "price", "rest"),
        ("denied", "rest", "rest", "unknown rest"),
        ("denied for good", "rest", "rest", "rest"),
        ("incomplete", "rest", "rest", "rest"),
        ("unmapped", "rest", "rest", "rest"),
        // It may be known there still.
        ("refused", "announcement", "rest", "announcement"),
    ] {
        assert_eq!(row(name, &unsold), [data, value, due], "{name}");
    }
}

#[test]
fn what_can_t_be_suggested_is_said_and_not_sent() {
    let incomplete = Goods {
        missing: vec!["catalog.images: has none".to_owned()],
        ..good()
    };
    // Whether the marketplace knows it is asked all the same: then there is nothing to suggest.
    assert_eq!(row("unknown", &incomplete)[0], "announcement");
    assert_eq!(
        row("absent", &incomplete),
        ["incomplete", "incomplete", "incomplete"]
    );
    let data = change(&[Kind::Catalog], at(NOW - 10));
    let next = |name| listing(state(name)).next(Trigger::Changed(&data), &incomplete, at(NOW));
    let Step::Incomplete { listing, missing } = next("absent") else {
        panic!("{:?}", next("absent"));
    };
    assert_eq!(missing, incomplete.missing);
    let problem = Problem::Incomplete { missing };
    assert_eq!(listing.state, State::Error { problem });
    assert_eq!(listing.since, at(NOW));
    // A version that lacks something does not take the pending one back.
    let Step::Incomplete { listing, .. } = next("suggested") else {
        panic!("{:?}", next("suggested"));
    };
    assert_eq!(listing.state, state("suggested"));
}

#[test]
fn a_message_from_before_a_refusal_was_sent_again_by_somebody() {
    let mut refused = listing(state("refused"));
    refused.since = at(NOW - 5);
    let before = change(&[Kind::Price], at(NOW - 6));
    let after = change(&[Kind::Price], at(NOW - 4));
    assert_eq!(
        steps(refused.clone(), Trigger::Changed(&before), &good()),
        "announcement"
    );
    assert_eq!(steps(refused, Trigger::Changed(&after), &good()), "rest");
}

/// The state's name after a call of a listing ended so.
pub(super) fn after(name: &str, request: Request, reply: &Reply) -> State {
    let mut listing = listing(state(name));
    listing.since = at(NOW - 10);
    let started_at = at(NOW - 1);
    listing.tracks.of_mut(request).claim(started_at);
    let call = Call {
        request,
        started_at,
        names: None,
    };
    listing.settled(call, reply, at(NOW)).state
}

#[test]
fn each_answer_leads_to_a_state() {
    let delivered = Reply::Delivered { status: 200 };
    let known = Reply::Delivered { status: 304 };
    let refused = Reply::Refused {
        status: 404,
        detail: "no".to_owned(),
    };
    let verdict = |verdict| Reply::Suggestion(verdict);
    for (name, request, reply, then) in [
        ("unknown", Announcement, &delivered, "accepted"),
        ("unknown", Announcement, &Reply::UnknownSku, "absent"),
        ("unknown", Announcement, &refused, "error"),
        ("absent", Suggestion, &delivered, "suggested"),
        ("absent", Suggestion, &known, "accepted"),
        ("absent", Suggestion, &refused, "error"),
        ("absent", Announcement, &delivered, "accepted"),
        ("suggested", Suggestion, &delivered, "suggested"),
        ("suggested", Suggestion, &known, "accepted"),
        ("suggested", Suggestion, &refused, "suggested"),
        ("suggested", Announcement, &delivered, "accepted"),
        ("suggested", Announcement, &Reply::UnknownSku, "suggested"),
        ("suggested", Poll, &verdict(Verdict::Pending), "suggested"),
        ("suggested", Poll, &verdict(Verdict::Accepted), "accepted"),
        (
            "suggested",
            Poll,
            &verdict(Verdict::Denied("no".into())),
            "denied",
        ),
        ("suggested", Poll, &verdict(Verdict::Gone), "unknown"),
        ("suggested", Poll, &refused, "suggested"),
        ("denied", Poll, &verdict(Verdict::Accepted), "denied"),
        ("bound", Poll, &verdict(Verdict::Gone), "bound"),
        ("accepted", Price, &delivered, "accepted"),
        ("accepted", Inventory, &refused, "error"),
        ("bound", Price, &delivered, "bound"),
        ("bound", Price, &refused, "error"),
        ("bound", Announcement, &delivered, "bound"),
        ("bound", Announcement, &Reply::UnknownSku, "absent"),
        ("bound", Suggestion, &delivered, "bound"),
        ("denied", Announcement, &Reply::UnknownSku, "absent"),
        ("denied", Announcement, &delivered, "accepted"),
        ("incomplete", Announcement, &Reply::UnknownSku, "absent"),
        ("unmapped", Announcement, &Reply::UnknownSku, "absent"),
        ("unmapped", Announcement, &delivered, "accepted"),
        ("refused", Announcement, &delivered, "accepted"),
        ("refused", Announcement, &refused, "error"),
    ] {
        let next = after(name, request, reply);
        assert_eq!(next.name(), then, "{name}, {request:?}, {reply:?}");
    }
}

#[test]
fn the_names_of_states_are_those_that_are_written() {
    for (_, state) in states() {
        let json = serde_json::to_value(&state).unwrap();
        assert_eq!(json["state"], state.name());
        assert!(State::NAMES.contains(&state.name()));
        assert!(state.due().is_none() || State::WITH_DUE.contains(&state.name()));
    }
}
