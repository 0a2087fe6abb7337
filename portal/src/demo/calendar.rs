//! When people do things: residents on any day, offices while they are open.

use kanzlei::{Date, Timestamp};

use super::random::Random;

const MINUTE: i64 = 60_000_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// An office's hours, as offsets into the day in UTC.
const OPENS: i64 = 6 * 60 * MINUTE;
const CLOSES: i64 = 16 * 60 * MINUTE;

/// The two years that the demo tells of: fixed, so that a seed tells the same on any day.
pub fn years() -> Option<(Date, Date)> {
    Some((Date::new(2024, 11, 1).ok()?, Date::new(2026, 10, 31).ok()?))
}

/// Goes from step to step of one case.
pub struct Diary {
    now: Timestamp,
}

impl Diary {
    /// Beginning on some day between two, on which somebody sits down to fill in a form.
    pub fn beginning(first: Date, last: Date, random: &mut Random) -> Self {
        let days = random.between(0, i64::from(last.days().saturating_sub(first.days())));
        let day = first.plus_days(i32::try_from(days).unwrap_or(0));
        let now = day.start_utc().plus_micros(waking_hour(random));
        Self { now }
    }

    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// Some minutes later.
    pub fn minutes(&mut self, last: i64, random: &mut Random) -> Timestamp {
        let micros = random.between(1, last) * MINUTE + random.between(0, MINUTE - 1);
        self.now = self.now.plus_micros(micros);
        self.now
    }

    /// A resident finds time, so many days later at most.
    pub fn at_home(&mut self, last: i64, random: &mut Random) -> Timestamp {
        let day = self.now.date_utc().start_utc();
        let days = random.between(1, last);
        self.now = day.plus_micros(days * DAY + waking_hour(random));
        self.now
    }

    /// An office takes it up, so many days later at most, and not on a weekend.
    pub fn in_office(&mut self, last: i64, random: &mut Random) -> Timestamp {
        let today = self.now.date_utc();
        let closed = self.now > today.start_utc().plus_micros(CLOSES - 60 * MINUTE);
        let days = random.between(i64::from(closed), last.max(1));
        let mut day = today.plus_days(i32::try_from(days).unwrap_or(0));
        // 1970 began on a Thursday.
        let weekday = (day.days() + 3).rem_euclid(7);
        if weekday >= 5 {
            day = day.plus_days(7 - weekday);
        }
        let hour = random.between(OPENS, CLOSES - 60 * MINUTE);
        let at = day.start_utc().plus_micros(hour);
        if at > self.now {
            self.now = at;
            return at;
        }
        self.minutes(30, random)
    }
}

/// Between early and late, as an offset into the day.
fn waking_hour(random: &mut Random) -> i64 {
    random.between(5 * 60, 21 * 60) * MINUTE + random.between(0, MINUTE - 1)
}
