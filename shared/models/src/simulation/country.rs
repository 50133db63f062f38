//! Countries as the protocol names them.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

/// A country by its ISO 3166 alpha-3 code, in capitals: `BRA`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Country([u8; 3]);

/// Why a text is not a country.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is not a country's code of three letters, like BRA")]
pub struct InvalidCountry;

impl Country {
    /// Reads a code in capitals or small letters.
    ///
    /// # Errors
    /// When `text` is not three letters; the codes of two letters are none.
    pub fn parse(text: &str) -> Result<Self, InvalidCountry> {
        match text.as_bytes() {
            &[a, b, c] if text.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
                Ok(Self([a, b, c].map(|byte| byte.to_ascii_uppercase())))
            }
            _ => Err(InvalidCountry),
        }
    }

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Three letters are text.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An answer names one in each of its rows: nothing is copied for it.
impl Serialize for Country {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for Country {
    type Error = InvalidCountry;
    fn try_from(text: String) -> Result<Self, InvalidCountry> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_has_three_letters_in_any_case() {
        assert_eq!(Country::parse("bra").unwrap().to_string(), "BRA");
        for text in ["", "BR", "BRAS", "B1A", "076", "çã"] {
            assert!(Country::parse(text).is_err(), "{text}");
        }
    }
}
