//! Countries as the protocol names them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A country by its ISO 3166 alpha-3 code, in capitals: `BRA`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
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
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in self.0 {
            write!(f, "{}", char::from(letter))?;
        }
        Ok(())
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

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.to_string()
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
