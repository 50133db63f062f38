//! A rate table: a CSV file beside the seller file, with a row for each postal range and weight.

mod cells;
mod columns;

use feirante_models::simulation::Country;

use super::estimate::{Estimate, Unit};
use super::file::{SheetRow, Value};
use super::rate::TableFor;
use crate::shipping::{Overlap, RateRow, RateTable, ZonedRow};
use columns::Columns;

/// Reads the table whose file name `value` is.
pub(super) fn read(value: &Value<'_>, method: &TableFor<'_>) -> Option<RateTable> {
    let sheet = value.sheet()?;
    let columns = Columns::of(&sheet)?;
    let country = only_country(method);
    let in_days = |estimate: Estimate| !matches!(estimate.unit, Unit::Hours | Unit::Minutes);
    if columns.days.is_some() && !method.estimate.is_none_or(in_days) {
        return value.mistake("counts days, and the method's estimate hours or minutes");
    }
    let mut whole = true;
    let mut rows = Vec::new();
    for row in sheet.rows() {
        match zoned(row, &columns, country) {
            Some(zoned) => rows.push(zoned),
            None => whole = false,
        }
    }
    if rows.is_empty() && whole {
        return sheet.mistake_at((1, 1), "", "has no rows below its names of columns");
    }
    match RateTable::new(rows) {
        Ok(table) => whole.then_some(table),
        Err(overlaps) => {
            for Overlap { first, second } in overlaps {
                let place = (usize::try_from(second).unwrap_or_default(), 1);
                let message = format!("is for lines that line {first} is for as well");
                let _: Option<()> = sheet.mistake_at(place, "", message);
            }
            None
        }
    }
}

/// The country that all of the method's areas are in.
fn only_country(method: &TableFor<'_>) -> Option<Country> {
    let mut countries = method.areas.iter().map(|area| area.country);
    let first = countries.next()?;
    countries.all(|country| country == first).then_some(first)
}

/// Reads a row, noting all that is wrong with it.
fn zoned(row: SheetRow<'_>, columns: &Columns, country: Option<Country>) -> Option<ZonedRow> {
    let named = columns
        .country
        .map(|column| cells::country(&row.cell(column)));
    let country = match named {
        Some(named) => named?.or(country),
        None => country,
    };
    let codes = cells::postal_range(&row, columns, country);
    let grams = columns.weight.read(&row);
    let value = cells::value_range(&row, columns);
    let price = row.cell(columns.price).parsed(cells::cents);
    let extra_kg = cells::optional(&row, columns.extra_kg, cells::cents);
    let share = cells::optional(&row, columns.share, cells::millionths);
    let time = cells::optional(&row, columns.days, cells::days);
    for column in columns.unsupported.iter().flatten() {
        column.check(&row);
    }
    let Some(country) = country else {
        return row.mistake("names no country, and the method's areas are in several");
    };
    let (first, last) = codes?;
    Some(ZonedRow {
        country,
        first,
        last,
        row: RateRow {
            line: u32::try_from(row.line()).ok()?,
            grams: grams?,
            value: value?,
            price: price?,
            extra_kg: extra_kg?.unwrap_or_default(),
            share: share?.unwrap_or_default(),
            time: time?,
        },
    })
}

#[cfg(test)]
mod tests;
