//! Moments and dates. Core has no clock: the present comes in from outside.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::format_description::well_known::{Iso8601, Rfc3339};
use time::{Month, OffsetDateTime};

/// A moment: microseconds since 1970-01-01T00:00:00Z.
///
/// For people and programs it is written in RFC 3339, in records and rows as a number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment so many microseconds after 1970 began (before it, if negative).
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970 began.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The moment `micros` later, held at the end of what can be said.
    #[must_use]
    pub const fn plus_micros(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// The day on which this moment falls in UTC.
    pub fn date_utc(self) -> Date {
        let days = self.0.div_euclid(86_400_000_000);
        Date(i32::try_from(days).unwrap_or(i32::MAX))
    }

    fn offset_date_time(self) -> Option<OffsetDateTime> {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000).ok()
    }
}

/// RFC 3339 in UTC, as in `2026-01-05T09:30:00Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.offset_date_time().map(|at| at.format(&Rfc3339)) {
            Some(Ok(text)) => f.pad(&text),
            _ => write!(f, "{} µs", self.0),
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Timestamp({self})")
    }
}

/// A moment or date that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{given}” is not {wanted}")]
pub struct TimeError {
    given: String,
    wanted: &'static str,
}

impl TimeError {
    fn new(given: &str, wanted: &'static str) -> Self {
        Self {
            given: given.chars().take(64).collect(),
            wanted,
        }
    }
}

impl FromStr for Timestamp {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let wrong = || TimeError::new(text, "a moment such as 2026-01-05T09:30:00Z");
        let at = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| wrong())?;
        let micros = at.unix_timestamp_nanos().div_euclid(1_000);
        // An offset can lead out of the years that can be said.
        i64::try_from(micros)
            .map(Self)
            .ok()
            .filter(|at| Date::RANGE.contains(&at.date_utc().days()))
            .ok_or_else(wrong)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() {
            to.collect_str(self)
        } else {
            to.serialize_i64(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        if from.is_human_readable() {
            String::deserialize(from)?.parse().map_err(D::Error::custom)
        } else {
            i64::deserialize(from).map(Self)
        }
    }
}

/// A day of the calendar, without a time or a zone.
///
/// ```
/// use kanzlei_core::Date;
///
/// let day: Date = "2026-02-28".parse()?;
/// assert_eq!(day.plus_days(1).to_string(), "2026-03-01");
/// # Ok::<(), kanzlei_core::TimeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i32);

impl Date {
    /// The first and the last day that can be said: 0001-01-01 and 9999-12-31.
    const RANGE: std::ops::RangeInclusive<i32> = -719_162..=2_932_896;

    /// The day with this year, month (1 to 12) and day of the month.
    ///
    /// # Errors
    /// If there is no such day between the years 1 and 9999.
    pub fn new(year: i32, month: u8, day: u8) -> Result<Self, TimeError> {
        let wrong = || TimeError::new(&format!("{year}-{month}-{day}"), "a day of the calendar");
        let month = Month::try_from(month).map_err(|_| wrong())?;
        let date = time::Date::from_calendar_date(year, month, day).map_err(|_| wrong())?;
        Self::from_days(date.to_julian_day() - 2_440_588).ok_or_else(wrong)
    }

    /// The day so many days after 1970-01-01, if it is between the years 1 and 9999.
    pub fn from_days(days: i32) -> Option<Self> {
        Self::RANGE.contains(&days).then_some(Self(days))
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> i32 {
        self.0
    }

    /// The day so many days later (earlier, if negative), held within the years 1 to 9999.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        let days = self.0.saturating_add(days);
        Self(days.clamp(*Self::RANGE.start(), *Self::RANGE.end()))
    }

    /// Year, month (1 to 12) and day of the month.
    pub fn ymd(self) -> (i32, u8, u8) {
        time::Date::from_julian_day(self.0.saturating_add(2_440_588)).map_or((1970, 1, 1), |date| {
            (date.year(), date.month().into(), date.day())
        })
    }

    /// The moment at which this day begins in UTC.
    pub fn start_utc(self) -> Timestamp {
        Timestamp(i64::from(self.0) * 86_400_000_000)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        f.pad(&format!("{year:04}-{month:02}-{day:02}"))
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Date({self})")
    }
}

impl FromStr for Date {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let wrong = || TimeError::new(text, "a date such as 2026-01-05");
        if text.len() != 10 {
            return Err(wrong());
        }
        let date = time::Date::parse(text, &Iso8601::DATE).map_err(|_| wrong())?;
        let date = Self::from_days(date.to_julian_day() - 2_440_588);
        // A day of a week, or of a year, is another spelling.
        date.filter(|date| date.to_string() == text)
            .ok_or_else(wrong)
    }
}

/// Text where people read it, a number of days in the bytes.
impl Serialize for Date {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() {
            to.collect_str(self)
        } else {
            to.serialize_i32(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        if from.is_human_readable() {
            String::deserialize(from)?.parse().map_err(D::Error::custom)
        } else {
            let days = i32::deserialize(from)?;
            Self::from_days(days)
                .ok_or_else(|| D::Error::custom(format!("{days} days from 1970 is no date")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_text_for_people_and_a_number_in_bytes() {
        let moment: Timestamp = "2026-01-05T09:30:00Z".parse().unwrap();
        let text = serde_json::to_string(&moment).unwrap();
        assert_eq!(text, "\"2026-01-05T09:30:00Z\"");
        assert_eq!(serde_json::from_str::<Timestamp>(&text).unwrap(), moment);
        let bytes = postcard::to_stdvec(&moment).unwrap();
        assert_eq!(bytes, postcard::to_stdvec(&moment.micros()).unwrap());
        assert_eq!(postcard::from_bytes::<Timestamp>(&bytes), Ok(moment));
    }

    #[test]
    fn moments_and_dates_read_back() {
        for text in ["2026-01-05T09:30:00Z", "1969-12-31T23:59:59.999999Z"] {
            let at: Timestamp = text.parse().unwrap();
            assert_eq!(at.to_string(), text);
        }
        let at: Timestamp = "2010-10-02T09:20:39.266+02:00".parse().unwrap();
        assert_eq!(at.to_string(), "2010-10-02T07:20:39.266Z");
        assert_eq!(at.date_utc().to_string(), "2010-10-02");
        assert_eq!(Date::new(1, 1, 1).unwrap().days(), *Date::RANGE.start());
        assert_eq!(Date::new(9999, 12, 31).unwrap().days(), *Date::RANGE.end());
    }

    #[test]
    fn impossible_dates_are_refused() {
        for text in [
            "2026-02-29",
            "2026-13-01",
            "20260101",
            "0000-01-01",
            "2026-001",
            "2026-W01-1",
            "+002026001",
            "",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        assert!(Date::new(2025, 2, 29).is_err());
        for text in ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+00:01"] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
    }
}
