//! Attributes as they came, nothing of them copied.

use std::borrow::Cow;

use aws_sdk_dynamodb::types::AttributeValue;
use feirante_models::fields::{Fields, Text};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{Attributes, Item, Value};

/// An item, or a map in one.
pub(crate) type RawItem<'a> = Fields<'a, Raw<'a>>;

/// An attribute's value in DynamoDB's JSON: an object with one field, its type.
#[derive(Debug, Deserialize)]
pub(crate) enum Raw<'a> {
    #[serde(rename = "S", borrow)]
    Text(Text<'a>),
    #[serde(rename = "N", borrow)]
    Number(Text<'a>),
    #[serde(rename = "BOOL")]
    Flag(bool),
    #[serde(rename = "L", borrow)]
    List(Vec<Raw<'a>>),
    #[serde(rename = "M", borrow)]
    Map(RawItem<'a>),
    /// What no item that is read so has.
    #[serde(rename = "NULL", alias = "B", alias = "BS", alias = "NS", alias = "SS")]
    Other(IgnoredAny),
}

impl<'a> Attributes for RawItem<'a> {
    type Value = Raw<'a>;

    fn find(&self, name: &str) -> Option<&Raw<'a>> {
        self.get(name)
    }

    fn each(&self) -> impl Iterator<Item = (&str, &Raw<'a>)> {
        self.iter()
    }
}

impl<'a> Value for Raw<'a> {
    type Map = RawItem<'a>;

    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(Text(text)) => Some(text),
            _ => None,
        }
    }

    fn digits(&self) -> Option<&str> {
        match self {
            Self::Number(Text(digits)) => Some(digits),
            _ => None,
        }
    }

    fn flag(&self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    fn list(&self) -> Option<&[Self]> {
        match self {
            Self::List(list) => Some(list),
            _ => None,
        }
    }

    fn map(&self) -> Option<&RawItem<'a>> {
        match self {
            Self::Map(map) => Some(map),
            _ => None,
        }
    }
}

/// A key, to ask for again: texts alone.
pub(crate) fn key(item: RawItem<'_>) -> Option<Item> {
    let attribute = |(name, value): (Cow<'_, str>, Raw<'_>)| match value {
        Raw::Text(Text(text)) => Some((name.into_owned(), AttributeValue::S(text.into_owned()))),
        _ => None,
    };
    item.into_iter().map(attribute).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use aws_sdk_dynamodb::primitives::Blob;
    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    use super::*;

    fn attribute() -> impl Strategy<Value = AttributeValue> {
        let leaf = prop_oneof![
            any::<String>().prop_map(AttributeValue::S),
            any::<i64>().prop_map(|number| AttributeValue::N(number.to_string())),
            any::<bool>().prop_map(AttributeValue::Bool),
            Just(AttributeValue::Null(true)),
            Just(AttributeValue::B(Blob::new("bytes"))),
            Just(AttributeValue::Ss(vec!["one".to_owned()])),
            Just(AttributeValue::Ns(vec!["1".to_owned()])),
            Just(AttributeValue::Bs(vec![Blob::new("bytes")])),
        ];
        leaf.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(AttributeValue::L),
                prop::collection::hash_map(any::<String>(), inner, 0..4)
                    .prop_map(AttributeValue::M),
            ]
        })
    }

    /// An attribute as DynamoDB writes it.
    fn written(value: &AttributeValue) -> Json {
        match value {
            AttributeValue::S(text) => json!({"S": text}),
            AttributeValue::N(digits) => json!({"N": digits}),
            AttributeValue::Bool(flag) => json!({"BOOL": flag}),
            AttributeValue::L(list) => json!({"L": list.iter().map(written).collect::<Json>()}),
            AttributeValue::M(map) => json!({"M": item(map)}),
            AttributeValue::Null(_) => json!({"NULL": true}),
            AttributeValue::B(_) => json!({"B": "Ynl0ZXM="}),
            AttributeValue::Ss(texts) => json!({"SS": texts}),
            AttributeValue::Ns(numbers) => json!({"NS": numbers}),
            AttributeValue::Bs(_) => json!({"BS": ["Ynl0ZXM="]}),
            other => panic!("{other:?}"),
        }
    }

    fn item(item: &Item) -> Json {
        let attributes = item.iter();
        let attributes = attributes.map(|(name, value)| (name.clone(), written(value)));
        Json::Object(attributes.collect())
    }

    /// All that can be read of an item.
    fn seen<I: Attributes>(item: &I) -> Json {
        let each: HashMap<&str, Json> = item
            .each()
            .map(|(name, value)| {
                let found = item.find(name).map(value_of);
                assert_eq!(found, Some(value_of(value)), "{name}");
                (name, value_of(value))
            })
            .collect();
        json!(each)
    }

    fn value_of<V: Value>(value: &V) -> Json {
        json!({
            "text": value.text(),
            "digits": value.digits(),
            "flag": value.flag(),
            "list": value.list().map(|list| list.iter().map(value_of).collect::<Json>()),
            "map": value.map().map(seen),
        })
    }

    proptest! {
        /// An item says the same whichever way it is read.
        #[test]
        fn raw_attributes_are_those_of_the_client(
            attributes in prop::collection::hash_map(any::<String>(), attribute(), 0..8),
        ) {
            let json = item(&attributes).to_string();
            let raw: RawItem<'_> = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(seen(&raw), seen(&attributes));
        }

        #[test]
        fn a_key_is_its_texts(
            texts in prop::collection::hash_map(any::<String>(), any::<String>(), 1..3),
        ) {
            let of_texts: Item = texts
                .into_iter()
                .map(|(name, text)| (name, AttributeValue::S(text)))
                .collect();
            let json = item(&of_texts).to_string();
            prop_assert_eq!(key(serde_json::from_str(&json).unwrap()), Some(of_texts));
        }
    }
}
