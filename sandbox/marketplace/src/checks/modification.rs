//! The answers to modifications (R6 to R8, protocol §3.12).

use serde_json::Value;

use super::findings::{Findings, Node};
use super::{Reply, Rule, Violation, answer};

/// Checks the answer to a request that has to be answered with `status`, and the fields that have to
/// come back. A refusal is no violation as long as it has the envelope.
#[must_use]
pub(crate) fn modification(status: u16, echoed: &[(&str, &str)], reply: &Reply) -> Vec<Violation> {
    let findings = Findings::default();
    if reply.status >= 400 {
        answer::refusal(reply, &findings);
    } else if reply.status != status {
        findings.note(Rule::AnswerStatus, "", reply.status);
    } else if !echoed.is_empty()
        && let Some(body) = answer::body(reply, &findings)
    {
        let root = Node::root(&body, &findings);
        for (name, value) in echoed {
            if body.get(name).and_then(Value::as_str) != Some(value) {
                root.note(Rule::Echo, format_args!("{name} is not {value}"));
            }
        }
    }
    findings.into_list()
}
