//! A table of rates by postal code, weight and value, looked up without reading it through.

mod stored;

use std::ops::Range;

use feirante_models::Cents;
use feirante_models::simulation::Country;

use super::postal::PostalCode;

/// Rates by postal code, weight and value. No two rows are for the same line.
///
/// Rows of the same postal range are a *zone*. Zones are kept in the order of their start, so those
/// of an address are found by bisection; the rows of a zone by their weight.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RateTable {
    zones: Vec<Zone>,
    rows: Vec<RateRow>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Zone {
    country: Country,
    first: PostalCode,
    last: PostalCode,
    /// The greatest `last` of the country's zones up to this one.
    reach: PostalCode,
    /// Its rows, lightest first, then those of the least value.
    rows: Range<usize>,
}

/// What a row of the table says about lines to its postal codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateRow {
    /// Its line in the file, the first being 1.
    pub line: u32,
    /// The weights it is for, both ends included, in grams.
    pub grams: (u32, u32),
    /// What the line must be worth, both ends included, in cents.
    pub value: (Cents, Cents),
    /// What it costs, in cents…
    pub price: Cents,
    /// …and each kilogram begun above the lightest weight…
    pub extra_kg: Cents,
    /// …and this share of the line's value, in millionths.
    pub share: u32,
    /// How long it takes, in the unit of the method's estimate; `None`: as long as that.
    pub time: Option<u16>,
}

/// A row and the postal codes it is for, ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ZonedRow {
    /// The country.
    pub country: Country,
    /// The first postal code.
    pub first: PostalCode,
    /// The last postal code, of the kind of the first.
    pub last: PostalCode,
    /// What it says.
    pub row: RateRow,
}

/// Two rows that are for the same lines, by their lines in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overlap {
    /// The row further up.
    pub first: u32,
    /// The other.
    pub second: u32,
}

impl RateTable {
    /// Overlaps that are told at once: more are one mistake many times.
    const MOST_OVERLAPS: usize = 50;

    /// Makes a table of rows in any order.
    ///
    /// Where one row ends at the very weight or value at which another begins, both are right, and
    /// the lighter or cheaper line's holds there.
    ///
    /// # Errors
    /// Rows that overlap otherwise.
    pub fn new(rows: Vec<ZonedRow>) -> Result<Self, Vec<Overlap>> {
        let table = Self::indexed(rows);
        let overlaps = table.overlaps();
        if overlaps.is_empty() {
            Ok(table)
        } else {
            Err(overlaps)
        }
    }

    fn indexed(mut rows: Vec<ZonedRow>) -> Self {
        rows.sort_by_key(ZonedRow::place);
        let mut table = Self::default();
        for zoned in &rows {
            table.add(zoned);
        }
        table.fitted()
    }

    /// Puts a row behind all others. Who does so keeps to their order.
    fn add(&mut self, zoned: &ZonedRow) {
        let index = self.rows.len();
        self.rows.push(zoned.row);
        let reach = match self.zones.last_mut() {
            Some(zone) if zone.is_of(zoned) => {
                zone.rows.end = index + 1;
                return;
            }
            Some(zone) if zone.country == zoned.country => zone.reach.max(zoned.last),
            _ => zoned.last,
        };
        self.zones.push(Zone {
            country: zoned.country,
            first: zoned.first,
            last: zoned.last,
            reach,
            rows: index..index + 1,
        });
    }

    /// The row behind all others.
    fn last(&self) -> Option<ZonedRow> {
        let (zone, row) = (self.zones.last()?, self.rows.last()?);
        Some(ZonedRow {
            country: zone.country,
            first: zone.first,
            last: zone.last,
            row: *row,
        })
    }

    /// The same in no more memory than it needs.
    fn fitted(mut self) -> Self {
        self.zones.shrink_to_fit();
        self.rows.shrink_to_fit();
        self
    }

    /// The rows for an address, a list for each zone it is in; none: the table does not serve it.
    #[must_use]
    pub fn at(&self, country: Country, code: PostalCode) -> Vec<&[RateRow]> {
        let end = self
            .zones
            .partition_point(|zone| (zone.country, zone.first) <= (country, code));
        self.reaching(end, country, code)
            .map(|zone| &self.rows[zone.rows.clone()])
            .collect()
    }

    /// Those of the first `end` zones that reach up to `code`, from the back.
    fn reaching(
        &self,
        end: usize,
        country: Country,
        code: PostalCode,
    ) -> impl Iterator<Item = &Zone> {
        let before = self.zones[..end].iter().rev();
        before
            .take_while(move |zone| zone.country == country && zone.reach >= code)
            .filter(move |zone| zone.last >= code)
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The memory it takes, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of::<Self>()
            + self.zones.capacity() * size_of::<Zone>()
            + self.rows.capacity() * size_of::<RateRow>()
    }

    fn overlaps(&self) -> Vec<Overlap> {
        let mut overlaps = Vec::new();
        for (index, zone) in self.zones.iter().enumerate() {
            let rows = &self.rows[zone.rows.clone()];
            for (position, row) in rows.iter().enumerate() {
                note_overlaps(row, &rows[position + 1..], &mut overlaps);
            }
            for other in self.reaching(index, zone.country, zone.first) {
                for row in rows {
                    note_overlaps(row, &self.rows[other.rows.clone()], &mut overlaps);
                }
            }
            if overlaps.len() >= Self::MOST_OVERLAPS {
                break;
            }
        }
        overlaps.truncate(Self::MOST_OVERLAPS);
        overlaps
    }
}

/// Notes those of `others`, which are in order, that `row` overlaps.
fn note_overlaps(row: &RateRow, others: &[RateRow], overlaps: &mut Vec<Overlap>) {
    let lighter = others.partition_point(|other| other.grams.1 < row.grams.0);
    for other in others[lighter..].iter().filter(|other| row.overlaps(other)) {
        if overlaps.len() >= RateTable::MOST_OVERLAPS {
            return;
        }
        overlaps.push(Overlap {
            first: row.line.min(other.line),
            second: row.line.max(other.line),
        });
    }
}

impl Zone {
    fn is_of(&self, zoned: &ZonedRow) -> bool {
        (self.country, self.first, self.last) == (zoned.country, zoned.first, zoned.last)
    }
}

impl ZonedRow {
    /// What the rows of a table are in the order of. Stored tables are in it too and are not sorted again:
    /// with another order, they would have to be written anew.
    fn place(&self) -> impl Ord + use<> {
        let zone = (self.country, self.first, self.last);
        (zone, self.row.rank(), self.row.line)
    }
}

impl RateRow {
    /// What a row that is for any value ends at.
    pub const ANY_VALUE: Cents = Cents::new(i64::MAX);

    /// The row of a zone for a line; `rows` in the order of a table.
    #[must_use]
    pub fn find(rows: &[Self], grams: i64, value: Cents) -> Option<&Self> {
        let lighter = rows.partition_point(|row| i64::from(row.grams.1) < grams);
        rows[lighter..].iter().find(|row| row.is_for(grams, value))
    }

    /// What its zone is in the order of; of two rows that meet the first holds.
    #[must_use]
    pub fn rank(&self) -> (u32, Cents) {
        (self.grams.1, self.value.1)
    }

    /// Whether the row is for such a line.
    #[must_use]
    pub fn is_for(&self, grams: i64, value: Cents) -> bool {
        (i64::from(self.grams.0)..=i64::from(self.grams.1)).contains(&grams)
            && (self.value.0..=self.value.1).contains(&value)
    }

    fn overlaps(&self, other: &Self) -> bool {
        overlap(self.grams, other.grams) && overlap(self.value, other.value)
    }
}

/// Whether two ranges have more in common than the end of one and the start of the other.
fn overlap<T: Ord>(one: (T, T), other: (T, T)) -> bool {
    one == other || (one.0 < other.1 && other.0 < one.1)
}

#[cfg(test)]
mod tests;
