//! The answer of an order placement (protocol §3.2).

use std::collections::BTreeSet;

use serde_json::Value;

use super::findings::{Findings, Node};
use super::{Reply, Rule, Violation, answer, echo};

/// The longest order id a seller may give.
const LONGEST_ORDER_ID: usize = 50;

/// Checks the answer to the placement `request`, an order or an array of orders.
///
/// A refusal (stock, price, content) is no violation as long as it has the envelope.
#[must_use]
pub(crate) fn placement(request: &Value, reply: &Reply) -> Vec<Violation> {
    let findings = Findings::default();
    if reply.status == 200 {
        if let Some(body) = answer::body(reply, &findings) {
            check_body(request, &Node::root(&body, &findings));
        }
    } else {
        refused(reply, &findings);
    }
    findings.into_list()
}

/// Checks the answer to the same placement again, before anything else happened to its orders: as
/// ever, and with the order ids of the `first` answer.
#[must_use]
pub(crate) fn placement_repeat(request: &Value, first: &Reply, again: &Reply) -> Vec<Violation> {
    let mut violations = placement(request, again);
    let findings = Findings::default();
    if first.status == 200 && (400..500).contains(&again.status) {
        findings.note(Rule::RepeatRefused, "", again.status);
        violations.extend(findings.into_list());
        return violations;
    }
    if first.status != 200 || again.status != 200 {
        return violations;
    }
    let (Some(first), Some(again)) = (first.json(), again.json()) else {
        return violations;
    };
    let again = Node::root(&again, &findings);
    let Some(again) = orders(&again) else {
        return violations;
    };
    let was = match &first {
        Value::Array(orders) => orders.iter().collect(),
        order => vec![order],
    };
    for (was, is) in was.into_iter().zip(again) {
        if let Some(is) = is.optional("orderId")
            && *is.value != was["orderId"]
        {
            is.note(
                Rule::OrderIdChanged,
                format_args!("{}, and {} before", is.value, was["orderId"]),
            );
        }
    }
    violations.extend(findings.into_list());
    violations
}

/// Any refusal is 4xx or 5xx; a 2xx other than 200 or a redirect is neither fish nor fowl.
fn refused(reply: &Reply, findings: &Findings) {
    if reply.status < 400 {
        findings.note(Rule::AnswerStatus, "", reply.status);
    }
    answer::refusal(reply, findings);
}

fn check_body(request: &Value, answer: &Node<'_>) {
    let sent = match (request, answer.value) {
        (Value::Array(sent), Value::Array(_)) => sent.iter().collect::<Vec<_>>(),
        (Value::Object(_), Value::Object(_)) => vec![request],
        (_, Value::Array(_)) => return answer.note(Rule::PlacementShape, "an array"),
        (_, Value::Object(_)) => return answer.note(Rule::PlacementShape, "an object"),
        _ => return answer.note_value(Rule::PlacementShape),
    };
    let placed = orders(answer).unwrap_or_default();
    if placed.len() != sent.len() {
        answer.note(
            Rule::PlacementCount,
            format_args!("{} orders for {}", placed.len(), sent.len()),
        );
        return;
    }
    let mut ids = BTreeSet::new();
    for (sent, placed) in sent.into_iter().zip(placed) {
        let Some(placed) = placed.object() else {
            continue;
        };
        echo::check(sent, &placed);
        check_order_id(&placed, &mut ids);
        check_email(&placed);
    }
}

/// The orders of an answer in either shape.
fn orders<'a>(answer: &Node<'a>) -> Option<Vec<Node<'a>>> {
    match answer.value {
        Value::Array(_) => answer.list(),
        Value::Object(_) => Some(vec![answer.clone()]),
        _ => None,
    }
}

fn check_order_id<'a>(order: &Node<'a>, ids: &mut BTreeSet<&'a str>) {
    let Some(field) = order.field("orderId") else {
        return;
    };
    let Some(id) = field.text() else {
        return;
    };
    // What RFC 3986 calls unreserved: in a path as it is.
    let safe = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
    let dots = matches!(id, "." | "..");
    if id.is_empty() || id.len() > LONGEST_ORDER_ID || !id.bytes().all(safe) || dots {
        field.note_value(Rule::OrderId);
    }
    if !ids.insert(id) {
        field.note_value(Rule::OrderIdRepeated);
    }
}

fn check_email(order: &Node<'_>) {
    if let Some(field) = order.field("followUpEmail")
        && let Some(email) = field.text()
    {
        let whole = email
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
        if !whole {
            field.note_value(Rule::FollowUpEmail);
        }
    }
}
