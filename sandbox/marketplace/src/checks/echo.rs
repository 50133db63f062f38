//! Whether everything that was sent came back.

use serde_json::{Map, Value};

use super::Rule;
use super::findings::{Node, quote, whole};

/// Notes each part of `sent` that `answer` lacks or has otherwise. What the answer has beyond it
/// is the seller's.
///
/// Null and a missing field are the same, so are `5` and `5.0`, an id as a number and as a text,
/// and `Seller` may come back as `seller` (protocol §2.3).
pub(super) fn check(sent: &Value, answer: &Node<'_>) {
    match (sent, answer.value) {
        (Value::Object(fields), Value::Object(_)) => check_fields(fields, answer),
        (Value::Array(sent), Value::Array(received)) if sent.len() == received.len() => {
            let received = answer.list().unwrap_or_default();
            for (sent, received) in sent.iter().zip(&received) {
                check(sent, received);
            }
        }
        (sent, received) if same(sent, received) => {}
        (sent, received) => answer.note(
            Rule::Echo,
            format_args!("{} came back as {}", quote(sent), quote(received)),
        ),
    }
}

fn check_fields(fields: &Map<String, Value>, answer: &Node<'_>) {
    for (name, sent) in fields.iter().filter(|(_, sent)| !sent.is_null()) {
        let received = answer
            .optional(name)
            .or_else(|| answer.optional(alias(name)?));
        match received {
            Some(received) => check(sent, &received),
            None => answer.note(
                Rule::Echo,
                format_args!("`{name}` did not come back: {}", quote(sent)),
            ),
        }
    }
}

fn alias(name: &str) -> Option<&'static str> {
    (name == "Seller").then_some("seller")
}

fn same(sent: &Value, received: &Value) -> bool {
    match (sent, received) {
        (Value::Number(_), Value::Number(_)) => {
            sent == received
                || whole(sent).map_or_else(
                    || sent.as_f64() == received.as_f64(),
                    |sent| whole(received) == Some(sent),
                )
        }
        (Value::Number(number), Value::String(text)) => number.to_string() == *text,
        _ => sent == received,
    }
}
