//! The values of the file, each read as what its setting needs.

use std::fmt;
use std::ops::{Range, RangeInclusive};

use feirante_models::Cents;
use jiff::SignedDuration;
use rust_decimal::Decimal;
use toml::de::DeValue;

use super::{Mistakes, Table};

/// A value of the file and where it stands.
pub(crate) struct Value<'a> {
    pub(super) path: String,
    pub(super) span: Range<usize>,
    pub(super) value: &'a DeValue<'a>,
    pub(super) mistakes: &'a Mistakes<'a>,
}

impl<'a> Value<'a> {
    /// Notes what is wrong with the value.
    pub(crate) fn mistake<T>(&self, message: impl fmt::Display) -> Option<T> {
        self.mistakes.note(&self.path, &self.span, message);
        None
    }

    /// A text, which may be empty.
    pub(crate) fn any_text(&self) -> Option<&'a str> {
        match self.value.as_str() {
            Some(text) => Some(text),
            None => self.mistake("is not a text in quotes"),
        }
    }

    /// A text that is not blank.
    pub(crate) fn text(&self) -> Option<&'a str> {
        let text = self.any_text()?;
        if text.trim().is_empty() {
            return self.mistake("is empty");
        }
        Some(text)
    }

    /// A text that `parse` understands.
    pub(crate) fn parsed<T, E: fmt::Display>(
        &self,
        parse: impl FnOnce(&'a str) -> Result<T, E>,
    ) -> Option<T> {
        parse(self.any_text()?).map_or_else(|why| self.mistake(why), Some)
    }

    /// One of a few words.
    pub(crate) fn choice<T: Clone>(&self, choices: &[(&str, T)]) -> Option<T> {
        let text = self.any_text()?;
        let chosen = choices.iter().find(|(word, _)| *word == text);
        if let Some((_, meaning)) = chosen {
            return Some(meaning.clone());
        }
        let words: Vec<_> = choices
            .iter()
            .map(|(word, _)| format!("\"{word}\""))
            .collect();
        self.mistake(format_args!("is none of {}", words.join(", ")))
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&self) -> Option<bool> {
        let value = self.value.as_bool();
        value.or_else(|| self.mistake("is not true or false"))
    }

    /// An integer within `range`.
    pub(crate) fn integer(&self, range: Range<i64>) -> Option<i64> {
        let value = self
            .value
            .as_integer()
            .and_then(|digits| i64::from_str_radix(digits.as_str(), digits.radix()).ok())
            .filter(|value| range.contains(value));
        if value.is_none() {
            let (first, last) = (range.start, range.end - 1);
            return self.mistake(format_args!("is not an integer from {first} to {last}"));
        }
        value
    }

    /// A price in cents.
    pub(crate) fn cents(&self) -> Option<Cents> {
        /// A hundred million of the currency: more is a slip of the hand.
        const TOO_MUCH: i64 = 10_000_000_001;
        self.integer(0..TOO_MUCH).map(Cents::new)
    }

    /// A number from `least` to `most`.
    pub(crate) fn decimal(&self, least: i64, most: i64) -> Option<Decimal> {
        let digits = match self.value {
            DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str(),
            DeValue::Float(float) => float.as_str(),
            _ => "",
        };
        Decimal::from_str_exact(digits)
            .or_else(|_| Decimal::from_scientific(digits))
            .ok()
            .filter(|value| (Decimal::from(least)..=Decimal::from(most)).contains(value))
            .or_else(|| self.mistake(format_args!("is not a number from {least} to {most}")))
    }

    /// A span of time like `"200ms"`, `"5s"`, `"1h 30m"`, within `range`.
    pub(crate) fn duration(&self, range: RangeInclusive<SignedDuration>) -> Option<SignedDuration> {
        let span = self.any_text()?.parse().ok();
        let span = span.filter(|span| range.contains(span));
        span.or_else(|| {
            let (least, most) = (range.start(), range.end());
            self.mistake(format_args!(
                "is not a time like 200ms, 5s or 1h, from {least:#} to {most:#}"
            ))
        })
    }

    /// A table, read by `read`.
    pub(crate) fn table<T>(self, read: impl FnOnce(&mut Table<'a>) -> Option<T>) -> Option<T> {
        let Some(entries) = self.value.as_table() else {
            return self.mistake("is not a table");
        };
        Table::read(self.path, self.span, entries, self.mistakes, read)
    }

    /// A list, each value read by `read`; those that can't be read are left out.
    pub(crate) fn list<T>(&self, read: impl FnMut(Value<'a>) -> Option<T>) -> Vec<T> {
        self.values().into_iter().filter_map(read).collect()
    }

    /// The same of a list that must not be empty.
    pub(crate) fn some<T>(&self, read: impl FnMut(Value<'a>) -> Option<T>) -> Vec<T> {
        if self.value.as_array().is_some_and(|list| list.is_empty()) {
            let _: Option<()> = self.mistake("is empty");
        }
        self.list(read)
    }

    /// Notes every table of a list that has the same text at `key` as one before it.
    pub(crate) fn unique(&self, key: &str) {
        self.unique_among(&[key]);
    }

    /// The same of several `keys`: none of their texts, in whichever table, may be that of another.
    pub(crate) fn unique_among(&self, keys: &[&str]) {
        let texts = keys.iter().flat_map(|key| self.texts_at(key));
        let mut texts: Vec<_> = texts.collect();
        // In the order of the file.
        texts.sort_by_key(|(_, span, _)| span.start);
        let mut seen: Vec<&str> = Vec::new();
        for (path, span, text) in texts {
            if seen.contains(&text) {
                // Not which: it may be a secret.
                self.mistakes.note(&path, &span, "is the same as one above");
            }
            seen.push(text);
        }
    }

    /// Notes every table of a list whose text at `key` starts with another's and `separator`.
    pub(crate) fn no_prefix(&self, key: &str, separator: &str, why: &str) {
        let texts = self.texts_at(key);
        for (path, span, text) in &texts {
            let starts = |other: &str| {
                text.strip_prefix(other)
                    .is_some_and(|rest| rest.starts_with(separator))
            };
            if let Some((.., other)) = texts.iter().find(|(.., other)| starts(other)) {
                let message = format!("starts with {other}{separator}, which is another's: {why}");
                self.mistakes.note(path, span, message);
            }
        }
    }

    /// The texts at `key` of a list of tables, whether or not the tables are right otherwise.
    pub(crate) fn names(&self, key: &str) -> Vec<&'a str> {
        self.texts_at(key)
            .into_iter()
            .map(|(_, _, text)| text)
            .collect()
    }

    fn texts_at(&self, key: &str) -> Vec<(String, Range<usize>, &'a str)> {
        let list = self.value.as_array().into_iter().flatten().enumerate();
        list.filter_map(|(index, item)| {
            let value = item.get_ref().as_table()?.get(key)?;
            let path = format!("{}[{index}].{key}", self.path);
            Some((path, value.span(), value.get_ref().as_str()?))
        })
        .collect()
    }

    fn values(&self) -> Vec<Value<'a>> {
        let Some(list) = self.value.as_array() else {
            let _: Option<()> = self.mistake("is not a list");
            return Vec::new();
        };
        list.iter()
            .enumerate()
            .map(|(index, value)| Value {
                path: format!("{}[{index}]", self.path),
                span: value.span(),
                value: value.get_ref(),
                mistakes: self.mistakes,
            })
            .collect()
    }
}
