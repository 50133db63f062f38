//! Postal codes, compared whatever their punctuation.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A postal code as it is compared: its letters, in capitals, and its digits.
///
/// The number holds the length, whether there is a letter, and the characters, in this order: codes
/// between two of one kind are of that kind too, and in the order of their text. Stored rate tables are in
/// this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PostalCode(u64);

impl PostalCode {
    /// The longest code there is room for; the longest in use have ten characters.
    const LONGEST: usize = 11;
    const LETTERS: u64 = 1 << 57;
    const LENGTH: u32 = 58;

    /// Reads a code and drops what is neither letter nor digit; `None` for one that is empty or
    /// longer than any.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut length = 0;
        let mut letters = 0;
        let mut number = 0;
        for c in text.chars() {
            let Some(value) = c.to_digit(36) else {
                continue;
            };
            if length == Self::LONGEST {
                return None;
            }
            length += 1;
            if c.is_ascii_alphabetic() {
                letters = Self::LETTERS;
            }
            number = number * 36 + u64::from(value);
        }
        let kind = ((length as u64) << Self::LENGTH) | letters;
        (length > 0).then_some(Self(kind | number))
    }

    /// Whether both have the same length, and letters or none.
    fn is_like(self, other: Self) -> bool {
        (self.0 ^ other.0) >> (Self::LENGTH - 1) == 0
    }

    fn len(self) -> usize {
        usize::try_from(self.0 >> Self::LENGTH).unwrap_or(Self::LONGEST)
    }

    /// The value of the first `count` characters; `None` if there are fewer.
    fn start(self, count: usize) -> Option<u64> {
        let rest = u32::try_from(self.len().checked_sub(count)?).ok()?;
        Some((self.0 & (Self::LETTERS - 1)) / 36_u64.pow(rest))
    }
}

impl fmt::Display for PostalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for count in 1..=self.len() {
            let digit = u32::try_from(self.start(count).unwrap_or(0) % 36).unwrap_or(0);
            let c = char::from_digit(digit, 36).unwrap_or('0');
            write!(f, "{}", c.to_ascii_uppercase())?;
        }
        Ok(())
    }
}

impl fmt::Debug for PostalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Some of a country's postal codes: a range of one length, its ends included
/// (`22000000-22999999`), or those with the same start, of whatever length (`22*`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum PostalCodes {
    /// From a code to another of its kind.
    Range(PostalCode, PostalCode),
    /// All that begin so.
    Prefix(PostalCode),
}

/// Why a text names no postal codes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPostalCodes {
    /// It has not one end or two, and is no prefix.
    #[error("is not a range of postal codes like 22000000-22999999, nor a prefix like 22*")]
    Form,
    /// Its ends can't be compared.
    #[error("has ends of different length, or digits at one end and letters at the other")]
    Ends,
    /// Its ends are the wrong way round.
    #[error("starts after its end")]
    Order,
}

impl PostalCodes {
    /// Reads `first-last`, where both may be written with a dash of their own, a single code
    /// without one, or a prefix with an asterisk.
    ///
    /// # Errors
    /// When it is none of these.
    pub fn parse(text: &str) -> Result<Self, InvalidPostalCodes> {
        let (codes, prefix) = match text.trim().strip_suffix('*') {
            Some(codes) => (codes, true),
            None => (text, false),
        };
        // What is anything else, like `22*99`, is no punctuation to be dropped.
        if codes
            .chars()
            .any(|c| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '.' | ' '))
        {
            return Err(InvalidPostalCodes::Form);
        }
        let code = |text: &str| PostalCode::parse(text).ok_or(InvalidPostalCodes::Form);
        if prefix {
            return code(codes).map(Self::Prefix);
        }
        let parts: Vec<_> = codes.split('-').collect();
        for part in &parts {
            code(part)?;
        }
        match parts.as_slice() {
            [one] => Self::range(code(one)?, code(one)?),
            [first, last] => Self::range(code(first)?, code(last)?),
            [a, b, c, d] => Self::range(code(&format!("{a}{b}"))?, code(&format!("{c}{d}"))?),
            _ => Err(InvalidPostalCodes::Form),
        }
    }

    /// The codes from `first` to `last`.
    ///
    /// # Errors
    /// When the ends are of different kinds or the wrong way round.
    pub fn range(first: PostalCode, last: PostalCode) -> Result<Self, InvalidPostalCodes> {
        if !first.is_like(last) {
            return Err(InvalidPostalCodes::Ends);
        }
        if first > last {
            return Err(InvalidPostalCodes::Order);
        }
        Ok(Self::Range(first, last))
    }

    /// Whether the code is one of these.
    #[must_use]
    pub fn contains(self, code: PostalCode) -> bool {
        match self {
            Self::Range(first, last) => first <= code && code <= last,
            Self::Prefix(prefix) => code.start(prefix.len()) == prefix.start(prefix.len()),
        }
    }
}

impl fmt::Display for PostalCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range(first, last) => write!(f, "{first}-{last}"),
            Self::Prefix(prefix) => write!(f, "{prefix}*"),
        }
    }
}

impl TryFrom<String> for PostalCodes {
    type Error = InvalidPostalCodes;
    fn try_from(text: String) -> Result<Self, InvalidPostalCodes> {
        Self::parse(&text)
    }
}

impl From<PostalCodes> for String {
    fn from(codes: PostalCodes) -> Self {
        codes.to_string()
    }
}

#[cfg(test)]
mod tests;
