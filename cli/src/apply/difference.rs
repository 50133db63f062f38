//! What differs between two editions, by the settings' paths as the seller file has them.

use std::collections::BTreeSet;

use feirante_seller::settings::{Settings, Source};
use serde_json::{Map, Value};

use super::rows::{self, FileChange};
use crate::failure::Failure;

/// Settings that are never shown, by their names.
const SECRETS: [&str; 4] = ["key", "previous_key", "app_token", "password"];

/// What tells the tables of a list apart, in the order it is looked for.
const IDENTITIES: [&str; 4] = ["account", "id", "code", "name"];

/// An edition, or one to be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Content<'a> {
    pub(super) settings: &'a Settings,
    /// The seller file it was made from, where that is known.
    pub(super) source: Option<&'a Source>,
}

/// What differs.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Difference {
    /// Of the settings, in the order of their paths in the file.
    pub(super) changes: Vec<Change>,
    /// Of the files it names.
    pub(super) files: Vec<FileChange>,
}

/// A setting that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    /// `shipping.methods[Normal].price`.
    pub(super) path: String,
    /// Its value before, as the file has it; `None`: it was absent. A secret is `***`.
    pub(super) before: Option<String>,
    /// Its value now.
    pub(super) after: Option<String>,
}

impl Difference {
    pub(super) const fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.files.is_empty()
    }

    /// What differs. Without both seller files it is told by what functions read.
    pub(super) fn between(
        before: Option<&Content<'_>>,
        after: &Content<'_>,
    ) -> Result<Self, Failure> {
        let Some(before) = before else {
            return Ok(Self::default());
        };
        let mut difference = Self::default();
        let (one, other) = match (before.source, after.source) {
            (Some(one), Some(other)) => {
                difference.files = rows::changes(&one.attachments, &other.attachments);
                (written(one)?, written(other)?)
            }
            _ => (compiled(before.settings)?, compiled(after.settings)?),
        };
        compare("", Some(&one), Some(&other), &mut difference.changes);
        Ok(difference)
    }
}

fn written(source: &Source) -> Result<Value, Failure> {
    let table: toml::Table = toml::from_str(&source.text)
        .map_err(|error| Failure::system("the seller file can't be compared", &error))?;
    Ok(plain(toml::Value::Table(table)))
}

fn compiled(settings: &Settings) -> Result<Value, Failure> {
    serde_json::to_value(settings)
        .map_err(|error| Failure::system("the settings can't be compared", &error))
}

/// A value of the seller file; a date is its text.
fn plain(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(truth) => truth.into(),
        toml::Value::Datetime(time) => Value::String(time.to_string()),
        toml::Value::Array(list) => list.into_iter().map(plain).collect(),
        toml::Value::Table(table) => {
            let entries = table.into_iter();
            Value::Object(entries.map(|(key, value)| (key, plain(value))).collect())
        }
    }
}

/// Notes what differs at `path`. What is absent is compared as an empty table or list, so that of a
/// whole table each setting is named.
fn compare(path: &str, before: Option<&Value>, after: Option<&Value>, noted: &mut Vec<Change>) {
    if before == after {
        return;
    }
    let empty = Map::new();
    let tables = (table(before, &empty), table(after, &empty));
    let (before_rows, after_rows) = (list(before), list(after));
    match (tables, before_rows, after_rows) {
        ((Some(one), Some(other)), ..) => {
            let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            for key in keys {
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                compare(&path, one.get(key), other.get(key), noted);
            }
        }
        (_, Some(one), Some(other)) => compare_lists(path, one, other, noted),
        _ => noted.push(Change {
            path: path.to_owned(),
            before: before.map(|value| shown(path, value)),
            after: after.map(|value| shown(path, value)),
        }),
    }
}

fn table<'v>(
    value: Option<&'v Value>,
    absent: &'v Map<String, Value>,
) -> Option<&'v Map<String, Value>> {
    match value {
        None => Some(absent),
        Some(value) => value.as_object(),
    }
}

/// A list of tables; an absent one is empty.
fn list(value: Option<&Value>) -> Option<&[Value]> {
    match value {
        None => Some(&[]),
        Some(value) => {
            let list = value.as_array()?;
            (!list.is_empty() && list.iter().all(Value::is_object)).then_some(list)
        }
    }
}

/// Lists of tables are compared by what tells their tables apart, if anything does, and else by
/// their places.
fn compare_lists(path: &str, before: &[Value], after: &[Value], noted: &mut Vec<Change>) {
    let identity = IDENTITIES
        .iter()
        .find(|key| is_identity(key, before) && is_identity(key, after));
    let Some(key) = identity else {
        for index in 0..before.len().max(after.len()) {
            let path = format!("{path}[{index}]");
            compare(&path, before.get(index), after.get(index), noted);
        }
        return;
    };
    let names = |list: &[Value]| -> Vec<String> {
        let texts = list.iter().filter_map(|table| table[key].as_str());
        texts.map(str::to_owned).collect()
    };
    let (were, are) = (names(before), names(after));
    let added = are.iter().filter(|name| !were.contains(name));
    for name in were.iter().chain(added) {
        let with = |list: &[Value], names: &[String]| {
            let index = names.iter().position(|other| other == name)?;
            list.get(index).cloned()
        };
        let (one, other) = (with(before, &were), with(after, &are));
        compare(
            &format!("{path}[{name}]"),
            one.as_ref(),
            other.as_ref(),
            noted,
        );
    }
    let stayed = |of: &[String], other: &[String]| -> Vec<String> {
        of.iter()
            .filter(|name| other.contains(name))
            .cloned()
            .collect()
    };
    let (order_before, order_after) = (stayed(&were, &are), stayed(&are, &were));
    if order_before != order_after {
        noted.push(Change {
            path: format!("{path} (order)"),
            before: Some(order_before.join(", ")),
            after: Some(order_after.join(", ")),
        });
    }
}

/// Whether `key` is a text in each of the tables, and in no two the same.
fn is_identity(key: &str, list: &[Value]) -> bool {
    let mut seen = BTreeSet::new();
    list.iter()
        .all(|table| table[key].as_str().is_some_and(|text| seen.insert(text)))
}

/// A value as it may be shown.
fn shown(path: &str, value: &Value) -> String {
    let name = path.rsplit('.').next().unwrap_or(path);
    if SECRETS.contains(&name) {
        return "***".to_owned();
    }
    masked(value).to_string()
}

/// The value without the secrets in it.
fn masked(value: &Value) -> Value {
    match value {
        Value::Object(table) => {
            let masked = table.iter().map(|(key, value)| {
                let value = if SECRETS.contains(&key.as_str()) {
                    Value::String("***".to_owned())
                } else {
                    masked(value)
                };
                (key.clone(), value)
            });
            Value::Object(masked.collect())
        }
        Value::Array(list) => list.iter().map(masked).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests;
