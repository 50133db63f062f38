//! The protocol's table (§4.2), cell by cell.

use super::*;

const EVALUATE: Event = Event::Cancellation(CancellationPolicy::Evaluate);
const CONFIRM: Event = Event::Cancellation(CancellationPolicy::Confirm);

/// An order in each state, as it comes there.
fn standing(state: &str) -> Order {
    let placed_order = || placed(Review::NotNeeded);
    let authorized = || after(&placed_order(), Event::Authorization, hours(1));
    let requested = || after(&authorized(), EVALUATE, hours(2));
    match state {
        "placed" => placed_order(),
        "needs_review" => placed(Review::Pending),
        "authorized" => authorized(),
        "authorized in review" => after(&placed(Review::Pending), Event::Authorization, hours(1)),
        "cancel_requested" => requested(),
        "cancel_requested, refused" => after(&requested(), Event::ErpRefuses, hours(3)),
        "canceled" => after(&placed_order(), CONFIRM, hours(1)),
        "canceled after authorization" => after(&authorized(), CONFIRM, hours(2)),
        "expired" => after(&placed_order(), Event::ReservationEnds, hours(8 * 24)),
        _ => panic!("{state}"),
    }
}

/// What an event does, in the table's words: the state it leads to and what the stock does, or the
/// answer where nothing changes.
fn cell(order: &Order, event: Event) -> String {
    let at = hours(40 * 24);
    let (transition, answer) = apply(order, event, at);
    let given = match &order.state {
        State::Authorized { authorization, .. } => Some(&authorization.receipt),
        State::Canceled { receipt } => Some(&receipt.receipt),
        State::Placed { .. } | State::Expired { .. } => None,
    };
    let Some(Transition {
        order: changed,
        stock,
    }) = transition
    else {
        return if given == Some(&answer) {
            "receipt".to_owned()
        } else {
            answer
        };
    };
    let untouched = Order {
        version: order.version,
        state: order.state.clone(),
        timeline: order.timeline.clone(),
        ..changed.clone()
    };
    assert_eq!(untouched, *order, "more than the state has changed");
    assert_eq!(changed.version, order.version + 1);
    assert_eq!(changed.timeline[..order.timeline.len()], order.timeline);
    assert_eq!(changed.timeline.len(), order.timeline.len() + 1);
    assert_eq!(changed.timeline.last().unwrap().at, at);
    format!("{} {stock:?}", changed.status())
}

#[test]
fn each_event_does_in_each_state_what_the_protocol_says() {
    let events = [
        Event::SamePlacement,
        Event::OtherPlacement,
        Event::Authorization,
        CONFIRM,
        EVALUATE,
        Event::ErpConfirms,
        Event::ErpRefuses,
        Event::ReservationEnds,
    ];
    let none = "NotRequested";
    let confirmed = "canceled Release";
    #[rustfmt::skip]
    let table = [
        ("placed",
            ["same", "ES012", "authorized Keep", confirmed, confirmed, none, none, "expired Release"]),
        ("needs_review",
            ["same", "ES012", "authorized Keep", confirmed, confirmed, none, none, "done"]),
        ("authorized",
            ["same", "ES012", "receipt", confirmed, "cancel_requested Keep", none, none, "done"]),
        ("authorized in review",
            ["same", "ES012", "receipt", confirmed, "cancel_requested Keep", none, none, "done"]),
        ("cancel_requested",
            ["same", "ES012", "receipt", "empty", "empty", confirmed, "cancel_requested Keep", "done"]),
        ("cancel_requested, refused",
            ["same", "ES012", "receipt", "empty", "empty", confirmed, "done", "done"]),
        ("canceled",
            ["ES013", "ES013", "ES018", "receipt", "receipt", "done", "AlreadyCanceled", "done"]),
        ("canceled after authorization",
            ["ES013", "ES013", "ES018", "receipt", "receipt", "done", "AlreadyCanceled", "done"]),
        ("expired",
            ["ES013", "ES013", "authorized Reserve", "canceled Keep", "canceled Keep", none, none, "done"]),
    ];
    for (state, cells) in table {
        let order = standing(state);
        for (event, expected) in events.into_iter().zip(cells) {
            assert_eq!(cell(&order, event), expected, "{event:?} while {state}");
        }
    }
}

#[test]
fn a_state_has_the_name_the_table_gives_it() {
    for (state, status) in [
        ("placed", "placed"),
        ("needs_review", "needs_review"),
        ("authorized", "authorized"),
        ("authorized in review", "authorized"),
        ("cancel_requested, refused", "cancel_requested"),
        ("canceled after authorization", "canceled"),
        ("expired", "expired"),
    ] {
        assert_eq!(standing(state).status(), status);
    }
}

#[test]
fn a_reservation_ends_when_it_is_due_and_not_before() {
    let order = placed(Review::NotNeeded);
    let due = order.due().unwrap();
    let before = Instant::from_millis(due.millis() - 1).unwrap();
    assert_eq!(expire(&order, before), Outcome::Unchanged(()));
    assert!(matches!(expire(&order, due), Outcome::Change(..)));
}

#[test]
fn only_a_reservation_nobody_looks_at_is_ever_due() {
    for state in [
        "needs_review",
        "authorized",
        "authorized in review",
        "cancel_requested",
        "canceled",
        "expired",
    ] {
        assert_eq!(standing(state).due(), None, "{state}");
    }
    assert_eq!(standing("placed").due(), Some(hours(8 * 24)));
}

#[test]
fn a_review_outlives_the_authorization() {
    assert_eq!(standing("authorized in review").review, Review::Pending);
}

#[test]
fn an_answer_names_the_order_in_both_words() {
    let (order, at) = (placed(Review::NotNeeded), hours(1));
    let Ok(Outcome::Change(transition, confirmation)) = authorize(&order, at) else {
        panic!("a placed order can be authorized");
    };
    assert_eq!(confirmation.date, at);
    assert_eq!(
        confirmation.marketplace_order_id,
        order.marketplace_order_id
    );
    assert_eq!(confirmation.order_id, order.order_id);
    assert!(!confirmation.receipt.is_empty());
    let receipt = authorization_receipt(&order.order_id, at);
    assert_eq!(confirmation, order.confirmation(&receipt));
    let repeated = authorize(&transition.order, hours(50)).unwrap();
    assert_eq!(repeated, Outcome::Unchanged(confirmation));
}

#[test]
fn receipts_tell_orders_deeds_and_times_apart() {
    let order = OrderId::parse("mkt1-1-01").unwrap();
    let other = OrderId::parse("mkt1-1-02").unwrap();
    let receipts = [
        Receipt::of(&order, "authorized", hours(1)),
        Receipt::of(&order, "authorized", hours(2)),
        Receipt::of(&order, "canceled", hours(1)),
        Receipt::of(&other, "authorized", hours(1)),
    ];
    assert_eq!(receipts[0], authorization_receipt(&order, hours(1)));
    let mut texts: Vec<_> = receipts.map(|receipt| receipt.receipt).into();
    texts.sort_unstable();
    texts.dedup();
    assert_eq!(texts.len(), 4);
}

#[test]
fn the_erp_is_told_what_the_marketplace_says_of_a_cancellation() {
    let order = standing("cancel_requested");
    assert_eq!(
        order.timeline.last().unwrap().change,
        Change::CancellationRequested { details: details() }
    );
}

#[test]
fn a_late_payment_takes_the_units_again() {
    let Ok(Outcome::Change(transition, _)) = authorize(&standing("expired"), hours(201)) else {
        panic!("an expired order can be authorized");
    };
    assert_eq!(transition.stock, StockEffect::Reserve);
    // From here on it is like any other.
    assert_eq!(cell(&transition.order, CONFIRM), "canceled Release");
}
