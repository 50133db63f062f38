use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::settings::Weekday;

const SAO_PAULO: &str = "America/Sao_Paulo";

fn handling(time: &str, cut_off: Option<&str>) -> Handling {
    Handling {
        time: estimate(time),
        opens: "08:00".parse().unwrap(),
        cut_off: cut_off.map(|time| time.parse().unwrap()),
        time_zone: TimeZone::get(SAO_PAULO).unwrap(),
        rest_days: vec![Weekday::Sat, Weekday::Sun],
        holidays: Vec::new(),
    }
}

fn estimate(text: &str) -> Estimate {
    text.to_owned().try_into().unwrap()
}

fn calendar(holidays: &[&str]) -> Calendar {
    Calendar {
        holidays: holidays.iter().map(|day| day.parse().unwrap()).collect(),
        ..Calendar::default()
    }
}

/// What is shown and the day it means, for an order at a local time.
fn promised(handling: &Handling, calendar: &Calendar, at: &str, transit: &str) -> (String, String) {
    let local: jiff::civil::DateTime = at.parse().unwrap();
    let zoned = local.to_zoned(handling.time_zone.clone()).unwrap();
    let now = Instant::from(zoned.timestamp());
    let dispatch = Dispatch::of(handling, calendar, now).unwrap();
    let promise = dispatch.promise(estimate(transit), calendar).unwrap();
    (promise.shown.to_string(), promise.arrives.to_string())
}

#[test]
fn business_days_on_business_days_stay_business_days() {
    let (handling, plain) = (handling("1bd", Some("14:00")), calendar(&[]));
    for (at, shown, arrives) in [
        // A Monday.
        ("2026-03-02T10:00", "4bd", "2026-03-06"),
        // The cut-off holds from its minute on.
        ("2026-03-02T13:59:59", "4bd", "2026-03-06"),
        ("2026-03-02T14:00", "5bd", "2026-03-09"),
        // Over a weekend, and from one.
        ("2026-03-05T10:00", "4bd", "2026-03-11"),
        ("2026-03-07T10:00", "5bd", "2026-03-13"),
        ("2026-03-06T15:00", "5bd", "2026-03-13"),
        // Before it opens is in time.
        ("2026-03-02T00:00", "4bd", "2026-03-06"),
    ] {
        let told = promised(&handling, &plain, at, "3bd");
        assert_eq!(told, (shown.to_owned(), arrives.to_owned()), "{at}");
    }
}

#[test]
fn what_a_marketplace_can_not_know_is_told_in_days() {
    let carnival = calendar(&["2026-02-16", "2026-02-17", "2026-02-18"]);
    let plain = calendar(&[]);
    let on_friday = "2026-02-13T10:00";
    // Packed on Thursday after Carnival, three days on the way.
    let told = promised(&handling("1bd", None), &carnival, on_friday, "3bd");
    assert_eq!(told, ("11d".to_owned(), "2026-02-24".to_owned()));
    // A holiday behind the arrival changes nothing.
    let before = promised(&handling("1bd", None), &carnival, "2026-02-09T10:00", "3bd");
    assert_eq!(before, ("4bd".to_owned(), "2026-02-13".to_owned()));
    // Nor does one of another town, unless goods are packed on it.
    let town = Handling {
        holidays: vec!["2026-03-03".parse().unwrap()],
        ..handling("1bd", None)
    };
    let told = promised(&town, &plain, "2026-03-02T10:00", "3bd");
    assert_eq!(told, ("7d".to_owned(), "2026-03-09".to_owned()));
    let packed = promised(&town, &plain, "2026-02-27T10:00", "3bd");
    assert_eq!(packed, ("4bd".to_owned(), "2026-03-05".to_owned()));
    // A warehouse that works on Saturdays is a day ahead of what it would be told to be.
    let saturdays = Handling {
        rest_days: vec![Weekday::Sun],
        ..handling("1bd", None)
    };
    let told = promised(&saturdays, &plain, "2026-03-06T10:00", "1bd");
    assert_eq!(told, ("3d".to_owned(), "2026-03-09".to_owned()));
}

#[test]
fn christmas_and_the_new_year_are_passed_over() {
    let holidays = calendar(&["2025-12-25", "2026-01-01"]);
    let handling = handling("2bd", Some("12:00"));
    for (at, shown, arrives) in [
        // Tuesday the 23rd: packed on Friday; Monday, Tuesday, Wednesday.
        ("2025-12-23T11:59", "8d", "2025-12-31"),
        // An hour later: packed on Monday; Tuesday, Wednesday, Friday.
        ("2025-12-23T12:00", "10d", "2026-01-02"),
        ("2025-12-25T09:00", "11d", "2026-01-05"),
    ] {
        let told = promised(&handling, &holidays, at, "3bd");
        assert_eq!(told, (shown.to_owned(), arrives.to_owned()), "{at}");
    }
}

#[test]
fn units_that_mix_are_told_in_days() {
    let plain = calendar(&[]);
    let on_thursday = "2026-03-05T10:00";
    for (handled, transit, shown) in [
        ("1bd", "3d", "4d"),
        // Packed on Saturday, so it leaves on Monday.
        ("2d", "3d", "7d"),
        ("1d", "1bd", "4d"),
        ("2h", "3bd", "5d"),
        ("1bd", "4h", "1d"),
        ("0bd", "3d", "3d"),
    ] {
        let told = promised(&handling(handled, None), &plain, on_thursday, transit);
        assert_eq!(told.0, shown, "{handled} and {transit}");
    }
}

#[test]
fn hours_on_hours_stay_hours() {
    let plain = calendar(&[]);
    let handling = |time| handling(time, Some("18:00"));
    for (handled, transit, at, shown) in [
        ("2h", "3h", "2026-03-05T10:00", "5h"),
        ("90m", "3h", "2026-03-05T10:00", "5h"),
        ("20m", "40m", "2026-03-05T10:00:30", "60m"),
        ("0bd", "40m", "2026-03-05T10:00", "40m"),
        // Fetched where it is packed.
        ("2h", "0bd", "2026-03-05T10:00", "2h"),
        // At 20:00 nobody works before 08:00.
        ("2h", "3h", "2026-03-05T20:00", "17h"),
        // Nor on the weekend.
        ("2h", "3h", "2026-03-06T20:00", "65h"),
    ] {
        let told = promised(&handling(handled), &plain, at, transit);
        assert_eq!(told.0, shown, "{handled} and {transit} at {at}");
    }
}

#[test]
fn a_day_has_as_many_hours_as_it_has() {
    // On March 8th New York's clocks go from 02:00 to 03:00, and from 02:00 to 01:00 on November 1st.
    let plain = calendar(&[]);
    let every_day = |time| Handling {
        time_zone: TimeZone::get("America/New_York").unwrap(),
        rest_days: Vec::new(),
        ..handling(time, Some("18:00"))
    };
    for (at, shown) in [
        ("2026-03-07T20:00", "14h"),
        ("2026-03-14T20:00", "15h"),
        ("2026-10-31T20:00", "16h"),
    ] {
        assert_eq!(
            promised(&every_day("2h"), &plain, at, "1h").0,
            shown,
            "{at}"
        );
    }
    // Days are days.
    let told = promised(&every_day("1d"), &plain, "2026-03-07T10:00", "2d");
    assert_eq!(told, ("3d".to_owned(), "2026-03-10".to_owned()));
}

#[test]
fn what_is_ready_at_once_is_ready_today() {
    let plain = calendar(&[]);
    let handling = handling("0bd", Some("14:00"));
    assert_eq!(
        promised(&handling, &plain, "2026-03-05T10:00", "0bd").0,
        "0bd"
    );
    assert_eq!(
        promised(&handling, &plain, "2026-03-05T14:00", "0bd").0,
        "1bd"
    );
}

proptest! {
    /// A later order never arrives earlier, and more time never makes it earlier.
    #[test]
    fn arrivals_keep_the_order_of_orders(
        first in 0..60_i64 * 24 * 60,
        later in 0..5_i64 * 24 * 60,
        handled in 0..4_u32,
        transit in 0..9_u32,
        units in (0..3_usize, 0..3_usize),
        holidays in proptest::collection::btree_set(0..80_i64, 0..10),
    ) {
        let unit = |index: usize| ["bd", "d", "h"][index];
        let handling = handling(&format!("{handled}{}", unit(units.0)), Some("15:00"));
        let start: Date = "2026-02-01".parse().unwrap();
        let calendar = Calendar {
            holidays: holidays.into_iter().map(|day| start.checked_add(day.days()).unwrap()).collect(),
            ..Calendar::default()
        };
        let promised = |minutes: i64, transit: u32| {
            let zoned = start.to_zoned(handling.time_zone.clone()).unwrap();
            let now = Instant::from(zoned.timestamp()).plus(SignedDuration::from_mins(minutes));
            let dispatch = Dispatch::of(&handling, &calendar, now).unwrap();
            let transit = estimate(&format!("{transit}{}", unit(units.1)));
            dispatch.promise(transit, &calendar).unwrap()
        };
        let one = promised(first, transit);
        prop_assert!(one.arrives <= promised(first + later, transit).arrives);
        prop_assert!(one.arrives <= promised(first, transit + 1).arrives);
    }
}
