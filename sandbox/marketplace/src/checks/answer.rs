//! What holds for every answer: status, type, time, and the shape of refusals.

use std::time::Duration;

use serde_json::Value;

use super::findings::{Findings, Node, quote};
use super::{Reply, Rule};

/// The body of an answer that must be 200 and JSON; notes what it is instead.
pub(super) fn success(reply: &Reply, findings: &Findings) -> Option<Value> {
    if reply.status != 200 {
        findings.note(Rule::AnswerStatus, "", reply.status);
        refusal(reply, findings);
        return None;
    }
    body(reply, findings)
}

/// The JSON body of a success; notes if it is none, or is called something else.
pub(super) fn body(reply: &Reply, findings: &Findings) -> Option<Value> {
    if !reply.is_called_json() {
        let content_type = reply.content_type.as_deref().unwrap_or("no content type");
        findings.note(Rule::AnswerJson, "", content_type);
    }
    match serde_json::from_slice(&reply.body) {
        Ok(body) => Some(body),
        Err(error) => {
            findings.note(Rule::AnswerJson, "", error);
            None
        }
    }
}

/// Notes an answer that took longer than `limit`.
pub(super) fn in_time(reply: &Reply, limit: Duration, findings: &Findings) {
    if reply.took > limit {
        findings.note(
            Rule::AnswerLate,
            "",
            format_args!("after {} ms", reply.took.as_millis()),
        );
    }
}

/// Notes a 4xx whose body is not the envelope of protocol §2.4. A 5xx may be a gateway's page.
pub(super) fn refusal(reply: &Reply, findings: &Findings) {
    if !(400..500).contains(&reply.status) {
        return;
    }
    let Some(body) = reply.json() else {
        findings.note(Rule::ErrorEnvelope, "", "not JSON");
        return;
    };
    let error = &body["error"];
    let whole = error["code"].is_string()
        && error["message"].is_string()
        && error.get("exception").is_some();
    if !whole {
        Node::root(&body, findings).note(Rule::ErrorEnvelope, quote(&body));
    }
}
