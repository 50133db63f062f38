//! A difference, for people and for programs.

use serde_json::{Value, json};

use super::difference::{Change, Difference};
use super::rows::{FileChange, Rows};
use crate::output;

/// Changes a person is shown: a new marketplace may have fifty settings, a mistake thousands.
const SHOWN: usize = 200;

/// Shows what would change about the edition `version`; `None`: nothing is in force.
pub(super) fn print(difference: &Difference, version: Option<i64>) {
    let Some(version) = version else {
        output::line("nothing is in force yet");
        return;
    };
    if difference.is_empty() {
        output::line(format_args!(
            "nothing that functions read differs from version {version}"
        ));
        return;
    }
    output::line(format_args!("changes to version {version}:"));
    for change in difference.changes.iter().take(SHOWN) {
        output::line(format_args!("  {}", in_words(change)));
    }
    let more = difference.changes.len().saturating_sub(SHOWN);
    if more > 0 {
        output::line(format_args!("  and {more} more; --json lists all"));
    }
    for file in &difference.files {
        output::line(format_args!(
            "  {}: {}",
            file.name,
            rows_in_words(&file.rows)
        ));
        for sample in file.samples.iter() {
            output::line(format_args!("    {sample}"));
        }
    }
}

fn in_words(change: &Change) -> String {
    match change {
        Change {
            path,
            before: None,
            after: Some(after),
        } => format!("+ {path} = {after}"),
        Change {
            path,
            before: Some(before),
            after: None,
        } => format!("- {path} = {before}"),
        Change {
            path,
            before,
            after,
        } => {
            let shown = |value: &Option<String>| value.clone().unwrap_or_default();
            format!("~ {path} = {} → {}", shown(before), shown(after))
        }
    }
}

fn rows_in_words(rows: &Rows) -> String {
    match rows {
        Rows::NewFile { rows } => format!("is new, with {rows} rows"),
        Rows::NoFile { rows } => format!("is gone, with its {rows} rows"),
        Rows::Columns { before, after } => {
            format!(
                "has the columns {} instead of {}",
                after.join(", "),
                before.join(", ")
            )
        }
        Rows::Differ {
            changed,
            added,
            removed,
        } => {
            let parts = [(changed, "changed"), (added, "added"), (removed, "removed")];
            let parts = parts.iter().filter(|(count, _)| **count > 0);
            let parts: Vec<_> = parts
                .map(|(count, what)| {
                    let rows = if **count == 1 { "row" } else { "rows" };
                    format!("{count} {rows} {what}")
                })
                .collect();
            parts.join(", ")
        }
    }
}

/// The same for programs, with the version in force and whether it is because of this call.
pub(super) fn json(difference: &Difference, version: i64, applied: bool) -> Value {
    let changes = difference.changes.iter().map(
        |change| json!({ "path": change.path, "before": change.before, "after": change.after }),
    );
    json!({
        "version": version,
        "applied": applied,
        "changes": changes.collect::<Vec<_>>(),
        "files": difference.files.iter().map(file).collect::<Vec<_>>(),
    })
}

fn file(file: &FileChange) -> Value {
    let mut value = match &file.rows {
        Rows::NewFile { rows } => json!({ "rowsAdded": rows }),
        Rows::NoFile { rows } => json!({ "rowsRemoved": rows }),
        Rows::Columns { before, after } => {
            json!({ "columnsBefore": before, "columnsAfter": after })
        }
        Rows::Differ {
            changed,
            added,
            removed,
        } => {
            json!({ "rowsChanged": changed, "rowsAdded": added, "rowsRemoved": removed })
        }
    };
    value["file"] = json!(file.name);
    value
}
