//! Which attributes of a log say what.

use std::borrow::Cow;
use std::fmt;

use kanzlei_core::Timestamp;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::attribute::{Attribute, XesValue, last};
use super::error::XesError;
use super::item::Event;
use super::moment;

/// Names longer than this are cut when a service's name is made of them.
const MAX_SERVICE_NAME: usize = 64;
/// What stands between the parts of an activity's name, as in XES's classifiers.
const JOINT: &str = "+";

/// Says which attributes hold an event's activity and time and a case's name, and as which service
/// a log is imported.
///
/// The default fits logs that keep to the standard's extensions. A file replaces parts of it:
///
/// ```
/// use kanzlei_adapters::xes::Mapping;
///
/// let mapping = Mapping::from_toml(r#"activity = ["concept:name", "lifecycle:transition"]"#)?;
/// assert_eq!(mapping.time_key(), "time:timestamp");
///
/// let mistakes = Mapping::from_toml("activity = 1\ntempo = \"x\"").unwrap_err();
/// assert_eq!(mistakes.problems().len(), 2);
/// # Ok::<(), kanzlei_adapters::xes::MappingError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    activity: Vec<String>,
    time: String,
    case: String,
    service: Option<String>,
}

/// All that is wrong with a mapping's file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct MappingError(Vec<MappingProblem>);

impl MappingError {
    /// Each problem, in the order of the file; at least one.
    pub fn problems(&self) -> &[MappingProblem] {
        &self.0
    }
}

/// A line for each problem.
impl fmt::Display for MappingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (count, problem) in self.0.iter().enumerate() {
            let line_end = if count == 0 { "" } else { "\n" };
            write!(f, "{line_end}{problem}")?;
        }
        Ok(())
    }
}

/// One thing that is wrong with a mapping's file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {what}")]
pub struct MappingProblem {
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
    /// What is wrong and what would be right.
    pub what: String,
}

impl Default for Mapping {
    fn default() -> Self {
        let mut mapping = Self {
            activity: Vec::new(),
            time: String::new(),
            case: String::new(),
            service: None,
        };
        // That this file is sound and complete is tested.
        let _ = mapping.replace(Self::DEFAULT);
        mapping
    }
}

impl Mapping {
    /// The default as a file, with what each line means: to be copied and changed.
    pub const DEFAULT: &str = include_str!("default-mapping.toml");

    /// Reads a mapping's file; what it doesn't say is as in the default.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with line and column.
    pub fn from_toml(text: &str) -> Result<Self, MappingError> {
        let mut mapping = Self::default();
        mapping.replace(text)?;
        Ok(mapping)
    }

    /// The keys whose values make an event's activity.
    pub fn activity_keys(&self) -> &[String] {
        &self.activity
    }

    /// The key of an event's time.
    pub fn time_key(&self) -> &str {
        &self.time
    }

    /// The key of a case's name among the attributes of its trace.
    pub fn case_key(&self) -> &str {
        &self.case
    }

    /// What an event did. Of an attribute that is repeated, the last counts.
    ///
    /// # Errors
    /// If the event has no such attribute, or a list in its place.
    pub fn activity<'a>(&self, event: &'a Event) -> Result<Cow<'a, str>, XesError> {
        let mut whole: Option<Cow<'a, str>> = None;
        for key in &self.activity {
            let value = Self::value(event, key, "activity")?;
            let Some(part) = value.text() else {
                return Err(XesError::value(key, "a list", "a single value").moved(event.at));
            };
            whole = Some(match whole {
                None => part,
                Some(before) => Cow::Owned([&before, JOINT, &part].concat()),
            });
        }
        Ok(whole.unwrap_or_default())
    }

    /// When an event happened: a date, or text that is one. Of an attribute that is repeated, the
    /// last counts.
    ///
    /// # Errors
    /// If the event has no such attribute, or it isn't a moment.
    pub fn time(&self, event: &Event) -> Result<Timestamp, XesError> {
        let value = Self::value(event, &self.time, "time")?;
        match value {
            XesValue::Date(at) => Some(*at),
            XesValue::String(text) => moment::read(text.trim()),
            _ => None,
        }
        .ok_or_else(|| {
            let text = value.text().unwrap_or(Cow::Borrowed("a list"));
            XesError::value(&self.time, &text, moment::WANTED).moved(event.at)
        })
    }

    /// The name of a case, if these attributes of its trace have it.
    pub fn case_name<'a>(&self, attributes: &'a [Attribute]) -> Option<Cow<'a, str>> {
        last(attributes, &self.case)?.value.text()
    }

    /// The name of the service as which a log is imported: what the mapping says, else the log's
    /// own name made into one, else the file's (of which a path and the endings `.xes` and `.gz`
    /// are left away), else `imported-log`. It has small letters, digits and hyphens, 64 at most.
    pub fn service_name(&self, log_name: Option<&str>, file_name: &str) -> String {
        if let Some(name) = &self.service {
            return name.clone();
        }
        let file = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
        let file = file.strip_suffix(".gz").unwrap_or(file);
        let file = file.strip_suffix(".xes").unwrap_or(file);
        let made = [log_name.unwrap_or_default(), file].map(code);
        let fitting = made.into_iter().find(|name| !name.is_empty());
        fitting.unwrap_or_else(|| "imported-log".to_owned())
    }

    fn value<'a>(
        event: &'a Event,
        key: &str,
        purpose: &'static str,
    ) -> Result<&'a XesValue, XesError> {
        let found = last(&event.attributes, key).ok_or_else(|| XesError::Missing {
            at: event.at,
            key: key.to_owned(),
            purpose,
        })?;
        Ok(&found.value)
    }

    fn replace(&mut self, text: &str) -> Result<(), MappingError> {
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut problems: Vec<(usize, String)> = errors
            .iter()
            .map(|error| {
                let at = error.span().map_or(0, |span| span.start);
                (at, error.message().to_owned())
            })
            .collect();
        for (key, value) in table.get_ref() {
            let name: &str = key.get_ref();
            let at = value.span().start;
            let set = match name {
                "activity" => keys(value).map(|keys| self.activity = keys),
                "time" => string(value).map(|key| self.time = key),
                "case" => string(value).map(|key| self.case = key),
                "service" => service(value).map(|name| self.service = Some(name)),
                other => {
                    let what = format!(
                        "“{other}” is unknown here; there are activity, time, case and service"
                    );
                    problems.push((key.span().start, what));
                    continue;
                }
            };
            // A value with a syntax error comes as something else; the syntax error says it better.
            let known = problems.iter().any(|(there, _)| *there == at);
            if let Err(what) = set
                && !known
            {
                problems.push((at, format!("{name} must be {what}")));
            }
        }
        if problems.is_empty() {
            return Ok(());
        }
        problems.sort();
        let problems = problems.into_iter().map(|(at, what)| {
            let before = text.get(..at).unwrap_or(text);
            let line_start = before.rfind('\n').map_or(0, |end| end + 1);
            MappingProblem {
                line: before.matches('\n').count() + 1,
                column: before.get(line_start..).unwrap_or("").chars().count() + 1,
                what,
            }
        });
        Err(MappingError(problems.collect()))
    }
}

fn string(value: &Spanned<DeValue<'_>>) -> Result<String, &'static str> {
    match value.get_ref() {
        DeValue::String(text) if !text.is_empty() => Ok(text.to_string()),
        _ => Err("an attribute's key such as \"concept:name\""),
    }
}

fn keys(value: &Spanned<DeValue<'_>>) -> Result<Vec<String>, &'static str> {
    let wanted = "a list of attributes' keys such as [\"concept:name\"]";
    match value.get_ref() {
        DeValue::Array(items) if !items.is_empty() => {
            let keys = items.iter().map(string).collect::<Result<_, _>>();
            keys.map_err(|_| wanted)
        }
        _ => Err(wanted),
    }
}

fn service(value: &Spanned<DeValue<'_>>) -> Result<String, &'static str> {
    let name = string(value).unwrap_or_default();
    if !name.is_empty() && code(&name) == name {
        Ok(name)
    } else {
        Err("a name of small letters, digits and hyphens, 64 at most, such as \"building-permit\"")
    }
}

/// Small letters and digits, with one hyphen for each run of anything else between them.
fn code(name: &str) -> String {
    let mut code = String::new();
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    for word in words.filter(|word| !word.is_empty()) {
        if !code.is_empty() {
            code.push('-');
        }
        code.push_str(&word.to_ascii_lowercase());
    }
    code.truncate(MAX_SERVICE_NAME);
    code.truncate(code.trim_end_matches('-').len());
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_complete() {
        let mapping = Mapping::from_toml(Mapping::DEFAULT).unwrap();
        assert_eq!(mapping, Mapping::default());
        assert_eq!(mapping.activity_keys(), ["concept:name"]);
        assert_eq!(mapping.time_key(), "time:timestamp");
        assert_eq!(mapping.case_key(), "concept:name");
        assert_eq!(mapping.service, None);
    }

    #[test]
    fn every_mistake_is_reported_with_its_place() {
        let text =
            "time = 5\n\nactivity = []\n  tempo = \"x\"\nservice = \"Bau Gesuch\"\ncase = \n";
        let error = Mapping::from_toml(text).unwrap_err();
        let places: Vec<_> = error
            .problems()
            .iter()
            .map(|p| (p.line, p.column))
            .collect();
        assert_eq!(
            places,
            [(1, 8), (3, 12), (4, 3), (5, 11), (6, 8)],
            "{error}"
        );
        assert!(
            error
                .to_string()
                .starts_with("line 1, column 8: time must be"),
            "{error}"
        );
    }

    #[test]
    fn a_service_is_named_after_the_log_or_its_file() {
        let mapping = Mapping::default();
        for (log, file, wanted) in [
            (
                Some("BPI Challenge 2013, closed"),
                "x.xes",
                "bpi-challenge-2013-closed",
            ),
            (Some("記録"), "/tmp/Receipt_1.xes.gz", "receipt-1"),
            (None, r"C:\logs\Straße.xes", "stra-e"),
            (None, "", "imported-log"),
        ] {
            assert_eq!(mapping.service_name(log, file), wanted);
        }
        let long = mapping.service_name(Some(&"word ".repeat(50)), "");
        assert!(long.len() <= MAX_SERVICE_NAME && long.ends_with("word") || long.ends_with('w'));
        let mapping = Mapping::from_toml("service = \"permit-2\"").unwrap();
        assert_eq!(mapping.service_name(Some("other"), "x"), "permit-2");
    }
}
