//! How a rate table is stored: lists of numbers, since names would be most of it.
//!
//! `[["BRA", "22000000", "22999999", [[2, 0, 1000, 1590, 4], …]], …]`, in the table's order. It is read
//! while a function starts and a buyer may wait, tens of thousands of rows of it, so each row goes straight
//! to its place.

use std::fmt;

use feirante_models::Cents;
use feirante_models::fields::Text;
use feirante_models::simulation::Country;
use serde::de::{DeserializeSeed, Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::super::postal::PostalCode;
use super::{RateRow, RateTable, ZonedRow};

/// Country, first and last postal code, rows.
#[derive(Serialize)]
struct StoredZone(Country, String, String, Vec<StoredRow>);

/// Line, weights, price, time, extra kilogram, share, values; what a row has not is left out from
/// the back. The line counts from that of the row before.
struct StoredRow([i64; NUMBERS]);

const NUMBERS: usize = 9;

/// What stands for something a row has not, by its place; the first four it always has.
const ABSENT: [i64; NUMBERS] = [0, 0, 0, 0, -1, 0, 0, 0, i64::MAX];
const ALWAYS: usize = 4;

impl Serialize for RateTable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut line = 0;
        serializer.collect_seq(self.zones.iter().map(|zone| {
            let rows = self.rows[zone.rows.clone()].iter().map(|row| {
                let stored = StoredRow::of(row, line);
                line = i64::from(row.line);
                stored
            });
            let (first, last) = (zone.first.to_string(), zone.last.to_string());
            StoredZone(zone.country, first, last, rows.collect())
        }))
    }
}

impl<'de> Deserialize<'de> for RateTable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut read = Read::default();
        deserializer.deserialize_seq(Zones(&mut read))?;
        // Nothing overlapped when it was made.
        Ok(read.table.fitted())
    }
}

/// What was read so far.
#[derive(Default)]
struct Read {
    table: RateTable,
    /// The line of the last row.
    line: i64,
}

fn damaged<E: Error>(what: &str) -> E {
    E::custom(format_args!("a stored rate table is damaged: {what}"))
}

/// Reads all zones.
struct Zones<'t>(&'t mut Read);

impl<'de> Visitor<'de> for Zones<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of zones")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut zones: A) -> Result<(), A::Error> {
        while zones.next_element_seed(OneZone(self.0))?.is_some() {}
        Ok(())
    }
}

/// Reads the next zone.
struct OneZone<'t>(&'t mut Read);

impl<'de> DeserializeSeed<'de> for OneZone<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_tuple(4, self)
    }
}

impl<'de> Visitor<'de> for OneZone<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a zone")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<(), A::Error> {
        let country: Option<Country> = parts.next_element()?;
        let mut code = || -> Result<PostalCode, A::Error> {
            let text: Option<Text<'_>> = parts.next_element()?;
            let code = text.and_then(|Text(text)| PostalCode::parse(&text));
            code.ok_or_else(|| damaged("a postal code"))
        };
        let (first, last) = (code()?, code()?);
        let rows = Rows {
            read: self.0,
            country: country.ok_or_else(|| damaged("a country"))?,
            first,
            last,
        };
        let rows = parts.next_element_seed(rows)?;
        rows.ok_or_else(|| damaged("a zone"))
    }
}

/// Reads the rows of a zone.
struct Rows<'t> {
    read: &'t mut Read,
    country: Country,
    first: PostalCode,
    last: PostalCode,
}

impl<'de> DeserializeSeed<'de> for Rows<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Rows<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        let Read { table, line } = self.read;
        while let Some(stored) = rows.next_element::<StoredRow>()? {
            let row = stored.read(*line).ok_or_else(|| damaged("a row"))?;
            *line = i64::from(row.line);
            let zoned = ZonedRow {
                country: self.country,
                first: self.first,
                last: self.last,
                row,
            };
            let before = table.last();
            if before.is_some_and(|before| before.place() > zoned.place()) {
                return Err(damaged("its order"));
            }
            table.add(&zoned);
        }
        Ok(())
    }
}

impl Serialize for StoredRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut numbers = self.0.as_slice();
        while let [rest @ .., last] = numbers
            && numbers.len() > ALWAYS
            && ABSENT.get(rest.len()) == Some(last)
        {
            numbers = rest;
        }
        serializer.collect_seq(numbers)
    }
}

impl<'de> Deserialize<'de> for StoredRow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Numbers;

        impl<'de> Visitor<'de> for Numbers {
            type Value = StoredRow;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{ALWAYS} to {NUMBERS} numbers")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<StoredRow, A::Error> {
                let mut numbers = ABSENT;
                let mut count = 0;
                while let Some(number) = seq.next_element()? {
                    *numbers.get_mut(count).ok_or_else(|| damaged("a row"))? = number;
                    count += 1;
                }
                if count < ALWAYS {
                    return Err(damaged("a row"));
                }
                Ok(StoredRow(numbers))
            }
        }

        deserializer.deserialize_seq(Numbers)
    }
}

impl StoredRow {
    fn of(row: &RateRow, line_before: i64) -> Self {
        Self([
            i64::from(row.line) - line_before,
            row.grams.0.into(),
            row.grams.1.into(),
            row.price.get(),
            row.time.map_or(-1, i64::from),
            row.extra_kg.get(),
            row.share.into(),
            row.value.0.get(),
            row.value.1.get(),
        ])
    }

    fn read(&self, line_before: i64) -> Option<RateRow> {
        let [line, from, to, price, time, extra_kg, share, least, most] = self.0;
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
