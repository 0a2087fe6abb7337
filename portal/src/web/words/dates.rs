//! Days and times as people write them, in Zurich's time.

use jiff::civil;
use jiff::tz::TimeZone;
use kanzlei::{Date, Language, Timestamp};

use super::Words;

const MONTHS: [(Language, [&str; 12]); 4] = [
    (
        Language::De,
        [
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember",
        ],
    ),
    (
        Language::Fr,
        [
            "janvier",
            "février",
            "mars",
            "avril",
            "mai",
            "juin",
            "juillet",
            "août",
            "septembre",
            "octobre",
            "novembre",
            "décembre",
        ],
    ),
    (
        Language::It,
        [
            "gennaio",
            "febbraio",
            "marzo",
            "aprile",
            "maggio",
            "giugno",
            "luglio",
            "agosto",
            "settembre",
            "ottobre",
            "novembre",
            "dicembre",
        ],
    ),
    (
        Language::En,
        [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
    ),
];

const WEEKDAYS: [(Language, [&str; 7]); 4] = [
    (
        Language::De,
        [
            "Montag",
            "Dienstag",
            "Mittwoch",
            "Donnerstag",
            "Freitag",
            "Samstag",
            "Sonntag",
        ],
    ),
    (
        Language::Fr,
        [
            "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
        ],
    ),
    (
        Language::It,
        [
            "lunedì",
            "martedì",
            "mercoledì",
            "giovedì",
            "venerdì",
            "sabato",
            "domenica",
        ],
    ),
    (
        Language::En,
        [
            "Monday",
            "Tuesday",
            "Wednesday",
            "Thursday",
            "Friday",
            "Saturday",
            "Sunday",
        ],
    ),
];

/// The name with this number, from 0.
fn name<const N: usize>(
    of: &[(Language, [&'static str; N]); 4],
    language: Language,
    number: usize,
) -> &'static str {
    let names = of.iter().find(|(one, _)| *one == language);
    names
        .and_then(|(_, names)| names.get(number))
        .copied()
        .unwrap_or_default()
}

/// A moment as clocks in Zurich show it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Zurich {
    /// The day.
    pub day: Date,
    /// Hours, 0 to 23.
    pub hour: i8,
    /// Minutes.
    pub minute: i8,
}

impl Zurich {
    /// The moment in Zurich's time. The zones are part of the program.
    pub fn of(at: Timestamp) -> Self {
        let zone = TimeZone::get("Europe/Zurich").unwrap_or(TimeZone::UTC);
        let moment = jiff::Timestamp::from_microsecond(at.micros()).unwrap_or_default();
        let local = zone.to_datetime(moment);
        Self {
            day: Date::from_days(days(local.date())).unwrap_or_else(|| at.date_utc()),
            hour: local.hour(),
            minute: local.minute(),
        }
    }
}

/// Days since 1970 began.
fn days(day: civil::Date) -> i32 {
    let epoch = civil::date(1970, 1, 1);
    epoch.until(day).map_or(0, |span| span.get_days())
}

impl Words {
    /// `Dienstag, 24. November 2026`.
    pub fn day(self, day: Date) -> String {
        let weekday = usize::try_from((day.days() + 3).rem_euclid(7)).unwrap_or(0);
        let weekday = name(&WEEKDAYS, self.language, weekday);
        let date = self.date(day);
        match self.language {
            Language::De => format!("{weekday}, {date}"),
            _ => format!("{weekday} {date}"),
        }
    }

    /// `24. November 2026`.
    pub fn date(self, day: Date) -> String {
        let (year, month, number) = day.ymd();
        let month = name(&MONTHS, self.language, usize::from(month).saturating_sub(1));
        let number = match (self.language, number) {
            (Language::De, _) => format!("{number}."),
            (Language::Fr, 1) => "1er".to_owned(),
            (Language::It, 1) => "1°".to_owned(),
            _ => number.to_string(),
        };
        // A day and its month stay on one line.
        format!("{number}\u{a0}{month}\u{a0}{year}")
    }

    /// `24.11.2026`, for tables.
    pub fn short_date(self, day: Date) -> String {
        let (year, month, number) = day.ymd();
        if self.language == Language::En {
            let month = name(&MONTHS, self.language, usize::from(month).saturating_sub(1));
            let month = month.get(..3).unwrap_or(month);
            return format!("{number}\u{a0}{month}\u{a0}{year}");
        }
        format!("{number:02}.{month:02}.{year}")
    }

    /// `November 2026`.
    pub fn month(self, day: Date) -> String {
        let (year, month, _) = day.ymd();
        let month = name(&MONTHS, self.language, usize::from(month).saturating_sub(1));
        format!("{month}\u{a0}{year}")
    }

    /// `11.26`, where months stand under a chart; in English `Nov 26`.
    pub fn short_month(self, day: Date) -> String {
        let (year, month, _) = day.ymd();
        let year = year.rem_euclid(100);
        if self.language == Language::En {
            let month = name(&MONTHS, self.language, usize::from(month).saturating_sub(1));
            return format!("{}\u{a0}{year:02}", month.get(..3).unwrap_or(month));
        }
        format!("{month:02}.{year:02}")
    }

    /// `14.05 Uhr`.
    pub fn time(self, at: Timestamp) -> String {
        let Zurich { hour, minute, .. } = Zurich::of(at);
        match self.language {
            Language::De => format!("{hour}.{minute:02}\u{a0}Uhr"),
            Language::Fr => format!("{hour}\u{a0}h\u{a0}{minute:02}"),
            Language::It => format!("ore\u{a0}{hour}.{minute:02}"),
            Language::En => format!("{hour:02}:{minute:02}"),
        }
    }

    /// `14.05`, where it stands in a column of times.
    pub fn short_time(self, at: Timestamp) -> String {
        let Zurich { hour, minute, .. } = Zurich::of(at);
        match self.language {
            Language::Fr => format!("{hour}\u{a0}h\u{a0}{minute:02}"),
            Language::En => format!("{hour:02}:{minute:02}"),
            Language::De | Language::It => format!("{hour:02}.{minute:02}"),
        }
    }

    /// `Dienstag, 24. November 2026, 14.05 Uhr`.
    pub fn moment(self, at: Timestamp) -> String {
        format!("{}, {}", self.day(Zurich::of(at).day), self.time(at))
    }

    /// `24.11.2026, 14.05`, for tables.
    pub fn short_moment(self, at: Timestamp) -> String {
        let day = self.short_date(Zurich::of(at).day);
        format!("{day}, {}", self.short_time(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_writes_a_moment_in_its_own_way() {
        let at: Timestamp = "2026-11-24T13:05:00Z".parse().unwrap();
        let plain = |language| Words::of(language).moment(at).replace('\u{a0}', " ");
        assert_eq!(
            plain(Language::De),
            "Dienstag, 24. November 2026, 14.05 Uhr"
        );
        assert_eq!(plain(Language::Fr), "mardi 24 novembre 2026, 14 h 05");
        assert_eq!(plain(Language::It), "martedì 24 novembre 2026, ore 14.05");
        assert_eq!(plain(Language::En), "Tuesday 24 November 2026, 14:05");
    }

    #[test]
    fn the_first_of_a_month_is_said_as_people_say_it() {
        let day = Date::new(2026, 3, 1).unwrap();
        let plain = |language| Words::of(language).day(day).replace('\u{a0}', " ");
        assert_eq!(plain(Language::De), "Sonntag, 1. März 2026");
        assert_eq!(plain(Language::Fr), "dimanche 1er mars 2026");
        assert_eq!(plain(Language::It), "domenica 1° marzo 2026");
        assert_eq!(plain(Language::En), "Sunday 1 March 2026");
        assert_eq!(Words::of(Language::De).short_date(day), "01.03.2026");
        let german = Words::of(Language::De);
        assert_eq!(german.month(day).replace('\u{a0}', " "), "März 2026");
        assert_eq!(german.short_month(day), "03.26");
        let english = Words::of(Language::En).short_month(day);
        assert_eq!(english.replace('\u{a0}', " "), "Mar 26");
        let english = Words::of(Language::En).short_date(day);
        assert_eq!(english.replace('\u{a0}', " "), "1 Mar 2026");
    }

    #[test]
    fn summer_and_midnight_are_zurichs() {
        let summer: Timestamp = "2026-07-31T22:30:00Z".parse().unwrap();
        let there = Zurich::of(summer);
        assert_eq!((there.day, there.hour), (Date::new(2026, 8, 1).unwrap(), 0));
        assert_eq!(Words::of(Language::De).short_time(summer), "00.30");
    }
}
