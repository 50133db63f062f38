//! Modifications beside invoices, and where the marketplace can't be told of them.

use feirante_models::outward::AgreementType;

use super::modification::{
    acknowledged, agrees, asked, asking, asks, change, code, gives_up, modified, not_told,
    one_less, told_of, transition_of,
};
use super::*;

/// The marketplace may say no to an invoice: then nothing of the order is sold yet.
#[test]
fn an_invoice_that_the_marketplace_refuses_leaves_a_modification_open() {
    let open = acknowledged(&authorized());
    let invoicing = accepted(&open, &output("N-1", 5000));
    let confirmed = AgreementType::Confirmation;
    assert_eq!(
        code(agrees(&invoicing, "c-1", confirmed, true, hours(4))),
        "SalesOrderSystem046"
    );
    let what = failure(FailedDelivery::Invoice, Some("N-1"));
    let refused = changed(undelivered(&invoicing, what, Finality::Refused, hours(5)));
    let applied = changed(agrees(&refused, "c-1", confirmed, true, hours(6)).unwrap());
    assert_eq!(applied.total, Cents::new(7390));
}

#[test]
fn an_invoice_waits_until_the_marketplace_knows_of_the_modification() {
    let modified = modified(&authorized());
    let whole = output("N-1", 7390);
    let accepts = |order: &Order| accept_invoice(order, &whole, hours(6)).unwrap();
    let held = Outcome::Unchanged(AcceptedInvoice::HeldBack(HeldBy::Modification));
    assert_eq!(accepts(&modified), held);
    for order in [told_of(&modified), not_told(&modified)] {
        assert!(matches!(accepts(&order), Outcome::Change(..)));
    }
    // What was taken goes on, whatever becomes of the modification's name.
    let invoicing = changed(accepts(&not_told(&modified)));
    let confirmed = AgreementType::Confirmation;
    let again = changed(agrees(&invoicing, "c-1", confirmed, true, hours(7)).unwrap());
    assert_eq!(
        accepts(&again),
        Outcome::Unchanged(AcceptedInvoice::Pending)
    );
}

#[test]
fn a_confirmation_that_was_given_up_is_sent_again_when_the_marketplace_asks_again() {
    let (id, confirmed) = (change("c-1"), AgreementType::Confirmation);
    let modified = modified(&authorized());
    for finality in [Finality::NotAsked, Finality::Refused, Finality::Unanswered] {
        let given_up = gives_up(&modified, confirmed, finality);
        assert_eq!(given_up.lines, modified.lines);
        // Its message may come again too.
        assert!(owes_agreement(&given_up, &id, confirmed));
        assert!(!told_of(&given_up).modifications.is_telling());
        let known = AgreementType::Acknowledgment;
        let noted = agrees(&given_up, "c-1", known, true, hours(6)).unwrap();
        assert_eq!(noted, Outcome::Unchanged(()));
        let asked = transition_of(agrees(&given_up, "c-1", confirmed, true, hours(6)));
        assert_eq!(asked.stock, StockEffect::Keep);
        let order = asked.order;
        let last = order.timeline.last().map(|entry| &entry.change);
        let again = Change::ModificationAskedAgain {
            change_request_id: id.clone(),
        };
        assert_eq!(last, Some(&again));
        assert!(order.modifications.is_telling());
        let twice = agrees(&order, "c-1", confirmed, true, hours(7)).unwrap();
        assert_eq!(twice, Outcome::Unchanged(()));
    }
}

#[test]
fn what_the_marketplace_will_not_hear_of_is_over() {
    let known = AgreementType::Acknowledgment;
    let open = asked(&authorized());
    let over = gives_up(&open, known, Finality::Refused);
    assert!(over.modifications.open().is_none());
    assert!(asks(&over, &asking("c-2", one_less()), hours(6)).is_ok());
    // It may know of what it has not answered.
    for finality in [Finality::NotAsked, Finality::Unanswered] {
        let order = gives_up(&open, known, finality);
        assert_eq!(order.modifications, open.modifications);
    }
    // What has gone on stays.
    for order in [acknowledged(&authorized()), modified(&authorized())] {
        let late = gives_up(&order, known, Finality::Refused);
        assert_eq!(late.modifications, order.modifications);
    }
}
