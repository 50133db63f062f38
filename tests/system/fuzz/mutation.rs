//! Bodies that were valid once.

use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::{Map, Value, json};

/// Texts that stand for no JSON a value could hold: numbers beyond every type.
const NUMBERS: [&str; 10] = [
    "1e999",
    "-1e999",
    "1E-999",
    "-0",
    "-0.0",
    "18446744073709551616",
    "-9223372036854775809",
    "0.1000000000000000055511151231257827",
    "123456789012345678901234567890123456789012345678901234567890",
    "2499.0",
];

/// Stands in a value for one of [`NUMBERS`], which only text can hold.
const PLACEHOLDER: &str = "a number beyond";

/// A value of any type, of the kind programs stumble over.
fn odd(random: &mut StdRng) -> Value {
    let odd = [
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(-1),
        json!(1),
        json!(1.5),
        json!(2499.0),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1e308),
        json!(""),
        json!(" "),
        json!("x"),
        json!("0"),
        json!("-1"),
        json!("NaN"),
        json!("BRA"),
        json!("bra"),
        json!("22251-030"),
        json!("\u{0}"),
        json!("a\nb\tc\u{7f}"),
        json!("\u{202e}abc\u{200b}"),
        json!("🍎🍏é\u{301}"),
        json!("2021-13-45T99:99:99Z"),
        json!("2021-06-09T15:22:56.7612218-02:00"),
        json!("9007199254740993"),
        json!(9007199254740993i64),
        json!("http://169.254.169.254/latest?x=#y"),
        json!("'; DROP TABLE orders; --"),
        json!("${jndi:ldap://x}"),
        json!("y".repeat(1000)),
        json!([]),
        json!({}),
        json!([[]]),
        json!([null]),
        json!({"": {}}),
        json!({"S": "x"}),
        json!(["a", 1, null, {"b": []}]),
        Value::String(PLACEHOLDER.to_owned()),
        Value::String(PLACEHOLDER.to_owned()),
    ];
    odd.choose(random).unwrap().clone()
}

/// Nested so deep that a careless reader runs out of stack.
fn nested(random: &mut StdRng) -> String {
    let depth = *[100, 127, 128, 129, 1000, 20_000].choose(random).unwrap();
    let (open, close) = *[("[", "]"), (r#"{"a":"#, "}")].choose(random).unwrap();
    format!("{}1{}", open.repeat(depth), close.repeat(depth))
}

/// How many values there are in `value`, itself included.
fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(values) => values.iter().map(size).sum(),
        Value::Object(fields) => fields.values().map(size).sum(),
        _ => 0,
    }
}

/// The value at `position` in depth-first order.
fn nth<'a>(value: &'a mut Value, position: &mut usize) -> Option<&'a mut Value> {
    if *position == 0 {
        return Some(value);
    }
    *position -= 1;
    match value {
        Value::Array(values) => values.iter_mut().find_map(|value| nth(value, position)),
        Value::Object(fields) => fields.values_mut().find_map(|value| nth(value, position)),
        _ => None,
    }
}

fn drop_one(fields: &mut Map<String, Value>, random: &mut StdRng) -> Option<(String, Value)> {
    let names: Vec<String> = fields.keys().cloned().collect();
    let name = names.choose(random)?.clone();
    let value = fields.remove(&name)?;
    Some((name, value))
}

/// Changes one value somewhere in `body`.
fn mutate_value(body: &mut Value, random: &mut StdRng) {
    let mut position = random.random_range(0..size(body));
    let other = odd(random);
    let Some(value) = nth(body, &mut position) else {
        return;
    };
    match (random.random_range(0..8), &mut *value) {
        (0, Value::Object(fields)) => {
            drop_one(fields, random);
        }
        (1, Value::Object(fields)) => {
            if let Some((name, value)) = drop_one(fields, random) {
                fields.insert(name.to_uppercase(), value);
            }
        }
        (2, Value::Object(fields)) => {
            fields.insert("unknown".to_owned(), other);
        }
        (3, Value::Array(values)) if !values.is_empty() => {
            let copies = *[1, 2, 99, 1001].choose(random).unwrap();
            let first = values[0].clone();
            values.extend(std::iter::repeat_n(first, copies));
        }
        (4, Value::Array(values)) => values.clear(),
        (5, value) => *value = json!([value.take()]),
        (6, Value::String(text)) => {
            let at = random.random_range(0..=text.chars().count());
            let at = text.char_indices().nth(at).map_or(text.len(), |(at, _)| at);
            text.insert(
                at,
                *['\u{0}', '"', '\\', '/', '%', 'é', '🍎']
                    .choose(random)
                    .unwrap(),
            );
        }
        (_, value) => *value = other,
    }
}

/// Changes text that was JSON.
fn mutate_bytes(bytes: &mut Vec<u8>, random: &mut StdRng) {
    let at = random.random_range(0..=bytes.len());
    match random.random_range(0..9) {
        0 => bytes.truncate(at),
        1 if at < bytes.len() => bytes[at] ^= 1 << random.random_range(0..8),
        2 => bytes.insert(at, random.random()),
        3 => {
            bytes.splice(0..0, *b"\xef\xbb\xbf");
        }
        4 => bytes.extend_from_slice(b"{}"),
        5 => {
            // The same field twice.
            if let Some(brace) = bytes.iter().position(|byte| *byte == b'{') {
                let field = *[
                    r#""items":[],"#,
                    r#""marketplaceOrderId":"1","#,
                    r#""a":1,"a":2,"#,
                ]
                .choose(random)
                .unwrap();
                bytes.splice(brace + 1..brace + 1, field.bytes());
            }
        }
        6 => {
            let nested = nested(random);
            if let Some(colon) = bytes.iter().rposition(|byte| *byte == b':') {
                bytes.splice(
                    colon + 1..colon + 1,
                    format!("{nested},\"z\":").into_bytes(),
                );
            }
        }
        7 => *bytes = nested(random).into_bytes(),
        _ => {
            *bytes = (0..random.random_range(0..200))
                .map(|_| random.random())
                .collect()
        }
    }
}

/// `body` as it was in a third of the cases, else changed in one place or a few.
pub(super) fn mutated(mut body: Value, random: &mut StdRng) -> Vec<u8> {
    let kind = random.random_range(0..12);
    if kind >= 4 {
        for _ in 0..random.random_range(1..4) {
            mutate_value(&mut body, random);
        }
    }
    let mut text = body.to_string();
    let placeholder = format!("\"{PLACEHOLDER}\"");
    while let Some(at) = text.find(&placeholder) {
        text.replace_range(at..at + placeholder.len(), NUMBERS.choose(random).unwrap());
    }
    let mut bytes = text.into_bytes();
    if kind >= 9 {
        mutate_bytes(&mut bytes, random);
    }
    bytes
}
