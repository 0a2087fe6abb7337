//! Reading the moments that real logs hold.

use kanzlei_core::{Date, Timestamp};

/// What [`read`] takes, in an error's words.
pub(super) const WANTED: &str = "a possible moment such as 2026-01-05T09:30:00+01:00";

const MICROS_PER_SECOND: i64 = 1_000_000;
/// XML Schema's bound of a zone: fourteen hours.
const MAX_ZONE_MINUTES: i64 = 14 * 60;

/// XML Schema's `dateTime` in the years 1 to 9999, and what writers of logs make of it: a space for
/// the `T`, a date alone (its first moment), a zone without its colon or its minutes. Without a zone
/// it is UTC. Of a fraction, microseconds are kept.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    let mut rest = text.as_bytes();
    let day = date(&mut rest)?;
    let mut micros = 0;
    if let [b'T' | b't' | b' ', time @ ..] = rest {
        rest = time;
        micros = time_of_day(&mut rest)?;
    }
    let minutes = zone(rest)?;
    let at = day
        .start_utc()
        .micros()
        .checked_add(micros)?
        .checked_sub(minutes * 60 * MICROS_PER_SECOND)?;
    // A zone may push the first and the last days over the edge of what can be written as a date.
    Date::from_days(i32::try_from(at.div_euclid(86_400 * MICROS_PER_SECOND)).ok()?)?;
    Some(Timestamp::from_micros(at))
}

fn date(rest: &mut &[u8]) -> Option<Date> {
    let year = digits(rest, 4)?;
    sign(rest, b'-')?;
    let month = digits(rest, 2)?;
    sign(rest, b'-')?;
    let day = digits(rest, 2)?;
    let (year, month) = (i32::try_from(year).ok()?, u8::try_from(month).ok()?);
    Date::new(year, month, u8::try_from(day).ok()?).ok()
}

fn time_of_day(rest: &mut &[u8]) -> Option<i64> {
    let hour = digits(rest, 2)?;
    sign(rest, b':')?;
    let minute = digits(rest, 2)?;
    sign(rest, b':')?;
    let second = digits(rest, 2)?;
    let fraction = fraction(rest)?;
    let micros = ((hour * 60 + minute) * 60 + second) * MICROS_PER_SECOND + fraction;
    // 24:00:00 is the end of a day; a leap second has no place in XML Schema.
    let end_of_day = 86_400 * MICROS_PER_SECOND;
    (minute < 60 && second < 60 && micros <= end_of_day).then_some(micros)
}

fn fraction(rest: &mut &[u8]) -> Option<i64> {
    if sign(rest, b'.').is_none() {
        return Some(0);
    }
    let (mut micros, mut unit) = (0, MICROS_PER_SECOND);
    digits(&mut &rest.get(..1)?[..], 1)?;
    while let Some(digit) = digits(rest, 1) {
        unit /= 10;
        micros += digit * unit;
    }
    Some(micros)
}

/// Minutes east of UTC: nothing, `Z`, `+01`, `+0100` or `+01:00`.
fn zone(mut rest: &[u8]) -> Option<i64> {
    let east = match rest {
        [] | [b'Z' | b'z'] => return Some(0),
        [b'+', ..] => 1,
        [b'-', ..] => -1,
        _ => return None,
    };
    rest = rest.get(1..)?;
    let mut minutes = digits(&mut rest, 2)? * 60;
    if !rest.is_empty() {
        let _ = sign(&mut rest, b':');
        let of_hour = digits(&mut rest, 2).filter(|of_hour| *of_hour < 60)?;
        minutes += of_hour;
    }
    (rest.is_empty() && minutes <= MAX_ZONE_MINUTES).then_some(east * minutes)
}

fn digits(rest: &mut &[u8], many: usize) -> Option<i64> {
    let mut number = 0;
    let (here, after) = rest.split_at_checked(many)?;
    for byte in here {
        if !byte.is_ascii_digit() {
            return None;
        }
        number = number * 10 + i64::from(byte - b'0');
    }
    *rest = after;
    Some(number)
}

fn sign(rest: &mut &[u8], wanted: u8) -> Option<()> {
    let (first, after) = rest.split_first()?;
    (*first == wanted).then(|| *rest = after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn moments_are_read_as_real_logs_write_them() {
        for (text, wanted) in [
            ("2010-10-02T09:20:39.266+02:00", "2010-10-02T07:20:39.266Z"),
            ("2010-10-02T07:20:39Z", "2010-10-02T07:20:39Z"),
            ("2010-10-02T07:20:39z", "2010-10-02T07:20:39Z"),
            ("2010-10-02T07:20:39", "2010-10-02T07:20:39Z"),
            ("2010-10-02 07:20:39", "2010-10-02T07:20:39Z"),
            ("2010-10-02T07:20:39.1", "2010-10-02T07:20:39.1Z"),
            (
                "2010-10-02T07:20:39.123456789012345678901234567890Z",
                "2010-10-02T07:20:39.123456Z",
            ),
            ("2010-10-02T07:20:39+0100", "2010-10-02T06:20:39Z"),
            ("2010-10-02T07:20:39+01", "2010-10-02T06:20:39Z"),
            ("2010-10-02T07:20:39-03:30", "2010-10-02T10:50:39Z"),
            ("2010-10-02T24:00:00Z", "2010-10-03T00:00:00Z"),
            ("2010-10-02", "2010-10-02T00:00:00Z"),
            ("2010-10-02Z", "2010-10-02T00:00:00Z"),
            ("2012-02-29T00:00:00Z", "2012-02-29T00:00:00Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.5Z"),
        ] {
            assert_eq!(read(text).expect(text).to_string(), wanted, "{text}");
        }
    }

    #[test]
    fn impossible_moments_are_refused() {
        for text in [
            "",
            "yesterday",
            "2010-13-02T00:00:00Z",
            "2010-00-02T00:00:00Z",
            "2011-02-29T00:00:00Z",
            "2010-10-32T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "-2010-10-02T00:00:00Z",
            "12010-10-02T00:00:00Z",
            "2010-10-02T25:00:00Z",
            "2010-10-02T24:00:01Z",
            "2010-10-02T24:00:00.000001Z",
            "2010-10-02T00:60:00Z",
            "2010-10-02T23:59:60Z",
            "2010-10-02T00:00:00.Z",
            "2010-10-02T00:00:00+15:00",
            "2010-10-02T00:00:00+01:60",
            "2010-10-02T00:00:00+01:",
            "2010-10-02T00:00:00+1",
            "2010-10-02T00:00:00Zulu",
            "2010-10-02T",
            "2010-10-02T00:00",
            "2010-1-2T00:00:00Z",
            "0001-01-01T00:00:00+01:00",
            "9999-12-31T24:00:00Z",
            "２０１０-10-02T00:00:00Z",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_the_kernel_writes_reads_back(
            micros in -62_135_596_800_000_000_i64..253_402_300_800_000_000,
        ) {
            let at = Timestamp::from_micros(micros);
            prop_assert_eq!(read(&at.to_string()), Some(at));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[-0-9TZ:.+ ]{0,40}|\\PC{0,30}") {
            let _ = read(&text);
        }
    }
}
