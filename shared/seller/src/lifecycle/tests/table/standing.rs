//! Orders in each state, as they come there.

use super::*;

/// The order that the table calls `state`.
pub(super) fn standing(state: &str) -> Order {
    let ask = |order: &Order| {
        let policy = CancellationPolicy::Evaluate;
        changed(request_cancellation(order, policy, details(), hours(2)))
    };
    let confirm = |order: &Order| {
        let policy = CancellationPolicy::Confirm;
        changed(request_cancellation(order, policy, details(), hours(2)))
    };
    let all = |kind, order: &Order| {
        invoiced(order, &invoice("N-1", kind, 14780, &[("2000037", 2)])).order
    };
    let sold = || all(InvoiceType::Output, &authorized());
    let shipped = || changed(shipment_sent(&sold(), &number("N-1"), sent(), hours(5)));
    let returned = || invoiced(&sold(), &input("N-2", 14780)).order;
    let expired = || changed(expire(&placed(Review::NotNeeded), hours(200)));
    let gave_up_to_invoice =
        |order: &Order, invoice: &Invoice| unanswered(&accepted(order, invoice), &invoice.number);
    let gave_up_to_cancel = |order: &Order| cancel_unanswered(&canceling(order));
    let unpaid = || changed(refuse_payment(&expired(), hours(201)));
    match state {
        "placed" => placed(Review::NotNeeded),
        "needs_review" => placed(Review::Pending),
        "placed, canceling" => canceling(&placed(Review::NotNeeded)),
        "authorized" => authorized(),
        "authorized in review" => changed(authorize(&placed(Review::Pending), hours(1)).unwrap()),
        "authorized, canceling" => canceling(&authorized()),
        "released" => released(&placed(Review::Pending)),
        "authorized, released" => {
            changed(authorize(&released(&placed(Review::Pending)), hours(4)).unwrap())
        }
        "released, authorized before" => released(&changed(
            authorize(&placed(Review::Pending), hours(1)).unwrap(),
        )),
        "released, expired" => changed(expire(&released(&placed(Review::Pending)), hours(200))),
        "rejected" => rejected(&placed(Review::Pending)),
        "rejected, authorized" => {
            changed(authorize(&rejected(&placed(Review::Pending)), hours(4)).unwrap())
        }
        "gave up to reject" => cancel_unanswered(&rejected(&placed(Review::Pending))),
        "rejected, canceled" => changed(cancel_sent(
            &rejected(&placed(Review::Pending)),
            sent(),
            hours(4),
        )),
        "requested in review" => ask(&changed(
            authorize(&placed(Review::Pending), hours(1)).unwrap(),
        )),
        "refused in review" => {
            let asks = ask(&changed(
                authorize(&placed(Review::Pending), hours(1)).unwrap(),
            ));
            changed(refuse_cancellation(&asks, None, hours(3)).unwrap())
        }
        "authorized, invoicing" => accepted(&authorized(), &output("N-1", 5000)),
        "placed, gave up to cancel" => gave_up_to_cancel(&placed(Review::NotNeeded)),
        "authorized, gave up to cancel" => gave_up_to_cancel(&authorized()),
        "authorized, gave up to invoice" => {
            gave_up_to_invoice(&authorized(), &output("N-1", 14780))
        }
        "requested, gave up to invoice" => {
            gave_up_to_invoice(&ask(&authorized()), &output("N-1", 14780))
        }
        "gave up to return" => gave_up_to_invoice(&sold(), &input("N-2", 14780)),
        "expired, gave up to cancel" => changed(expire(
            &gave_up_to_cancel(&placed(Review::NotNeeded)),
            hours(200),
        )),
        "cancel_requested" => ask(&authorized()),
        "refused" => {
            let reason = Some("packed".to_owned());
            changed(refuse_cancellation(&ask(&authorized()), reason, hours(3)).unwrap())
        }
        "requested, canceling" => canceling(&ask(&authorized())),
        "requested, invoicing" => accepted(&ask(&authorized()), &output("N-1", 5000)),
        "modifying" => modification::acknowledged(&authorized()),
        "modified" => modification::modified(&authorized()),
        "modified, not told" => modification::not_told(&modification::modified(&authorized())),
        "modified, told" => modification::told_of(&modification::modified(&authorized())),
        "modifying, invoicing" => {
            let open = modification::acknowledged(&authorized());
            accepted(&open, &output("N-1", 5000))
        }
        "modifying, invoice refused" => {
            let open = modification::acknowledged(&authorized());
            let invoicing = accepted(&open, &output("N-1", 5000));
            let what = failure(FailedDelivery::Invoice, Some("N-1"));
            changed(undelivered(&invoicing, what, Finality::Refused, hours(4)))
        }
        "modification taken back" => {
            let id = modification::change("c-1");
            let back = feirante_models::modification::Withdrawal::default();
            let open = modification::asked(&authorized());
            changed(withdraw_modification(&open, &id, back, hours(3)).unwrap())
        }
        "partially_invoiced" => invoiced(&authorized(), &output("N-1", 5000)).order,
        "invoiced" => sold(),
        "shipped" => shipped(),
        "delivered" => {
            let (shipped, number) = (shipped(), number("N-1"));
            changed(progress_sent(&shipped, &number, 1, true, sent(), hours(6)))
        }
        "returning" => accepted(&sold(), &input("N-2", 5000)),
        "partly returned" => invoiced(&sold(), &input("N-2", 5000)).order,
        "returned" => returned(),
        "returned, canceling" => canceling(&returned()),
        "returned, refund settled" => changed(refund_settled(&canceling(&returned()), hours(5))),
        "canceled" => confirm(&authorized()),
        "canceled by the seller" => {
            changed(cancel_sent(&canceling(&authorized()), sent(), hours(4)))
        }
        "canceled after its return" => {
            changed(cancel_sent(&canceling(&returned()), sent(), hours(5)))
        }
        "expired" => expired(),
        "payment refused" => unpaid(),
        "expired, canceling" => canceling(&unpaid()),
        _ => panic!("{state}"),
    }
}

#[test]
fn a_state_has_the_name_the_table_gives_it() {
    for (state, status) in [
        ("authorized in review", "authorized"),
        ("authorized, canceling", "authorized"),
        ("released", "placed"),
        ("authorized, released", "authorized"),
        ("rejected", "needs_review"),
        ("refused", "cancel_requested"),
        ("requested, invoicing", "cancel_requested"),
        ("partly returned", "invoiced"),
        ("returned, refund settled", "returned"),
        ("canceled after its return", "canceled"),
        ("payment refused", "expired"),
    ] {
        assert_eq!(standing(state).status(), status, "{state}");
    }
    for state in ["placed", "needs_review", "authorized", "cancel_requested"]
        .into_iter()
        .chain(["partially_invoiced", "invoiced", "shipped", "delivered"])
        .chain(["returned", "canceled", "expired"])
    {
        assert_eq!(standing(state).status(), state);
    }
}
