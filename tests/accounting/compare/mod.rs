//! Whether all books say the same in the end.

mod events;
mod messages;
mod offers;
mod orders;
mod rules;
mod stock;

use std::collections::{BTreeMap, HashMap};

use crate::books::Books;
use crate::erp::Memory;
use crate::plan::{Ending, MessageId, Order, Plan};
use crate::storm::Damage;

/// How a message is found in the dead letters.
pub(crate) type Dead = BTreeMap<MessageId, Vec<u16>>;

/// What is compared.
#[derive(Clone, Copy)]
pub(crate) struct Everything<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) books: &'a Books,
    pub(crate) memory: &'a Memory,
    pub(crate) damage: &'a Damage,
    pub(crate) dead: &'a Dead,
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// What should not be, each in a line.
    pub(crate) differences: Vec<String>,
    /// How often orders of a life ended how.
    pub(crate) lives: BTreeMap<(&'static str, &'static str), usize>,
    /// Repeats at the marketplace by kind of call.
    pub(crate) repeats: BTreeMap<String, u64>,
}

/// Compares everything with everything.
pub(crate) fn all(books: &Books, plan: &Plan, memory: &Memory, damage: &Damage) -> Verdict {
    let texts = plan.by_text();
    let dead = dead(memory, &texts);
    let everything = Everything {
        plan,
        books,
        memory,
        damage,
        dead: &dead,
    };
    let mut verdict = Verdict::default();
    let mut endings = Vec::new();
    for (order, messages) in plan.orders.iter().zip(plan.of_orders()) {
        let (ending, differences) = nearest(everything, order, &messages);
        *verdict.lives.entry((order.life, ending.ours)).or_default() += 1;
        let named = differences
            .into_iter()
            .map(|what| format!("{} ({}): {what}", order.seller_id(), order.life));
        verdict.differences.extend(named);
        endings.push((order, ending));
    }
    stock::compare(everything, &endings, &mut verdict);
    offers::compare(everything, &mut verdict);
    messages::compare(everything, &texts, &mut verdict);
    rules::compare(everything, &mut verdict);
    verdict
}

/// The ending that is nearest to what has become of an order, and what differs still.
fn nearest<'a>(
    everything: Everything<'_>,
    order: &'a Order,
    messages: &[MessageId],
) -> (&'a Ending, Vec<String>) {
    let tried = order.endings.iter().map(|ending| {
        let mut differences = orders::compare(everything, order, ending);
        differences.extend(events::compare(everything, order, ending));
        differences.extend(self::messages::of_order(everything, messages, ending));
        (ending, differences)
    });
    tried
        .min_by_key(|(_, differences)| differences.len())
        .unwrap()
}

/// The statuses with which each message is in the dead letters.
fn dead(memory: &Memory, texts: &HashMap<&str, MessageId>) -> Dead {
    let mut dead = Dead::new();
    for letter in &memory.dead {
        if let Some(id) = texts.get(letter.body.as_str()) {
            let status = letter.status.parse().unwrap_or_default();
            dead.entry(*id).or_default().push(status);
        }
    }
    dead
}

/// A difference, if there is one.
fn differs<T: PartialEq + std::fmt::Debug>(what: &str, is: &T, should: &T) -> Option<String> {
    (is != should).then(|| format!("{what} is {is:?}, should be {should:?}"))
}
