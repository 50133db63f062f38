//! The days a command looks at, in UTC.

use feirante_models::Instant;
use jiff::civil::Date;

use crate::failure::Failure;

/// The first and the last day: as they are named, or else so many `days` until today.
///
/// # Errors
/// When they are the wrong way round.
pub(crate) fn period(
    from: Option<Date>,
    to: Option<Date>,
    days: i64,
) -> Result<(Date, Date), Failure> {
    let today = Instant::now().timestamp().to_zoned(jiff::tz::TimeZone::UTC);
    let last = to.unwrap_or(today.date());
    let span = jiff::Span::new().days(days - 1);
    let first = from.unwrap_or(last.checked_sub(span).unwrap_or(last));
    if first > last {
        return Err(Failure::input(format!(
            "--from {first}: is after the last day, {last}"
        )));
    }
    Ok((first, last))
}

/// Each day from the `first` to the `last`.
pub(crate) fn days(first: Date, last: Date) -> impl Iterator<Item = Date> {
    let days = first.series(jiff::Span::new().days(1));
    days.take_while(move |day| *day <= last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Option<Date> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn days_that_are_not_named_are_the_last_ones() {
        let (first, last) = period(None, date("2020-03-01"), 30).unwrap();
        assert_eq!(days(first, last).count(), 30);
        assert_eq!(first.to_string(), "2020-02-01");
        let (first, last) = period(date("2020-02-28"), date("2020-03-01"), 30).unwrap();
        let days: Vec<String> = days(first, last).map(|day| day.to_string()).collect();
        assert_eq!(days, ["2020-02-28", "2020-02-29", "2020-03-01"]);
        assert!(period(date("2020-03-02"), date("2020-03-01"), 30).is_err());
        assert_eq!(super::days(Date::MAX, Date::MAX).count(), 1);
    }
}
