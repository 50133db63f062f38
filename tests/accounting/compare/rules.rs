//! The protocol's rules, and what was told the marketplace twice.
//!
//! A kill makes three things possible that are not otherwise: what was answered but not recorded is
//! told again; a lane does not know that it was told to wait; and the marketplace's own call is
//! answered by the gateway, with 500. Each must have its kill. What depends on how fast this machine is
//! has tests of its own and a limit here.

use feirante_sandbox_marketplace::{Accepted, CallName, Order, Violation};
use jiff::{SignedDuration, Timestamp};

use super::{Everything, Verdict};
use crate::storm::{Damage, EVERYTHING};

/// The rule of calls that come although the caller was told to wait.
const BACKOFF: &str = "backoff";
/// The rule of answers that are neither yes nor no.
const STATUS: &str = "answer-status";
/// The rule of answers that take too long.
const LATE: &str = "answer-late";
/// How many calls may come too early or answers too late without a kill, for each message of the ERP: a
/// lane learns of a 429 by a write, and functions that were killed start anew.
const SLOW: f64 = 0.01;

/// Compares what the marketplace noticed with what the kills allow.
pub(super) fn compare(everything: Everything<'_>, verdict: &mut Verdict) {
    let damage = everything.damage;
    let broken = everything.books.violations.iter();
    let broken = broken.filter(|violation| !is_excused(violation, damage));
    let (slow, broken): (Vec<_>, Vec<_>) =
        broken.partition(|violation| [BACKOFF, LATE].contains(&violation.rule.as_str()));
    let allowed = (everything.plan.messages.len() as f64 * SLOW).ceil() as usize;
    let too_slow = Some(slow).filter(|slow| slow.len() > allowed);
    for violation in broken.into_iter().chain(too_slow.into_iter().flatten()) {
        let difference = format!("a rule was broken: {violation:?}");
        verdict.differences.push(difference);
    }
    for order in everything.books.theirs.values() {
        for (kind, count) in &order.repeats {
            *verdict.repeats.entry(kind.clone()).or_default() += count;
        }
        for (first, again) in repeats(order) {
            if !killed(damage, first.at, again.at, &[]) {
                let id = order.seller_order_id.as_deref().unwrap_or(&order.id);
                let (call, at) = (first.call, (first.at, again.at));
                let difference = format!("{id}: {call} was made twice, without a kill: {at:?}");
                verdict.differences.push(difference);
            }
        }
    }
}

/// Whether a kill explains a violation.
fn is_excused(violation: &Violation, damage: &Damage) -> bool {
    let since = |seconds| violation.at - SignedDuration::from_secs(seconds);
    match violation.rule.as_str() {
        // Somebody was told to wait for two seconds, after an answer that took a while.
        BACKOFF => killed(damage, since(4), violation.at, &[]),
        STATUS if violation.detail.contains("500") => {
            let asked = ["cancel-order", "simulate-fulfillment"];
            killed(damage, since(10), violation.at, &asked)
        }
        _ => false,
    }
}

/// Whether something was killed in that time: one of these functions, or anything.
fn killed(damage: &Damage, from: Timestamp, to: Timestamp, functions: &[&str]) -> bool {
    let mut kills = damage.kills.iter();
    kills.any(|(at, what)| {
        let meant =
            functions.is_empty() || what == EVERYTHING || functions.contains(&what.as_str());
        meant && (from..=to).contains(at)
    })
}

/// Calls that were answered with success, each with the next one that says the same.
fn repeats(order: &Order) -> Vec<(&Accepted, &Accepted)> {
    let mut found = Vec::new();
    for (index, first) in order.accepted.iter().enumerate() {
        let same = |again: &&Accepted| {
            again.call == first.call
                && again.invoice_number == first.invoice_number
                && (again.digest == first.digest || first.call == CallName::Cancellation)
        };
        if first.answered
            && let Some(again) = order.accepted[index + 1..].iter().find(same)
        {
            found.push((first, again));
        }
    }
    found
}
