//! What the ERP heard of an order: every change that is an event, in order, each once.

use serde_json::Value;

use super::Everything;
use crate::plan::{Ending, Order};

const FAILED: &str = "delivery.failed";

/// What differs between an order's events, its timeline, and one way it may end.
pub(super) fn compare(everything: Everything<'_>, order: &Order, ending: &Ending) -> Vec<String> {
    let id = order.seller_id();
    let events = everything.memory.events.get(&id);
    let number = |event: &Value| event["sequence"].as_u64().unwrap();
    let heard: Vec<(u64, &str)> = events
        .into_iter()
        .flatten()
        .map(|event| (number(event), event["type"].as_str().unwrap()))
        .collect();
    let mut found = Vec::new();
    if !heard.is_sorted_by_key(|(sequence, _)| *sequence) {
        found.push(format!("its events came out of order: {heard:?}"));
    }
    let parts = everything.books.ours.get(&id);
    let timeline = parts.and_then(|parts| parts["STATE"]["timeline"].as_array());
    let told: Vec<(u64, &str)> = timeline
        .into_iter()
        .flatten()
        .zip(1..)
        .filter_map(|(entry, version)| Some((version, event_of(entry)?)))
        .collect();
    if heard != told {
        found.push(format!(
            "its events are {heard:?}, its timeline says {told:?}"
        ));
    }
    let types: Vec<&str> = heard.iter().map(|(_, kind)| *kind).collect();
    let happened: Vec<&str> = types
        .iter()
        .copied()
        .filter(|kind| *kind != FAILED)
        .collect();
    let expected = |perhaps: bool| -> bool {
        let optional = |kind: &&str| perhaps && ending.perhaps == Some(*kind);
        happened
            .iter()
            .filter(|kind| !optional(kind))
            .eq(&ending.events)
    };
    if !expected(false) && !expected(true) {
        found.push(format!(
            "its events are {happened:?}, should be {:?}",
            ending.events
        ));
    }
    let failed = types.len() - happened.len();
    let sent = |id: &&usize| everything.memory.sent.contains_key(*id);
    let refused = ending.refused.keys().filter(sent).count();
    if failed < refused {
        found.push(format!(
            "{failed} {FAILED}, and {refused} messages were refused"
        ));
    }
    found
}

/// The event an entry of the timeline is, if it is one.
fn event_of(entry: &Value) -> Option<&'static str> {
    let whole = entry["residual"] == 0;
    Some(match entry["change"].as_str()? {
        "placed" => "order.placed",
        "authorized" => "order.authorized",
        "cancellation_requested" => "order.cancellationRequested",
        "canceled" => "order.canceled",
        "expired" => "order.expired",
        "invoice_sent" if whole && entry["type"] == "Output" => "order.invoiced",
        "invoice_sent" if whole => "order.returned",
        "progress_sent" if entry["orderDelivered"] == true => "order.delivered",
        "delivery_failed" => FAILED,
        _ => return None,
    })
}
