//! Whether two placements say the same: the hash of an order's content, however it was spelled.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::problem::{Code, Problem};
use crate::{hash, wire};

/// SHA-256 of the content of the order `json`, which stands at `at`.
pub(super) fn hash(json: &str, at: &str) -> Result<String, Problem> {
    let content = canonical(json).ok_or_else(|| Problem::at(Code::NotJson, at, "can't be read"))?;
    Ok(hash::hex(content.as_bytes(), 32))
}

/// The one spelling of a JSON value: keys sorted, a null field the same as none.
/// Recursion ends with the nesting, which has been checked.
fn canonical(json: &str) -> Option<String> {
    Some(match json.trim_start().as_bytes().first()? {
        b'{' => {
            let fields: BTreeMap<String, &RawValue> = serde_json::from_str(json).ok()?;
            let fields = fields
                .iter()
                .filter(|(_, value)| value.get() != "null")
                .map(|(name, value)| {
                    let name = serde_json::to_string(name).ok()?;
                    Some(format!("{name}:{}", canonical(value.get())?))
                })
                .collect::<Option<Vec<_>>>()?;
            format!("{{{}}}", fields.join(","))
        }
        b'[' => {
            let list: Vec<&RawValue> = serde_json::from_str(json).ok()?;
            let list = list
                .iter()
                .map(|item| canonical(item.get()))
                .collect::<Option<Vec<_>>>()?;
            format!("[{}]", list.join(","))
        }
        b'"' => serde_json::to_string(&serde_json::from_str::<String>(json).ok()?).ok()?,
        b'-' | b'0'..=b'9' => number(json).unwrap_or_else(|| json.to_owned()),
        _ => json.to_owned(),
    })
}

/// The one spelling of a number, however great or exact it is.
fn number(json: &str) -> Option<String> {
    let (sign, digits, power) = wire::number(json)?;
    Some(match digits.is_empty() {
        true => "0".to_owned(),
        false => format!("{sign}{digits}e{power}"),
    })
}

#[cfg(test)]
mod tests;
