use proptest::prelude::*;
use serde_json::Value;

use super::*;

fn hash_of(json: &str) -> String {
    hash(json, "").unwrap()
}

#[test]
fn spelling_does_not_count() {
    for (one, other) in [
        (r#"{"a":1,"b":2}"#, r#" { "b" : 2, "a" : 1 } "#),
        (
            r#"{"a":{"c":1,"b":[{"e":1,"d":2}]}}"#,
            r#"{"a":{"b":[{"d":2,"e":1}],"c":1}}"#,
        ),
        (r#"{"a":2499}"#, r#"{"a":2499.0}"#),
        (r#"{"a":2499}"#, r#"{"a":2.499E+3}"#),
        (r#"{"a":1.5}"#, r#"{"a":1.50}"#),
        (r#"{"a":1.5}"#, r#"{"a":15e-1}"#),
        (r#"{"a":0}"#, r#"{"a":-0.00e7}"#),
        (r#"{"a":1e40}"#, r#"{"a":10e39}"#),
        (r#"{"a":"ção"}"#, r#"{"a":"\u00e7\u00e3o"}"#),
        (r#"{"a":"x/y"}"#, r#"{"a":"x\/y"}"#),
        (r#"{"a":1,"b":null}"#, r#"{"a":1}"#),
        (r#"{"a":1}"#, r#"{"a":2,"a":1}"#),
    ] {
        assert_eq!(hash_of(one), hash_of(other), "{one} and {other}");
    }
}

#[test]
fn what_is_said_does() {
    let different = [
        "{}",
        r#"{"a":1}"#,
        r#"{"a":-1}"#,
        r#"{"a":10}"#,
        r#"{"a":0.1}"#,
        r#"{"a":"1"}"#,
        r#"{"a":true}"#,
        r#"{"a":[1]}"#,
        r#"{"a":[]}"#,
        r#"{"a":[null]}"#,
        r#"{"a":{}}"#,
        r#"{"a":""}"#,
        r#"{"a":"null"}"#,
        r#"{"b":1}"#,
        r#"{"a":[1,2]}"#,
        r#"{"a":[2,1]}"#,
        r#"{"a":9007199254740993}"#,
        r#"{"a":9007199254740992}"#,
        r#"{"a":123456789012345678901234567890.1}"#,
        r#"{"a":123456789012345678901234567890.2}"#,
        r#"{"a":1e999999999999999999999}"#,
        r#"{"a":1e-999999999999999999999}"#,
    ];
    let mut hashes: Vec<_> = different.iter().map(|json| hash_of(json)).collect();
    hashes.sort_unstable();
    hashes.dedup();
    assert_eq!(hashes.len(), different.len());
}

/// A JSON value, apart from how it is spelled.
#[derive(Debug, Clone, PartialEq)]
enum Json {
    Null,
    Bool(bool),
    /// So many tenths.
    Tenths(i64),
    Text(String),
    List(Vec<Json>),
    Object(BTreeMap<String, Json>),
}

impl Json {
    fn plain(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Tenths(tenths) => format!("{tenths}e-1"),
            Self::Text(text) => serde_json::to_string(text).unwrap(),
            Self::List(list) => {
                format!(
                    "[{}]",
                    list.iter().map(Self::plain).collect::<Vec<_>>().join(",")
                )
            }
            Self::Object(fields) => {
                let fields = fields.iter().map(|(name, value)| {
                    format!("{}:{}", serde_json::to_string(name).unwrap(), value.plain())
                });
                format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
            }
        }
    }

    /// Spelled in every other way: keys from the back, numbers with a fraction, every character of
    /// a text escaped, and a null nobody needs in each object.
    fn fancy(&self) -> String {
        let escaped = |text: &str| {
            let units = text.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
            format!("\"{}\"", units.collect::<String>())
        };
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Tenths(tenths) => {
                let sign = if *tenths < 0 { "-" } else { "" };
                let tenths = tenths.unsigned_abs();
                format!("{sign}{}.{}00E+0", tenths / 10, tenths % 10)
            }
            Self::Text(text) => escaped(text),
            Self::List(list) => {
                format!(
                    "[ {} ]",
                    list.iter().map(Self::fancy).collect::<Vec<_>>().join(" , ")
                )
            }
            Self::Object(fields) => {
                let fields = fields
                    .iter()
                    .rev()
                    .map(|(name, value)| format!("{} : {}", escaped(name), value.fancy()))
                    .chain(["\"nobody needs this\":null".to_owned()]);
                format!("{{\n{}\n}}", fields.collect::<Vec<_>>().join(",\n"))
            }
        }
    }

    /// The value without fields that are null.
    fn meaning(&self) -> Self {
        match self {
            Self::List(list) => Self::List(list.iter().map(Self::meaning).collect()),
            Self::Object(fields) => Self::Object(
                fields
                    .iter()
                    .filter(|(_, value)| **value != Self::Null)
                    .map(|(name, value)| (name.clone(), value.meaning()))
                    .collect(),
            ),
            value => value.clone(),
        }
    }
}

/// Values of which two are the same often enough.
fn values() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        prop_oneof![-20..=20_i64, any::<i64>()].prop_map(Json::Tenths),
        "[a1\"é]{0,2}".prop_map(Json::Text),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Json::List),
            prop::collection::btree_map("[ab]", inner, 0..3).prop_map(Json::Object),
        ]
    })
}

proptest! {
    #[test]
    fn every_spelling_of_a_value_has_one_hash(value in values()) {
        prop_assert_eq!(hash_of(&value.plain()), hash_of(&value.fancy()));
    }

    #[test]
    fn hashes_are_equal_exactly_where_values_are(one in values(), other in values()) {
        let equal = one.meaning() == other.meaning();
        prop_assert_eq!(hash_of(&one.plain()) == hash_of(&other.fancy()), equal);
    }
}

#[test]
fn no_value_of_an_order_can_change_unnoticed() {
    let order: Value = serde_json::from_str(include_str!("../tests/published.json")).unwrap();
    let hash = hash_of(&order.to_string());
    let mut leaves = Vec::new();
    pointers(&order, String::new(), &mut leaves);
    assert_eq!(leaves.len(), 70);
    for pointer in leaves {
        let mut changed = order.clone();
        let leaf = changed.pointer_mut(&pointer).unwrap();
        *leaf = match leaf {
            Value::String(text) => Value::from(format!("{text}.")),
            Value::Number(number) => Value::from(number.as_i64().unwrap() + 1),
            Value::Bool(value) => Value::from(!*value),
            _ => Value::from("no longer null"),
        };
        assert_ne!(hash_of(&changed.to_string()), hash, "{pointer}");
    }
}

fn pointers(value: &Value, at: String, leaves: &mut Vec<String>) {
    match value {
        Value::Array(list) => {
            for (index, item) in list.iter().enumerate() {
                pointers(item, format!("{at}/{index}"), leaves);
            }
        }
        Value::Object(fields) => {
            for (name, item) in fields {
                pointers(item, format!("{at}/{name}"), leaves);
            }
        }
        _ => leaves.push(at),
    }
}
