//! C10: the seller cancels (protocol §3.5).

use http::StatusCode;
use serde_json::Value;

use super::body::{object, text};
use super::context::Context;
use super::reply::Reply;
use super::rule::Rule;
use crate::books::{CancellationOutcome, InvoiceKind, Order, Status};
use crate::name::CallName;

/// Cancels the order, or says why not.
pub(super) fn cancel(context: &Context<'_>, order: &str, body: &[u8]) -> Reply {
    let body = match read(context, body) {
        Ok(body) => body,
        Err(refusal) => return refusal,
    };
    let mut illegal = false;
    let reply = context.change_order(order, |order| {
        if order.status != Status::Canceled {
            check(context, order, &mut illegal)?;
            if let Some(cancellation) = &mut order.cancellation {
                cancellation
                    .outcome
                    .get_or_insert(CancellationOutcome::CanceledBySeller);
            }
            order.move_to(Status::Cancel, "canceled by the seller", context.now);
            order.move_to(Status::Canceled, "canceled by the seller", context.now);
        }
        let before = order
            .accepted
            .iter()
            .find(|accepted| accepted.call == CallName::Cancellation)
            .map(|accepted| (accepted.receipt.clone(), accepted.at));
        let accepted = order.accept(CallName::Cancellation, None, &body, context.now);
        // A second cancellation is answered as the first was.
        let (receipt, at) = before.unwrap_or((accepted.receipt, context.now));
        Ok(
            Reply::json(StatusCode::OK, &context.receipt(&order.id, &receipt, at)).marking(
                &order.id,
                accepted.index,
                accepted.repeat,
            ),
        )
    });
    if illegal {
        let detail = "a cancellation of an order that is invoiced and not wholly returned";
        context.order_violation(Rule::IllegalCancellation, order, detail);
    }
    reply
}

/// A reason is required by one schema and optional in the other.
fn read(context: &Context<'_>, body: &[u8]) -> Result<Value, Reply> {
    let lenient = context.settings.verbs == crate::books::Verbs::Ord;
    if lenient && body.trim_ascii().is_empty() {
        return Ok(Value::Null);
    }
    let fields = object(body)?;
    if !lenient {
        text(&fields, "reason")?;
    }
    Ok(Value::Object(fields))
}

/// Nothing invoiced, or everything returned where that is enough.
fn check(context: &Context<'_>, order: &Order, illegal: &mut bool) -> Result<(), Reply> {
    match order.status {
        Status::Invoiced if order.refunded => {
            if context.settings.cancel_after_input {
                Ok(())
            } else {
                Err(Reply::bad_request("An invoiced order can't be canceled"))
            }
        }
        Status::Invoiced => {
            *illegal = true;
            Err(Reply::bad_request("An invoiced order can't be canceled"))
        }
        _ if order.invoiced(InvoiceKind::Output) > 0 => {
            *illegal = true;
            Err(Reply::bad_request(
                "A partially invoiced order can't be canceled",
            ))
        }
        Status::Cancel | Status::Invoice => Err(Reply::bad_request(
            "The order can't be canceled in this status",
        )),
        _ => Ok(()),
    }
}
