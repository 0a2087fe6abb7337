//! A field of a form, drawn: label, hint, what is wrong, and the inputs.

use askama::Template;
use kanzlei::core::domain::Field;
use kanzlei::{FieldKind, Labels};
use serde_json::{Map, json};

use super::read::Typed;
use super::rules::{Rule, codes, says};
use crate::web::words::{Label, Words};

/// So many choices are seen at a glance; more are opened.
const RADIO_MAX: usize = 6;
/// A longer text gets more than one line.
const LINE_MAX: u32 = 200;

/// A field as a template shows it: `{{ input }}`. Its first input's `id` is the field's code; what is
/// wrong has the id `code-error`.
#[derive(Clone, PartialEq, Eq, Debug, Template)]
#[template(path = "parts/input.html")]
pub struct Input {
    code: String,
    label: Label,
    optional: Option<String>,
    hint: Option<String>,
    source: Option<String>,
    error: Option<String>,
    rule: String,
    says: String,
    shape: Shape,
}

impl askama::filters::HtmlSafe for Input {}

/// How a field is drawn.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Shape {
    Line {
        value: String,
        figure: bool,
        kind: &'static str,
    },
    Area {
        value: String,
    },
    Day {
        parts: [(&'static str, String, String); 3],
    },
    Radio {
        options: Vec<Choice>,
    },
    Select {
        options: Vec<Choice>,
        none: String,
    },
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Choice {
    code: String,
    text: Label,
    chosen: bool,
}

impl Input {
    /// A field with what was typed and what is wrong with it. `municipalities` are those that can be
    /// chosen: number and name.
    pub fn new(
        words: Words,
        field: &Field,
        typed: &Typed,
        wrong: Option<&str>,
        municipalities: &[(u32, String)],
    ) -> Self {
        let code = field.code.to_string();
        let value = typed.get(&code).cloned().unwrap_or_default();
        let shape = shape(words, field, typed, value, municipalities);
        let hint = match &field.kind {
            FieldKind::Date => Some(words.t("hint-date")),
            FieldKind::Integer { min, max } => {
                Some(words.t2("hint-number", ("min", *min), ("max", *max)))
            }
            FieldKind::Text { max_length } if *max_length > LINE_MAX => {
                Some(words.t1("hint-length", "max", i64::from(*max_length)))
            }
            _ => None,
        };
        let texts = codes(field)
            .into_iter()
            .map(|code| (code.to_owned(), json!(says(words, field, code))));
        Self {
            label: words.label(&field.labels),
            optional: (!field.required).then(|| words.t("optional")),
            hint,
            source: None,
            error: wrong.map(|code| says(words, field, code)),
            rule: Rule::of(field).to_json(),
            says: json!(texts.collect::<Map<_, _>>()).to_string(),
            shape,
            code,
        }
    }

    /// The same, saying where its value comes from.
    #[must_use]
    pub fn from(mut self, source: String) -> Self {
        self.source = Some(source);
        self
    }

    /// The ids of what describes the inputs.
    fn described(&self) -> String {
        let hint = self.hint.as_ref().map(|_| format!("{}-hint ", self.code));
        let source = self
            .source
            .as_ref()
            .map(|_| format!("{}-source ", self.code));
        format!(
            "{}{}{}-error",
            hint.unwrap_or_default(),
            source.unwrap_or_default(),
            self.code
        )
    }
}

fn shape(
    words: Words,
    field: &Field,
    typed: &Typed,
    value: String,
    municipalities: &[(u32, String)],
) -> Shape {
    let option = |code: &str, text: Label| Choice {
        chosen: code == value,
        code: code.to_owned(),
        text,
    };
    match &field.kind {
        FieldKind::Text { max_length } if *max_length > LINE_MAX => Shape::Area { value },
        FieldKind::Text { .. } => Shape::Line {
            value,
            figure: false,
            kind: "text",
        },
        FieldKind::Integer { .. } => Shape::Line {
            value,
            figure: true,
            kind: "numeric",
        },
        FieldKind::Date => {
            let part = |name: &'static str, key: &str| {
                let typed = typed.get(&format!("{}_{name}", field.code));
                (name, words.t(key), typed.cloned().unwrap_or_default())
            };
            let parts = [
                part("day", "date-day"),
                part("month", "date-month"),
                part("year", "date-year"),
            ];
            Shape::Day { parts }
        }
        FieldKind::Boolean => Shape::Radio {
            options: vec![
                option("yes", Label::plain(words.t("yes"))),
                option("no", Label::plain(words.t("no"))),
            ],
        },
        FieldKind::Choice { choices } => {
            let label = |labels: &Labels| words.label(labels);
            let options = choices.iter();
            let options = options.map(|one| option(one.code.as_str(), label(&one.labels)));
            listed(words, options.collect())
        }
        FieldKind::Municipality => {
            let options = municipalities.iter();
            let options =
                options.map(|(id, name)| option(&id.to_string(), Label::plain(name.as_str())));
            Shape::Select {
                options: options.collect(),
                none: words.t("choose"),
            }
        }
    }
}

fn listed(words: Words, options: Vec<Choice>) -> Shape {
    if options.len() <= RADIO_MAX {
        Shape::Radio { options }
    } else {
        Shape::Select {
            options,
            none: words.t("choose"),
        }
    }
}
