//! What the marketplace never answered: it may have it, and it holds nothing back.

use feirante_models::events::EventType;

use super::*;

/// A paid order whose invoice over everything was given up.
fn gave_up_to_invoice() -> Order {
    let invoice = output("N-1", 14780);
    unanswered(&accepted(&authorized(), &invoice), &invoice.number)
}

fn stage(order: &Order, name: &str) -> Stage {
    order.invoices.get(&number(name)).unwrap().stage
}

fn taken(order: &Order, name: &str) -> Outcome<()> {
    invoice_sent(order, &number(name), false, sent(), hours(40))
}

#[test]
fn the_same_invoice_goes_on_and_is_settled() {
    let order = gave_up_to_invoice();
    assert_eq!(stage(&order, "N-1"), Stage::GivenUp);
    assert_eq!(told(&order).last(), Some(&EventType::DeliveryFailed));
    let again = accepted(&order, &output("N-1", 14780));
    assert_eq!(stage(&again, "N-1"), Stage::Pending);
    assert_eq!(
        start_cancellation(&again, "damaged", hours(31)),
        Ok(Outcome::Unchanged(StartedCancellation::HeldBack))
    );
    assert_eq!(changed(taken(&again, "N-1")).status(), "invoiced");
}

#[test]
fn its_number_keeps_its_content() {
    let order = gave_up_to_invoice();
    let corrected = accept_invoice(&order, &output("N-1", 14779), hours(31));
    assert_eq!(corrected, Err(RefusedInvoice::NumberTaken(number("N-1"))));
}

#[test]
fn an_invoice_of_another_number_overrules_it() {
    let order = accepted(&gave_up_to_invoice(), &output("N-2", 14780));
    assert_eq!(stage(&order, "N-1"), Stage::GivenUp, "it is remembered");
    let sold = transition(taken(&order, "N-2"));
    assert_eq!(sold.order.status(), "invoiced");
    for order in [&order, &sold.order] {
        let why = accept_invoice(order, &output("N-1", 14780), hours(41)).unwrap_err();
        assert!(matches!(why, RefusedInvoice::TooMuch { .. }), "{why}");
        // Nor does a late answer make it count.
        assert_eq!(taken(order, "N-1"), Outcome::Unchanged(()));
    }
}

#[test]
fn what_is_left_beside_it_may_be_invoiced_first() {
    let part = output("N-1", 5000);
    let order = unanswered(&accepted(&authorized(), &part), &part.number);
    let order = invoiced(&order, &output("N-2", 9780)).order;
    assert_eq!(order.status(), "partially_invoiced");
    let order = invoiced(&order, &part).order;
    assert_eq!(order.status(), "invoiced");
}

#[test]
fn the_invoice_may_be_followed_by_a_cancellation_and_the_marketplace_decides() {
    let order = canceling(&gave_up_to_invoice());
    let held = accept_invoice(&order, &output("N-1", 14780), hours(32)).unwrap();
    assert_eq!(
        held,
        Outcome::Unchanged(AcceptedInvoice::HeldBack(HeldBy::Cancellation))
    );
    // It agrees: the invoice was never there.
    let canceled = transition(cancel_sent(&order, sent(), hours(33)));
    assert_eq!(canceled.stock, StockEffect::Release);
    assert_eq!(taken(&canceled.order, "N-1"), Outcome::Unchanged(()));
    let over = accept_invoice(&canceled.order, &output("N-1", 14780), hours(34));
    assert_eq!(over, Err(RefusedInvoice::Over("canceled")));
    // It says no: it has the invoice, which can be sent again.
    let refusal = failure(FailedDelivery::Cancellation, None);
    let kept = changed(undelivered(&order, refusal, Finality::Refused, hours(33)));
    let sold = invoiced(&kept, &output("N-1", 14780));
    assert_eq!(sold.order.status(), "invoiced");
}

#[test]
fn the_marketplaces_own_cancellation_is_answered_by_policy() {
    let order = gave_up_to_invoice();
    let asked = |policy| request_cancellation(&order, policy, details(), hours(31));
    let confirmed = transition(asked(CancellationPolicy::Confirm));
    assert_eq!(confirmed.order.status(), "canceled");
    assert_eq!(confirmed.stock, StockEffect::Release);
    let asks = changed(asked(CancellationPolicy::Evaluate));
    assert_eq!(asks.status(), "cancel_requested");
}

/// The marketplace asked, and may have had the invoice since.
#[test]
fn the_erps_yes_to_the_marketplace_is_a_question_where_it_may_have_an_invoice() {
    let asks = changed(request_cancellation(
        &gave_up_to_invoice(),
        CancellationPolicy::Evaluate,
        details(),
        hours(31),
    ));
    let agreed = confirm_cancellation(&asks, hours(32));
    let ask = Ok(Outcome::Unchanged(Settled::MarketplaceDecides));
    assert_eq!(agreed, ask);
    let asked = canceling(&asks);
    // The message comes again meanwhile.
    assert_eq!(confirm_cancellation(&asked, hours(33)), ask);
    let canceled = transition(cancel_sent(&asked, sent(), hours(34)));
    assert_eq!(canceled.order.status(), "canceled");
    assert_eq!(canceled.stock, StockEffect::Release);
    // It has the invoice, and says so: the order and its units are kept for that.
    let refusal = failure(FailedDelivery::Cancellation, None);
    let kept = changed(undelivered(&asked, refusal, Finality::Refused, hours(34)));
    assert_eq!(kept.status(), "cancel_requested");
    assert_eq!(changed(taken(&kept, "N-1")).status(), "invoiced");
}

#[test]
fn a_late_answer_settles_it_all_the_same() {
    let order = gave_up_to_invoice();
    let sold = transition(taken(&order, "N-1"));
    assert_eq!(sold.order.status(), "invoiced");
    assert!(matches!(sold.stock, StockEffect::Ship(_)));
    // Even where the seller has begun to cancel: an order with an invoice is not canceled.
    let sold = transition(taken(&canceling(&order), "N-1"));
    assert_eq!(sold.order.status(), "invoiced");
    assert_eq!(sold.order.canceling, None);
    let late = cancel_sent(&sold.order, sent(), hours(41));
    assert_eq!(late, Outcome::Unchanged(()));
    // A late no takes it out of the books.
    let refusal = failure(FailedDelivery::Invoice, Some("N-1"));
    let refused = changed(undelivered(&order, refusal, Finality::Refused, hours(40)));
    assert!(refused.invoices.is_empty());
}

#[test]
fn the_same_cancellation_starts_again() {
    let order = cancel_unanswered(&canceling(&authorized()));
    assert!(!order.is_canceling());
    assert_eq!(told(&order).last(), Some(&EventType::DeliveryFailed));
    let again = changed(start_cancellation(&order, "lost", hours(31)).unwrap());
    assert!(again.is_canceling());
    let begun = again.canceling.as_ref().unwrap();
    assert_eq!((begun.since, begun.reason.as_str()), (hours(31), "lost"));
    let canceled = transition(cancel_sent(&again, sent(), hours(32)));
    assert_eq!(canceled.stock, StockEffect::Release);
}

#[test]
fn after_a_cancellation_without_an_answer_a_no_to_the_next_one_is_none() {
    let first = canceling(&authorized());
    let said = |order: &Order, status| cancel_finality(order, status, Finality::Refused);
    let begins_again =
        |order: &Order| changed(start_cancellation(order, "lost", hours(31)).unwrap());
    let second = begins_again(&cancel_unanswered(&first));
    // Nor to the one after that, which is begun by a person.
    let held = rejected(&placed(Review::Pending));
    let third = rejected(&cancel_unanswered(&rejected(&cancel_unanswered(&held))));
    for status in [400, 401, 403, 404] {
        assert_eq!(said(&first, status), Finality::Refused, "{status}");
        assert_eq!(said(&second, status), Finality::Unanswered, "{status}");
        assert_eq!(said(&third, status), Finality::Unanswered, "{status}");
    }
    assert_eq!(said(&second, 422), Finality::Refused);
    // A no that was one is the end of it.
    let what = failure(FailedDelivery::Cancellation, None);
    let refused = changed(undelivered(&second, what, Finality::Refused, hours(32)));
    assert_eq!(said(&begins_again(&refused), 400), Finality::Refused);
}

#[test]
fn an_invoice_overrules_a_cancellation_that_was_given_up() {
    let order = cancel_unanswered(&canceling(&authorized()));
    let order = accepted(&order, &output("N-1", 14780));
    assert_eq!(order.canceling, None);
    // The marketplace has canceled after all, and says so: that is the last word.
    let refusal = failure(FailedDelivery::Invoice, Some("N-1"));
    let refused = changed(undelivered(&order, refusal, Finality::Refused, hours(33)));
    let policy = CancellationPolicy::Confirm;
    let asked = request_cancellation(&refused, policy, details(), hours(34));
    assert_eq!(transition(asked).order.status(), "canceled");
    // It has not.
    assert_eq!(changed(taken(&order, "N-1")).status(), "invoiced");
}

#[test]
fn a_seller_that_wanted_to_cancel_agrees_when_the_marketplace_asks() {
    let order = cancel_unanswered(&canceling(&authorized()));
    let policy = CancellationPolicy::Evaluate;
    let asked = transition(request_cancellation(&order, policy, details(), hours(32)));
    assert_eq!(asked.order.status(), "canceled");
    assert_eq!(asked.order.canceling, None);
    // So it is with a late answer to its own.
    let late = transition(cancel_sent(&order, sent(), hours(32)));
    assert_eq!(late.order.status(), "canceled");
}

#[test]
fn a_cancellation_of_an_older_version_is_on_its_way() {
    let canceling = canceling(&authorized());
    let mut json = serde_json::to_value(&canceling).unwrap();
    json["canceling"] = serde_json::json!({"since": hours(3), "reason": "damaged"});
    let order: Order = serde_json::from_value(json).unwrap();
    assert_eq!(order, canceling);
    assert!(order.is_canceling());
}
