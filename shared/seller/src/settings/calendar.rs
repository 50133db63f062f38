//! `[calendar]`: the days on which nobody works, and whose days they are.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::days::{self, Weekday};
use super::file::Table;

/// The days on which nobody works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Calendar {
    /// Holidays of carriers and of every warehouse, in order.
    pub holidays: Vec<Date>,
    /// The days of each week on which carriers rest, and warehouses that name none of their own.
    pub rest_days: Vec<Weekday>,
}

impl Default for Calendar {
    fn default() -> Self {
        Self {
            holidays: Vec::new(),
            rest_days: vec![Weekday::Sat, Weekday::Sun],
        }
    }
}

/// What the section says: the calendar, and the time zone of warehouses that name none.
#[derive(Default)]
pub(super) struct CalendarSection {
    pub(super) calendar: Calendar,
    pub(super) time_zone: Option<TimeZone>,
}

impl CalendarSection {
    pub(super) fn read(table: &mut Table<'_>) -> Option<Self> {
        let holidays = table.get("holidays").map(|value| days::dates(&value));
        let rest_days = rest_days(table);
        let time_zone = table
            .get("time_zone")
            .and_then(|value| value.parsed(days::time_zone));
        let default = Calendar::default();
        Some(Self {
            calendar: Calendar {
                holidays: holidays.unwrap_or_default(),
                rest_days: rest_days.unwrap_or(default.rest_days),
            },
            time_zone,
        })
    }
}

/// The setting `rest_days`, which leaves a day to work.
pub(super) fn rest_days(table: &mut Table<'_>) -> Option<Vec<Weekday>> {
    let rest_days = table.get("rest_days").map(|value| days::weekdays(&value))?;
    if rest_days.len() == Weekday::ALL.len() {
        table.mistake("rest_days", "leaves no day to work");
    }
    Some(rest_days)
}
