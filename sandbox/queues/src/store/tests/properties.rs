//! What holds whatever senders and receivers do.

use std::collections::HashMap;

use proptest::prelude::*;

use super::{Bench, draft, grouped, spec};
use crate::message::Message;

const GROUPS: [&str; 3] = ["a", "b", "c"];

#[derive(Clone, Debug)]
enum Step {
    /// Sends to one of the groups.
    Send(usize),
    /// Receives so many at most.
    Receive(u32),
    /// Deletes one of those in flight.
    Delete(prop::sample::Index),
    /// Shows one of those in flight at once.
    GiveBack(prop::sample::Index),
    /// Lets so many seconds pass.
    Advance(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0..GROUPS.len()).prop_map(Step::Send),
        3 => (1..=4_u32).prop_map(Step::Receive),
        3 => any::<prop::sample::Index>().prop_map(Step::Delete),
        1 => any::<prop::sample::Index>().prop_map(Step::GiveBack),
        1 => (1..=40_u64).prop_map(Step::Advance),
    ];
    prop::collection::vec(step, 1..80)
}

/// Takes one of the messages in flight, if there are any.
fn pick(in_flight: &mut Vec<Message>, index: &prop::sample::Index) -> Option<Message> {
    (!in_flight.is_empty()).then(|| in_flight.remove(index.index(in_flight.len())))
}

/// Receives until nothing is left, and counts how often each body came.
fn drain(bench: &mut Bench, queue: &str) -> HashMap<String, u32> {
    let mut seen = HashMap::new();
    bench.advance(30);
    loop {
        let messages = bench.receive(queue);
        if messages.is_empty() {
            return seen;
        }
        for message in messages {
            bench.delete(queue, &message).unwrap();
            *seen.entry(message.body).or_default() += 1;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_fifo_group_is_handed_out_in_order_and_to_one_receiver(steps in steps()) {
        let queue = "q.fifo";
        let mut bench = Bench::with(&[spec(queue)]);
        // Per group, the messages that are not deleted, in the order they were sent.
        let mut groups: HashMap<&str, Vec<String>> = HashMap::new();
        let mut in_flight: Vec<Message> = Vec::new();
        for (number, step) in steps.into_iter().enumerate() {
            match step {
                Step::Send(group) => {
                    let body = number.to_string();
                    bench.send(queue, grouped(GROUPS[group], &body));
                    groups.entry(GROUPS[group]).or_default().push(body);
                }
                Step::Receive(maximum) => {
                    let received = bench.store.receive(queue, maximum, None).unwrap().messages;
                    for group in GROUPS {
                        let of_group = |messages: &[Message]| -> Vec<String> {
                            messages
                                .iter()
                                .filter(|message| message.group.as_deref() == Some(group))
                                .map(|message| message.body.clone())
                                .collect()
                        };
                        let got = of_group(&received);
                        if !got.is_empty() {
                            prop_assert!(of_group(&in_flight).is_empty(), "{group} was locked");
                            prop_assert!(groups[group].starts_with(&got), "{group} in order");
                        }
                    }
                    in_flight.extend(received);
                }
                Step::Delete(index) => {
                    if let Some(message) = pick(&mut in_flight, &index) {
                        bench.delete(queue, &message).unwrap();
                        let group = message.group.unwrap();
                        groups
                            .get_mut(group.as_str())
                            .unwrap()
                            .retain(|body| *body != message.body);
                    }
                }
                Step::GiveBack(index) => {
                    if let Some(message) = pick(&mut in_flight, &index) {
                        bench.hide(queue, &message, 0).unwrap();
                    }
                }
                // All that is in flight comes back together, so the model needs no clock.
                Step::Advance(_) => {
                    bench.advance(30);
                    in_flight.clear();
                }
            }
        }
        let left: HashMap<String, u32> = groups
            .into_values()
            .flatten()
            .map(|body| (body, 1))
            .collect();
        prop_assert_eq!(drain(&mut bench, queue), left);
    }

    #[test]
    fn no_standard_message_is_lost_or_comes_back_after_its_deletion(steps in steps()) {
        let mut bench = Bench::with(&[spec("q")]);
        let mut left: HashMap<String, u32> = HashMap::new();
        // Receipts that were replaced meanwhile stay among these: they must do no harm.
        let mut received: Vec<Message> = Vec::new();
        let mut latest: HashMap<String, String> = HashMap::new();
        for (number, step) in steps.into_iter().enumerate() {
            match step {
                Step::Send(_) => {
                    let body = number.to_string();
                    bench.send("q", draft(&body));
                    left.insert(body, 1);
                }
                Step::Receive(maximum) => {
                    let messages = bench.store.receive("q", maximum, None).unwrap().messages;
                    for message in messages {
                        prop_assert!(left.contains_key(&message.body), "it was deleted");
                        latest.insert(message.body.clone(), message.receipt.clone());
                        received.push(message);
                    }
                }
                Step::Delete(index) => {
                    if let Some(message) = pick(&mut received, &index) {
                        bench.delete("q", &message).unwrap();
                        if latest[&message.body] == message.receipt {
                            left.remove(&message.body);
                        }
                    }
                }
                Step::GiveBack(index) => {
                    if let Some(message) = pick(&mut received, &index) {
                        // Refused where the receipt is outdated or the visibility has ended.
                        let _ = bench.hide("q", &message, 0);
                        received.push(message);
                    }
                }
                Step::Advance(seconds) => bench.advance(seconds),
            }
        }
        prop_assert_eq!(drain(&mut bench, "q"), left);
    }
}
