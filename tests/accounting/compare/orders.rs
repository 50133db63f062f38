//! One order: the marketplace's book, the seller's, and what the plan says.

use std::collections::{BTreeMap, BTreeSet};

use feirante_sandbox_marketplace::{self as marketplace, InvoiceKind};
use serde_json::Value;

use super::{Everything, differs};
use crate::plan::{Ending, Invoice, Kind, Order};

/// What differs between an order and one way it may end.
pub(super) fn compare(everything: Everything<'_>, order: &Order, ending: &Ending) -> Vec<String> {
    let books = everything.books;
    let Some(theirs) = books.theirs.get(&(order.account.to_owned(), order.id())) else {
        return vec!["the marketplace does not have it".to_owned()];
    };
    let Some(ours) = books.ours.get(&order.seller_id()) else {
        return vec!["the seller does not have it".to_owned()];
    };
    let mut differences = at_marketplace(order, theirs, ending);
    differences.extend(at_seller(ours, ending));
    differences
}

fn at_marketplace(order: &Order, theirs: &marketplace::Order, ending: &Ending) -> Vec<String> {
    let mut found = Vec::new();
    found.extend(differs("its status there", &theirs.status, &ending.theirs));
    let value = |kind| {
        let of_kind = ending.invoices.iter().filter(move |one| one.kind == kind);
        of_kind.map(|one| one.value).sum::<i64>()
    };
    let refunded = value(Kind::Input) == order.total();
    found.extend(differs(
        "whether it is refunded",
        &theirs.refunded,
        &refunded,
    ));
    found.extend(differs("its flags", &theirs.flags, &BTreeSet::new()));
    let open = theirs
        .cancellation
        .as_ref()
        .is_some_and(|one| one.outcome.is_none());
    found.extend(differs("whether a cancellation is open", &open, &false));
    let mut left: BTreeMap<_, _> = theirs
        .invoices
        .iter()
        .map(|invoice| (invoice.number.as_str(), invoice))
        .collect();
    found.extend(differs(
        "the count of numbers",
        &left.len(),
        &theirs.invoices.len(),
    ));
    for should in &ending.invoices {
        match left.remove(should.number.as_str()) {
            Some(is) => found.extend(invoice(is, should)),
            None => found.push(format!("it has no invoice {} there", should.number)),
        }
    }
    let extra = left
        .keys()
        .map(|number| format!("it has invoice {number} there"));
    found.extend(extra);
    found
}

fn invoice(is: &marketplace::Invoice, should: &Invoice) -> Vec<String> {
    let kind = match should.kind {
        Kind::Output => InvoiceKind::Output,
        Kind::Input => InvoiceKind::Input,
    };
    let item = |item: &marketplace::InvoiceItem| (item.id.clone(), item.quantity, item.price);
    let mut items: Vec<_> = is.items.iter().map(item).collect();
    items.sort();
    let mut listed = should.items.clone();
    listed.sort();
    let tracking = is.package.tracking.as_ref().map(|tracking| {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let (courier, url) = (text(&tracking.courier), text(&tracking.tracking_url));
        let dispatched = text(&tracking.dispatched_date);
        (courier, tracking.tracking_number.clone(), url, dispatched)
    });
    let shipment = should.shipment.as_ref().map(|shipment| {
        let (courier, dispatched) = (shipment.courier.to_owned(), shipment.dispatched.to_owned());
        (
            courier,
            shipment.number.clone(),
            shipment.url.clone(),
            dispatched,
        )
    });
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let events = is.package.events.iter();
    let mut events: Vec<_> = events
        .map(|event| {
            (
                text(&event.city),
                text(&event.description),
                text(&event.date),
            )
        })
        .collect();
    events.sort();
    let progress = should.progress.iter();
    let progress: Vec<_> = progress
        .map(|event| {
            (
                event.city.clone(),
                event.description.clone(),
                event.date.clone(),
            )
        })
        .collect();
    let of = |what: &str| format!("{what} of invoice {} there", should.number);
    [
        differs(&of("the type"), &is.kind, &kind),
        differs(&of("the value"), &is.value, &should.value),
        differs(&of("the items"), &items, &listed),
        differs(&of("the tracking"), &tracking, &shipment),
        differs(&of("the events"), &events, &progress),
        differs(&of("the arrival"), &is.package.delivered, &should.delivered),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn at_seller(parts: &BTreeMap<String, Value>, ending: &Ending) -> Vec<String> {
    let Some(state) = parts.get("STATE") else {
        return vec!["the seller has no STATE of it".to_owned()];
    };
    let mut found = Vec::new();
    found.extend(differs(
        "its status here",
        &state["status"].as_str(),
        &Some(ending.ours),
    ));
    found.extend(differs(
        "its own cancellation",
        &state["canceling"],
        &Value::Null,
    ));
    let mut ledger: Vec<_> = state["invoices"]
        .as_array()
        .into_iter()
        .flatten()
        .map(entry)
        .collect();
    let mut should: Vec<_> = ending.invoices.iter().map(expected).collect();
    ledger.sort();
    should.sort();
    found.extend(differs("its ledger", &ledger, &should));
    for (name, part) in parts.iter().filter(|(name, _)| *name != "STATE") {
        for (attribute, value) in part.as_object().unwrap() {
            if attribute.starts_with("waiting:") {
                found.push(format!("{name} has a message that waits: {value}"));
            }
            let open = value["attempts"]
                .as_object()
                .is_some_and(|open| !open.is_empty());
            if attribute.ends_with("Turns") && open {
                found.push(format!("{name} has unsettled {attribute}: {value}"));
            }
        }
    }
    found
}

/// Number, type, value, stage and units of an entry of the ledger.
type Entry = (String, String, i64, String, BTreeMap<String, i64>);

fn entry(invoice: &Value) -> Entry {
    let text = |name: &str| invoice[name].as_str().unwrap_or_default().to_owned();
    let units = invoice["units"].as_object().into_iter().flatten();
    (
        text("number"),
        text("type"),
        invoice["value"].as_i64().unwrap_or_default(),
        text("stage"),
        units
            .map(|(sku, units)| (sku.clone(), units.as_i64().unwrap_or_default()))
            .collect(),
    )
}

fn expected(invoice: &Invoice) -> Entry {
    let kind = match invoice.kind {
        Kind::Output => "Output",
        Kind::Input => "Input",
    };
    let stage = match (invoice.delivered, &invoice.shipment) {
        (true, _) => "delivered",
        (false, Some(_)) => "shipped",
        (false, None) => "sent",
    };
    let units = invoice.items.iter();
    (
        invoice.number.clone(),
        kind.to_owned(),
        invoice.value,
        stage.to_owned(),
        units.map(|(sku, units, _)| (sku.clone(), *units)).collect(),
    )
}
