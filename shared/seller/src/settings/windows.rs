//! `[shipping.methods.windows]`: when a method delivers.

use feirante_models::Cents;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::days::{self, Weekday};
use super::estimate::Estimate;
use super::file::Table;

/// When a method delivers: the same slots on each weekday named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Windows {
    /// How many days ahead windows are offered. The first is tomorrow; with a lead time, today.
    pub days_ahead: u8,
    /// The days on which it delivers.
    pub weekdays: Vec<Weekday>,
    /// Whose days and hours these are.
    #[serde(with = "jiff::fmt::serde::tz::required")]
    pub time_zone: TimeZone,
    /// How long before the start of a window the goods must leave their warehouse.
    #[serde(default)]
    pub lead_time: Option<Estimate>,
    /// The hours of a day.
    pub slots: Vec<Slot>,
}

/// Hours of a day in which goods are delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Its start.
    pub from: Time,
    /// Its end, on the same day.
    pub to: Time,
    /// Cents on top of the method's price.
    pub price: Cents,
    /// How many orders can have it on one day; `None`: any number.
    #[serde(default)]
    pub capacity: Option<u32>,
}

impl Windows {
    /// Each line of an answer carries every window, so there can't be many.
    const MOST: usize = 40;

    pub(super) fn read(table: &mut Table<'_>) -> Option<Self> {
        let days_ahead = table
            .required("days_ahead")
            .and_then(|value| value.integer(1..31))
            .and_then(|days| u8::try_from(days).ok());
        let weekdays = table
            .required("weekdays")
            .map(|value| days::some_weekdays(&value));
        let time_zone = table
            .required("time_zone")
            .and_then(|value| value.parsed(days::time_zone));
        let lead_time = table
            .get("lead_time")
            .map(|value| value.parsed(Estimate::parse));
        let slots = table
            .required("slots")
            .map(|value| value.some(|slot| slot.table(Slot::read)));
        let (days_ahead, slots) = (days_ahead?, slots?);
        let days = usize::from(days_ahead) + usize::from(lead_time.is_some());
        if days * slots.len() > Self::MOST {
            let most = Self::MOST;
            table.mistake(
                "slots",
                format_args!("and days_ahead make more than {most} windows"),
            );
        }
        Some(Self {
            days_ahead,
            weekdays: weekdays?,
            time_zone: time_zone?,
            lead_time: match lead_time {
                Some(lead_time) => Some(lead_time?),
                None => None,
            },
            slots,
        })
    }
}

impl Slot {
    fn read(table: &mut Table<'_>) -> Option<Self> {
        let time = |table: &mut Table<'_>, key| table.required(key)?.parsed(days::time);
        let (from, to) = (time(table, "from"), time(table, "to"));
        let price = table
            .get("price")
            .map_or(Some(Cents::ZERO), |value| value.cents());
        let capacity = table
            .get("capacity")
            .map(|value| value.integer(1..1_000_001));
        let (from, to) = (from?, to?);
        if from >= to {
            table.mistake("from", "is not before to");
        }
        Some(Self {
            from,
            to,
            price: price?,
            capacity: match capacity {
                Some(capacity) => Some(u32::try_from(capacity?).ok()?),
                None => None,
            },
        })
    }
}
