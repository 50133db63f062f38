//! No message unaccounted for: it had its effect, or is in the dead letters with a reason.

use std::collections::HashMap;

use super::{Everything, Verdict};
use crate::plan::{Ending, MessageId, Queue};

/// What differs between the dead letters and one way an order may end; `messages` are the order's.
pub(super) fn of_order(
    everything: Everything<'_>,
    messages: &[MessageId],
    ending: &Ending,
) -> Vec<String> {
    let fates = messages.iter().map(|id| {
        let refused = ending.refused.get(id).copied();
        fate(everything, *id, refused)
    });
    fates.flatten().collect()
}

/// Messages about no order of the plan, and letters that are no message of the ERP's.
pub(super) fn compare(
    everything: Everything<'_>,
    texts: &HashMap<&str, MessageId>,
    verdict: &mut Verdict,
) {
    let messages = everything.plan.messages.iter().enumerate();
    for (id, message) in messages.filter(|(_, message)| message.order.is_none()) {
        let refused = everything.plan.refused.get(&id).copied();
        let found = fate(everything, id, refused);
        let named = found.map(|what| format!("{}: {what}", message.kind));
        verdict.differences.extend(named);
    }
    for letter in &everything.memory.dead {
        let known = texts.contains_key(letter.body.as_str());
        if !known || letter.reason.is_empty() || letter.detail.is_empty() {
            let difference = format!("a dead letter of {}: {letter:?}", letter.queue);
            verdict.differences.push(difference);
        }
    }
    for (queue, left) in &everything.books.left {
        if *left > 0 {
            let difference = format!("{left} messages are left in the queue {queue}");
            verdict.differences.push(difference);
        }
    }
}

/// What is wrong with what became of a message.
fn fate(everything: Everything<'_>, id: MessageId, refused: Option<u16>) -> Option<String> {
    let message = &everything.plan.messages[id];
    let text = message.copies.first()?;
    let sent = everything.memory.sent.get(&id).copied().unwrap_or(0);
    let none = Vec::new();
    let dead = everything.dead.get(&id).unwrap_or(&none);
    match refused {
        None if dead.is_empty() => None,
        None => Some(format!("refused with {dead:?}: {text}")),
        // What waited with its order is one message there, however often it was sent.
        Some(status) => {
            let least = match message.queue {
                Queue::Tracking => sent.min(1),
                _ => sent,
            };
            let right = dead.iter().all(|is| *is == status);
            (dead.len() < least || !right).then(|| {
                format!("sent {sent} times, refused with {dead:?}, should be {status}: {text}")
            })
        }
    }
}
