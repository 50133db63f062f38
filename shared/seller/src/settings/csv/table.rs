//! A CSV text with where each of its cells stands.

use csv::{ReaderBuilder, StringRecord};

use super::{delimiter_of, same_name};

/// A CSV text, read whole; its first line has the names of its columns.
#[derive(Debug, Clone)]
pub struct CsvTable {
    text: String,
    delimiter: u8,
    headers: Row,
    rows: Vec<Row>,
}

/// A row, and where it begins.
#[derive(Debug, Clone)]
pub struct Row {
    cells: StringRecord,
    line: usize,
    byte: usize,
}

/// Why a text is no table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct CsvMistake {
    /// The line, the first being 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

/// Reads `text` with the delimiter its first line has. Rows without content are left out; rows may be
/// shorter or longer than the first. Spaces around a cell are dropped.
///
/// # Errors
/// When there is no first line.
pub fn csv_table(text: &str) -> Result<CsvTable, CsvMistake> {
    let delimiter = delimiter_of(text.trim_start_matches(['\r', '\n']));
    let reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.into_records() {
        let record = record.map_err(|error| {
            let line = error.position().map_or(1, csv::Position::line);
            CsvMistake {
                line: usize::try_from(line).unwrap_or(usize::MAX),
                message: error.to_string(),
            }
        })?;
        if record.iter().any(|cell| !cell.is_empty()) {
            rows.push(Row::new(text, record));
        }
    }
    if rows.is_empty() {
        return Err(CsvMistake {
            line: 1,
            message: "is empty: its first line names the columns".to_owned(),
        });
    }
    let headers = rows.remove(0);
    Ok(CsvTable {
        text: text.to_owned(),
        delimiter,
        headers,
        rows,
    })
}

impl Row {
    fn new(text: &str, cells: StringRecord) -> Self {
        let (line, byte) = cells.position().map_or((1, 0), |position| {
            let number = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
            (number(position.line()), number(position.byte()))
        });
        // The reader counts the blank lines before a row as the row's.
        let rest = text.get(byte..).unwrap_or_default();
        let blank = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        Self {
            cells,
            line: line + rest[..blank].matches('\n').count(),
            byte: byte + blank,
        }
    }

    /// Its line, the first being 1.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The cell at this place, without the spaces around it; empty where the row ends before it.
    #[must_use]
    pub fn cell(&self, index: usize) -> &str {
        self.cells.get(index).unwrap_or_default()
    }

    /// All of its cells.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        self.cells.iter()
    }
}

impl CsvTable {
    /// What stands between its cells.
    #[must_use]
    pub const fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// The names of its columns.
    pub fn headers(&self) -> impl Iterator<Item = &str> {
        self.headers.cells()
    }

    /// The line its columns are named in.
    #[must_use]
    pub const fn header_line(&self) -> usize {
        self.headers.line
    }

    /// The place of the column that has one of these names.
    #[must_use]
    pub fn column(&self, names: &[&str]) -> Option<usize> {
        self.headers()
            .position(|header| names.iter().any(|name| same_name(name, header)))
    }

    /// Its rows.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter()
    }

    /// The line and the column, the first being 1, where a cell of `row` begins; where the row ends,
    /// if it has fewer.
    #[must_use]
    pub fn place(&self, row: &Row, index: usize) -> (usize, usize) {
        let rest = self.text.get(row.byte..).unwrap_or_default();
        let (mut cell, mut quoted) = (0, false);
        let (mut line, mut column) = (row.line, 1);
        for c in rest.chars() {
            if cell == index {
                break;
            }
            match c {
                '"' => quoted = !quoted,
                '\n' | '\r' if !quoted => break,
                '\n' => (line, column) = (line + 1, 0),
                _ if !quoted && c == char::from(self.delimiter) => cell += 1,
                _ => {}
            }
            column += 1;
        }
        (line, column)
    }
}
