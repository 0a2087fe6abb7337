//! The rules of a field as the script on the page reads them, and what it says if they are broken.

use kanzlei::FieldKind;
use kanzlei::core::domain::Field;
use serde::Serialize;

use crate::web::words::{FluentValue, Words};

/// What the script checks: the same as the server, which a test shows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Rule<'a> {
    kind: &'static str,
    required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<u32>,
    /// As texts: a script's numbers end at 53 bits.
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    choices: Vec<&'a str>,
}

impl<'a> Rule<'a> {
    /// The rule of a field.
    pub fn of(field: &'a Field) -> Self {
        let mut rule = Self {
            kind: field.kind.name(),
            required: field.required,
            length: None,
            min: None,
            max: None,
            choices: Vec::new(),
        };
        match &field.kind {
            FieldKind::Text { max_length } => rule.length = Some(*max_length),
            FieldKind::Integer { min, max } => {
                rule.min = Some(min.to_string());
                rule.max = Some(max.to_string());
            }
            FieldKind::Choice { choices } => {
                rule.choices = choices.iter().map(|choice| choice.code.as_str()).collect();
            }
            _ => {}
        }
        rule
    }

    /// As it stands in an attribute.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// How a field is to be repaired, in words, for a problem's code.
pub fn says(words: Words, field: &Field, code: &str) -> String {
    let label = field.labels.get(words.language());
    let named = ("field", FluentValue::from(label));
    match (code, &field.kind) {
        ("field-length", FieldKind::Text { max_length }) => words.text(
            "repair-length",
            &[named, ("max", i64::from(*max_length).into())],
        ),
        ("field-range" | "field-type", FieldKind::Integer { min, max }) => words.text(
            "repair-number",
            &[named, ("min", (*min).into()), ("max", (*max).into())],
        ),
        (_, FieldKind::Text { .. }) => words.text("repair-text", &[named]),
        (_, FieldKind::Integer { .. }) => words.text("repair-number-missing", &[named]),
        ("field-date", _) => words.text("repair-date", &[named]),
        (_, FieldKind::Date) => words.text("repair-date-missing", &[named]),
        (_, FieldKind::Boolean) => words.text("repair-yes-no", &[named]),
        (_, FieldKind::Choice { .. } | FieldKind::Municipality) => {
            words.text("repair-choice", &[named])
        }
    }
}

/// The codes that can be broken by a field of this kind.
pub(super) fn codes(field: &Field) -> Vec<&'static str> {
    let own: &[&str] = match &field.kind {
        FieldKind::Text { .. } => &["field-length"],
        FieldKind::Integer { .. } => &["field-range", "field-type"],
        FieldKind::Date => &["field-date"],
        FieldKind::Boolean => &["field-type"],
        FieldKind::Choice { .. } => &["field-choice"],
        FieldKind::Municipality => &["field-municipality"],
    };
    let required = field.required.then_some("field-required");
    required.into_iter().chain(own.iter().copied()).collect()
}
