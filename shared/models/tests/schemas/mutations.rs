//! Messages that are wrong in one place: the schema and the reader refuse the same ones, but for
//! the exceptions that are listed with their reasons.

use std::collections::BTreeSet;

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::exceptions::{EXCEPTIONS, Side};
use crate::queue::Queue;

/// A message with everything a message of its queue may have.
fn full(queue: Queue) -> Vec<Value> {
    let mut messages = queue.examples();
    if queue == Queue::Offers {
        let offering = json!({"type": "Gift", "id": "6", "name": "Gift wrapping", "price": 250});
        messages[0]["offerings"] = json!([offering]);
        messages[0]["shippingMethods"] = json!(["normal"]);
        messages[0]["asOf"] = json!("2026-11-21T00:00:00Z");
    }
    messages
}

/// The JSON pointer of each value in a message but the message itself.
fn places(message: &Value) -> Vec<String> {
    fn walk(value: &Value, at: &str, places: &mut Vec<String>) {
        let inner: Vec<(String, &Value)> = match value {
            Value::Object(fields) => fields.iter().map(|(name, v)| (name.clone(), v)).collect(),
            Value::Array(items) => {
                let items = items.iter().enumerate();
                items.map(|(index, v)| (index.to_string(), v)).collect()
            }
            _ => Vec::new(),
        };
        for (name, value) in inner {
            let at = format!("{at}/{name}");
            places.push(at.clone());
            walk(value, &at, places);
        }
    }
    let mut places_found = Vec::new();
    walk(message, "", &mut places_found);
    places_found
}

/// What is put in the place of each value, and by what name the exceptions know it.
fn values() -> Vec<(&'static str, Value)> {
    vec![
        ("null", Value::Null),
        ("true", json!(true)),
        ("0", json!(0)),
        ("-1", json!(-1)),
        ("1.5", json!(1.5)),
        ("2.0", json!(2.0)),
        ("1e12", json!(1e12)),
        ("empty text", json!("")),
        ("blanks", json!("  ")),
        ("a word", json!("word")),
        ("a capital", json!("Word")),
        ("digits", json!("12")),
        ("two words", json!("two words")),
        ("a slash", json!("a/b")),
        ("two lines", json!("a\nb")),
        ("a long text", json!("x".repeat(3_000))),
        ("a date", json!("2026-11-21")),
        ("no date", json!("2026-13-21")),
        ("an empty list", json!([])),
        ("a list", json!([1])),
        ("an empty object", json!({})),
        ("a long list", json!(vec![json!({}); 1_001])),
    ]
}

struct Tally {
    accepted: usize,
    refused: usize,
    unexplained: Vec<String>,
    used: BTreeSet<usize>,
}

impl Tally {
    fn compare(
        &mut self,
        (queue, validator): (Queue, &Validator),
        place: &str,
        value: &str,
        message: &Value,
    ) {
        let schema = validator.is_valid(message);
        let reader = queue.reads(message.to_string().as_bytes());
        let lenient = match (schema, &reader) {
            (true, Ok(())) => return self.accepted += 1,
            (false, Err(_)) => return self.refused += 1,
            (true, Err(_)) => Side::Schema,
            (false, Ok(())) => Side::Reader,
        };
        let found = EXCEPTIONS
            .iter()
            .position(|exception| exception.covers(lenient, queue, place, value));
        match found {
            Some(index) => {
                self.used.insert(index);
            }
            None => self.unexplained.push(format!(
                "{}: {place} = {value}: only the {lenient:?} takes it ({reader:?})",
                queue.name()
            )),
        }
    }
}

#[test]
fn a_message_wrong_in_one_place_is_refused_by_both_or_neither() {
    let mut tally = Tally {
        accepted: 0,
        refused: 0,
        unexplained: Vec::new(),
        used: BTreeSet::new(),
    };
    for queue in Queue::ALL {
        let validator = queue.validator();
        let both = (queue, &validator);
        for message in full(queue) {
            for place in places(&message) {
                let (parent, name) = place.rsplit_once('/').unwrap();
                let mut without = message.clone();
                if let Some(fields) = without.pointer_mut(parent).unwrap().as_object_mut() {
                    fields.remove(name);
                    tally.compare(both, &place, "missing", &without);
                }
                for (value_name, value) in values() {
                    let mut other = message.clone();
                    *other.pointer_mut(&place).unwrap() = value;
                    tally.compare(both, &place, value_name, &other);
                }
            }
        }
    }
    assert!(tally.unexplained.is_empty(), "{:#?}", tally.unexplained);
    let unused: Vec<_> = EXCEPTIONS
        .iter()
        .enumerate()
        .filter(|(index, _)| !tally.used.contains(index))
        .map(|(_, exception)| exception.why)
        .collect();
    assert!(unused.is_empty(), "no exceptions any more: {unused:#?}");
    assert!(tally.accepted > 500 && tally.refused > 1_000);
}

#[test]
fn what_no_schema_can_say_the_reader_does() {
    let [mut invoice, mut tracking, mut offer] =
        [Queue::Invoices, Queue::Tracking, Queue::Offers].map(|queue| queue.examples()[0].clone());
    let line = |quantity: i64, price: i64| json!({"id": "1", "quantity": quantity, "price": price});
    let most = 1_000_000_000;
    invoice["items"] = json!([line(most, 1), line(most, 1)]);
    let too_many = invoice.clone();
    invoice["items"] = json!([line(2, i64::MAX)]);
    let too_much = invoice.clone();
    invoice["items"] = json!([line(1, 1)]);
    invoice["embeddedInvoice"] = json!("x".repeat(256 * 1024));
    let mut no_day = tracking.clone();
    no_day["dispatchedDate"] = json!("2026-02-30");
    tracking["unknown"] = json!("x".repeat(64 * 1024));
    offer["name"] = json!("\u{e7}".repeat(150));
    let never = json!({
        "type": "price", "sku": "1", "price": 1,
        "validFrom": "2026-11-27T00:00:00-03:00", "validUntil": "2026-11-27T03:00:00Z",
    });
    for (queue, message, why) in [
        (Queue::Invoices, too_many, "/items/1/quantity: makes more"),
        (Queue::Invoices, too_much, "/items/0/price: adds up"),
        (Queue::Invoices, invoice, "the body: is larger"),
        (Queue::Tracking, no_day, "/dispatchedDate: is not a date"),
        (Queue::Tracking, tracking, "the body: is larger"),
        (Queue::Offers, offer, "/name: is longer than 200 bytes"),
        (Queue::Offers, never, "/validUntil: is not after validFrom"),
    ] {
        assert!(queue.validator().is_valid(&message), "{why}");
        let refusal = queue.reads(message.to_string().as_bytes()).unwrap_err();
        assert!(refusal.contains(why), "{refusal}");
    }
}
