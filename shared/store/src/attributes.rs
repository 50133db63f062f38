//! Attribute values, in and out.

mod raw;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use feirante_models::Instant;

pub(crate) use raw::{RawItem, key as raw_key};

/// An item as the client has it.
pub(crate) type Item = HashMap<String, AttributeValue>;

pub(crate) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

pub(crate) fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// A time as milliseconds: text timestamps don't compare.
pub(crate) fn time(value: Instant) -> AttributeValue {
    number(value.millis())
}

/// The attributes of an item, or of a map in one, by name: as the client has them ([`Item`]) or as they
/// came ([`RawItem`]).
pub(crate) trait Attributes {
    type Value: Value<Map = Self>;

    fn find(&self, name: &str) -> Option<&Self::Value>;

    fn each(&self) -> impl Iterator<Item = (&str, &Self::Value)>;
}

/// What an attribute holds; each `None` if that is of another type.
pub(crate) trait Value: Sized {
    type Map: Attributes<Value = Self>;

    fn text(&self) -> Option<&str>;

    /// A number as the database writes it.
    fn digits(&self) -> Option<&str>;

    fn flag(&self) -> Option<bool>;

    fn list(&self) -> Option<&[Self]>;

    fn map(&self) -> Option<&Self::Map>;
}

impl Attributes for Item {
    type Value = AttributeValue;

    fn find(&self, name: &str) -> Option<&AttributeValue> {
        self.get(name)
    }

    fn each(&self) -> impl Iterator<Item = (&str, &AttributeValue)> {
        self.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl Value for AttributeValue {
    type Map = Item;

    fn text(&self) -> Option<&str> {
        self.as_s().ok().map(String::as_str)
    }

    fn digits(&self) -> Option<&str> {
        self.as_n().ok().map(String::as_str)
    }

    fn flag(&self) -> Option<bool> {
        self.as_bool().ok().copied()
    }

    fn list(&self) -> Option<&[Self]> {
        self.as_l().ok().map(Vec::as_slice)
    }

    fn map(&self) -> Option<&Item> {
        self.as_m().ok()
    }
}

pub(crate) fn as_integer(value: &impl Value) -> Option<i64> {
    value.digits()?.parse().ok()
}

pub(crate) fn as_time(value: &impl Value) -> Option<Instant> {
    Instant::from_millis(as_integer(value)?)
}

pub(crate) fn as_text(value: &impl Value) -> Option<&str> {
    value.text()
}
