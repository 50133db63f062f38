//! `[[warehouses]]`: the places stock is kept at, and how long goods take to leave them.

use feirante_models::WarehouseId;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::calendar::{CalendarSection, rest_days};
use super::days::{self, Weekday};
use super::estimate::Estimate;
use super::file::Table;

/// A place stock is kept at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warehouse {
    /// What stock messages name.
    pub id: WarehouseId,
    /// How long goods take to leave it; `None`: methods' estimates include that.
    #[serde(default)]
    pub handling: Option<Handling>,
}

/// How long goods take to leave a warehouse once they are sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handling {
    /// From the beginning of the work to the carrier.
    pub time: Estimate,
    /// When the work of a day begins.
    pub opens: Time,
    /// What is sold at this time of day or later waits for the next working day; `None`: nothing
    /// does.
    pub cut_off: Option<Time>,
    /// Whose days and hours these are.
    #[serde(with = "jiff::fmt::serde::tz::required")]
    pub time_zone: TimeZone,
    /// The days of each week on which nobody works there.
    pub rest_days: Vec<Weekday>,
    /// Holidays of this place beside the calendar's, in order.
    pub holidays: Vec<Date>,
}

impl Warehouse {
    /// A place that tells nothing of handling.
    #[must_use]
    pub const fn named(id: WarehouseId) -> Self {
        Self { id, handling: None }
    }

    pub(super) fn read(table: &mut Table<'_>, calendar: &CalendarSection) -> Option<Self> {
        let id = table
            .required("id")
            .and_then(|value| value.parsed(WarehouseId::parse));
        let handling = Handling::read(table, calendar);
        Some(Self { id: id?, handling })
    }
}

impl Handling {
    /// `None` where no setting speaks of handling, or what does can't be read.
    fn read(table: &mut Table<'_>, calendar: &CalendarSection) -> Option<Self> {
        const KEYS: [&str; 6] = [
            "handling",
            "opens",
            "cut_off",
            "time_zone",
            "rest_days",
            "holidays",
        ];
        let named = KEYS.iter().any(|key| table.has(key));
        let time = match table.get("handling") {
            Some(value) => value.parsed(Estimate::parse),
            None => Some(Estimate::NONE),
        };
        let opens = match table.get("opens") {
            Some(value) => value.parsed(days::time),
            None => Some(Time::midnight()),
        };
        let cut_off = table.get("cut_off").map(|value| value.parsed(days::time));
        let own_zone = table
            .get("time_zone")
            .map(|value| value.parsed(days::time_zone));
        let rest_days = rest_days(table);
        let holidays = table.get("holidays").map(|value| days::dates(&value));
        if !named {
            return None;
        }
        if own_zone.is_none() && calendar.time_zone.is_none() {
            table.mistake("time_zone", "is missing, here or in calendar");
        }
        let (opens, cut_off) = (opens?, cut_off.map_or(Some(None), |time| time.map(Some))?);
        if cut_off.is_some_and(|cut_off| cut_off <= opens) {
            table.mistake("cut_off", "is not after opens");
        }
        Some(Self {
            time: time?,
            opens,
            cut_off,
            time_zone: own_zone.unwrap_or_else(|| calendar.time_zone.clone())?,
            rest_days: rest_days.unwrap_or_else(|| calendar.calendar.rest_days.clone()),
            holidays: holidays.unwrap_or_default(),
        })
    }
}
