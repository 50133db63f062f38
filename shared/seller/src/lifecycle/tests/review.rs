//! What a person decides about an order that is held for its prices.

use feirante_models::events::EventType;

use super::*;

/// Held at 147.80 where ours were 150.00.
fn held() -> Order {
    let mut order = placed(Review::Pending);
    order.timeline[0].change = Change::Placed {
        theirs: Cents::new(14780),
        ours: Cents::new(15000),
        needs_review: true,
    };
    order
}

/// Held, paid, and the marketplace wants it canceled.
fn asked_to_cancel() -> Order {
    let paid = changed(authorize(&held(), hours(1)).unwrap());
    let policy = CancellationPolicy::Evaluate;
    changed(request_cancellation(&paid, policy, details(), hours(2)))
}

#[test]
fn a_decision_is_on_the_timeline_with_both_prices_who_and_why() {
    let (theirs, ours) = (Cents::new(14780), Cents::new(15000));
    let by = "ana".to_owned();
    let last = |order: &Order| order.timeline.last().unwrap().change.clone();
    assert_eq!(
        last(&released(&held())),
        Change::Released {
            theirs,
            ours,
            by: by.clone(),
            reason: Some("agreed with the marketplace".to_owned()),
        }
    );
    assert_eq!(
        last(&rejected(&held())),
        Change::Rejected {
            theirs,
            ours,
            by,
            reason: "sold below cost".to_owned(),
        }
    );
}

#[test]
fn a_released_order_keeps_its_stock_long_enough_to_be_paid() {
    let until = |order: &Order| order.due().unwrap();
    assert_eq!(held().due(), None);
    // Its reservation goes on…
    assert_eq!(until(&released(&held())), hours(8 * 24));
    // …or would have ended long ago.
    let late = changed(release(&held(), "ana", None, hours(20 * 24)).unwrap());
    assert_eq!(until(&late), hours(21 * 24));
    assert_eq!(
        expire(&late, hours(21 * 24 - 1)),
        Outcome::Unchanged(()),
        "not before"
    );
    assert_eq!(changed(expire(&late, hours(21 * 24))).status(), "expired");
}

#[test]
fn the_erp_is_told_of_a_release_before_or_after_the_payment() {
    use EventType::{Authorized, NeedsReview, Released};
    let paid = |order: &Order| changed(authorize(order, hours(4)).unwrap());
    assert_eq!(
        told(&paid(&released(&held()))),
        [NeedsReview, Released, Authorized]
    );
    assert_eq!(
        told(&released(&paid(&held()))),
        [NeedsReview, Authorized, Released]
    );
}

#[test]
fn a_rejection_is_the_sellers_own_cancellation() {
    let order = rejected(&held());
    assert!(order.is_canceling());
    let begun = order.canceling.as_ref().unwrap();
    assert_eq!(begun.reason, "sold below cost");
    // The message that follows from it finds it begun, and an invoice finds it held.
    let again = start_cancellation(&order, "sold below cost", hours(4)).unwrap();
    assert_eq!(again, Outcome::Unchanged(StartedCancellation::Pending));
    let canceled = transition(cancel_sent(&order, sent(), hours(5)));
    assert_eq!(canceled.order.status(), "canceled");
    assert_eq!(canceled.stock, StockEffect::Release);
    // The ERP learns the end, and nothing before it.
    use EventType::{Canceled, NeedsReview};
    assert_eq!(told(&canceled.order), [NeedsReview, Canceled]);
}

#[test]
fn a_rejection_that_came_to_nothing_can_not_cancel_what_was_released_since() {
    let first = rejected(&held());
    let begun = first.canceling.as_ref().unwrap().since;
    let goes_on = |order: &Order| carry_on_cancellation(order, begun);
    assert_eq!(goes_on(&first), StartedCancellation::Pending);
    let what = || failure(FailedDelivery::Cancellation, None);
    let refused = changed(undelivered(&first, what(), Finality::Refused, hours(4)));
    let unanswered = cancel_unanswered(&first);
    for kept in [refused, unanswered] {
        assert_eq!(goes_on(&kept), StartedCancellation::Done);
        let free = released(&kept);
        assert_eq!(goes_on(&free), StartedCancellation::Done);
        // Nor has it a part in what begins later, which the ERP may still do.
        let again = changed(reject(&kept, "ana", "no", hours(40)).unwrap());
        let by_the_erp = changed(start_cancellation(&free, "damaged", hours(40)).unwrap());
        for later in [again, by_the_erp] {
            assert!(later.is_canceling());
            assert_eq!(goes_on(&later), StartedCancellation::Done);
            let begun = later.canceling.as_ref().unwrap().since;
            let follows = carry_on_cancellation(&later, begun);
            assert_eq!(follows, StartedCancellation::Pending);
        }
    }
    let canceled = changed(cancel_sent(&first, sent(), hours(5)));
    assert_eq!(goes_on(&canceled), StartedCancellation::Done);
}

#[test]
fn a_rejection_that_is_repeated_is_the_same_one_and_is_told_of_again() {
    let first = rejected(&held());
    let outcome = reject(&first, "rui", "too cheap", hours(9)).unwrap();
    let Outcome::Change(transition, Reviewed::Again) = outcome else {
        panic!("{outcome:?}");
    };
    let again = transition.order;
    assert_eq!(again.canceling, first.canceling);
    let Change::Rejected { by, reason, .. } = &again.timeline.last().unwrap().change else {
        panic!("{:?}", again.timeline);
    };
    // The marketplace may have been told the reason.
    assert_eq!((by.as_str(), reason.as_str()), ("rui", "sold below cost"));
    // However often.
    let often = (0..500).fold(again, |order, _| rejected(&order));
    assert!(often.timeline.len() <= 200, "{}", often.timeline.len());
    assert_eq!(often.canceling, first.canceling);
    let canceled = changed(cancel_sent(&often, sent(), hours(10)));
    let late = reject(&canceled, "rui", "too cheap", hours(11)).unwrap();
    assert_eq!(late, Outcome::Unchanged(Reviewed::Before));
}

#[test]
fn an_order_the_marketplace_will_not_cancel_is_held_until_a_person_decides_again() {
    let paid = changed(authorize(&held(), hours(1)).unwrap());
    let what = failure(FailedDelivery::Cancellation, None);
    let kept = changed(undelivered(
        &rejected(&paid),
        what,
        Finality::Refused,
        hours(4),
    ));
    assert!(kept.is_held() && !kept.is_canceling());
    assert!(rejected(&kept).is_canceling());
    let free = released(&kept);
    assert_eq!(
        invoiced(&free, &output("N-1", 14780)).order.status(),
        "invoiced"
    );
}

#[test]
fn a_refusal_says_what_to_do() {
    for (why, text) in [
        (
            release(&placed(Review::NotNeeded), "ana", None, hours(3)).unwrap_err(),
            "the order is not held for review",
        ),
        (
            reject(&released(&held()), "ana", "no", hours(3)).unwrap_err(),
            "the order has been released: it can be canceled, but not rejected any more",
        ),
        (
            release(&rejected(&held()), "ana", None, hours(3)).unwrap_err(),
            "the order is being canceled",
        ),
        (
            release(&asked_to_cancel(), "ana", None, hours(3)).unwrap_err(),
            "the marketplace asks to cancel the order: refuse or confirm that first",
        ),
    ] {
        assert_eq!(why.to_string(), text);
    }
}
