//! The answer of a cancellation (protocol §3.4).

use super::findings::{Findings, Node};
use super::fulfillment::{check_receipt, receipt_changed};
use super::{Reply, Rule, Violation, answer};

/// What a seller says to a cancellation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Nothing yet: 200 without content.
    Undecided,
    /// Yes: 200 and a receipt that names the order.
    Confirmed,
    /// A 200 that is neither: for another order, or for none (protocol §5.1).
    Nonsense,
    /// Not a 200.
    Refused,
}

/// Reads what the seller says to the cancellation of `marketplace_order_id`.
pub(crate) fn decision(marketplace_order_id: &str, reply: &Reply) -> Decision {
    if reply.status != 200 {
        return Decision::Refused;
    }
    if reply.is_empty() {
        return Decision::Undecided;
    }
    let Some(body) = reply.json() else {
        return Decision::Nonsense;
    };
    let names_order = body["orderId"].as_str().is_some_and(|id| !id.is_empty());
    let same = body["marketplaceOrderId"].as_str() == Some(marketplace_order_id);
    if names_order && same {
        Decision::Confirmed
    } else {
        Decision::Nonsense
    }
}

/// Checks the answer to the cancellation of the order `order_id` (the seller's), which the
/// marketplace calls `marketplace_order_id`: nothing yet, or a whole confirmation.
///
/// A refusal is no violation as long as it has the envelope.
#[must_use]
pub(crate) fn cancellation(
    order_id: &str,
    marketplace_order_id: &str,
    reply: &Reply,
) -> Vec<Violation> {
    let findings = Findings::default();
    if reply.status >= 400 {
        answer::refusal(reply, &findings);
    } else if reply.status != 200 {
        findings.note(Rule::AnswerStatus, "", reply.status);
    } else if !reply.is_empty()
        && let Some(body) = answer::body(reply, &findings)
    {
        check_receipt(
            order_id,
            marketplace_order_id,
            &Node::root(&body, &findings),
        );
    }
    findings.into_list()
}

/// Checks the answer to a cancellation that is asked for again: as ever, and once it was
/// confirmed it stays so, with the same body.
#[must_use]
pub(crate) fn cancellation_repeat(
    order_id: &str,
    marketplace_order_id: &str,
    first: &Reply,
    again: &Reply,
) -> Vec<Violation> {
    let mut violations = cancellation(order_id, marketplace_order_id, again);
    if decision(marketplace_order_id, first) != Decision::Confirmed {
        return violations;
    }
    // A 5xx says nothing about the order.
    let changed = match decision(marketplace_order_id, again) {
        Decision::Undecided => Some("no content"),
        Decision::Refused if again.status < 500 => Some("a refusal"),
        _ => None,
    };
    if let Some(seen) = changed {
        let findings = Findings::default();
        findings.note(Rule::DecisionChanged, "", seen);
        violations.extend(findings.into_list());
    } else {
        violations.extend(receipt_changed(
            first,
            again,
            &["orderId", "date", "receipt"],
        ));
    }
    violations
}
