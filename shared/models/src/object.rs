//! A JSON object field by field, each value still as it was written.
//!
//! For bodies that are echoed: what we understand is read from here, what we don't goes back to the
//! letter. The last of several equal keys wins (protocol §3.1).

use indexmap::IndexMap;
use serde_json::value::{RawValue, to_raw_value};

use crate::fields::Fields;
use crate::problem::{Code, Problem};
use crate::{Cents, Instant, Quantity, wire};

/// An object and the JSON pointer it stands at.
#[derive(Debug, Clone)]
pub(crate) struct Object<'a> {
    at: String,
    fields: Fields<'a, &'a RawValue>,
}

impl<'a> Object<'a> {
    /// Reads the object at `at`.
    pub(crate) fn read(json: &'a str, at: String) -> Result<Self, Problem> {
        if !json.trim_start().starts_with('{') {
            return Err(Problem::at(Code::Schema, &at, "is not an object"));
        }
        match serde_json::from_str(json) {
            Ok(fields) => Ok(Self { at, fields }),
            Err(_) => Err(Problem::at(Code::Schema, &at, "can't be read")),
        }
    }

    /// The JSON pointer of a field.
    pub(crate) fn pointer(&self, name: &str) -> String {
        format!("{}/{name}", self.at)
    }

    /// The refusal of a field.
    pub(crate) fn refuse(&self, name: &str, why: impl std::fmt::Display) -> Problem {
        Problem::at(Code::Schema, &self.pointer(name), why)
    }

    /// The JSON text of a field, unless it is absent or null.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        let json = self.fields.get(name)?.get();
        (json != "null").then_some(json)
    }

    fn required(&self, name: &str) -> Result<&'a str, Problem> {
        self.get(name)
            .ok_or_else(|| self.refuse(name, "is missing"))
    }

    /// A text or a number read as text, if it is there.
    pub(crate) fn optional_id(&self, name: &str) -> Result<Option<String>, Problem> {
        let Some(json) = self.get(name) else {
            return Ok(None);
        };
        match wire::id_text(json) {
            Some(text) => Ok(Some(text)),
            None => Err(self.refuse(name, "is not a text or an integer")),
        }
    }

    /// A text or a number read as text.
    pub(crate) fn id(&self, name: &str) -> Result<String, Problem> {
        self.required(name)?;
        let text = self.optional_id(name)?.unwrap_or_default();
        if text.trim().is_empty() {
            return Err(self.refuse(name, "is empty"));
        }
        Ok(text)
    }

    /// A text of at most `longest` characters on one line, or a number read as text. Null, an absent
    /// field and blanks mean none; blanks around it are dropped.
    pub(crate) fn optional_text(
        &self,
        name: &str,
        longest: usize,
    ) -> Result<Option<String>, Problem> {
        let Some(text) = self.optional_id(name)? else {
            return Ok(None);
        };
        let text = text.trim();
        if text.chars().count() > longest {
            return Err(self.refuse(name, format_args!("is longer than {longest} characters")));
        }
        if text.chars().any(char::is_control) {
            return Err(self.refuse(name, "has a control character"));
        }
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }

    /// The same of a field that must say something.
    pub(crate) fn text(&self, name: &str, longest: usize) -> Result<String, Problem> {
        self.id(name)?;
        Ok(self.optional_text(name, longest)?.unwrap_or_default())
    }

    /// A point in time in any form the protocol's samples use, if the field is there and not blank.
    pub(crate) fn optional_instant(&self, name: &str) -> Result<Option<Instant>, Problem> {
        let text = self.optional_id(name)?;
        let text = text
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty());
        text.map(|text| Instant::parse(text).map_err(|why| self.refuse(name, why)))
            .transpose()
    }

    /// A point in time that must be there.
    pub(crate) fn instant(&self, name: &str) -> Result<Instant, Problem> {
        let text = self.id(name)?;
        Instant::parse(&text).map_err(|why| self.refuse(name, why))
    }

    /// `true` or `false`, if the field is there.
    pub(crate) fn optional_flag(&self, name: &str) -> Result<Option<bool>, Problem> {
        match self.get(name) {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(self.refuse(name, "is neither true nor false")),
        }
    }

    /// Integer cents, if the field is there.
    pub(crate) fn optional_cents(&self, name: &str) -> Result<Option<Cents>, Problem> {
        let Some(json) = self.get(name) else {
            return Ok(None);
        };
        match wire::integer(json) {
            Some(cents) => Ok(Some(Cents::new(cents))),
            None => Err(self.refuse(name, "is not an integer number of cents")),
        }
    }

    /// Integer cents, none of them owed: a price.
    pub(crate) fn price(&self, name: &str) -> Result<Cents, Problem> {
        self.required(name)?;
        let price = self.optional_cents(name)?.unwrap_or_default();
        if price < Cents::ZERO {
            return Err(self.refuse(name, "is negative"));
        }
        Ok(price)
    }

    /// A positive integer.
    pub(crate) fn quantity(&self, name: &str) -> Result<Quantity, Problem> {
        wire::integer(self.required(name)?)
            .and_then(Quantity::new)
            .ok_or_else(|| {
                Problem::at(
                    Code::Quantity,
                    &self.pointer(name),
                    "is not a positive integer",
                )
            })
    }

    /// A position in a list of `length`.
    pub(crate) fn index(&self, name: &str, length: usize) -> Result<usize, Problem> {
        wire::integer(self.required(name)?)
            .and_then(|index| usize::try_from(index).ok())
            .filter(|index| *index < length)
            .ok_or_else(|| self.refuse(name, format_args!("is not a position below {length}")))
    }

    /// An object.
    pub(crate) fn object(&self, name: &str) -> Result<Object<'a>, Problem> {
        Object::read(self.required(name)?, self.pointer(name))
    }

    /// The objects of a list; none if it is absent or null.
    pub(crate) fn objects(&self, name: &str) -> Result<Vec<Object<'a>>, Problem> {
        let Some(json) = self.get(name) else {
            return Ok(Vec::new());
        };
        let list: Vec<&'a RawValue> =
            serde_json::from_str(json).map_err(|_| self.refuse(name, "is not a list"))?;
        list.into_iter()
            .enumerate()
            .map(|(index, item)| {
                Object::read(item.get(), format!("{}/{index}", self.pointer(name)))
            })
            .collect()
    }

    /// The fields as they came, in their order.
    pub(crate) fn fields(&self) -> Echo {
        Echo(
            self.fields
                .iter()
                .map(|(name, value)| (name.to_owned(), (*value).to_owned()))
                .collect(),
        )
    }
}

/// An object to answer: fields as they came, but for those set here.
#[derive(Debug, Clone, Default, serde::Serialize)]
#[serde(transparent)]
pub(crate) struct Echo(IndexMap<String, Box<RawValue>>);

impl Echo {
    /// Sets a field, in its place if it is there.
    pub(crate) fn set(&mut self, name: &str, value: &impl serde::Serialize) {
        if let Ok(value) = to_raw_value(value) {
            self.0.insert(name.to_owned(), value);
        }
    }

    /// Whether the field is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Gives a field another name in the same place, unless that name is taken; then it goes.
    pub(crate) fn rename(&mut self, from: &str, to: &str) {
        let Some(index) = self.0.get_index_of(from) else {
            return;
        };
        if let Some((_, value)) = self.0.shift_remove_index(index)
            && !self.0.contains_key(to)
        {
            self.0.shift_insert(index, to.to_owned(), value);
        }
    }
}
