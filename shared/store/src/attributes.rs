//! Attribute values, in and out.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use feirante_models::Instant;

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

pub(crate) fn as_integer(value: &AttributeValue) -> Option<i64> {
    value.as_n().ok()?.parse().ok()
}

pub(crate) fn as_time(value: &AttributeValue) -> Option<Instant> {
    Instant::from_millis(as_integer(value)?)
}

pub(crate) fn as_text(value: &AttributeValue) -> Option<&str> {
    value.as_s().ok().map(String::as_str)
}
