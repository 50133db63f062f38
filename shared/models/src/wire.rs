//! How the protocol's fields are read: tolerant in form, exact in value.
//!
//! Numbers are taken as they are written, never through floating point, so a 19-digit id keeps
//! every digit and `2499.0` is 2499 (protocol §2.3).

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::Cents;

fn raw<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'de str, D::Error> {
    <&RawValue>::deserialize(deserializer).map(RawValue::get)
}

/// A JSON number taken apart, exactly: its sign, its digits without the zeros at either end (none for
/// zero), and the power of ten they are times. `None`: not a number, or of a power beyond counting.
pub(crate) fn number(json: &str) -> Option<(&'static str, String, i64)> {
    let (mantissa, power) = match json.split_once(['e', 'E']) {
        Some((mantissa, power)) => (mantissa, power.parse().ok()?),
        None => (json, 0_i64),
    };
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(mantissa) => ("-", mantissa),
        None => ("", mantissa),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if whole.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let significant = digits.trim_end_matches('0');
    let zeros = i64::try_from(digits.len() - significant.len()).ok()?;
    let power = power
        .checked_sub(i64::try_from(fraction.len()).ok()?)?
        .checked_add(zeros)?;
    Some((sign, significant.trim_start_matches('0').to_owned(), power))
}

/// A JSON number's value if it is an integer, however it is spelled.
pub(crate) fn integer(json: &str) -> Option<i64> {
    /// No integer of 64 bits has more.
    const MOST_DIGITS: usize = 19;
    if let Ok(plain) = json.parse() {
        return Some(plain);
    }
    let (sign, digits, power) = number(json)?;
    if digits.is_empty() {
        return Some(0);
    }
    let zeros = usize::try_from(power)
        .ok()
        .filter(|zeros| *zeros < MOST_DIGITS)?;
    format!("{sign}{digits}{}", "0".repeat(zeros)).parse().ok()
}

fn is_number(json: &str) -> bool {
    json.starts_with(|c: char| c == '-' || c.is_ascii_digit())
}

/// An id: a string, or a number whose digits are kept as they are.
pub(crate) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let json = raw(deserializer)?;
    id_text(json).ok_or_else(|| D::Error::custom("is not a text or an integer"))
}

/// The same where null and an absent field mean none.
pub(crate) fn optional_id<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    match raw(deserializer)? {
        "null" => Ok(None),
        json => id_text(json)
            .map(Some)
            .ok_or_else(|| D::Error::custom("is not a text or an integer")),
    }
}

/// What [`id`] reads, from the JSON text of a value.
pub(crate) fn id_text(json: &str) -> Option<String> {
    if json.starts_with('"') {
        return serde_json::from_str(json).ok();
    }
    let digits = json.strip_prefix('-').unwrap_or(json);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(json.to_owned());
    }
    is_number(json)
        .then(|| integer(json))
        .flatten()
        .map(|number| number.to_string())
}

/// Integer cents.
pub(crate) fn cents<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Cents, D::Error> {
    let json = raw(deserializer)?;
    cents_of(json).ok_or_else(|| D::Error::custom("is not an integer number of cents"))
}

/// The same where null and an absent field mean none.
pub(crate) fn optional_cents<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Cents>, D::Error> {
    match raw(deserializer)? {
        "null" => Ok(None),
        json => cents_of(json)
            .map(Some)
            .ok_or_else(|| D::Error::custom("is not an integer number of cents")),
    }
}

fn cents_of(json: &str) -> Option<Cents> {
    is_number(json)
        .then(|| integer(json))
        .flatten()
        .map(Cents::new)
}

/// A text, where null, an absent field and blanks mean none.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = optional_id(deserializer)?;
    Ok(text.filter(|text| !text.trim().is_empty()))
}

/// A list, where null and an absent field mean an empty one.
pub(crate) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<Vec<T>>::deserialize(deserializer).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_read_however_they_are_spelled() {
        for (number, value) in [
            ("2499", Some(2499)),
            ("2499.0", Some(2499)),
            ("2.499e3", Some(2499)),
            ("-0", Some(0)),
            ("2499.5", None),
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775808", None),
            ("-9223372036854775808.0", Some(i64::MIN)),
            ("9223372036854775808.0", None),
            ("1e400", None),
            ("1e999999999999999999999", None),
            ("\"2499\"", None),
            ("true", None),
            ("null", None),
            ("9007199254740993.0", Some(9_007_199_254_740_993)),
            ("1.00000000000000000000000000000000000001", None),
            ("1.00000000000000000000000000000000000001e0", None),
            ("2499.0000000000000000000000000000000000000", Some(2499)),
            ("1e-400", None),
            ("0e400", Some(0)),
        ] {
            assert_eq!(integer(number), value, "{number}");
        }
    }

    #[test]
    fn numeric_ids_keep_every_digit() {
        assert_eq!(id_text("9007199254740993").unwrap(), "9007199254740993");
        assert_eq!(
            id_text("12345678901234567890123").unwrap(),
            "12345678901234567890123"
        );
        assert_eq!(id_text("\"007\"").unwrap(), "007");
        assert_eq!(id_text("1.0").unwrap(), "1");
        for json in ["1.5", "true", "null", "[1]", "{}"] {
            assert_eq!(id_text(json), None, "{json}");
        }
    }
}
