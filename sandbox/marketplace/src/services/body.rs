//! Reading bodies field by field.

use serde_json::{Map, Value};

use super::reply::Reply;

/// The body as an object.
pub(super) fn object(body: &[u8]) -> Result<Map<String, Value>, Reply> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(Reply::bad_request("The body must be an object")),
        Err(error) => Err(Reply::bad_request(&format!(
            "The body is not JSON: {error}"
        ))),
    }
}

/// The value of a field; null is as good as absent.
pub(super) fn field<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    fields.get(name).filter(|value| !value.is_null())
}

/// A text; absent, null and empty are the same.
pub(super) fn optional_text(
    fields: &Map<String, Value>,
    name: &str,
) -> Result<Option<String>, Reply> {
    match field(fields, name) {
        None => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(wrong(name, "must be a string")),
    }
}

/// A text that must be there.
pub(super) fn text(fields: &Map<String, Value>, name: &str) -> Result<String, Reply> {
    optional_text(fields, name)?.ok_or_else(|| wrong(name, "is required"))
}

/// A whole number, written as one, if need be with `.0`.
pub(super) fn whole(value: &Value) -> Option<i64> {
    /// Up to here a double holds every whole number.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    value.as_i64().or_else(|| {
        let number = value.as_f64()?;
        #[allow(
            clippy::cast_possible_truncation,
            reason = "it is whole and small enough"
        )]
        (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
    })
}

/// A refusal that names a field.
pub(super) fn wrong(name: &str, why: &str) -> Reply {
    Reply::bad_request(&format!("{name} {why}"))
}
