//! The table: for each route and each viewer the answer that is expected.

use super::world::{Answer, Given, VIEWERS};
use axum::http::StatusCode;

/// The table as it is kept: reading it is reviewing it.
const TABLE: &str = include_str!("table.txt");

/// A line of the table.
#[derive(Clone, Debug)]
pub struct Row {
    /// A sign for each viewer.
    pub answers: String,
    /// The method.
    pub method: String,
    /// The path, with names in braces, of which some have a value, and perhaps a query.
    pub path: String,
    /// What is given, as [`World::given`](super::world::World::given) makes it.
    pub given: String,
    /// The body, with names in braces.
    pub body: String,
}

impl Row {
    /// The route that it is about.
    pub fn route(&self) -> String {
        let path = self.path.split('?').next().unwrap_or_default();
        let parts = path.split('/').map(|part| match part.split_once('=') {
            Some((name, _)) => format!("{name}}}"),
            None => part.to_owned(),
        });
        format!("{} {}", self.method, parts.collect::<Vec<_>>().join("/"))
    }

    /// Whether asking may change something.
    pub fn changes(&self) -> bool {
        self.method != "GET"
    }

    /// The line with these answers.
    pub fn with(&self, answers: &str) -> String {
        let Self {
            method,
            path,
            given,
            body,
            ..
        } = self;
        format!("{answers} {method:6} {path} {given} {body}")
            .trim_end()
            .to_owned()
    }
}

/// All lines; those that begin with `#` explain.
pub fn rows() -> Vec<Row> {
    let lines = TABLE
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    let row = |line: &str| {
        let mut parts = line.splitn(2, ' ');
        let answers = parts.next().unwrap().to_owned();
        assert_eq!(answers.chars().count(), VIEWERS.len(), "{line}");
        let mut parts = parts.next().unwrap().split_whitespace();
        let mut next = || parts.next().map(str::to_owned);
        let (method, path, given) = (next(), next(), next());
        let body: Vec<&str> = parts.collect();
        Row {
            answers,
            method: method.unwrap(),
            path: path.unwrap(),
            given: given.unwrap_or_else(|| panic!("nothing is given: {line}")),
            body: body.join(" "),
        }
    };
    lines.map(row).collect()
}

/// A path or body with what is given in place of the names in braces.
pub fn filled(text: &str, given: &Given, key: &str) -> String {
    let values = [
        ("{case}", given.case.to_string()),
        ("{command}", given.command.to_string()),
        ("{draft}", given.draft.clone()),
        ("{version}", given.version.to_string()),
        ("{key}", key.to_owned()),
        ("{service}", "permit".to_owned()),
        // Who is involved in every case, or who is asked to take part.
        ("involvements/{authority}", "involvements/20001".to_owned()),
        ("{authority}", "1061".to_owned()),
        ("{id}", "1061".to_owned()),
        ("{edition}", "1".to_owned()),
        ("{number}", "1".to_owned()),
        ("{old}", "1".to_owned()),
        ("{new}", "1".to_owned()),
        ("{step}", "1".to_owned()),
        ("{task}", "1".to_owned()),
        ("{request}", "1".to_owned()),
        ("{document}", "1".to_owned()),
        ("{digest}", given.digest.clone()),
        ("{view}", "worklist".to_owned()),
        ("{code}", "case-not-found".to_owned()),
        ("{file}", "swagger-ui.css".to_owned()),
        ("{token}", "0".repeat(32)),
    ];
    let mut text = text.to_owned();
    for (name, value) in values {
        text = text.replace(name, &value);
    }
    // A name with a value of its own: `{writing=ask}`.
    while let Some((before, rest)) = text.split_once('{').filter(|(_, rest)| {
        let name = rest.split('=').next().unwrap_or_default();
        !name.is_empty() && name.chars().all(|one| one.is_ascii_lowercase())
    }) {
        let (name, after) = rest.split_once('}').unwrap();
        let value = name.split_once('=').unwrap().1;
        text = format!("{before}{value}{after}");
    }
    text
}

/// The sign of an answer.
pub fn sign(answer: &Answer) -> char {
    match answer.status {
        StatusCode::SEE_OTHER if answer.location.starts_with("/sign-in") => 'i',
        StatusCode::SEE_OTHER => '>',
        StatusCode::UNAUTHORIZED => 'i',
        StatusCode::FORBIDDEN => 'x',
        StatusCode::NOT_FOUND => '0',
        StatusCode::BAD_REQUEST => 'b',
        StatusCode::CONFLICT
        | StatusCode::UNPROCESSABLE_ENTITY
        | StatusCode::PRECONDITION_FAILED => 'r',
        status if status.is_success() => '+',
        _ => '!',
    }
}
