//! Whether the seller's answer to a placement can be taken (protocol §5.1).

use serde::Serialize;
use serde_json::Value;

use super::caller::Lost;
use crate::books::Order;
use crate::checks::Reply;

/// Why the seller did not take an order, under the checkout's code for it (protocol §5.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Failure {
    /// `ORD012`: it can't reserve. `ORD015.1`: no answer in time; `.2`: the connection broke;
    /// `.3`: 502; `.4`: another error status; `.5`: an answer that can't be taken.
    pub(crate) code: &'static str,
    /// What was seen.
    pub(crate) detail: String,
}

impl Failure {
    fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
        }
    }

    pub(super) fn of(lost: Lost) -> Self {
        match lost {
            Lost::TimedOut => Self::new("ORD015.1", "no answer in time"),
            Lost::Broken(why) => Self::new("ORD015.2", why),
        }
    }
}

/// Whether the answer can be taken: 200, the same shape and count, and for each order its
/// marketplace id and a non-empty id of the seller's.
pub(super) fn accept(reply: &Reply, orders: &[Order], array: bool) -> Result<Vec<String>, Failure> {
    match reply.status {
        200 => {}
        409 => return Err(Failure::new("ORD012", refusal(reply))),
        502 => return Err(Failure::new("ORD015.3", "answered 502")),
        _ => return Err(Failure::new("ORD015.4", refusal(reply))),
    }
    let unparsable = |detail: &str| Failure::new("ORD015.5", detail);
    let answer = reply.json().ok_or_else(|| unparsable("no JSON"))?;
    let placed = match &answer {
        Value::Array(placed) if array => placed.iter().collect::<Vec<_>>(),
        Value::Object(_) if !array => vec![&answer],
        _ => return Err(unparsable("another shape than was sent")),
    };
    if placed.len() != orders.len() {
        return Err(unparsable("another number of orders than was sent"));
    }
    orders
        .iter()
        .zip(placed)
        .map(|(order, placed)| {
            if placed["marketplaceOrderId"].as_str() != Some(&order.id) {
                return Err(unparsable("another `marketplaceOrderId`"));
            }
            match placed["orderId"].as_str() {
                Some(id) if !id.is_empty() => Ok(id.to_owned()),
                _ => Err(unparsable("no `orderId`")),
            }
        })
        .collect()
}

/// A refusal's status and message.
fn refusal(reply: &Reply) -> String {
    let body = reply.json().unwrap_or_default();
    match body["error"]["message"].as_str() {
        Some(message) => format!("answered {}: {message}", reply.status),
        None => format!("answered {}", reply.status),
    }
}
