//! Business days: which days somebody works on, and counting them.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::settings::{Calendar, Handling, Weekday};

/// The days on which a warehouse or a carrier works.
#[derive(Debug, Clone, Copy)]
pub struct Workdays<'a> {
    rest_days: &'a [Weekday],
    /// Each in order.
    holidays: [&'a [Date]; 2],
}

impl<'a> Workdays<'a> {
    /// The days on which carriers deliver.
    #[must_use]
    pub fn of_carriers(calendar: &'a Calendar) -> Self {
        Self {
            rest_days: &calendar.rest_days,
            holidays: [&calendar.holidays, &[]],
        }
    }

    /// The days on which goods leave a warehouse.
    #[must_use]
    pub fn of_warehouse(handling: &'a Handling, calendar: &'a Calendar) -> Self {
        Self {
            rest_days: &handling.rest_days,
            holidays: [&calendar.holidays, &handling.holidays],
        }
    }

    /// Whether somebody works on this day.
    #[must_use]
    pub fn works(&self, day: Date) -> bool {
        let weekday = day.weekday();
        let rests = self.rest_days.iter().any(|rest| weekday == (*rest).into());
        !rests && !self.is_holiday(day)
    }

    /// Whether the day is a holiday, whatever its weekday.
    #[must_use]
    pub fn is_holiday(&self, day: Date) -> bool {
        let on = |holidays: &&[Date]| holidays.binary_search(&day).is_ok();
        self.holidays.iter().any(on)
    }

    /// The first working day from `day` on; `None` if the calendar ends before.
    #[must_use]
    pub fn from(&self, day: Date) -> Option<Date> {
        if self.works(day) {
            return Some(day);
        }
        self.after(day, 1)
    }

    /// The working day that is `count` working days after `day`, which is itself counted as none;
    /// 0: `day`, whatever it is. `None` if there is none within some years.
    #[must_use]
    pub fn after(&self, day: Date, count: u32) -> Option<Date> {
        /// Consecutive days without work that are no slip in a list of holidays.
        const LONGEST_REST: u32 = 366;
        let (mut day, mut left, mut rested) = (day, count, 0);
        while left > 0 {
            day = day.tomorrow().ok()?;
            if self.works(day) {
                (left, rested) = (left - 1, 0);
            } else {
                rested += 1;
                if rested > LONGEST_REST {
                    return None;
                }
            }
        }
        Some(day)
    }
}

/// Whether the day is a business day to who knows of no holidays and rests at weekends, as a
/// marketplace that reads `bd` does.
#[must_use]
pub fn is_plain_workday(day: Date) -> bool {
    let number = day.weekday().to_monday_one_offset();
    (1..=5).contains(&number)
}

/// The days from one to another, both included.
pub(super) fn days(first: Date, last: Date) -> impl Iterator<Item = Date> {
    first.series(1.day()).take_while(move |day| *day <= last)
}

#[cfg(test)]
mod tests;
