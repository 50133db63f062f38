//! Files beside the seller file, named in it: CSV tables that a person keeps in a spreadsheet.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Component, Path};

use serde::{Deserialize, Serialize};

use super::{Mistake, Mistakes, Value};
use crate::settings::csv::{self, CsvTable, Row};

/// Where the files that a seller file names are read from.
pub trait Attachments {
    /// The bytes of the file `name`, which is relative and stays below where the seller file is.
    ///
    /// # Errors
    /// Why there are none, in words that follow the file's name.
    fn read(&self, name: &str) -> Result<Vec<u8>, String>;
}

/// A seller file with the files it names: what an edition of the settings was made from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The seller file.
    pub text: String,
    /// The texts of the files it names, by their names in it.
    pub attachments: BTreeMap<String, String>,
}

impl Source {
    /// A seller file without others.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            attachments: BTreeMap::new(),
        }
    }
}

impl Attachments for Source {
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        let found = self.attachments.get(name);
        found
            .map(|text| text.clone().into_bytes())
            .ok_or_else(|| "there is no such file".to_owned())
    }
}

impl<'a> Value<'a> {
    /// The text of the file whose name this value is.
    pub(crate) fn attachment(&self) -> Option<Attachment<'a>> {
        let name = self.text()?;
        if !stays_below(name) {
            return self.mistake(format_args!(
                "{name} is no file beside the seller file: a name like \"frete.csv\" or \
                 \"tabelas/frete.csv\""
            ));
        }
        match self.mistakes.files.read(name) {
            Ok(bytes) => Some(Attachment {
                name: name.to_owned(),
                text: csv::decoded(bytes),
                mistakes: self.mistakes,
            }),
            Err(why) => self.mistake(format_args!("{name}: {why}")),
        }
    }

    /// The same as a CSV table.
    pub(crate) fn sheet(&self) -> Option<Sheet<'a>> {
        self.attachment()?.sheet()
    }
}

/// Whether a name leads to no other place than its own folder and those in it, on any system.
fn stays_below(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    !name.contains(['\\', ':', '\0'])
        && parts.clone().next().is_some()
        && parts.all(|part| matches!(part, Component::Normal(_)))
}

/// A file that the seller file names.
pub(crate) struct Attachment<'a> {
    name: String,
    text: String,
    mistakes: &'a Mistakes<'a>,
}

impl<'a> Attachment<'a> {
    /// Notes what is wrong at a line and a column of it, the first being 1; `path` says of what, and
    /// may be empty.
    pub(crate) fn mistake_at<T>(
        &self,
        (line, column): (usize, usize),
        path: &str,
        message: impl fmt::Display,
    ) -> Option<T> {
        self.mistakes.noted.borrow_mut().push(Mistake {
            file: Some(self.name.clone()),
            path: path.to_owned(),
            line,
            column,
            message: message.to_string(),
        });
        None
    }

    /// Its rows and columns.
    pub(crate) fn sheet(self) -> Option<Sheet<'a>> {
        match csv::csv_table(&self.text) {
            Ok(table) => {
                let sheet = Sheet { file: self, table };
                sheet.note_misshapen_rows();
                Some(sheet)
            }
            Err(mistake) => self.mistake_at((mistake.line, 1), "", mistake.message),
        }
    }
}

/// A CSV table that the seller file names; its first line has the names of its columns.
pub(crate) struct Sheet<'a> {
    file: Attachment<'a>,
    table: CsvTable,
}

/// A column of a sheet, by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Column(usize);

impl Sheet<'_> {
    /// The column that has one of these names, compared as `csv::same_name` does.
    pub(crate) fn column(&self, names: &[&str]) -> Option<Column> {
        self.table.column(names).map(Column)
    }

    /// The same of a column that must be there; `names[0]` is what it is called to a person.
    pub(crate) fn required_column(&self, names: &[&str]) -> Option<Column> {
        self.column(names).or_else(|| {
            let asked = names.first().copied().unwrap_or_default();
            let others = self.table.headers().collect::<Vec<_>>().join(", ");
            let message = format!("there is no such column; there are {others}");
            self.mistake_at((self.table.header_line(), 1), asked, message)
        })
    }

    /// Its rows, but for those without any content.
    pub(crate) fn rows(&self) -> impl Iterator<Item = SheetRow<'_>> {
        self.table.rows().map(|row| SheetRow { sheet: self, row })
    }

    /// Notes what is wrong at a line and a column of the file, the first being 1.
    pub(crate) fn mistake_at<T>(
        &self,
        place: (usize, usize),
        path: &str,
        message: impl fmt::Display,
    ) -> Option<T> {
        self.file.mistake_at(place, path, message)
    }

    /// A cell in which a line ends is a quote that nobody closed; one too many, a delimiter within a
    /// value. Either shifts what is behind it.
    fn note_misshapen_rows(&self) {
        let columns = self.table.headers().count();
        for row in self.table.rows() {
            let place = |index| self.table.place(row, index);
            if let Some(open) = row.cells().position(|cell| cell.contains('\n')) {
                let _: Option<()> =
                    self.mistake_at(place(open), "", "a quote is opened here and not closed");
            }
            if row.cells().skip(columns).any(|cell| !cell.is_empty()) {
                let message =
                    format!("there are more cells than the {columns} columns named above");
                let _: Option<()> = self.mistake_at(place(columns), "", message);
            }
        }
    }
}

/// A row of a sheet.
#[derive(Clone, Copy)]
pub(crate) struct SheetRow<'s> {
    sheet: &'s Sheet<'s>,
    row: &'s Row,
}

impl<'s> SheetRow<'s> {
    /// Its line in the file, the first being 1.
    pub(crate) fn line(&self) -> usize {
        self.row.line()
    }

    /// Its cell in this column; empty where the row ends before it.
    pub(crate) fn cell(&self, column: Column) -> Cell<'s> {
        Cell {
            row: *self,
            column,
            text: self.row.cell(column.0),
        }
    }

    /// Notes what is wrong with the row as such.
    pub(crate) fn mistake<T>(&self, message: impl fmt::Display) -> Option<T> {
        self.sheet.mistake_at((self.line(), 1), "", message)
    }
}

/// A cell of a sheet.
#[derive(Clone, Copy)]
pub(crate) struct Cell<'s> {
    row: SheetRow<'s>,
    column: Column,
    text: &'s str,
}

impl<'s> Cell<'s> {
    /// Its content without the spaces around it; may be empty.
    pub(crate) const fn text(&self) -> &'s str {
        self.text
    }

    /// What `parse` makes of it.
    pub(crate) fn parsed<T, E: fmt::Display>(
        &self,
        parse: impl FnOnce(&'s str) -> Result<T, E>,
    ) -> Option<T> {
        parse(self.text).map_or_else(|why| self.mistake(why), Some)
    }

    /// The same of one that may be empty, which is `Some(None)`.
    pub(crate) fn optional<T, E: fmt::Display>(
        &self,
        parse: impl FnOnce(&'s str) -> Result<T, E>,
    ) -> Option<Option<T>> {
        if self.text.is_empty() {
            return Some(None);
        }
        self.parsed(parse).map(Some)
    }

    /// Notes what is wrong with it.
    pub(crate) fn mistake<T>(&self, message: impl fmt::Display) -> Option<T> {
        let sheet = self.row.sheet;
        let place = sheet.table.place(self.row.row, self.column.0);
        let path = sheet.table.headers().nth(self.column.0).unwrap_or_default();
        sheet.mistake_at(place, path, message)
    }
}

#[cfg(test)]
mod tests;
