//! Postal codes, compared whatever their punctuation.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A range of postal codes of one length, its ends included: `22000000-22999999`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PostalRange {
    first: String,
    last: String,
}

/// Why a text is not a range of postal codes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPostalRange {
    /// It has not one end or two.
    #[error("is not a range of postal codes like 22000000-22999999")]
    Form,
    /// Its ends can't be compared.
    #[error("has ends of different length, or digits at one end and letters at the other")]
    Ends,
    /// Its ends are the wrong way round.
    #[error("starts after its end")]
    Order,
}

impl PostalRange {
    /// Reads `first-last`, where both may be written with a dash of their own, or a single code
    /// without one.
    ///
    /// # Errors
    /// When it is no such range.
    pub fn parse(text: &str) -> Result<Self, InvalidPostalRange> {
        // A pattern like `22*` is no code whose punctuation could be dropped.
        if text
            .chars()
            .any(|c| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '.' | ' '))
        {
            return Err(InvalidPostalRange::Form);
        }
        let parts: Vec<_> = text.split('-').map(normal).collect();
        let (first, last) = match parts.as_slice() {
            [code] => (code.clone(), code.clone()),
            [first, last] => (first.clone(), last.clone()),
            [a, b, c, d] => (format!("{a}{b}"), format!("{c}{d}")),
            _ => return Err(InvalidPostalRange::Form),
        };
        if parts.iter().any(String::is_empty) {
            return Err(InvalidPostalRange::Form);
        }
        if first.len() != last.len() || is_number(&first) != is_number(&last) {
            return Err(InvalidPostalRange::Ends);
        }
        if first > last {
            return Err(InvalidPostalRange::Order);
        }
        Ok(Self { first, last })
    }

    /// Whether a [`normal`] code lies in the range.
    pub(super) fn contains(&self, code: &str) -> bool {
        code.len() == self.first.len()
            && is_number(code) == is_number(&self.first)
            && self.first.as_str() <= code
            && code <= self.last.as_str()
    }
}

/// A postal code as it is compared: letters, in capitals, and digits only.
pub(super) fn normal(code: &str) -> String {
    code.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

fn is_number(code: &str) -> bool {
    code.bytes().all(|byte| byte.is_ascii_digit())
}

impl fmt::Display for PostalRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.first, self.last)
    }
}

impl TryFrom<String> for PostalRange {
    type Error = InvalidPostalRange;
    fn try_from(text: String) -> Result<Self, InvalidPostalRange> {
        Self::parse(&text)
    }
}

impl From<PostalRange> for String {
    fn from(range: PostalRange) -> Self {
        range.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(range: &str, code: &str) -> bool {
        PostalRange::parse(range).unwrap().contains(&normal(code))
    }

    #[test]
    fn punctuation_does_not_count() {
        for range in [
            "22000000-22999999",
            "22000-000-22999-999",
            "22.000.000 - 22.999.999",
        ] {
            for code in [
                "22251-030",
                "22251030",
                " 22.251-030 ",
                "22000000",
                "22999-999",
            ] {
                assert!(contains(range, code), "{range}: {code}");
            }
            for code in [
                "21999-999",
                "23000000",
                "2225103",
                "222510300",
                "2225103A",
                "",
                "-",
            ] {
                assert!(!contains(range, code), "{range}: {code}");
            }
        }
    }

    #[test]
    fn a_code_may_have_letters() {
        assert!(contains("SW1A1AA-SW1A9ZZ", "sw1a 2aa"));
        assert!(!contains("SW1A1AA-SW1A9ZZ", "SW1B 2AA"));
        assert!(contains("22251030", "22251-030"));
    }

    #[test]
    fn a_range_has_two_ends_in_order() {
        for (text, why) in [
            ("", InvalidPostalRange::Form),
            ("-", InvalidPostalRange::Form),
            ("1-2-3", InvalidPostalRange::Form),
            ("22*", InvalidPostalRange::Form),
            ("22000000-2299999", InvalidPostalRange::Ends),
            ("22000-000", InvalidPostalRange::Ends),
            ("1234-ABCD", InvalidPostalRange::Ends),
            ("22999999-22000000", InvalidPostalRange::Order),
        ] {
            assert_eq!(PostalRange::parse(text), Err(why), "{text}");
        }
    }

    #[test]
    fn what_is_stored_is_read_back() {
        let range = PostalRange::parse("22000-000-22999-999").unwrap();
        let json = serde_json::to_string(&range).unwrap();
        assert_eq!(json, "\"22000000-22999999\"");
        assert_eq!(serde_json::from_str::<PostalRange>(&json).unwrap(), range);
    }
}
