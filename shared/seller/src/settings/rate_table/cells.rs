//! What stands in the cells of a rate table.

use std::fmt;

use feirante_models::Cents;
use feirante_models::simulation::Country;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::columns::Columns;
use crate::settings::csv::{self, InvalidAmount};
use crate::settings::file::{Cell, Column, Sheet, SheetRow};
use crate::shipping::{PostalCode, PostalCodes, RateRow};

/// A column of weights and its unit.
#[derive(Debug, Clone, Copy)]
pub(super) struct WeightColumn {
    column: Column,
    in_kilograms: bool,
}

/// The columns of weights; without one there is no limit on that side.
#[derive(Debug, Clone, Copy)]
pub(super) struct WeightColumns {
    pub(super) start: Option<WeightColumn>,
    pub(super) end: Option<WeightColumn>,
}

impl WeightColumn {
    pub(super) fn of(sheet: &Sheet<'_>, grams: &[&str], kilograms: &[&str]) -> Option<Self> {
        let of = |names, in_kilograms| {
            let column = sheet.column(names)?;
            Some(Self {
                column,
                in_kilograms,
            })
        };
        of(grams, false).or_else(|| of(kilograms, true))
    }

    fn read(self, row: &SheetRow<'_>) -> Option<Option<u32>> {
        row.cell(self.column).optional(|text| {
            if !self.in_kilograms && has_two_readings(text) {
                return Err(format!(
                    "may be {} grams or a thousandth of it: write it without the separator",
                    text.replace(['.', ','], "")
                ));
            }
            let number = csv::decimal(text).map_err(|why| why.to_string())?;
            grams(number, self.in_kilograms).map_err(str::to_owned)
        })
    }
}

impl WeightColumns {
    /// The weights a row is for, in grams.
    pub(super) fn read(&self, row: &SheetRow<'_>) -> Option<(u32, u32)> {
        let limit = |column: Option<WeightColumn>| match column {
            Some(column) => column.read(row),
            None => Some(None),
        };
        let (start, end) = (limit(self.start), limit(self.end));
        let (start, end) = (start?.unwrap_or(0), end?.unwrap_or(u32::MAX));
        if start > end {
            return row.mistake("starts at a greater weight than it ends at");
        }
        Some((start, end))
    }
}

/// Whether a number like `1.000` or `5,001` may be whole, with its thousands set off, as well as a
/// fraction: `1000.001` and `0.001` are not.
fn has_two_readings(text: &str) -> bool {
    let text = text.trim();
    text.split_once(['.', ',']).is_some_and(|(whole, rest)| {
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let groups = (1..=3).contains(&whole.len()) && rest.len() == 3;
        groups && digits(whole) && digits(rest) && whole.bytes().any(|digit| digit != b'0')
    })
}

/// A weight in grams. Tables write 1000.001 for what is just above 1000: so little does not count,
/// since who weighs in grams has no half ones either.
fn grams(number: Decimal, in_kilograms: bool) -> Result<u32, &'static str> {
    const TOO_HEAVY: &str = "is too heavy";
    if in_kilograms {
        let grams = number.checked_mul(Decimal::ONE_THOUSAND).ok_or(TOO_HEAVY)?;
        return grams.trunc().to_u32().ok_or(TOO_HEAVY);
    }
    if number.fract() > Decimal::new(1, 2) {
        return Err(
            "has a fraction of a gram; if these are kilograms, say so in the column's name, like \
             weight_end_kg",
        );
    }
    number.trunc().to_u32().ok_or(TOO_HEAVY)
}

/// The country of a row that names one.
pub(super) fn country(cell: &Cell<'_>) -> Option<Option<Country>> {
    cell.optional(Country::parse)
}

/// The postal codes of a row. Spreadsheets drop the zeros a number starts with: the start is filled
/// up to the length of the end, and a Brazilian code to eight digits.
pub(super) fn postal_range(
    row: &SheetRow<'_>,
    columns: &Columns,
    country: Option<Country>,
) -> Option<(PostalCode, PostalCode)> {
    let [first, last] = [columns.first, columns.last].map(|column| row.cell(column));
    let digits = |text: &str| -> Option<String> {
        let plain = |c: &char| !matches!(c, '-' | '.' | ' ');
        let kept: String = text.chars().filter(plain).collect();
        let number = !kept.is_empty() && kept.bytes().all(|byte| byte.is_ascii_digit());
        number.then_some(kept)
    };
    let eight = match country {
        Some(country) if country.to_string() == "BRA" => 8,
        _ => 0,
    };
    let filled = |text: &str, length: usize| match digits(text) {
        Some(digits) => format!("{digits:0>length$}"),
        None => text.to_owned(),
    };
    let end = filled(last.text(), eight);
    let start = filled(first.text(), end.len().max(eight));
    let code = |cell: &Cell<'_>, text: &str| {
        let plain = text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ' '));
        let code = PostalCode::parse(text).filter(|_| plain);
        code.or_else(|| cell.mistake("is not a postal code"))
    };
    let (start, end) = (code(&first, &start), code(&last, &end));
    let (start, end) = (start?, end?);
    match PostalCodes::range(start, end) {
        Ok(_) => Some((start, end)),
        Err(why) => first.mistake(format_args!("with {}: {why}", last.text())),
    }
}

/// What a line must be worth, in cents.
pub(super) fn value_range(row: &SheetRow<'_>, columns: &Columns) -> Option<(Cents, Cents)> {
    let (start, end) = columns.value;
    let (start, end) = (optional(row, start, cents), optional(row, end, cents));
    let start = start?.unwrap_or(Cents::ZERO);
    let end = end?.unwrap_or(RateRow::ANY_VALUE);
    if start > end {
        return row.mistake("starts at a greater value than it ends at");
    }
    Some((start, end))
}

/// A cell that may be empty, of a column that may be missing.
pub(super) fn optional<T, E: fmt::Display>(
    row: &SheetRow<'_>,
    column: Option<Column>,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Option<Option<T>> {
    match column {
        Some(column) => row.cell(column).optional(parse),
        None => Some(None),
    }
}

/// An amount of the currency, like `15,90`.
pub(super) fn cents(text: &str) -> Result<Cents, InvalidAmount> {
    /// A hundred million of the currency: more is a slip of the hand.
    const TOO_MUCH: Cents = Cents::new(10_000_000_000);
    csv::cents_from_decimal(text).and_then(|amount| {
        if amount > TOO_MUCH {
            return Err(InvalidAmount::TooLarge);
        }
        Ok(amount)
    })
}

/// A percentage, like `0,3`, in millionths.
pub(super) fn millionths(text: &str) -> Result<u32, String> {
    let percent = csv::decimal(text.trim_end_matches('%')).map_err(|why| why.to_string())?;
    let millionths = percent.checked_mul(Decimal::from(10_000));
    let whole = millionths.filter(|number| number.fract().is_zero());
    whole
        .and_then(|number| number.to_u32())
        .filter(|number| *number <= 1_000_000)
        .ok_or_else(|| "is not a percentage up to 100, with at most four decimals".to_owned())
}

/// A number of days: `5`, or `5.00:00:00` and `120:00:00` as spans of time are exported.
pub(super) fn days(text: &str) -> Result<u16, &'static str> {
    const MEANT: &str = "is not a number of days, up to a year";
    let whole = |text: &str| text.parse::<u16>().map_err(|_| MEANT);
    let days = match text.split(':').collect::<Vec<_>>().as_slice() {
        [days] => whole(days)?,
        [hours, minutes, seconds] => {
            let (days, hours) = hours.split_once('.').unwrap_or(("0", hours));
            let rest = whole(hours)? % 24 + whole(minutes)? + whole(seconds)?;
            if rest > 0 {
                return Err("is not a whole number of days");
            }
            whole(days)?.checked_add(whole(hours)? / 24).ok_or(MEANT)?
        }
        _ => return Err(MEANT),
    };
    if days > 366 { Err(MEANT) } else { Ok(days) }
}

/// A plain number, if it is one.
pub(super) fn number(text: &str) -> Option<Decimal> {
    csv::decimal(text).ok()
}
