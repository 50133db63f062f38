//! How long a marketplace asks to be left alone (protocol §2.5).

use std::time::Duration;

use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, HeaderName};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

/// No answer is taken to mean more than this.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// The pause that the headers of an answer ask for: `Retry-After` in seconds or as a date, or else
/// `X-RateLimit-Reset` where nothing remains of the limit. A point in time is held against the
/// answer's own `Date`, so that it does not matter whose clock is wrong; `now` stands in for it.
pub(crate) fn asked_for(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = |name| Some(headers.get(name)?.to_str().ok()?.trim());
    let now = text(DATE).and_then(date).unwrap_or(now);
    let until = |time: Timestamp| {
        let pause = time.duration_since(now);
        Duration::try_from(pause).unwrap_or(Duration::ZERO)
    };
    let pause = match text(RETRY_AFTER) {
        Some(text) => number(text).map(seconds).or_else(|| date(text).map(until)),
        None => None,
    };
    let reset = || {
        let nothing_remains = number(text(REMAINING)?)? == 0.0;
        let reset = number(text(RESET)?)?;
        nothing_remains.then(|| point_in_time(reset).map_or_else(|| seconds(reset), until))
    };
    pause.or_else(reset).map(|pause| pause.min(LONGEST))
}

/// Digits, perhaps with a fraction.
fn number(text: &str) -> Option<f64> {
    let plain = |c: char| c.is_ascii_digit() || c == '.';
    text.parse().ok().filter(|_| text.chars().all(plain))
}

fn seconds(number: f64) -> Duration {
    Duration::try_from_secs_f64(number).unwrap_or(LONGEST)
}

/// A number that is too large for a pause is a time: seconds or milliseconds after 1970.
fn point_in_time(number: f64) -> Option<Timestamp> {
    const YEAR_2001: f64 = 1e9;
    if number < YEAR_2001 {
        return None;
    }
    let milliseconds = if number < YEAR_2001 * 1000.0 {
        number * 1000.0
    } else {
        number
    };
    // A float too large becomes the largest integer, which no calendar has.
    #[expect(clippy::cast_possible_truncation)]
    Timestamp::from_millisecond(milliseconds as i64).ok()
}

fn date(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    /// Of `headers` at 2026-11-21T10:00:00Z.
    fn asked(headers: &[(&'static str, &str)]) -> Option<u128> {
        let headers = headers
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_str(value).unwrap(),
                )
            })
            .collect();
        asked_for(&headers, "2026-11-21T10:00:00Z".parse().unwrap()).map(|pause| pause.as_millis())
    }

    #[test]
    fn seconds_and_dates_are_read() {
        for (text, milliseconds) in [
            ("0", Some(0)),
            ("7", Some(7_000)),
            (" 1.5 ", Some(1_500)),
            ("Sat, 21 Nov 2026 10:00:30 GMT", Some(30_000)),
            ("Sat, 21 Nov 2026 09:00:00 GMT", Some(0)),
            ("99999999999999999999999999", Some(86_400_000)),
            ("Sat, 21 Nov 2099 10:00:30 GMT", Some(86_400_000)),
            ("-1", None),
            ("", None),
            ("inf", None),
            ("1e3", None),
            ("soon", None),
        ] {
            assert_eq!(asked(&[("retry-after", text)]), milliseconds, "{text}");
        }
    }

    #[test]
    fn a_date_is_held_against_the_answer_s_own() {
        let headers = [
            ("retry-after", "Sat, 21 Nov 2026 12:00:05 GMT"),
            ("date", "Sat, 21 Nov 2026 12:00:00 GMT"),
        ];
        assert_eq!(asked(&headers), Some(5_000));
    }

    #[test]
    fn the_reset_of_an_exhausted_limit_stands_in() {
        for (reset, milliseconds) in [
            ("12", 12_000),
            ("1795255220", 20_000),
            ("1795255220000", 20_000),
            ("1795255100", 0),
        ] {
            let headers = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", reset)];
            assert_eq!(asked(&headers), Some(milliseconds), "{reset}");
        }
        assert_eq!(asked(&[("x-ratelimit-reset", "12")]), None);
        assert_eq!(
            asked(&[("x-ratelimit-remaining", "3"), ("x-ratelimit-reset", "12")]),
            None
        );
        assert_eq!(
            asked(&[
                ("x-ratelimit-remaining", "0"),
                ("x-ratelimit-reset", "12"),
                ("retry-after", "2")
            ]),
            Some(2_000)
        );
        assert_eq!(asked(&[]), None);
    }
}
