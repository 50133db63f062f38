//! Reading a TOML file so that every mistake in it is found at once, each with its path and line.
//!
//! A reader of a section reads all of its fields, notes what is wrong and goes on; what it could
//! not read is `None`. Numbers are read from their digits, never through floating point.

mod attachment;
mod value;

use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;
use std::ops::Range;

use toml::Spanned;
use toml::de::DeTable;

pub use attachment::{Attachments, Source};
pub(super) use attachment::{Cell, Column, Sheet, SheetRow};
pub(super) use value::Value;

/// Something wrong in the seller file, or in a file it names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Mistake {
    /// The file it is in, as the seller file names it; `None`: the seller file itself.
    pub file: Option<String>,
    /// The setting, like `shipping.methods[2].windows.slots[0].from`, or the column of a CSV file;
    /// empty: the file as such.
    pub path: String,
    /// Its line, the first being 1.
    pub line: usize,
    /// Its column, the first being 1.
    pub column: usize,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}: ")?;
        }
        write!(f, "line {}, column {}: ", self.line, self.column)?;
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

/// Reads `text` with `read`, and the files it names from `files`.
///
/// # Errors
/// Every mistake: the file's in its order, then each named file's.
pub(super) fn read<T>(
    text: &str,
    files: &dyn Attachments,
    read: impl FnOnce(&mut Table<'_>) -> Option<T>,
) -> Result<T, Vec<Mistake>> {
    let mistakes = Mistakes::new(text, files);
    let root = match DeTable::parse(text) {
        Ok(root) => root,
        Err(error) => {
            mistakes.note("", &error.span().unwrap_or_default(), error.message());
            return Err(mistakes.sorted());
        }
    };
    // What the file as a whole lacks has no better place than its start.
    let content = Table::read(String::new(), 0..0, root.get_ref(), &mistakes, read);
    match content {
        Some(content) if mistakes.none() => Ok(content),
        _ => Err(mistakes.sorted()),
    }
}

struct Mistakes<'a> {
    text: &'a str,
    files: &'a dyn Attachments,
    noted: RefCell<Vec<Mistake>>,
}

impl<'a> Mistakes<'a> {
    fn new(text: &'a str, files: &'a dyn Attachments) -> Self {
        Self {
            text,
            files,
            noted: RefCell::default(),
        }
    }

    fn note(&self, path: &str, span: &Range<usize>, message: impl fmt::Display) {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        self.noted.borrow_mut().push(Mistake {
            file: None,
            path: path.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            message: message.to_string(),
        });
    }

    fn none(&self) -> bool {
        self.noted.borrow().is_empty()
    }

    fn sorted(self) -> Vec<Mistake> {
        let mut noted = self.noted.into_inner();
        noted.sort_by(|one, other| {
            let place = |mistake: &Mistake| (mistake.line, mistake.column);
            (&one.file, place(one)).cmp(&(&other.file, place(other)))
        });
        // A file that two settings name is read for each of them.
        let mut seen = HashSet::new();
        noted.retain(|mistake| mistake.file.is_none() || seen.insert(mistake.clone()));
        noted
    }
}

/// A table of the file, of which each setting is asked for by name.
pub(super) struct Table<'a> {
    path: String,
    span: Range<usize>,
    entries: &'a DeTable<'a>,
    known: Vec<&'static str>,
    mistakes: &'a Mistakes<'a>,
}

impl<'a> Table<'a> {
    /// Reads a table with `read`; what that does not ask for is no setting.
    fn read<T>(
        path: String,
        span: Range<usize>,
        entries: &'a DeTable<'a>,
        mistakes: &'a Mistakes<'a>,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        let known = Vec::new();
        let mut table = Self {
            path,
            span,
            entries,
            known,
            mistakes,
        };
        let content = read(&mut table);
        table.note_unknown();
        content
    }

    /// A setting that may be absent.
    pub(super) fn get(&mut self, key: &'static str) -> Option<Value<'a>> {
        self.known.push(key);
        self.entries.get(key).map(|value| Value {
            path: self.path_of(key),
            span: value.span(),
            value: value.get_ref(),
            mistakes: self.mistakes,
        })
    }

    /// A setting that must be there.
    pub(super) fn required(&mut self, key: &'static str) -> Option<Value<'a>> {
        let value = self.get(key);
        if value.is_none() {
            self.mistake(key, "is missing");
        }
        value
    }

    /// Whether the setting is there, without asking for it.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// Notes what is wrong with a setting, or that it should not be absent.
    pub(super) fn mistake(&self, key: &str, message: impl fmt::Display) {
        let span = self
            .entries
            .get(key)
            .map_or(self.span.clone(), Spanned::span);
        self.mistakes.note(&self.path_of(key), &span, message);
    }

    /// Notes every setting nobody asked for.
    fn note_unknown(&self) {
        for key in self.entries.keys() {
            let name: &str = key.get_ref();
            if self.known.contains(&name) {
                continue;
            }
            let message = match nearest(name, &self.known) {
                Some(known) => format!("is no setting; did you mean `{known}`?"),
                None => format!("is no setting; there are {}", self.known.join(", ")),
            };
            self.mistakes
                .note(&self.path_of(name), &key.span(), message);
        }
    }

    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }
}

/// The candidate that `name` looks like a slip of.
fn nearest<'k>(name: &str, candidates: &[&'k str]) -> Option<&'k str> {
    candidates
        .iter()
        .map(|candidate| (strsim::osa_distance(name, candidate), *candidate))
        .filter(|(distance, candidate)| *distance <= 2.min(candidate.len() / 2))
        .min()
        .map(|(_, candidate)| candidate)
}
