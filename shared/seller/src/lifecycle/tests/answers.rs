//! What events are answered, and when reservations end.

use super::*;

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
    let order = placed(Review::NotNeeded);
    assert_eq!(order.due(), Some(hours(8 * 24)));
    assert_eq!(placed(Review::Pending).due(), None);
    let expired = changed(expire(&order, hours(200)));
    let paid = authorized();
    let invoiced = invoiced(&paid, &output("N-1", 14780)).order;
    for order in [&expired, &paid, &invoiced] {
        assert_eq!(order.due(), None, "{}", order.status());
    }
}

#[test]
fn a_paid_order_waits_for_its_invoices_whoever_else_it_waits_for() {
    let paid = authorized();
    let half = invoiced(&paid, &output("N-1", 10_000)).order;
    let whole = invoiced(&half, &output("N-2", 4780)).order;
    let held = changed(authorize(&placed(Review::Pending), hours(1)).unwrap());
    let (policy, details) = (CancellationPolicy::Evaluate, details());
    let asked = changed(request_cancellation(&paid, policy, details, hours(2)));
    for order in [&paid, &half, &held, &asked, &canceling(&paid)] {
        let since = order.awaits_invoices_since();
        assert_eq!(since, Some(hours(1)), "{}", order.status());
    }
    let canceled = changed(confirm_cancellation(&asked, hours(3)).unwrap());
    for order in [&placed(Review::NotNeeded), &whole, &canceled] {
        assert_eq!(order.awaits_invoices_since(), None, "{}", order.status());
    }
}

#[test]
fn a_review_outlives_the_authorization() {
    let order = changed(authorize(&placed(Review::Pending), hours(1)).unwrap());
    assert_eq!(order.review, Review::Pending);
    assert_eq!(order.status(), "authorized");
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
    let asked = request_cancellation(
        &authorized(),
        CancellationPolicy::Evaluate,
        details(),
        hours(2),
    );
    assert_eq!(
        changed(asked).timeline.last().unwrap().change,
        Change::CancellationRequested { details: details() }
    );
}

#[test]
fn a_late_payment_takes_the_units_again() {
    let expired = changed(expire(&placed(Review::NotNeeded), hours(200)));
    let late = transition(authorize(&expired, hours(201)).unwrap());
    assert_eq!(late.stock, StockEffect::Reserve);
    // From here on it is like any other.
    let policy = CancellationPolicy::Confirm;
    let canceled = request_cancellation(&late.order, policy, details(), hours(202));
    assert_eq!(transition(canceled).stock, StockEffect::Release);
}

#[test]
fn a_payment_is_refused_once() {
    let expired = changed(expire(&placed(Review::NotNeeded), hours(200)));
    let refused = changed(refuse_payment(&expired, hours(201)));
    assert_eq!(refused.status(), "expired");
    let entry = &refused.timeline.last().unwrap().change;
    assert_eq!(*entry, Change::PaymentRefused);
    let again = refuse_payment(&refused, hours(202));
    assert_eq!(again, Outcome::Unchanged(()));
    let paid = authorized();
    assert_eq!(refuse_payment(&paid, hours(202)), Outcome::Unchanged(()));
}

#[test]
fn a_seller_that_is_canceling_an_order_agrees_when_the_marketplace_asks() {
    let order = canceling(&authorized());
    let policy = CancellationPolicy::Evaluate;
    let asked = request_cancellation(&order, policy, details(), hours(4));
    let Outcome::Change(transition, CancellationAnswer::Confirmed(confirmation)) = asked else {
        panic!("the seller wants it too: {asked:?}");
    };
    assert_eq!(transition.stock, StockEffect::Release);
    assert_eq!(transition.order.canceling, None);
    // The answer to the seller's own changes nothing any more, the receipt least of all.
    let late = cancel_sent(&transition.order, sent(), hours(5));
    assert_eq!(late, Outcome::Unchanged(()));
    let again = request_cancellation(&transition.order, policy, details(), hours(6));
    let repeated = CancellationAnswer::Confirmed(confirmation);
    assert_eq!(again, Outcome::Unchanged(repeated));
}
