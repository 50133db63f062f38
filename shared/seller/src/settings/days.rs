//! Days and hours as the seller file names them.

use std::ops::RangeInclusive;

use jiff::civil::{Date, Time, Weekday as Day};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::file::Value;

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "a weekday is a weekday")]
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Weekday {
    /// From Monday on.
    pub const ALL: [Self; 7] = [
        Self::Mon,
        Self::Tue,
        Self::Wed,
        Self::Thu,
        Self::Fri,
        Self::Sat,
        Self::Sun,
    ];

    /// The one written `mon`, `tue`, …
    fn named(name: &str) -> Option<Self> {
        const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let index = NAMES.iter().position(|one| *one == name)?;
        Self::ALL.get(index).copied()
    }
}

impl From<Weekday> for Day {
    fn from(day: Weekday) -> Self {
        match day {
            Weekday::Mon => Self::Monday,
            Weekday::Tue => Self::Tuesday,
            Weekday::Wed => Self::Wednesday,
            Weekday::Thu => Self::Thursday,
            Weekday::Fri => Self::Friday,
            Weekday::Sat => Self::Saturday,
            Weekday::Sun => Self::Sunday,
        }
    }
}

/// Days of the week, each by itself or from one to another: `["mon-fri", "sun"]`; in the order of
/// the week.
pub(super) fn weekdays(value: &Value<'_>) -> Vec<Weekday> {
    in_order(&value.list(|days| range(&days)))
}

/// The same of a list that must not be empty.
pub(super) fn some_weekdays(value: &Value<'_>) -> Vec<Weekday> {
    in_order(&value.some(|days| range(&days)))
}

fn range(days: &Value<'_>) -> Option<RangeInclusive<Weekday>> {
    let text = days.any_text()?;
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (Weekday::named(first), Weekday::named(last)) {
        (Some(first), Some(last)) if first <= last => Some(first..=last),
        _ => {
            days.mistake("is no day of mon, tue, wed, thu, fri, sat, sun, nor a range like mon-fri")
        }
    }
}

fn in_order(ranges: &[RangeInclusive<Weekday>]) -> Vec<Weekday> {
    let named = |day: &Weekday| ranges.iter().any(|range| range.contains(day));
    Weekday::ALL.into_iter().filter(named).collect()
}

/// Dates like `"2026-12-25"`, each once, in order.
pub(super) fn dates(value: &Value<'_>) -> Vec<Date> {
    let mut dates: Vec<Date> = value.list(|date| date.parsed(date_of));
    dates.sort_unstable();
    dates.dedup();
    dates
}

fn date_of(text: &str) -> Result<Date, &'static str> {
    let date = text.parse().ok().filter(|_| text.len() == 10);
    date.ok_or("is not a date like 2026-12-25")
}

/// A time of day like `"08:00"`.
pub(super) fn time(text: &str) -> Result<Time, &'static str> {
    let plain = text.len() == 5 && text.as_bytes().get(2) == Some(&b':');
    text.parse()
        .ok()
        .filter(|_| plain)
        .ok_or("is not a time of day like 08:00")
}

/// A time zone by its name.
pub(super) fn time_zone(name: &str) -> Result<TimeZone, &'static str> {
    TimeZone::get(name).map_err(|_| "is no time zone, like America/Sao_Paulo")
}
