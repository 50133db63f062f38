//! How a rate table is stored: lists of numbers, since names would be most of it.

use feirante_models::Cents;
use feirante_models::simulation::Country;
use serde::{Deserialize, Serialize};

use super::super::postal::PostalCode;
use super::{RateRow, RateTable, ZonedRow};

/// A table as JSON: `[["BRA", "22000000", "22999999", [[2, 0, 1000, 1590, 4], …]], …]`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Stored(Vec<StoredZone>);

#[derive(Debug, Serialize, Deserialize)]
struct StoredZone(Country, String, String, Vec<StoredRow>);

/// Line, weights, price, time, extra kilogram, share, values; what a row has not is left out from
/// the back. The line counts from that of the row before.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
struct StoredRow(Vec<i64>);

/// A stored table that is none.
#[derive(Debug, thiserror::Error)]
#[error("a stored rate table is damaged: {0}")]
pub(super) struct Damaged(&'static str);

/// What stands for something a row has not, by its place; the first four it always has.
const ABSENT: [i64; 9] = [0, 0, 0, 0, -1, 0, 0, 0, i64::MAX];
const ALWAYS: usize = 4;

impl From<RateTable> for Stored {
    fn from(table: RateTable) -> Self {
        let mut line = 0;
        let zones = table.zones.iter().map(|zone| {
            let rows = table.rows[zone.rows.clone()].iter().map(|row| {
                let stored = StoredRow::of(row, line);
                line = i64::from(row.line);
                stored
            });
            let (first, last) = (zone.first.to_string(), zone.last.to_string());
            StoredZone(zone.country, first, last, rows.collect())
        });
        Self(zones.collect())
    }
}

impl TryFrom<Stored> for RateTable {
    type Error = Damaged;
    fn try_from(stored: Stored) -> Result<Self, Damaged> {
        let mut rows = Vec::new();
        let mut line = 0;
        for StoredZone(country, first, last, stored_rows) in stored.0 {
            let code = |text: &str| PostalCode::parse(text).ok_or(Damaged("a postal code"));
            let (first, last) = (code(&first)?, code(&last)?);
            for stored in stored_rows {
                let row = stored.read(line).ok_or(Damaged("a row"))?;
                line = i64::from(row.line);
                rows.push(ZonedRow {
                    country,
                    first,
                    last,
                    row,
                });
            }
        }
        // Nothing overlapped when it was made.
        Ok(Self::indexed(rows))
    }
}

impl StoredRow {
    fn of(row: &RateRow, line_before: i64) -> Self {
        let mut numbers = vec![
            i64::from(row.line) - line_before,
            row.grams.0.into(),
            row.grams.1.into(),
            row.price.get(),
            row.time.map_or(-1, i64::from),
            row.extra_kg.get(),
            row.share.into(),
            row.value.0.get(),
            row.value.1.get(),
        ];
        while numbers.len() > ALWAYS && numbers.last() == ABSENT.get(numbers.len() - 1) {
            numbers.pop();
        }
        Self(numbers)
    }

    fn read(&self, line_before: i64) -> Option<RateRow> {
        if !(ALWAYS..=ABSENT.len()).contains(&self.0.len()) {
            return None;
        }
        let mut numbers = ABSENT;
        numbers[..self.0.len()].copy_from_slice(&self.0);
        let [line, from, to, price, time, extra_kg, share, least, most] = numbers;
        Some(RateRow {
            line: u32::try_from(line.checked_add(line_before)?).ok()?,
            grams: (u32::try_from(from).ok()?, u32::try_from(to).ok()?),
            value: (Cents::new(least), Cents::new(most)),
            price: Cents::new(price),
            extra_kg: Cents::new(extra_kg),
            share: u32::try_from(share).ok()?,
            time: match time {
                -1 => None,
                days => Some(u16::try_from(days).ok()?),
            },
        })
    }
}
