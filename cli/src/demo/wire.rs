//! Calls, messages and events as the demo shows them: a line each, and what of their bodies matters.

mod fields;

use std::fmt::Write as _;

use feirante_sandbox_marketplace::{Call, Direction, Outcome};
use reqwest::Url;
use serde_json::{Map, Value};

use super::erp::Event;
use fields::Field;

/// No line is longer, in characters.
const WIDTH: usize = 100;

/// The lines of a call; `base` is where the marketplace finds the seller.
pub(super) fn call(call: &Call, base: &str) -> Vec<String> {
    let end = match (&call.outcome, call.status) {
        (_, Some(status)) => status.to_string(),
        (Outcome::Failed(why), None) => why.clone(),
        (Outcome::HungUp | Outcome::Abandoned | Outcome::Answered, None) => "no answer".to_owned(),
    };
    let who = match call.direction {
        Direction::Sent => "market → seller",
        Direction::Received => "seller → market",
    };
    let (method, path, time) = (&call.method, path_of(call, base), call.duration_ms);
    let mut lines = vec![cut(&format!(
        "{who}  {end} {time:>3.0} ms  {method} {path}"
    ))];
    let (sent, got) = fields::of_call(call.name);
    let sent = picked(&request_of(call), sent);
    if !sent.is_empty() {
        lines.push(cut(&format!("    sent  {sent}")));
    }
    let refused = call.status.is_some_and(|status| status >= 400);
    let got = match call.response_body.trim() {
        "" if got.is_empty() => String::new(),
        "" => "(empty body)".to_owned(),
        body if refused => body.split_whitespace().collect::<Vec<_>>().join(" "),
        body => picked(&json(body), got),
    };
    if !got.is_empty() {
        lines.push(cut(&format!("    got   {got}")));
    }
    lines
}

/// A message of the ERP's on a queue, named as the ready file does.
pub(super) fn message(queue: &str, body: &Value) -> String {
    let body = picked(body, fields::of_message(queue));
    cut(&format!("ERP → seller     erp-{queue}: {body}"))
}

/// An event for the ERP.
pub(super) fn event(event: &Event) -> String {
    let (kind, sequence) = (&event.kind, event.sequence);
    let data = picked(&event.data, fields::OF_EVENT);
    let colon = if data.is_empty() { "" } else { ": " };
    cut(&format!(
        "seller → ERP     {kind}, event {sequence}{colon}{data}"
    ))
}

/// Cents as people write them.
pub(super) fn money(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// A text that fits the line, or as much of it.
pub(super) fn cut(text: &str) -> String {
    // The stage indents each line by two.
    const MOST: usize = WIDTH - 2;
    match text.char_indices().nth(MOST) {
        None => text.to_owned(),
        Some(_) => text.chars().take(MOST - 1).chain(['…']).collect(),
    }
}

/// The path below the base of whoever is called. What a simulation by GET asks is in its query; it
/// is shown like a body.
fn path_of(call: &Call, base: &str) -> String {
    let path = match (call.direction, &call.account) {
        (Direction::Sent, _) => call.url.strip_prefix(base),
        (Direction::Received, Some(account)) => call
            .url
            .strip_prefix('/')
            .and_then(|path| path.strip_prefix(account.as_str())),
        (Direction::Received, None) => None,
    };
    let path = path.unwrap_or(&call.url);
    match path.split_once(CONTEXT) {
        Some((path, _)) => format!("{path}{CONTEXT}=…"),
        None => path.to_owned(),
    }
}

/// The parameter that holds a simulation's body when it is asked by GET (protocol §1.1).
const CONTEXT: &str = "purchaseContext";

fn request_of(call: &Call) -> Value {
    let context = Url::parse(&call.url).ok().and_then(|url| {
        let mut parameters = url.query_pairs();
        parameters.find_map(|(name, value)| (name == CONTEXT).then(|| json(&value)))
    });
    context.unwrap_or_else(|| json(&call.request_body))
}

/// The fields that are there and say something.
fn picked(body: &Value, fields: &[Field]) -> String {
    let picked = fields.iter().filter_map(|(name, pointer)| {
        let value = brief(body.pointer(pointer)?);
        let said = format!("{name} {value}").trim_start().to_owned();
        (!value.is_empty()).then_some(said)
    });
    picked.collect::<Vec<_>>().join(" · ")
}

/// A body as JSON; null if it is none.
fn json(body: &str) -> Value {
    serde_json::from_str(body).unwrap_or_default()
}

/// A value in few words: goods as `2×SKU at PRICE`, what happened by its description.
fn brief(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(brief).collect();
            values.join(", ")
        }
        Value::Object(fields) => match (fields.get("id"), fields.get("description")) {
            (Some(id), _) => goods(fields, id),
            (None, Some(description)) => brief(description),
            (None, None) => {
                let members = fields
                    .iter()
                    .map(|(name, value)| format!("{name} {}", brief(value)));
                members.collect::<Vec<_>>().join(", ")
            }
        },
        other => other.to_string(),
    }
}

fn goods(fields: &Map<String, Value>, id: &Value) -> String {
    let mut text = String::new();
    if let Some(quantity) = fields.get("quantity") {
        let _ = write!(text, "{quantity}×");
    }
    text.push_str(&brief(id));
    if let Some(price) = fields.get("price").filter(|price| !price.is_null()) {
        let _ = write!(text, " at {price}");
    }
    text
}

#[cfg(test)]
mod tests {
    use feirante_sandbox_marketplace::CallName;
    use serde_json::json;

    use super::*;

    #[test]
    fn of_a_message_is_shown_what_it_says() {
        let body = json!({
            "type": "Output", "invoiceNumber": "NFe-1", "invoiceValue": 1090, "items": [
                {"id": "a", "quantity": 2, "price": 445},
                {"id": "b", "quantity": 1, "price": 200},
            ],
            "trackingNumber": "", "restock": null,
        });
        assert_eq!(
            message("invoices", &body),
            "ERP → seller     erp-invoices: Output · NFe-1 · over 1090 · items 2×a at 445, 1×b at 200"
        );
        let body = json!({"invoiceNumber": "NFe-1", "isDelivered": false, "events": [
            {"city": "Rio", "state": "RJ", "description": "Out for delivery", "date": "…"},
        ]});
        assert_eq!(
            message("tracking", &body),
            "ERP → seller     erp-tracking: NFe-1 · isDelivered false · events Out for delivery"
        );
    }

    #[test]
    fn fields_are_found_by_their_pointers() {
        let (_, got) = fields::of_call(CallName::Place);
        let body = super::json(r#"[{"orderId":"mkt1-1","followUpEmail":null}]"#);
        assert_eq!(picked(&body, got), "orderId mkt1-1");
        assert_eq!(picked(&super::json("<html>"), got), "");
    }

    #[test]
    fn a_line_is_cut_between_characters() {
        let long = "é".repeat(WIDTH);
        let line = cut(&long);
        assert_eq!(line.chars().count(), WIDTH - 2);
        assert!(line.ends_with('…'));
        assert_eq!(cut("short"), "short");
    }

    #[test]
    fn cents_have_two_digits() {
        assert_eq!(
            [money(16_070), money(5), money(200)],
            ["160.70", "0.05", "2.00"]
        );
    }
}
