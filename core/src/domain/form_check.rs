//! Whether a form is filled in as its service asks.

use serde::{Serialize, Serializer};

use super::code::Code;
use super::form::{Form, Value};
use super::service::{Field, FieldKind, Service};

/// What is wrong with one field. It names the field and what is allowed, never what was typed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldProblem {
    /// The field.
    pub field: Code,
    /// What is wrong, as a code that never changes: `field-unknown`, `field-required`,
    /// `field-type`, `field-length`, `field-range`, `field-choice`, `field-municipality`, or one
    /// of a check's own.
    pub code: &'static str,
    /// What a translation of the sentence needs, by name.
    #[serde(serialize_with = "by_name")]
    #[cfg_attr(
        feature = "openapi",
        schema(value_type = std::collections::BTreeMap<String, String>)
    )]
    pub arguments: Vec<(&'static str, String)>,
    /// The English sentence.
    pub message: String,
}

fn by_name<S: Serializer>(arguments: &[(&'static str, String)], to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(arguments.iter().map(|(name, value)| (name, value)))
}

/// Checks a form against its service; [`FieldRules`] is the one that every engine has.
pub trait FormCheck: Send + Sync {
    /// All that is wrong; empty if nothing is. Problems never contain a value of the form.
    fn check(&self, service: &Service, form: &Form) -> Vec<FieldProblem>;
}

/// The rules that a service's fields state: known, required, of the right type, short enough,
/// within range, one of the choices.
#[derive(Clone, Copy, Debug, Default)]
pub struct FieldRules;

/// The BFS numbers of municipalities (eCH-0007).
const MUNICIPALITIES: std::ops::RangeInclusive<u32> = 1..=9_999;

impl FormCheck for FieldRules {
    fn check(&self, service: &Service, form: &Form) -> Vec<FieldProblem> {
        let known = service.fields.iter().filter_map(|field| {
            match form
                .get(field.code.as_str())
                .filter(|value| is_filled(value))
            {
                Some(value) => value_problem(field, value),
                None if field.required => Some(problem(
                    field.code.clone(),
                    "field-required",
                    Vec::new(),
                    "must be filled in",
                )),
                None => None,
            }
        });
        let unknown = form
            .iter()
            .filter(|(code, _)| service.field(code.as_str()).is_none())
            .map(|(code, _)| {
                let service = [("service", service.name.to_string())];
                let said = "is not a field of this service; leave it out";
                problem(code.clone(), "field-unknown", service.into(), said)
            });
        known.chain(unknown).collect()
    }
}

/// Blanks are what browsers send for a text field that was left alone.
fn is_filled(value: &Value) -> bool {
    !matches!(value, Value::Text(text) if text.trim().is_empty())
}

fn problem(
    field: Code,
    code: &'static str,
    arguments: Vec<(&'static str, String)>,
    said: &str,
) -> FieldProblem {
    FieldProblem {
        message: format!("field “{field}” {said}"),
        field,
        code,
        arguments,
    }
}

fn value_problem(field: &Field, value: &Value) -> Option<FieldProblem> {
    let problem = |code, arguments: &[(&'static str, String)], said: &str| {
        Some(problem(field.code.clone(), code, arguments.to_vec(), said))
    };
    match (&field.kind, value) {
        (FieldKind::Text { max_length }, Value::Text(text)) => {
            let most = usize::try_from(*max_length).unwrap_or(usize::MAX);
            if text.chars().count() <= most {
                return None;
            }
            let said = format!("may have at most {max_length} characters");
            problem("field-length", &[("max", max_length.to_string())], &said)
        }
        (FieldKind::Integer { min, max }, Value::Integer(number)) => {
            if (min..=max).contains(&number) {
                return None;
            }
            let range = [("min", min.to_string()), ("max", max.to_string())];
            let said = format!("must be a whole number from {min} to {max}");
            problem("field-range", &range, &said)
        }
        (FieldKind::Choice { choices }, Value::Choice(code)) => {
            if choices.iter().any(|choice| choice.code == *code) {
                return None;
            }
            let shown = shown_choices(field);
            let said = format!("must be one of: {shown}");
            problem("field-choice", &[("choices", shown)], &said)
        }
        (FieldKind::Municipality, Value::Authority(authority)) => {
            if MUNICIPALITIES.contains(&authority.0) {
                return None;
            }
            let said = "must be a municipality, by its BFS number from 1 to 9999";
            problem("field-municipality", &[], said)
        }
        (FieldKind::Date, Value::Date(_)) | (FieldKind::Boolean, Value::Boolean(_)) => None,
        (kind, _) => {
            let said = format!("must be {}", kind.wanted());
            problem("field-type", &[("type", kind.name().to_owned())], &said)
        }
    }
}

/// The first choices: a list of two thousand helps nobody.
fn shown_choices(field: &Field) -> String {
    const SHOWN: usize = 20;
    let FieldKind::Choice { choices } = &field.kind else {
        return String::new();
    };
    let mut shown: Vec<&str> = choices.iter().map(|choice| choice.code.as_str()).collect();
    if shown.len() > SHOWN {
        shown.truncate(SHOWN);
        shown.push("…");
    }
    shown.join(", ")
}

impl FieldKind {
    /// The kind in a word, as it stands in service files.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Integer { .. } => "integer",
            Self::Date => "date",
            Self::Boolean => "boolean",
            Self::Choice { .. } => "choice",
            Self::Municipality => "municipality",
        }
    }

    const fn wanted(&self) -> &'static str {
        match self {
            Self::Text { .. } => "a text",
            Self::Integer { .. } => "a whole number",
            Self::Date => "a date",
            Self::Boolean => "yes or no",
            Self::Choice { .. } => "the code of a choice",
            Self::Municipality => "a municipality",
        }
    }
}
