//! The answer of a simulation (protocol §3.1).

mod items;
mod logistics;
mod pickup;
mod slas;

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::answer;
use super::findings::{Findings, Node};
use super::{Reply, Rule, Violation};

/// What the answer is held against.
struct Asked<'a> {
    lines: Vec<Line<'a>>,
    country: Option<&'a str>,
    postal_code: Option<&'a str>,
    /// Whether the request had an address, which makes it a checkout.
    checkout: bool,
    /// When it was asked: what is future is later than this.
    at: Timestamp,
}

/// A line of the request.
struct Line<'a> {
    id: &'a str,
    quantity: i64,
    seller: &'a str,
}

/// Checks the answer to the simulation `request` (the body of the POST, or the context of the
/// GET), which was sent `at` and should have been answered within `limit`.
#[must_use]
pub(crate) fn simulation(
    request: &Value,
    reply: &Reply,
    at: Timestamp,
    limit: Duration,
) -> Vec<Violation> {
    let findings = Findings::default();
    answer::in_time(reply, limit, &findings);
    if let Some(body) = answer::success(reply, &findings) {
        check_body(&Asked::read(request, at), &body, &findings);
    }
    findings.into_list()
}

fn check_body(asked: &Asked<'_>, body: &Value, findings: &Findings) {
    if !body.is_object() {
        findings.note(Rule::AnswerJson, "", "not an object");
        return;
    }
    let answer = Node::root(body, findings);
    check_echo(&answer, "country", asked.country);
    check_echo(&answer, "postalCode", asked.postal_code);
    check_multiple_deliveries(&answer, asked);

    let items = answer.field("items").and_then(|items| items.list());
    let logistics = answer.field("logisticsInfo").and_then(|rows| rows.list());
    let (Some(items), Some(logistics)) = (items, logistics) else {
        return;
    };
    let promised = items::check(asked, &items);
    logistics::check(asked, &answer, &promised, &logistics);
}

/// The echo must be there, and be what was sent: null if nothing was.
fn check_echo(answer: &Node<'_>, name: &str, sent: Option<&str>) {
    let Some(echo) = answer.field(name) else {
        return;
    };
    if echo.value.as_str() != sent || (sent.is_none() && !echo.value.is_null()) {
        echo.note_value(Rule::Echo);
    }
}

fn check_multiple_deliveries(answer: &Node<'_>, asked: &Asked<'_>) {
    let Some(allowed) = answer.optional("allowMultipleDeliveries") else {
        if asked.checkout {
            answer.note(Rule::MultipleDeliveries, "missing in a checkout");
        }
        return;
    };
    if allowed.truth() == Some(false) && asked.checkout {
        allowed.note_value(Rule::MultipleDeliveries);
    }
}

/// The request's line a row belongs to. Each line has at most one row of a kind.
fn line_of(
    row: &Node<'_>,
    name: &str,
    asked: &Asked<'_>,
    seen: &mut BTreeSet<usize>,
) -> Option<usize> {
    let index = row.field(name)?;
    let line = usize::try_from(index.whole()?)
        .ok()
        .filter(|line| *line < asked.lines.len());
    let Some(line) = line else {
        index.note_value(Rule::IndexRange);
        return None;
    };
    if !seen.insert(line) {
        index.note_value(Rule::IndexRepeated);
        return None;
    }
    Some(line)
}

impl<'a> Asked<'a> {
    fn read(request: &'a Value, at: Timestamp) -> Self {
        let present = |name: &str| {
            let text = request.get(name).and_then(Value::as_str);
            text.filter(|text| !text.trim().is_empty())
        };
        let country = present("country");
        let postal_code = present("postalCode");
        let geo = request["geoCoordinates"].as_array().map_or(0, Vec::len);
        let lines = request["items"].as_array().into_iter().flatten();
        Self {
            lines: lines.map(Line::read).collect(),
            country,
            postal_code,
            checkout: country.is_some() && (postal_code.is_some() || geo == 2),
            at,
        }
    }
}

impl<'a> Line<'a> {
    fn read(line: &'a Value) -> Self {
        let seller = line.get("seller").or_else(|| line.get("Seller"));
        Self {
            id: line["id"].as_str().unwrap_or_default(),
            quantity: line["quantity"].as_i64().unwrap_or_default(),
            seller: seller.and_then(Value::as_str).unwrap_or_default(),
        }
    }
}
