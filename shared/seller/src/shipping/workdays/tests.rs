use proptest::prelude::*;

use super::*;

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn calendar(rest_days: &[Weekday], holidays: &[&str]) -> Calendar {
    Calendar {
        holidays: holidays.iter().map(|day| date(day)).collect(),
        rest_days: rest_days.to_vec(),
    }
}

const WEEKEND: [Weekday; 2] = [Weekday::Sat, Weekday::Sun];

/// Calendars made by hand: from a day, so many working days, to a day.
#[test]
fn working_days_are_counted_as_on_a_wall_calendar() {
    let carnival = calendar(&WEEKEND, &["2026-02-16", "2026-02-17", "2026-02-18"]);
    let turn_of_year = calendar(&WEEKEND, &["2025-12-25", "2026-01-01"]);
    let easter = calendar(&WEEKEND, &["2026-04-03", "2026-04-21"]);
    let shop = calendar(&[Weekday::Sun], &["2026-02-17"]);
    for (calendar, from, count, to) in [
        // The Friday before Carnival: Monday to Ash Wednesday nobody works.
        (&carnival, "2026-02-13", 0, "2026-02-13"),
        (&carnival, "2026-02-13", 1, "2026-02-19"),
        (&carnival, "2026-02-13", 3, "2026-02-23"),
        (&carnival, "2026-02-17", 1, "2026-02-19"),
        // Christmas on a Thursday, the new year on the next.
        (&turn_of_year, "2025-12-23", 1, "2025-12-24"),
        (&turn_of_year, "2025-12-23", 2, "2025-12-26"),
        (&turn_of_year, "2025-12-23", 5, "2025-12-31"),
        (&turn_of_year, "2025-12-23", 6, "2026-01-02"),
        (&turn_of_year, "2025-12-23", 7, "2026-01-05"),
        // Good Friday and Tiradentes.
        (&easter, "2026-04-02", 1, "2026-04-06"),
        (&easter, "2026-04-02", 12, "2026-04-22"),
        // A shop that works on Saturdays.
        (&shop, "2026-02-13", 1, "2026-02-14"),
        (&shop, "2026-02-13", 2, "2026-02-16"),
        (&shop, "2026-02-13", 3, "2026-02-18"),
        // From a day of rest.
        (&turn_of_year, "2025-12-27", 1, "2025-12-29"),
    ] {
        let workdays = Workdays::of_carriers(calendar);
        assert_eq!(
            workdays.after(date(from), count),
            Some(date(to)),
            "{from} and {count} working days"
        );
    }
    let carriers = Workdays::of_carriers(&carnival);
    assert_eq!(carriers.from(date("2026-02-14")), Some(date("2026-02-19")));
    assert_eq!(carriers.from(date("2026-02-13")), Some(date("2026-02-13")));
}

#[test]
fn a_calendar_without_a_working_day_has_none() {
    let never = calendar(&Weekday::ALL, &[]);
    assert_eq!(
        Workdays::of_carriers(&never).after(date("2026-01-01"), 1),
        None
    );
    let normal = calendar(&WEEKEND, &[]);
    assert_eq!(Workdays::of_carriers(&normal).after(Date::MAX, 1), None);
}

proptest! {
    /// Between a day and the one `count` working days later there are `count` working days.
    #[test]
    fn as_many_working_days_lie_between_as_were_asked_for(
        rest in proptest::sample::subsequence(Weekday::ALL.to_vec(), 0..7),
        holidays in proptest::collection::btree_set(0..400_i64, 0..40),
        start in 0..300_i64,
        count in 0..30_u32,
    ) {
        let day = |days: i64| date("2026-01-01").checked_add(days.days()).unwrap();
        let calendar = Calendar {
            holidays: holidays.into_iter().map(day).collect(),
            rest_days: rest,
        };
        let workdays = Workdays::of_carriers(&calendar);
        let from = day(start);
        let to = workdays.after(from, count).unwrap();
        let between = days(from, to).skip(1).filter(|day| workdays.works(*day)).count();
        prop_assert_eq!(between, usize::try_from(count).unwrap());
        prop_assert!(count == 0 || workdays.works(to));
        let later = workdays.after(from, count + 1).unwrap();
        prop_assert!(later > to, "one more working day is later");
    }
}
