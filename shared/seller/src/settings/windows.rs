//! `[shipping.methods.windows]`: when a method delivers.

use feirante_models::Cents;
use jiff::civil::{Time, Weekday as Day};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::file::{Table, Value};

/// When a method delivers: the same slots on each weekday named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Windows {
    /// How many days ahead windows are offered, the first being tomorrow.
    pub days_ahead: u8,
    /// The days on which it delivers.
    pub weekdays: Vec<Weekday>,
    /// Whose days and hours these are.
    #[serde(with = "jiff::fmt::serde::tz::required")]
    pub time_zone: TimeZone,
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
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
            .map(|value| value.some(|day| weekday(&day)));
        let time_zone = table.required("time_zone").and_then(|value| {
            value.parsed(|name| {
                TimeZone::get(name).map_err(|_| "is no time zone, like America/Sao_Paulo")
            })
        });
        let slots = table
            .required("slots")
            .map(|value| value.some(|slot| slot.table(Slot::read)));
        let (days_ahead, slots) = (days_ahead?, slots?);
        if usize::from(days_ahead) * slots.len() > Self::MOST {
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
            slots,
        })
    }
}

impl Slot {
    fn read(table: &mut Table<'_>) -> Option<Self> {
        let from = table.required("from").and_then(|value| value.parsed(time));
        let to = table.required("to").and_then(|value| value.parsed(time));
        let price = table
            .get("price")
            .map_or(Some(Cents::ZERO), |value| value.cents());
        let (from, to) = (from?, to?);
        if from >= to {
            table.mistake("from", "is not before to");
        }
        Some(Self {
            from,
            to,
            price: price?,
        })
    }
}

fn time(text: &str) -> Result<Time, &'static str> {
    let plain = text.len() == 5 && text.as_bytes().get(2) == Some(&b':');
    text.parse()
        .ok()
        .filter(|_| plain)
        .ok_or("is not a time of day like 08:00")
}

fn weekday(value: &Value<'_>) -> Option<Weekday> {
    value.choice(&[
        ("mon", Weekday::Mon),
        ("tue", Weekday::Tue),
        ("wed", Weekday::Wed),
        ("thu", Weekday::Thu),
        ("fri", Weekday::Fri),
        ("sat", Weekday::Sat),
        ("sun", Weekday::Sun),
    ])
}
