//! What differs in the CSV files that a seller file names.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, Instant};

use feirante_seller::settings::csv::{CsvTable, csv_table};
use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

/// Rows of a file that a person is shown.
const SAMPLES: usize = 5;

/// After so long rows that differ are no longer paired in the best way.
const PATIENCE: Duration = Duration::from_secs(2);

/// A file that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileChange {
    /// Its name in the seller file.
    pub(super) name: String,
    pub(super) rows: Rows,
    /// The first rows that differ, for people.
    pub(super) samples: Vec<String>,
}

/// How many rows differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rows {
    /// The file was not there.
    NewFile { rows: usize },
    /// The file is not named any more.
    NoFile { rows: usize },
    /// It has other columns, so every row differs.
    Columns {
        before: Vec<String>,
        after: Vec<String>,
    },
    /// It has other rows.
    Differ {
        changed: usize,
        added: usize,
        removed: usize,
    },
}

/// The files that differ, by name.
pub(super) fn changes(
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
) -> Vec<FileChange> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let changed = names.into_iter().filter_map(|name| {
        let (rows, samples) = match (before.get(name), after.get(name)) {
            (None, Some(after)) => (
                Rows::NewFile {
                    rows: Sheet::read(after).rows.len(),
                },
                Vec::new(),
            ),
            (Some(before), None) => (
                Rows::NoFile {
                    rows: Sheet::read(before).rows.len(),
                },
                Vec::new(),
            ),
            (Some(before), Some(after)) if before != after => between(before, after)?,
            _ => return None,
        };
        let name = name.clone();
        Some(FileChange {
            name,
            rows,
            samples,
        })
    });
    changed.collect()
}

/// What differs between two texts of a file; `None`: nothing but how it is written.
fn between(before: &str, after: &str) -> Option<(Rows, Vec<String>)> {
    let (before, after) = (Sheet::read(before), Sheet::read(after));
    if before.columns != after.columns {
        let rows = Rows::Columns {
            before: before.columns,
            after: after.columns,
        };
        return Some((rows, Vec::new()));
    }
    let mut numbers = HashMap::new();
    let mut numbered = |rows: &[String]| -> Vec<usize> {
        let number = |row: &String| {
            let next = numbers.len();
            *numbers.entry(row.clone()).or_insert(next)
        };
        rows.iter().map(number).collect()
    };
    let (one, other) = (numbered(&before.rows), numbered(&after.rows));
    let deadline = Some(Instant::now() + PATIENCE);
    let (mut changed, mut added, mut removed) = (0, 0, 0);
    let mut samples = Vec::new();
    for operation in capture_diff_slices_deadline(Algorithm::Patience, &one, &other, deadline) {
        if matches!(operation, DiffOp::Equal { .. }) {
            continue;
        }
        let (gone, new) = (operation.old_range(), operation.new_range());
        let both = gone.len().min(new.len());
        changed += both;
        added += new.len() - both;
        removed += gone.len() - both;
        let rows = before.rows[gone].iter().map(|row| format!("- {row}"));
        let rows = rows.chain(after.rows[new].iter().map(|row| format!("+ {row}")));
        samples.extend(rows.take(SAMPLES.saturating_sub(samples.len())));
    }
    let differs = changed + added + removed > 0;
    differs.then_some((
        Rows::Differ {
            changed,
            added,
            removed,
        },
        samples,
    ))
}

/// A file's columns, and its rows as text. In which order the columns are does not matter.
struct Sheet {
    columns: Vec<String>,
    rows: Vec<String>,
}

impl Sheet {
    fn read(text: &str) -> Self {
        let Ok(table) = csv_table(text) else {
            return Self {
                columns: Vec::new(),
                rows: Vec::new(),
            };
        };
        let order = order(&table);
        let columns = order.iter().map(|(name, _)| name.clone()).collect();
        let rows = table.rows().map(|row| {
            let cells: Vec<_> = order.iter().map(|(_, index)| row.cell(*index)).collect();
            cells.join(" | ")
        });
        Self {
            columns,
            rows: rows.collect(),
        }
    }
}

/// The columns by name, each with its place.
fn order(table: &CsvTable) -> Vec<(String, usize)> {
    let named = table.headers().map(str::to_owned);
    let mut order: Vec<_> = named
        .enumerate()
        .map(|(index, name)| (name, index))
        .collect();
    order.sort();
    order
}

#[cfg(test)]
mod tests;
