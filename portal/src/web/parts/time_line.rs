//! What happened in a case, day by day, the newest first; printed the oldest first.

use askama::Template;
use kanzlei::core::domain::{Disclosed, Entry};

use crate::web::words::{Telling, Zurich};

/// A time line, as a template shows it: `{{ line }}`.
#[derive(Clone, PartialEq, Eq, Debug, Template)]
#[template(path = "parts/time_line.html")]
pub struct TimeLine {
    days: Vec<Day>,
    erased: String,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Day {
    name: String,
    entries: Vec<Told>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Told {
    at: String,
    moment: String,
    sentence: String,
    text: Option<String>,
    erased: bool,
}

impl askama::filters::HtmlSafe for TimeLine {}

impl TimeLine {
    /// The entries, told; `today` is called so.
    pub fn new(telling: &Telling<'_>, entries: &[Entry], today: kanzlei::Date) -> Self {
        let words = telling.words;
        let mut days: Vec<(kanzlei::Date, Day)> = Vec::new();
        for entry in entries.iter().rev() {
            let day = Zurich::of(entry.at).day;
            let told = Told {
                at: words.short_time(entry.at),
                moment: entry.at.to_string(),
                sentence: telling.sentence(entry),
                text: match &entry.text {
                    Some(Disclosed::Shown(text)) if !text.trim().is_empty() => Some(text.clone()),
                    _ => None,
                },
                erased: matches!(entry.text, Some(Disclosed::Erased)),
            };
            if let Some((_, last)) = days.last_mut().filter(|(last, _)| *last == day) {
                last.entries.push(told);
                continue;
            }
            let mut name = words.day(day);
            if day == today {
                name = words.t1("line-today", "day", name);
            }
            let entries = vec![told];
            days.push((day, Day { name, entries }));
        }
        Self {
            days: days.into_iter().map(|(_, day)| day).collect(),
            erased: words.t("line-erased"),
        }
    }
}
