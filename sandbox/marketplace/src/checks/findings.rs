//! Walking an answer and noting what is wrong with it.

use std::cell::RefCell;
use std::fmt::Display;

use serde_json::Value;

use super::{Rule, Violation};

/// How much of a value a violation quotes, in characters.
const LONGEST_QUOTE: usize = 120;

/// The violations found so far.
#[derive(Default)]
pub(super) struct Findings(RefCell<Vec<Violation>>);

impl Findings {
    /// Notes a violation.
    pub(super) fn note(&self, rule: Rule, pointer: &str, seen: impl Display) {
        self.0.borrow_mut().push(Violation {
            rule,
            pointer: pointer.to_owned(),
            seen: seen.to_string(),
        });
    }

    /// All of them, in the order they were found.
    pub(super) fn into_list(self) -> Vec<Violation> {
        self.0.into_inner()
    }
}

/// A value of an answer, which knows where it stands.
///
/// What it is asked for and is not is noted; `None` then means "already complained about".
#[derive(Clone)]
pub(super) struct Node<'a> {
    pub(super) value: &'a Value,
    pointer: String,
    findings: &'a Findings,
}

impl<'a> Node<'a> {
    /// The answer's top level.
    pub(super) const fn root(value: &'a Value, findings: &'a Findings) -> Self {
        Self {
            value,
            pointer: String::new(),
            findings,
        }
    }

    /// Notes a violation here.
    pub(super) fn note(&self, rule: Rule, seen: impl Display) {
        self.findings.note(rule, &self.pointer, seen);
    }

    /// Notes a violation here and quotes the value.
    pub(super) fn note_value(&self, rule: Rule) {
        self.note(rule, quote(self.value));
    }

    /// A field that may be missing. Null counts as being there.
    pub(super) fn optional(&self, name: &str) -> Option<Self> {
        self.value.get(name).map(|value| self.child(name, value))
    }

    /// A field that must be there, null or not.
    pub(super) fn field(&self, name: &str) -> Option<Self> {
        let field = self.optional(name);
        if field.is_none() {
            self.note(Rule::FieldMissing, format_args!("no `{name}`"));
        }
        field
    }

    /// A list's elements, each with its place.
    pub(super) fn list(&self) -> Option<Vec<Self>> {
        let list = self.value.as_array().or_else(|| self.wrong("an array"))?;
        let elements = list.iter().enumerate();
        Some(
            elements
                .map(|(index, value)| self.child(&index.to_string(), value))
                .collect(),
        )
    }

    /// The node itself if it is an object.
    pub(super) fn object(self) -> Option<Self> {
        if self.value.is_object() {
            Some(self)
        } else {
            self.wrong("an object")
        }
    }

    pub(super) fn text(&self) -> Option<&'a str> {
        self.value.as_str().or_else(|| self.wrong("a string"))
    }

    /// A string, or null as `Some(None)`.
    pub(super) fn text_or_null(&self) -> Option<Option<&'a str>> {
        if self.value.is_null() {
            Some(None)
        } else {
            self.text().map(Some)
        }
    }

    pub(super) fn truth(&self) -> Option<bool> {
        self.value.as_bool().or_else(|| self.wrong("a boolean"))
    }

    pub(super) fn number(&self) -> Option<f64> {
        self.value.as_f64().or_else(|| self.wrong("a number"))
    }

    /// A whole number; `5.0` is one (protocol §2.3).
    pub(super) fn whole(&self) -> Option<i64> {
        whole(self.value).or_else(|| self.wrong("a whole number"))
    }

    /// Whole cents, not below zero.
    pub(super) fn cents(&self) -> Option<i64> {
        let cents = whole(self.value).filter(|cents| *cents >= 0);
        if cents.is_none() {
            self.note_value(Rule::Cents);
        }
        cents
    }

    fn child(&self, name: &str, value: &'a Value) -> Self {
        let name = name.replace('~', "~0").replace('/', "~1");
        Self {
            value,
            pointer: format!("{}/{name}", self.pointer),
            findings: self.findings,
        }
    }

    fn wrong<T>(&self, expected: &str) -> Option<T> {
        self.note(
            Rule::FieldType,
            format_args!("{} is not {expected}", quote(self.value)),
        );
        None
    }
}

/// A JSON number without a fraction, as an integer.
pub(super) fn whole(value: &Value) -> Option<i64> {
    /// Beyond it not every integer has a double.
    const EXACT: f64 = 9_007_199_254_740_992.0;

    value.as_i64().or_else(|| {
        let number = value.as_f64()?;
        let exact = number.fract() == 0.0 && number.abs() <= EXACT;
        #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^53")]
        exact.then_some(number as i64)
    })
}

/// A value as it stands in the body, shortened.
pub(super) fn quote(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(LONGEST_QUOTE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
