//! What the deployed functions are told by their variables. Which ones a function reads is a test of the
//! whole system.

use std::collections::BTreeMap;

use super::super::{Function, Queue, Source, Stack, TEMPLATE, Value, read};

/// Queues that are called by what they are for, by variable and logical id.
const TOLD: [(&str, &str); 5] = [
    ("AGREEMENTS_URL", "Agreements"),
    ("CANCELLATIONS_URL", "ErpCancellations"),
    ("NOTIFICATIONS_URL", "Notifications"),
    ("ORDER_EVENTS_URL", "ErpOrders"),
    ("TRACKING_URL", "ErpTracking"),
];

/// Parameters, with their defaults.
const TEXTS: [(&str, &str); 3] = [
    ("INVOICE_WITHIN_HOURS", "48"),
    ("LOG_LEVEL", "info"),
    ("PERSONAL_DATA_DAYS", "180"),
];

#[test]
fn every_variable_has_what_it_is_called_after() {
    let stack = read(TEMPLATE).unwrap();
    let (told, texts) = (BTreeMap::from(TOLD), BTreeMap::from(TEXTS));
    for function in stack.functions.values() {
        for (variable, value) in &function.environment {
            let place = format!("{variable} of {}", function.name);
            match value {
                Value::Text(text) => assert_eq!(
                    texts.get(variable.as_str()),
                    Some(&text.as_str()),
                    "{place}"
                ),
                Value::TableName(id) => {
                    let table = stack.table(id).unwrap();
                    let expected = format!("{}_TABLE", table.name.to_uppercase());
                    assert_eq!(*variable, expected, "{place}");
                }
                Value::QueueUrl(id) => {
                    let expected = match variable.as_str() {
                        "QUEUE_URL" => source(&stack, function).id.as_str(),
                        "DEAD_LETTERS_URL" => dead_letters(&stack, function),
                        other => told[other],
                    };
                    assert_eq!(id, expected, "{place}");
                }
            }
        }
    }
}

#[test]
fn every_function_is_told_how_much_to_log() {
    for function in read(TEMPLATE).unwrap().functions.values() {
        assert!(
            function.environment.contains_key("LOG_LEVEL"),
            "{}",
            function.name
        );
    }
}

/// The queue that feeds a function.
fn source<'a>(stack: &'a Stack, function: &Function) -> &'a Queue {
    let queues = function.sources.iter().filter_map(|source| match source {
        Source::Queue { queue, .. } => stack.queue(queue),
        _ => None,
    });
    let [queue] = queues.collect::<Vec<_>>()[..] else {
        panic!("{} is fed by no queue, or by several", function.name);
    };
    queue
}

/// Where a function's queue or streams have what could not be handled.
fn dead_letters<'a>(stack: &'a Stack, function: &'a Function) -> &'a str {
    let of_streams = function.sources.iter().find_map(|source| match source {
        Source::Stream { on_failure, .. } => on_failure.as_deref(),
        _ => None,
    });
    of_streams.unwrap_or_else(|| &stack.dead_letters(source(stack, function)).unwrap().id)
}
