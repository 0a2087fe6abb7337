//! Walks a parsed file, remembers where everything stands and collects what is wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue, Error as SyntaxError};

use super::nearest::nearest;
use crate::domain::code::Code;
use crate::time::Date;

/// Far above what is shown; what comes after isn't even collected.
const PROBLEMS_MAX: usize = 10_000;

/// A value of the file.
pub(super) type Node<'a> = Spanned<DeValue<'a>>;

/// A table of the file.
pub(super) struct Table<'a> {
    /// Its place in the service, as in a problem's path.
    pub(super) path: String,
    span: Range<usize>,
    entries: &'a DeTable<'a>,
}

/// Collects what is wrong. What can't be read is reported and `None`; its reader then takes
/// something harmless instead, so that the rest can be checked too.
pub(super) struct Reader {
    problems: Vec<(Range<usize>, String)>,
    /// Where each part of the service stands, in bytes.
    spans: BTreeMap<String, Range<usize>>,
    /// Where each line begins.
    lines: Vec<usize>,
    /// Lines with a syntax error: what is said about their values would only repeat it.
    broken: BTreeSet<usize>,
    /// Lists of which an entry couldn't be read: that something isn't in there proves nothing.
    incomplete: BTreeSet<String>,
}

impl Table<'_> {
    /// The path of the value under this key.
    pub(super) fn path_of(&self, key: &str) -> String {
        match self.path.as_str() {
            "" => key.to_owned(),
            path => format!("{path}.{key}"),
        }
    }

    /// Whether there is a value under this key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }
}

impl Reader {
    pub(super) fn new(text: &str, syntax: &[SyntaxError]) -> Self {
        let mut reader = Self {
            problems: Vec::new(),
            spans: BTreeMap::new(),
            lines: text.match_indices('\n').map(|(at, _)| at + 1).collect(),
            broken: BTreeSet::new(),
            incomplete: BTreeSet::new(),
        };
        for error in syntax {
            let span = error.span().unwrap_or(0..0);
            reader.broken.insert(reader.line(span.start));
            if reader.problems.len() < PROBLEMS_MAX {
                reader.problems.push((span, error.message().to_owned()));
            }
        }
        reader
    }

    pub(super) fn into_problems(self) -> Vec<(Range<usize>, String)> {
        self.problems
    }

    fn line(&self, at: usize) -> usize {
        self.lines.partition_point(|begin| *begin <= at)
    }

    /// Reports a mistake.
    pub(super) fn problem(&mut self, span: Range<usize>, said: impl Into<String>) {
        let is_new = !self.broken.contains(&self.line(span.start));
        if is_new && self.problems.len() < PROBLEMS_MAX {
            self.problems.push((span, said.into()));
        }
    }

    /// Reports what the check of the whole service found, where it stands in the file.
    pub(super) fn problem_at(&mut self, path: &str, said: &str) {
        let list = match path.split(['.', '[']).collect::<Vec<_>>().as_slice() {
            ["phases"] | ["tasks", _, "phase"] => "phases",
            ["competence" | "involved", ..] | ["disclosure", _, "fields", _] => "fields",
            _ => "",
        };
        let is_doubtful = self.incomplete.contains(list) || !self.broken.is_empty();
        if is_doubtful && !list.is_empty() {
            return;
        }
        let mut at = path;
        let span = loop {
            if let Some(span) = self.spans.get(at) {
                break span.clone();
            }
            match at.rfind(['.', '[']) {
                Some(end) => at = at.get(..end).unwrap_or_default(),
                None => break 0..0,
            }
        };
        self.problem(span, said);
    }

    /// The whole file as a table.
    pub(super) fn root<'a>(&mut self, entries: &'a DeTable<'a>, known: &[&str]) -> Table<'a> {
        let table = Table {
            path: String::new(),
            span: 0..0,
            entries,
        };
        self.refuse_unknown(&table, known);
        table
    }

    /// A table with no keys but these.
    pub(super) fn table<'a>(
        &mut self,
        path: &str,
        node: &'a Node<'a>,
        known: &[&str],
    ) -> Option<Table<'a>> {
        let Some(entries) = node.get_ref().as_table() else {
            return self.wrong(node, "a table of keys and values");
        };
        let table = Table {
            path: path.to_owned(),
            span: node.span(),
            entries,
        };
        self.refuse_unknown(&table, known);
        Some(table)
    }

    fn refuse_unknown(&mut self, table: &Table<'_>, known: &[&str]) {
        for (key, _) in table.entries {
            let name = key.get_ref();
            if known.contains(&name.as_ref()) {
                continue;
            }
            let shown: String = name.chars().take(Code::BYTES_MAX).collect();
            let help = match nearest(name, known) {
                Some(near) => format!("; perhaps `{near}`"),
                None => format!("; known are {}", known.join(", ")),
            };
            self.problem(key.span(), format!("there is no key `{shown}` here{help}"));
        }
    }

    /// The value under a key that must be there.
    pub(super) fn required<'a, T>(
        &mut self,
        table: &Table<'a>,
        key: &str,
        read: impl FnOnce(&mut Self, &str, &'a Node<'a>) -> Option<T>,
    ) -> Option<T> {
        // A syntax error may have swallowed it.
        if !table.has(key) && self.broken.is_empty() {
            self.problem(table.span.clone(), format!("`{key}` is missing"));
        }
        self.optional(table, key, read)
    }

    /// The value under a key that may be missing.
    pub(super) fn optional<'a, T>(
        &mut self,
        table: &Table<'a>,
        key: &str,
        read: impl FnOnce(&mut Self, &str, &'a Node<'a>) -> Option<T>,
    ) -> Option<T> {
        let node = table.entries.get(key)?;
        let path = table.path_of(key);
        self.spans.insert(path.clone(), node.span());
        read(self, &path, node)
    }

    /// A list of at most so many entries. Paths count the entries that could be read, as the
    /// service's check does.
    pub(super) fn list<'a, T>(
        &mut self,
        table: &Table<'a>,
        (key, most): (&str, usize),
        mut read: impl FnMut(&mut Self, &str, &'a Node<'a>) -> Option<T>,
    ) -> Vec<T> {
        let mut list = Vec::new();
        self.optional(table, key, |reader, path, node| {
            let Some(entries) = node.get_ref().as_array() else {
                reader.incomplete.insert(path.to_owned());
                return reader.wrong::<()>(node, "a list");
            };
            if entries.len() > most {
                let count = entries.len();
                reader.problem(
                    node.span(),
                    format!("there are {count}; at most {most} are allowed"),
                );
            }
            for entry in entries.iter().take(most) {
                let path = format!("{path}[{}]", list.len());
                reader.spans.insert(path.clone(), entry.span());
                match read(reader, &path, entry) {
                    Some(entry) => list.push(entry),
                    None => {
                        reader.incomplete.insert(table.path_of(key));
                    }
                }
            }
            None
        });
        list
    }

    /// Reports that a value is something else than wanted.
    pub(super) fn wrong<T>(&mut self, node: &Node<'_>, wanted: &str) -> Option<T> {
        let found = match node.get_ref() {
            DeValue::String(_) => "a text in quotes",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a number with a fraction",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.problem(node.span(), format!("this must be {wanted}; it is {found}"));
        None
    }

    pub(super) fn text(&mut self, _: &str, node: &Node<'_>) -> Option<String> {
        match node.get_ref().as_str() {
            Some(text) => Some(text.to_owned()),
            None => self.wrong(node, "a text in quotes"),
        }
    }

    pub(super) fn boolean(&mut self, _: &str, node: &Node<'_>) -> Option<bool> {
        node.get_ref()
            .as_bool()
            .or_else(|| self.wrong(node, "true or false, without quotes"))
    }

    pub(super) fn integer(&mut self, _: &str, node: &Node<'_>) -> Option<i64> {
        let Some(digits) = node.get_ref().as_integer() else {
            return self.wrong(node, "a whole number");
        };
        let number = i64::from_str_radix(digits.as_str(), digits.radix());
        number
            .map_err(|_| self.problem(node.span(), "this number has too many digits"))
            .ok()
    }

    pub(super) fn number(&mut self, path: &str, node: &Node<'_>) -> Option<u32> {
        let number = self.integer(path, node)?;
        let most = u32::MAX;
        let said = || format!("this must be a whole number from 0 to {most}");
        u32::try_from(number)
            .map_err(|_| self.problem(node.span(), said()))
            .ok()
    }

    pub(super) fn date(&mut self, _: &str, node: &Node<'_>) -> Option<Date> {
        const WANTED: &str = "a date without quotes, such as 2026-01-31";
        let day = match node.get_ref().as_datetime() {
            Some(at) if at.time.is_none() => at.date,
            _ => None,
        };
        let day = day.and_then(|day| Date::new(day.year.into(), day.month, day.day).ok());
        day.or_else(|| self.wrong(node, WANTED))
    }

    pub(super) fn code(&mut self, path: &str, node: &Node<'_>) -> Option<Code> {
        let text = self.text(path, node)?;
        Code::new(&text)
            .map_err(|error| self.problem(node.span(), error.to_string()))
            .ok()
    }

    /// Reports a text that isn't one of those known.
    pub(super) fn unknown<T>(&mut self, node: &Node<'_>, given: &str, known: &[&str]) -> Option<T> {
        let help = match nearest(given, known) {
            Some(near) => format!("perhaps “{near}”"),
            None => format!("known are {}", known.join(", ")),
        };
        self.problem(node.span(), format!("this isn't known; {help}"));
        None
    }
}
