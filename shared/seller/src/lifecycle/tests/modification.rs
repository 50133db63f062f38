//! Modifications: what they are asked for, and what ends them.

use std::collections::HashMap;

use feirante_models::ChangeRequestId;
use feirante_models::modification::{AgreementName, ModificationRequest, Withdrawal};
use feirante_models::outward::AgreementType;
use serde_json::{Value, json};

use super::*;
use crate::offer::Offer;
use crate::placement::Terms;
use crate::settings::Settings;

pub(super) fn change(name: &str) -> ChangeRequestId {
    ChangeRequestId::parse(name).unwrap()
}

/// A request of this name.
pub(super) fn asking(name: &str, mut body: Value) -> ModificationRequest {
    body["requestId"] = json!(name);
    body["reason"] = json!("Another size");
    ModificationRequest::read(body.to_string().as_bytes()).unwrap()
}

/// One unit less of the order's SKU.
pub(super) fn one_less() -> Value {
    json!({"remove": {"items": [{"id": "2000037", "quantity": 1}]}})
}

pub(super) fn terms(settings: &Settings, now: Instant) -> Terms<'_> {
    Terms {
        settings,
        marketplace: &settings.marketplaces[0],
        sales_channel: "1",
        now,
    }
}

pub(super) fn offers(of: &[&str]) -> HashMap<SkuId, Offer> {
    let offers = of.iter().map(|sku| fixture::offer(sku, 7390, None, 50));
    offers.map(|offer| (offer.sku.clone(), offer)).collect()
}

pub(super) fn asks(
    order: &Order,
    request: &ModificationRequest,
    at: Instant,
) -> Result<Outcome<RequestedModification>, Problem> {
    let settings = fixture::settings();
    request_modification(&terms(&settings, at), order, request, &offers(&["2000037"]))
}

pub(super) fn agrees(
    order: &Order,
    name: &str,
    agreement: AgreementType,
    told: bool,
    at: Instant,
) -> Result<Outcome<()>, Problem> {
    let settings = fixture::settings();
    let offers = offers(&["2000037"]);
    agree(
        &terms(&settings, at),
        order,
        &change(name),
        agreement,
        told,
        &offers,
    )
}

/// The order once the modification `c-1` was asked for.
pub(super) fn asked(order: &Order) -> Order {
    changed(asks(order, &asking("c-1", one_less()), hours(2)).unwrap())
}

/// And once the marketplace knows that the seller knows of it.
pub(super) fn acknowledged(order: &Order) -> Order {
    let (id, agreement) = (change("c-1"), AgreementType::Acknowledgment);
    changed(agreement_sent(
        &asked(order),
        &id,
        agreement,
        sent(),
        hours(3),
    ))
}

/// And once it is applied.
pub(super) fn modified(order: &Order) -> Order {
    let confirmed = AgreementType::Confirmation;
    changed(agrees(&acknowledged(order), "c-1", confirmed, false, hours(4)).unwrap())
}

/// And once the marketplace has heard that.
pub(super) fn told_of(modified: &Order) -> Order {
    let (id, agreement) = (change("c-1"), AgreementType::Confirmation);
    changed(agreement_sent(modified, &id, agreement, sent(), hours(5)))
}

/// And once nobody tries to tell it any more.
pub(super) fn not_told(modified: &Order) -> Order {
    let finality = Finality::Unanswered;
    gives_up(modified, AgreementType::Confirmation, finality)
}

/// The order once this agreement to the modification `c-1` could not be delivered.
pub(super) fn gives_up(order: &Order, agreement_type: AgreementType, finality: Finality) -> Order {
    changed(undelivered(
        order,
        failed("c-1", agreement_type),
        finality,
        hours(5),
    ))
}

pub(super) fn failed(name: &str, agreement_type: AgreementType) -> Undelivered {
    Undelivered {
        agreement: Some(AgreementName {
            change_request_id: change(name),
            agreement_type,
        }),
        ..failure(FailedDelivery::Agreement, None)
    }
}

pub(super) fn code(refused: Result<Outcome<impl std::fmt::Debug>, Problem>) -> &'static str {
    refused.unwrap_err().code.as_str()
}

#[test]
fn a_modification_goes_from_its_request_to_its_confirmation() {
    let order = authorized();
    let request = asking("c-1", one_less());
    let outcome = asks(&order, &request, hours(2)).unwrap();
    let Outcome::Change(transition, first) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(first.difference.total(), Some(Cents::new(-7390)));
    let open = transition.order;
    assert_eq!((&open.lines, open.total), (&order.lines, order.total));
    // A repeat is answered the same; other content under the name is a conflict.
    let again = asks(&open, &request, hours(9)).unwrap();
    assert_eq!(again, Outcome::Unchanged(first));
    let other = json!({"manualDiscountValue": 1});
    assert_eq!(code(asks(&open, &asking("c-1", other), hours(9))), "ES012");
    assert_eq!(
        code(asks(&open, &asking("c-2", one_less()), hours(9))),
        "SalesOrderSystem014"
    );

    let (id, known) = (change("c-1"), AgreementType::Acknowledgment);
    let confirmed = AgreementType::Confirmation;
    assert!(owes_agreement(&open, &id, known) && !owes_agreement(&open, &id, confirmed));
    // The marketplace's own acknowledgment changes nothing; its confirmation comes too early.
    let noted = agrees(&open, "c-1", known, false, hours(3)).unwrap();
    assert_eq!(noted, Outcome::Unchanged(()));
    assert_eq!(
        code(agrees(&open, "c-1", confirmed, false, hours(3))),
        "ES018"
    );
    // Unless the marketplace may have been told, and the answer is lost.
    assert!(agrees(&open, "c-1", confirmed, true, hours(3)).is_ok());

    let acknowledged = acknowledged(&order);
    assert!(!owes_agreement(&acknowledged, &id, known));
    let applied = transition_of(agrees(&acknowledged, "c-1", confirmed, false, hours(4)));
    let order = applied.order;
    assert_eq!(order.total, Cents::new(7390));
    assert_eq!(order.lines[0].quantity.get(), 1);
    let StockEffect::Exchange(exchange) = applied.stock else {
        panic!("{:?}", applied.stock)
    };
    let given_back: Vec<i64> = exchange
        .units
        .into_values()
        .flat_map(|at| at.into_values())
        .collect();
    assert_eq!(given_back, [-1]);
    // Once more, whatever stands behind it.
    for agreement in [known, confirmed] {
        let again = agrees(&order, "c-1", agreement, false, hours(5)).unwrap();
        assert_eq!(again, Outcome::Unchanged(()));
    }
    assert!(owes_agreement(&order, &id, confirmed) && !owes_agreement(&order, &id, known));
    let told = changed(agreement_sent(&order, &id, confirmed, sent(), hours(5)));
    assert!(!owes_agreement(&told, &id, confirmed));
    let twice = agreement_sent(&told, &id, confirmed, sent(), hours(6));
    assert_eq!(twice, Outcome::Unchanged(()));
    assert_eq!(
        super::told(&told).last(),
        Some(&feirante_models::events::EventType::Modified)
    );
    // Its invoices add up to what it is over now.
    assert!(accept_invoice(&told, &output("N-1", 7391), hours(7)).is_err());
    assert_eq!(
        invoiced(&told, &output("N-1", 7390)).order.status(),
        "invoiced"
    );
}

#[track_caller]
pub(super) fn transition_of(outcome: Result<Outcome<()>, Problem>) -> Transition {
    transition(outcome.unwrap())
}

#[test]
fn whatever_else_happens_first_ends_it() {
    let open = acknowledged(&authorized());
    let policy = CancellationPolicy::Evaluate;
    let confirmed = AgreementType::Confirmation;
    for (other, code_then) in [
        (
            invoiced(&open, &output("N-1", 5000)).order,
            "SalesOrderSystem046",
        ),
        (canceling(&open), "ES018"),
        (
            changed(request_cancellation(&open, policy, details(), hours(5))),
            "ES018",
        ),
        (
            changed(cancel_sent(&canceling(&open), sent(), hours(5))),
            "SalesOrderSystem008",
        ),
    ] {
        assert!(other.modifications.open().is_none(), "{}", other.status());
        let late = agrees(&other, "c-1", confirmed, true, hours(6));
        assert_eq!(code(late), code_then, "{}", other.status());
        // Its request, come again, is answered as before; nothing is owed for it.
        let again = asks(&other, &asking("c-1", one_less()), hours(6)).unwrap();
        assert!(matches!(again, Outcome::Unchanged(_)));
        for agreement in [AgreementType::Acknowledgment, confirmed] {
            assert!(!owes_agreement(&other, &change("c-1"), agreement));
        }
    }
}

/// A price that is not told is worked out once: the marketplace agrees to what it was answered.
#[test]
fn what_was_answered_is_what_is_applied_at_whatever_price_it_is_sold_then() {
    let settings = fixture::settings();
    let body = json!({
        "add": {"items": [{"id": "mug", "quantity": 2}]},
        "replace": [{
            "from": {"items": [{"id": "2000037", "quantity": 1}]},
            "to": {"items": [{"id": "cup", "quantity": 1}]},
        }],
    });
    let request = asking("c-1", body);
    let sold_at = |price| {
        let offers = ["mug", "cup"].map(|sku| fixture::offer(sku, price, None, 50));
        offers
            .into_iter()
            .map(|offer| (offer.sku.clone(), offer))
            .collect::<HashMap<_, _>>()
    };
    let (order, then) = (authorized(), terms(&settings, hours(2)));
    let outcome = request_modification(&then, &order, &request, &sold_at(1500)).unwrap();
    let Outcome::Change(transition, answer) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(answer.difference.total(), Some(Cents::new(3 * 1500 - 7390)));
    let (now, id) = (terms(&settings, hours(3)), change("c-1"));
    let confirmed = AgreementType::Confirmation;
    let offers = sold_at(9900);
    let applied = agree(&now, &transition.order, &id, confirmed, true, &offers).unwrap();
    let applied = changed(applied).total.get() - order.total.get();
    assert_eq!(Some(Cents::new(applied)), answer.difference.total());
    // Asked for again, it is the same still: the request is known as it came.
    let again = request_modification(&now, &transition.order, &request, &offers).unwrap();
    assert_eq!(again, Outcome::Unchanged(answer));
}

#[test]
fn an_order_may_be_modified_again_and_not_for_ever() {
    let mut order = changed(authorize(&placed(Review::NotNeeded), hours(1)).unwrap());
    for number in 0..1000 {
        let name = format!("c-{number}");
        let request = asking(&name, json!({"manualIncrementValue": 1}));
        order = match asks(&order, &request, hours(2)) {
            Ok(outcome) => changed(outcome),
            Err(problem) => {
                assert_eq!(problem.code, Code::IllegalTransition);
                assert!(number > 20, "{number}");
                return;
            }
        };
        let confirmed = AgreementType::Confirmation;
        order = changed(agrees(&order, &name, confirmed, true, hours(3)).unwrap());
        assert_eq!(order.total, Cents::new(14781 + number));
    }
    panic!("it grows without end");
}

#[test]
fn a_request_without_a_name_is_known_while_it_is_open() {
    let body = r#"{"reason":"x","remove":{"items":[{"id":"2000037","quantity":1}]}}"#;
    let nameless = ModificationRequest::read(body.as_bytes()).unwrap();
    let outcome = asks(&authorized(), &nameless, hours(2)).unwrap();
    let Outcome::Change(transition, first) = outcome else {
        panic!("{outcome:?}")
    };
    let again = asks(&transition.order, &nameless, hours(3)).unwrap();
    assert_eq!(again, Outcome::Unchanged(first.clone()));
    let confirmed = AgreementType::Confirmation;
    let name = first.id.as_str();
    let order = changed(agrees(&transition.order, name, confirmed, true, hours(4)).unwrap());
    // After that it is another: nothing would be left.
    assert_eq!(code(asks(&order, &nameless, hours(5))), "ES018");
}

#[test]
fn what_is_taken_back_is_over_and_what_is_applied_can_not_be() {
    let (open, id) = (asked(&authorized()), change("c-1"));
    let back = |order: &Order| withdraw_modification(order, &id, Withdrawal::default(), hours(3));
    let over = changed(back(&open).unwrap());
    assert_eq!(back(&over), Ok(Outcome::Unchanged(())));
    let confirmed = AgreementType::Confirmation;
    assert_eq!(
        code(agrees(&over, "c-1", confirmed, true, hours(4))),
        "ES018"
    );
    assert_eq!(code(back(&modified(&authorized()))), "ES018");
    assert_eq!(code(back(&authorized())), "ES009");
    // Another may be asked for.
    assert!(asks(&over, &asking("c-2", one_less()), hours(4)).is_ok());
}

#[test]
fn orders_from_before_modifications_are_read() {
    let mut stored = serde_json::to_value(authorized()).unwrap();
    assert!(
        stored
            .as_object_mut()
            .unwrap()
            .remove("modifications")
            .is_none()
    );
    assert_eq!(
        serde_json::from_value::<Order>(stored).unwrap(),
        authorized()
    );
}
