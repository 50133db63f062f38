//! C8 and C9: packages on their way (protocol §3.7, §3.8).

use http::StatusCode;
use serde_json::{Map, Value};

use super::body::{field, object, optional_text, wrong};
use super::context::Context;
use super::invoice_body::tracking;
use super::reply::Reply;
use super::rule::Rule;
use crate::books::{Order, PackageEvent, Tracking, Verbs};
use crate::name::CallName;

/// C8: the tracking number of an invoice's package.
pub(super) fn shipment(context: &Context<'_>, order: &str, number: &str, body: &[u8]) -> Reply {
    if context.settings.ki_409225 && number.contains(' ') {
        return broken_by_space();
    }
    let (tracking, body) = match read_shipment(context, body) {
        Ok(read) => read,
        Err(refusal) => return refusal,
    };
    let mut early = false;
    let reply = context.change_order(order, |order| {
        let package = package(order, number).inspect_err(|_| early = true)?;
        package.tracking = Some(tracking);
        let accepted = order.accept(CallName::Shipment, Some(number), &body, context.now);
        let receipt = context.receipt(&order.id, &accepted.receipt, context.now);
        Ok(Reply::json(StatusCode::OK, &receipt).marking(
            &order.id,
            accepted.index,
            accepted.repeat,
        ))
    });
    if early {
        let detail = format!("tracking of invoice {number}, which there is none of");
        context.order_violation(Rule::EarlyTracking, order, detail);
    }
    reply
}

/// C9: what happened to it.
pub(super) fn progress(context: &Context<'_>, order: &str, number: &str, body: &[u8]) -> Reply {
    if context.settings.ki_409225 && number.contains(' ') {
        return broken_by_space();
    }
    let (progress, body) = match read_progress(context, body) {
        Ok(read) => read,
        Err(refusal) => return refusal,
    };
    let mut broken = None;
    let reply = context.change_order(order, |order| {
        let package = package(order, number).inspect_err(|_| broken = Some(Rule::EarlyTracking))?;
        if package.tracking.is_none() {
            broken = Some(Rule::EarlyProgress);
            return Err(Reply::bad_request("Send a tracking number first"));
        }
        let accepted = order.accept(CallName::Progress, Some(number), &body, context.now);
        add(order, number, progress, accepted.index);
        let receipt = context.receipt(&order.id, &accepted.receipt, context.now);
        Ok(Reply::json(StatusCode::OK, &receipt).marking(
            &order.id,
            accepted.index,
            accepted.repeat,
        ))
    });
    if let Some(rule) = broken {
        let detail = format!("progress of the package of invoice {number}");
        context.order_violation(rule, order, detail);
    }
    reply
}

/// What a C9 tells.
struct Progress {
    is_delivered: bool,
    delivered_date: Option<String>,
    events: Vec<PackageEvent>,
}

fn read_shipment(context: &Context<'_>, body: &[u8]) -> Result<(Tracking, Value), Reply> {
    let fields = object(body)?;
    let tracking = tracking(&fields)?.ok_or_else(|| wrong("trackingNumber", "is required"))?;
    if context.settings.all_tracking_fields {
        for name in ["courier", "trackingUrl", "dispatchedDate"] {
            optional_text(&fields, name)?.ok_or_else(|| wrong(name, "is required"))?;
        }
    }
    Ok((tracking, Value::Object(fields)))
}

fn read_progress(context: &Context<'_>, body: &[u8]) -> Result<(Progress, Value), Reply> {
    let fields = object(body)?;
    let is_delivered = field(&fields, "isDelivered")
        .and_then(Value::as_bool)
        .ok_or_else(|| wrong("isDelivered", "is required"))?;
    let events = match field(&fields, "events") {
        None if context.settings.verbs == Verbs::Ord => return Err(wrong("events", "is required")),
        None => Vec::new(),
        Some(events) => events
            .as_array()
            .ok_or_else(|| wrong("events", "must be a list"))?
            .iter()
            .map(|event| {
                let event = event.as_object();
                read_event(event.ok_or_else(|| wrong("events", "must be objects"))?)
            })
            .collect::<Result<_, _>>()?,
    };
    let progress = Progress {
        is_delivered,
        delivered_date: optional_text(&fields, "deliveredDate")?,
        events,
    };
    Ok((progress, Value::Object(fields)))
}

fn read_event(fields: &Map<String, Value>) -> Result<PackageEvent, Reply> {
    Ok(PackageEvent {
        city: optional_text(fields, "city")?,
        state: optional_text(fields, "state")?,
        description: optional_text(fields, "description")?,
        date: optional_text(fields, "date")?,
        accepted: 0,
    })
}

/// Appends what is new, and counts what is not.
fn add(order: &mut Order, number: &str, progress: Progress, accepted: usize) {
    let Ok(package) = package(order, number) else {
        return;
    };
    // What is known of a delivery stays: an older message may come after it.
    package.delivered |= progress.is_delivered;
    if progress.delivered_date.is_some() {
        package.delivered_date = progress.delivered_date;
    }
    let mut brought_before = Vec::new();
    for mut event in progress.events {
        event.accepted = accepted;
        let known = package
            .events
            .iter()
            .find(|known| known.tells_the_same_as(&event));
        match known {
            Some(known) => brought_before.push(known.accepted),
            None => package.events.push(event),
        }
    }
    let answered = brought_before
        .iter()
        .filter(|index| {
            let call = order.accepted.get(**index);
            call.is_some_and(|call| call.answered)
        })
        .count();
    order.repeated_events += u64::try_from(brought_before.len()).unwrap_or(u64::MAX);
    order.count_repeats("event", u64::try_from(answered).unwrap_or(u64::MAX));
}

fn package<'a>(order: &'a mut Order, number: &str) -> Result<&'a mut crate::books::Package, Reply> {
    order
        .invoices
        .iter_mut()
        .find(|invoice| invoice.number == number)
        .map(|invoice| &mut invoice.package)
        .ok_or_else(|| {
            let message = format!("Invoice {number} not found");
            Reply::envelope(StatusCode::NOT_FOUND, "OMS002", &message)
        })
}

/// Known issue 409225.
fn broken_by_space() -> Reply {
    Reply::envelope(
        StatusCode::INTERNAL_SERVER_ERROR,
        "1",
        "An error has occurred",
    )
}
