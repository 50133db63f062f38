//! Points in time, as the samples write them and as we do.

use std::fmt;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A point in time, to the millisecond: what stays after it has been written and read again.
///
/// Read in every form the protocol's samples use (§2.3), written as RFC 3339 in UTC with three
/// fractional digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

/// Why a text is not a point in time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is not a date and time like 2026-11-21T10:00:00Z")]
pub struct InvalidInstant;

impl Instant {
    /// `milliseconds` after 1970-01-01T00:00:00Z, unless no calendar has it.
    #[must_use]
    pub fn from_millis(milliseconds: i64) -> Option<Self> {
        Timestamp::from_millisecond(milliseconds)
            .ok()
            .map(Self::from)
    }

    /// Now, by this machine's clock.
    #[must_use]
    pub fn now() -> Self {
        Timestamp::now().into()
    }

    /// Milliseconds after 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds after 1970-01-01T00:00:00Z, as a table's time to live counts.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This point moved by `span`, or the calendar's end.
    #[must_use]
    pub fn plus(self, span: SignedDuration) -> Self {
        self.timestamp().checked_add(span).map_or(self, Self::from)
    }

    /// The same as the calendar's type.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        // Made only from timestamps, so the epoch never stands in.
        Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Reads any of the forms seen: offsets, `Z`, none (UTC), a space for the `T`, up to nine
    /// fractional digits, a date alone (its first moment).
    ///
    /// # Errors
    /// When `text` is none of them.
    pub fn parse(text: &str) -> Result<Self, InvalidInstant> {
        let text = text.trim();
        if let Ok(timestamp) = text.parse::<Timestamp>() {
            return Ok(timestamp.into());
        }
        let local = text
            .parse::<DateTime>()
            .or_else(|_| text.parse::<Date>().map(DateTime::from))
            .map_err(|_| InvalidInstant)?;
        let zoned = local.to_zoned(TimeZone::UTC).map_err(|_| InvalidInstant)?;
        Ok(zoned.timestamp().into())
    }
}

impl From<Timestamp> for Instant {
    fn from(timestamp: Timestamp) -> Self {
        Self(timestamp.as_millisecond())
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.timestamp())
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_the_samples_is_read() {
        for (text, written) in [
            ("2014-10-06 18:52:00", "2014-10-06T18:52:00.000Z"),
            ("2014-03-01T22:58:28.143", "2014-03-01T22:58:28.143Z"),
            (
                "2021-06-09T15:22:56.7612218-02:00",
                "2021-06-09T17:22:56.761Z",
            ),
            ("2021-06-09T15:22:56Z", "2021-06-09T15:22:56.000Z"),
            ("2021-06-09", "2021-06-09T00:00:00.000Z"),
            (
                "2021-06-09T15:22:56.7612218+00:00",
                "2021-06-09T15:22:56.761Z",
            ),
        ] {
            assert_eq!(Instant::parse(text).unwrap().to_string(), written, "{text}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "yesterday", "2021-13-01", "21/11/2026", "1700000000"] {
            assert!(Instant::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let instant = Instant::from_millis(1_795_219_200_123).unwrap();
        assert_eq!(Instant::parse(&instant.to_string()).unwrap(), instant);
    }
}
