//! The options of delivery of one line, and their windows.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::logistics::CHANNELS;
use super::{Asked, Node, Rule, pickup};

/// Checks the `slas` of a logistics row whose channels are `listed`.
pub(super) fn check(asked: &Asked<'_>, row: &Node<'_>, listed: &BTreeSet<&str>) {
    let Some(field) = row.field("slas") else {
        return;
    };
    let slas = field.list().unwrap_or_default();
    if !asked.checkout && !slas.is_empty() {
        field.note(
            Rule::SlaWithoutAddress,
            format_args!("{} options without an address", slas.len()),
        );
    }
    let mut ids = BTreeSet::new();
    for sla in slas {
        let Some(sla) = sla.object() else {
            continue;
        };
        check_id(&sla, &mut ids);
        if let Some(name) = sla.field("name") {
            name.text();
        }
        if let Some(price) = sla.field("price") {
            price.cents();
        }
        check_estimate(&sla);
        check_windows(&sla, asked);
        let channel = check_channel(&sla, listed);
        pickup::check(&sla, channel);
    }
}

fn check_id<'a>(sla: &Node<'a>, ids: &mut BTreeSet<&'a str>) {
    if let Some(id) = sla.field("id")
        && let Some(text) = id.text()
        && (text.trim().is_empty() || !ids.insert(text))
    {
        id.note_value(Rule::SlaId);
    }
}

fn check_channel<'a>(sla: &Node<'a>, listed: &BTreeSet<&str>) -> Option<&'a str> {
    let field = sla.field("deliveryChannel")?;
    let channel = field.text()?;
    if !CHANNELS.contains(&channel) {
        field.note_value(Rule::DeliveryChannel);
        return None;
    }
    if !listed.contains(channel) {
        field.note_value(Rule::ChannelUnlisted);
    }
    Some(channel)
}

fn check_estimate(sla: &Node<'_>) {
    if let Some(estimate) = sla.field("shippingEstimate")
        && estimate.text().is_some_and(|text| !is_estimate(text))
    {
        estimate.note_value(Rule::ShippingEstimate);
    }
}

/// `^\d+(bd|d|h|m)$`
fn is_estimate(text: &str) -> bool {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    unit.len() < text.len() && matches!(unit, "bd" | "d" | "h" | "m")
}

fn check_windows(sla: &Node<'_>, asked: &Asked<'_>) {
    let windows = sla.field("availableDeliveryWindows");
    let windows = windows.and_then(|windows| windows.list());
    let mut latest = None;
    for window in windows.unwrap_or_default() {
        let Some(window) = window.object() else {
            continue;
        };
        if let Some(price) = window.field("price") {
            price.cents();
        }
        let start = instant(&window, "startDateUtc");
        let end = instant(&window, "endDateUtc");
        let Some(start) = start else {
            continue;
        };
        if start <= asked.at {
            window.note_value(Rule::WindowPast);
        }
        if end.is_some_and(|end| end <= start) || latest > Some(start) {
            window.note_value(Rule::WindowOrder);
        }
        latest = latest.max(Some(start));
    }
}

/// A field that must be RFC 3339 with an offset.
fn instant(window: &Node<'_>, name: &str) -> Option<Timestamp> {
    let field = window.field(name)?;
    let read = field.text()?.parse().ok();
    if read.is_none() {
        field.note_value(Rule::DateUnreadable);
    }
    read
}
