//! The answer of an authorization to fulfill (protocol §3.3).

use serde_json::Value;

use super::findings::{Findings, Node};
use super::{Reply, Rule, Violation, answer, dates};

/// Checks the answer to the authorization of the order `order_id` (the seller's), which the
/// marketplace calls `marketplace_order_id`.
///
/// A refusal is no violation as long as it has the envelope.
#[must_use]
pub(crate) fn authorization(
    order_id: &str,
    marketplace_order_id: &str,
    reply: &Reply,
) -> Vec<Violation> {
    let findings = Findings::default();
    if let Some(body) = accepted(reply, &findings) {
        check_receipt(
            order_id,
            marketplace_order_id,
            &Node::root(&body, &findings),
        );
    }
    findings.into_list()
}

/// Checks the answer to a repeated authorization: as ever, and with the receipt of the `first`.
#[must_use]
pub(crate) fn authorization_repeat(
    order_id: &str,
    marketplace_order_id: &str,
    first: &Reply,
    again: &Reply,
) -> Vec<Violation> {
    let mut violations = authorization(order_id, marketplace_order_id, again);
    violations.extend(receipt_changed(first, again, &["receipt"]));
    violations
}

/// The body of a 200; other successes are noted, refusals need the envelope.
fn accepted(reply: &Reply, findings: &Findings) -> Option<Value> {
    if reply.status < 400 {
        return answer::success(reply, findings);
    }
    answer::refusal(reply, findings);
    None
}

/// Checks the four fields of a receipt.
pub(super) fn check_receipt(order_id: &str, marketplace_order_id: &str, body: &Node<'_>) {
    let Some(body) = body.clone().object() else {
        return;
    };
    for (name, expected) in [
        ("orderId", order_id),
        ("marketplaceOrderId", marketplace_order_id),
    ] {
        if let Some(field) = body.field(name)
            && field.text().is_some_and(|id| id != expected)
        {
            field.note(
                Rule::IdsDiffer,
                format_args!("{}, not {expected:?}", field.value),
            );
        }
    }
    if let Some(date) = body.field("date")
        && date.text().is_some_and(|text| dates::read(text).is_none())
    {
        date.note_value(Rule::DateUnreadable);
    }
    if let Some(receipt) = body.field("receipt") {
        receipt.text_or_null();
    }
}

/// The fields of two receipts that should be equal and are not.
pub(super) fn receipt_changed(first: &Reply, again: &Reply, fields: &[&str]) -> Vec<Violation> {
    let findings = Findings::default();
    if first.status == 200
        && again.status == 200
        && let (Some(first), Some(again)) = (first.json(), again.json())
    {
        let again = Node::root(&again, &findings);
        for name in fields {
            let was = first.get(*name).unwrap_or(&Value::Null);
            let is = again.value.get(*name).unwrap_or(&Value::Null);
            if was != is {
                again.note(
                    Rule::ReceiptChanged,
                    format_args!("`{name}` is {is}, and was {was}"),
                );
            }
        }
    }
    findings.into_list()
}
