//! The section `Conditions`: what holds with every parameter at its default.

use std::collections::BTreeMap;

use serde_norway::Value;

use super::Error;
use super::intrinsics::{Scope, intrinsic};
use super::node::join;

/// The section's name, of which the places of its conditions begin.
pub(super) const SECTION: &str = "Conditions";

/// How a condition names another: `!Condition WithAlarms`, `{Condition: WithAlarms}`.
pub(super) const CONDITION: &str = "Condition";

/// Whether each condition holds.
#[derive(Debug, Default)]
pub(super) struct Conditions {
    held: BTreeMap<String, bool>,
}

impl Conditions {
    /// Works out the conditions of a section, which refer to parameters and to each other.
    ///
    /// # Errors
    /// Names the place of what is no condition, and of one that depends on itself.
    pub(super) fn read(scope: &Scope, section: &[(&str, &Value)]) -> Result<Self, Error> {
        let mut work = Work {
            scope,
            written: section.iter().copied().collect(),
            trail: Vec::new(),
        };
        let held = section
            .iter()
            .map(|(name, _)| {
                let path = join(SECTION, name);
                Ok(((*name).to_owned(), work.named(&path, name)?))
            })
            .collect::<Result<_, Error>>()?;
        Ok(Self { held })
    }

    /// Whether the condition of that name holds. `path` is where it is named.
    ///
    /// # Errors
    /// When there is none.
    pub(super) fn holds(&self, path: &str, name: &str) -> Result<bool, Error> {
        self.held
            .get(name)
            .copied()
            .ok_or_else(|| unknown(path, name))
    }
}

/// Conditions being worked out.
struct Work<'a> {
    scope: &'a Scope,
    written: BTreeMap<&'a str, &'a Value>,
    /// The conditions whose value waits for the one at hand.
    trail: Vec<String>,
}

impl Work<'_> {
    fn named(&mut self, path: &str, name: &str) -> Result<bool, Error> {
        if self.trail.iter().any(|waiting| waiting == name) {
            return Err(not_understood(path, "a condition that depends on itself"));
        }
        let value = *self.written.get(name).ok_or_else(|| unknown(path, name))?;
        self.trail.push(name.to_owned());
        let held = self.test(&join(SECTION, name), value)?;
        self.trail.pop();
        Ok(held)
    }

    fn test(&mut self, path: &str, value: &Value) -> Result<bool, Error> {
        if let Some(name) = named_by(value) {
            return self.named(path, name);
        }
        let (function, argument) =
            intrinsic(value).ok_or_else(|| not_understood(path, "a condition of this form"))?;
        let in_this_form = || not_understood(path, &format!("{function} in this form"));
        let parts = argument.as_sequence().ok_or_else(in_this_form)?;
        match (function.as_str(), parts.as_slice()) {
            ("Fn::Equals", [one, other]) => {
                let text = |value| self.scope.resolve(path, value)?.text();
                Ok(text(one)? == text(other)?)
            }
            ("Fn::Not", [one]) => Ok(!self.test(path, one)?),
            ("Fn::And", [_, _, ..]) => Ok(!self.test_each(path, parts)?.contains(&false)),
            ("Fn::Or", [_, _, ..]) => Ok(self.test_each(path, parts)?.contains(&true)),
            ("Fn::Equals" | "Fn::Not" | "Fn::And" | "Fn::Or", _) => Err(in_this_form()),
            _ => Err(not_understood(path, &function)),
        }
    }

    /// All of them, so that a mistake is found wherever it stands.
    fn test_each(&mut self, path: &str, parts: &[Value]) -> Result<Vec<bool>, Error> {
        parts.iter().map(|part| self.test(path, part)).collect()
    }
}

/// The condition that a value names.
fn named_by(value: &Value) -> Option<&str> {
    match value {
        Value::Tagged(tagged) if tagged.tag == CONDITION => tagged.value.as_str(),
        Value::Mapping(entries) if entries.len() == 1 => entries.get(CONDITION)?.as_str(),
        _ => None,
    }
}

fn unknown(path: &str, name: &str) -> Error {
    Error::UnknownCondition {
        path: path.to_owned(),
        name: name.to_owned(),
    }
}

fn not_understood(path: &str, what: &str) -> Error {
    Error::NotUnderstood {
        path: path.to_owned(),
        what: what.to_owned(),
    }
}
