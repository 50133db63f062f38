//! `[marketplaces.mapping]`: a CSV file beside the seller file, with what a marketplace calls the
//! seller's categories, brands, specifications and values.

use std::collections::HashMap;

use super::csv::same_name;
use super::file::{Cell, Column, Sheet, SheetRow, Table};
use crate::mapping::{Mapping, Name, Target, Unmapped};
use crate::selection::levels;

const KIND: &[&str] = &["kind", "tipo"];
const FROM: &[&str] = &["from", "de"];
const TO: &[&str] = &["to", "para"];
const SPECIFICATION: &[&str] = &["specification", "especificacao", "especificação"];

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Category,
    Brand,
    Specification,
    Value,
}

/// The words for each kind.
const KINDS: [(Kind, &[&str]); 4] = [
    (Kind::Category, &["category", "categoria"]),
    (Kind::Brand, &["brand", "marca"]),
    (Kind::Specification, SPECIFICATION),
    (Kind::Value, &["value", "valor"]),
];

struct Columns {
    kind: Column,
    from: Column,
    to: Column,
    specification: Option<Column>,
}

/// Reads the section.
pub(super) fn read(table: &mut Table<'_>) -> Option<Mapping> {
    let rows = table.required("file").and_then(|file| rows(&file.sheet()?));
    let unmapped = table
        .get("unmapped")
        .and_then(|value| value.choice(&[("pass", Unmapped::Pass), ("hold", Unmapped::Hold)]));
    Some(Mapping::new(unmapped.unwrap_or_default(), rows?))
}

/// All rows of the file, noting all that is wrong with them.
fn rows(sheet: &Sheet<'_>) -> Option<Vec<(Name, Target)>> {
    let columns = Columns::of(sheet)?;
    let mut whole = true;
    let mut lines: HashMap<Name, usize> = HashMap::new();
    let mut rows = Vec::new();
    for row in sheet.rows() {
        let Some((name, target)) = columns.entry(&row) else {
            whole = false;
            continue;
        };
        match lines.get(&name.folded()) {
            Some(line) => {
                let message = format!("{name} is in line {line} as well");
                let _: Option<()> = row.cell(columns.from).mistake(message);
                whole = false;
            }
            None => {
                lines.insert(name.folded(), row.line());
                rows.push((name, target));
            }
        }
    }
    whole.then_some(rows)
}

impl Columns {
    /// Finds the columns and notes those that are missing.
    fn of(sheet: &Sheet<'_>) -> Option<Self> {
        let kind = sheet.required_column(KIND);
        let from = sheet.required_column(FROM);
        let to = sheet.required_column(TO);
        Some(Self {
            kind: kind?,
            from: from?,
            to: to?,
            specification: sheet.column(SPECIFICATION),
        })
    }

    fn entry(&self, row: &SheetRow<'_>) -> Option<(Name, Target)> {
        let kind = row.cell(self.kind).parsed(kind);
        let from = row.cell(self.from);
        let to = row.cell(self.to);
        let name = self.name(row, kind, &from);
        let target = target(&to, kind);
        Some((name?, target?))
    }

    fn name(&self, row: &SheetRow<'_>, kind: Option<Kind>, from: &Cell<'_>) -> Option<Name> {
        let specification = self.specification(row, kind);
        let text = from.text();
        if text.is_empty() {
            return from.mistake("is empty: the seller's name goes here");
        }
        match kind? {
            Kind::Category if levels(text).next().is_none() => from.mistake(NO_CATEGORY),
            Kind::Category => Some(Name::category(text)),
            Kind::Brand => Some(Name::brand(text)),
            Kind::Specification => Some(Name::specification(text)),
            Kind::Value => Some(Name::value(specification??, text)),
        }
    }

    /// The specification of a row, which values have and nothing else has; `None`: a mistake was noted.
    fn specification<'s>(&self, row: &SheetRow<'s>, kind: Option<Kind>) -> Option<Option<&'s str>> {
        let is_value = kind? == Kind::Value;
        let Some(column) = self.specification else {
            return match is_value {
                true => row.mistake("needs the column specification: which one this is a value of"),
                false => Some(None),
            };
        };
        let cell = row.cell(column);
        match (is_value, cell.text()) {
            (true, "") => cell.mistake("is empty: which specification this is a value of"),
            (true, name) => Some(Some(name)),
            (false, "") => Some(None),
            (false, _) => cell.mistake("goes with values alone"),
        }
    }
}

const NO_CATEGORY: &str = "names no category, like Roupas/Camisas";

fn kind(text: &str) -> Result<Kind, &'static str> {
    let mut kinds = KINDS.into_iter();
    let found = kinds.find(|(_, words)| words.iter().any(|word| same_name(word, text)));
    found
        .map(|(kind, _)| kind)
        .ok_or("is none of category, brand, specification and value")
}

/// What the marketplace calls it.
fn target(to: &Cell<'_>, kind: Option<Kind>) -> Option<Target> {
    if to.text().is_empty() {
        return to.mistake(
            "is empty: the marketplace's name goes here, * where it is the same, - where there is none",
        );
    }
    let target = Target::from(to.text().to_owned());
    match (kind?, &target) {
        (Kind::Category | Kind::Brand, Target::LeftOut) => {
            to.mistake("can't be left out: a suggestion has a category and a brand")
        }
        (Kind::Category, Target::Name(path)) if levels(path).next().is_none() => {
            to.mistake(NO_CATEGORY)
        }
        _ => Some(target),
    }
}

#[cfg(test)]
mod tests;
