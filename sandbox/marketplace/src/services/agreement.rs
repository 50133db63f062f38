//! C11: agreeing to a modification (protocol §3.12, §4.4).

use http::StatusCode;
use serde_json::{Value, json};

use super::body::object;
use super::context::Context;
use super::reply::Reply;
use crate::books::ModificationState;
use crate::name::CallName;
use crate::world::Task;

/// Takes the seller's word on a modification.
pub(super) fn agree(context: &Context<'_>, order: &str, change: &str, body: &[u8]) -> Reply {
    let named = url::form_urlencoded::parse(context.query.as_bytes())
        .any(|(key, value)| key == "accountName" && !value.is_empty());
    if !named {
        return Reply::bad_request("The query accountName is required");
    }
    let body = match object(body) {
        Ok(fields) => Value::Object(fields),
        Err(refusal) => return refusal,
    };
    let agreement = body.get("agreementType").and_then(Value::as_str);
    let Some(agreement @ ("Acknowledgment" | "Confirmation")) = agreement else {
        let message = "The agreement type is invalid";
        return Reply::envelope(StatusCode::BAD_REQUEST, "SalesOrderSystem035", message);
    };
    let answer = json!({
        "orderId": order,
        "changeRequestId": change,
        "agreementType": agreement,
    });
    let reply =
        context.change_order(order, |order| {
            let modification = order
                .modifications
                .iter_mut()
                .find(|modification| modification.change_request_id == change);
            let Some(modification) = modification else {
                let message = format!("Order {} has no modification {change}", order.id);
                return Err(Reply::envelope(StatusCode::NOT_FOUND, "404", &message));
            };
            let next = next(modification.state, agreement)?;
            let applied = next == ModificationState::Applied && modification.state != next;
            modification.state = next;
            if applied {
                (order.lines, order.total) = (modification.lines.clone(), modification.total);
            }
            let accepted = order.accept(CallName::Agreement, Some(change), &body, context.now);
            Ok(Reply::json(StatusCode::OK, &answer).marking(
                &order.id,
                accepted.index,
                accepted.repeat,
            ))
        });
    if reply.status == StatusCode::OK {
        context.world.assign(Task::Agreed {
            account: context.account().to_owned(),
            order: order.to_owned(),
            change_request: change.to_owned(),
        });
    }
    reply
}

/// Where a modification is after an agreement; what was agreed already may be agreed again.
fn next(state: ModificationState, agreement: &str) -> Result<ModificationState, Reply> {
    use ModificationState::{Acknowledged, Applied, Canceled, ConfirmationAsked, Requested};
    match (agreement, state) {
        (_, Canceled) | ("Confirmation", Requested | Acknowledged) => {
            let message = "The modification does not wait for this agreement";
            Err(Reply::envelope(StatusCode::CONFLICT, "409", message))
        }
        ("Acknowledgment", Requested) => Ok(Acknowledged),
        ("Confirmation", ConfirmationAsked) => Ok(Applied),
        (_, state) => Ok(state),
    }
}
