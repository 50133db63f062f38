//! Delivery windows a buyer may choose from.

use std::sync::Arc;

use feirante_models::Instant;
use feirante_models::simulation::DeliveryWindow;
use jiff::civil::Date;
use jiff::{Span, Timestamp};

use crate::settings::{Slot, Weekday, Windows};

/// The windows of the days ahead, by start. Today is none of them, so all are in the future.
pub(super) fn upcoming(windows: &Windows, now: Instant) -> Arc<[DeliveryWindow]> {
    let today = now.timestamp().to_zoned(windows.time_zone.clone()).date();
    let mut upcoming: Vec<_> = (1..=i64::from(windows.days_ahead))
        .filter_map(|days| today.checked_add(Span::new().days(days)).ok())
        .filter(|day| {
            let weekday = day.weekday();
            windows
                .weekdays
                .iter()
                .copied()
                .any(|open: Weekday| weekday == open.into())
        })
        .flat_map(|day| {
            windows
                .slots
                .iter()
                .filter_map(move |slot| on(day, slot, windows))
        })
        .collect();
    upcoming.sort_unstable_by_key(|window| (window.start_date_utc, window.end_date_utc));
    upcoming.into()
}

/// The slot on one day; `None` where the clock is set forward over all of it.
fn on(day: Date, slot: &Slot, windows: &Windows) -> Option<DeliveryWindow> {
    let at = |time| -> Option<Timestamp> {
        let zoned = day.to_datetime(time).to_zoned(windows.time_zone.clone());
        zoned.ok().map(|zoned| zoned.timestamp())
    };
    let (start, end) = (at(slot.from)?, at(slot.to)?);
    (start < end).then_some(DeliveryWindow {
        start_date_utc: start,
        end_date_utc: end,
        price: slot.price,
    })
}

#[cfg(test)]
mod tests {
    use feirante_models::Cents;
    use jiff::tz::TimeZone;

    use super::*;

    /// The windows in New York after the given point in time, by their start.
    fn starts(now: &str, weekdays: &[Weekday], slots: &[(&str, &str)]) -> Vec<String> {
        let slot = |(from, to): &(&str, &str)| Slot {
            from: from.parse().unwrap(),
            to: to.parse().unwrap(),
            price: Cents::ZERO,
        };
        let windows = Windows {
            days_ahead: 2,
            weekdays: weekdays.to_vec(),
            time_zone: TimeZone::get("America/New_York").unwrap(),
            slots: slots.iter().map(slot).collect(),
        };
        let upcoming = upcoming(&windows, Instant::parse(now).unwrap());
        upcoming
            .iter()
            .map(|window| window.start_date_utc.to_string())
            .collect()
    }

    #[test]
    fn today_ends_at_midnight_there() {
        // 03:00 UTC is still the 19th, a Thursday, in New York.
        let slots = [("14:00", "18:00"), ("08:00", "12:00")];
        assert_eq!(
            starts(
                "2026-11-20T03:00:00Z",
                &[Weekday::Thu, Weekday::Fri],
                &slots
            ),
            ["2026-11-20T13:00:00Z", "2026-11-20T19:00:00Z"]
        );
    }

    #[test]
    fn an_hour_the_clock_skips_is_no_window() {
        // On Sunday, March 8th, 02:00 to 03:00 does not happen.
        let slots = [("02:00", "03:00"), ("03:00", "04:00")];
        assert_eq!(
            starts("2026-03-07T17:00:00Z", &[Weekday::Sun], &slots),
            ["2026-03-08T07:00:00Z"]
        );
    }
}
