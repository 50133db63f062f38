use super::super::cancellation::{Decision, cancellation, cancellation_repeat, decision};
use super::fulfillment::{receipt, table};
use super::*;

const OURS: &str = "1138342255777-01";
const THEIRS: &str = "959311095";

fn check(reply: &Reply) -> Vec<Violation> {
    cancellation(THEIRS, OURS, reply)
}

fn nothing() -> Reply {
    Reply {
        content_type: None,
        ..raw(200, "", "")
    }
}

#[test]
fn nothing_and_a_whole_confirmation_are_good_answers() {
    for empty in ["", " \r\n", "{}", " { } "] {
        let mut reply = nothing();
        reply.body = empty.as_bytes().to_vec();
        assert_eq!(check(&reply), [], "{empty:?}");
        assert_eq!(decision(OURS, &reply), Decision::Undecided, "{empty:?}");
    }
    assert_eq!(check(&reply(&receipt())), []);
    assert_eq!(decision(OURS, &reply(&receipt())), Decision::Confirmed);
}

#[test]
fn a_confirmation_is_held_to_the_rules_of_receipts() {
    for bad in table() {
        bad.expect(&check(&reply(&bad.apply(&receipt()))));
    }
}

#[test]
fn an_answer_for_another_order_or_none_decides_nothing() {
    let mut other = receipt();
    other["marketplaceOrderId"] = json!(THEIRS);
    let mut nameless = receipt();
    nameless["orderId"] = json!("");
    for body in [other, nameless, json!([]), json!({"receipt": "x"})] {
        assert_eq!(decision(OURS, &reply(&body)), Decision::Nonsense, "{body}");
    }
    assert_eq!(
        decision(OURS, &raw(200, "text/html", "<h1>")),
        Decision::Nonsense
    );
    assert_eq!(decision(OURS, &refusal(409)), Decision::Refused);
}

#[test]
fn refusals_need_the_envelope_and_other_successes_are_none() {
    assert_eq!(check(&refusal(409)), []);
    assert_eq!(
        rules(&check(&raw(409, "text/html", ""))),
        [Rule::ErrorEnvelope]
    );
    assert_eq!(
        rules(&check(&raw(202, "text/html", ""))),
        [Rule::AnswerStatus]
    );
}

/// Answers to a cancellation that was confirmed before.
pub(super) fn repeats() -> Vec<(Reply, Vec<Rule>)> {
    let changed = |name: &str, value: &str| {
        let mut body = receipt();
        body[name] = json!(value);
        reply(&body)
    };
    vec![
        (reply(&receipt()), vec![]),
        (refusal(503), vec![]),
        (nothing(), vec![Rule::DecisionChanged]),
        (refusal(409), vec![Rule::DecisionChanged]),
        (changed("receipt", "another"), vec![Rule::ReceiptChanged]),
        (
            changed("date", "2014-10-06 18:52:01"),
            vec![Rule::ReceiptChanged],
        ),
    ]
}

#[test]
fn a_confirmation_is_final() {
    for (again, expected) in repeats() {
        let found = cancellation_repeat(THEIRS, OURS, &reply(&receipt()), &again);
        assert_eq!(rules(&found), expected, "{again:?}");
    }
}

#[test]
fn what_was_undecided_may_be_decided() {
    for again in [nothing(), reply(&receipt()), refusal(409)] {
        assert_eq!(cancellation_repeat(THEIRS, OURS, &nothing(), &again), []);
    }
}
