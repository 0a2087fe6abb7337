//! What was typed, as values: forgiving in how it is written, strict in what it says.

use std::collections::BTreeMap;

use kanzlei::core::domain::{Field, FieldRules, FormCheck};
use kanzlei::{AuthorityId, Code, Date, FieldKind, Form, Service, Value};

use crate::web::words::Words;

/// What was typed, by the name of the input. A date has three: `code_day`, `code_month`, `code_year`.
pub type Typed = BTreeMap<String, String>;

/// A field that isn't filled in as its service asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wrong {
    /// The field.
    pub field: Code,
    /// What is wrong, as a code: those of the engine, and `field-date` for a day that there isn't.
    pub code: &'static str,
}

/// The form that was typed into these fields of a service, and all that is wrong with them.
pub fn read(service: &Service, fields: &[&Field], typed: &Typed) -> (Form, Vec<Wrong>) {
    let (mut form, mut wrong) = (Form::new(), Vec::new());
    let mut unread = Vec::new();
    for field in fields {
        match value(field, typed) {
            Ok(Some(value)) => {
                form.insert(field.code.clone(), value);
            }
            Ok(None) => {}
            Err(code) => unread.push(Wrong {
                field: field.code.clone(),
                code,
            }),
        }
    }
    let problems = FieldRules.check(service, &form);
    for field in fields {
        let unread = unread.iter().find(|one| one.field == field.code);
        let problem = problems.iter().find(|one| one.field == field.code);
        if let Some(one) = unread {
            wrong.push(one.clone());
        } else if let Some(problem) = problem {
            wrong.push(Wrong {
                field: field.code.clone(),
                code: problem.code,
            });
        }
    }
    (form, wrong)
}

/// What one field holds; `None` if nothing was typed.
fn value(field: &Field, typed: &Typed) -> Result<Option<Value>, &'static str> {
    if field.kind == FieldKind::Date {
        return day(field, typed);
    }
    let text = typed.get(field.code.as_str());
    let text = text.map_or("", String::as_str).trim();
    if text.is_empty() {
        return Ok(None);
    }
    let value = match &field.kind {
        // Browsers send lines ended as in mail.
        FieldKind::Text { .. } => Value::Text(text.replace("\r\n", "\n")),
        FieldKind::Integer { .. } => Value::Integer(integer(text).ok_or("field-type")?),
        FieldKind::Boolean => Value::Boolean(match text {
            "yes" => true,
            "no" => false,
            _ => return Err("field-type"),
        }),
        FieldKind::Choice { .. } => Value::choice(text).map_err(|_| "field-choice")?,
        FieldKind::Municipality => {
            let number = text.parse().map_err(|_| "field-municipality")?;
            Value::Authority(AuthorityId(number))
        }
        FieldKind::Date => return Ok(None),
    };
    Ok(Some(value))
}

/// A whole number as people write one: `1250`, `1'250`, `1 250`, `1.250`, `1250.–`. A point before
/// anything but three digits isn't taken: `12.50` is no whole number, and not 1250.
fn integer(text: &str) -> Option<i64> {
    let kept = |letter: &char| !letter.is_whitespace() && !"'’".contains(*letter);
    let text: String = text.chars().filter(kept).collect();
    let end = text.trim_end_matches(['-', '–', '—']);
    let text = match end.strip_suffix('.') {
        Some(francs) if end.len() < text.len() => francs,
        _ => text.as_str(),
    };
    let (negative, digits) = match text.strip_prefix(['-', '−', '–']) {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let mut groups = digits.split('.');
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|one| one.is_ascii_digit());
    let grouped = rest.is_empty() || first.len() <= 3;
    let whole = rest
        .iter()
        .all(|group| group.len() == 3 && all_digits(group));
    if !all_digits(first) || !grouped || !whole {
        return None;
    }
    let digits: String = std::iter::once(first).chain(rest).collect();
    // What is too large for any field is out of its range, not unreadable.
    let number = digits.parse().unwrap_or(i64::MAX);
    Some(if negative { -number } else { number })
}

fn day(field: &Field, typed: &Typed) -> Result<Option<Value>, &'static str> {
    let part = |name: &str| {
        let value = typed.get(&format!("{}_{name}", field.code));
        value.map_or("", String::as_str).trim()
    };
    let (day, month, year) = (part("day"), part("month"), part("year"));
    if day.is_empty() && month.is_empty() && year.is_empty() {
        return Ok(None);
    }
    let number = |text: &str, longest: usize| {
        let text = text.strip_suffix('.').unwrap_or(text);
        let digits = text.bytes().all(|one| one.is_ascii_digit());
        let fits = (1..=longest).contains(&text.len());
        (digits && fits).then(|| text.parse::<i32>().ok()).flatten()
    };
    // A year of two digits could be of two centuries.
    let date = number(year, 4)
        .filter(|year| *year >= 1_000)
        .and_then(|year| {
            let month = u8::try_from(number(month, 2)?).ok()?;
            Date::new(year, month, u8::try_from(number(day, 2)?).ok()?).ok()
        });
    date.map_or(Err("field-date"), |date| Ok(Some(Value::Date(date))))
}

/// A value as people read it; an authority by its name on that day.
pub fn shown(
    words: Words,
    field: Option<&Field>,
    value: &Value,
    authority: impl FnOnce(AuthorityId) -> String,
) -> crate::web::words::Label {
    use crate::web::words::Label;
    match value {
        Value::Text(text) => Label::plain(text.as_str()),
        Value::Integer(number) => Label::plain(words.number(*number)),
        Value::Date(day) => Label::plain(words.day(*day)),
        Value::Boolean(true) => Label::plain(words.t("yes")),
        Value::Boolean(false) => Label::plain(words.t("no")),
        Value::Choice(code) => {
            let choices = match field.map(|field| &field.kind) {
                Some(FieldKind::Choice { choices }) => choices.as_slice(),
                _ => &[],
            };
            let choice = choices.iter().find(|choice| choice.code == *code);
            choice.map_or_else(
                || Label::plain(code.as_str()),
                |choice| words.label(&choice.labels),
            )
        }
        Value::Authority(id) => Label::plain(authority(*id)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_people_write_it() {
        for text in [
            "1250", "1'250", "1’250", "1 250", "1.250", "1250.–", "1'250.-", "1250.--",
        ] {
            assert_eq!(integer(text), Some(1250), "{text}");
        }
        assert_eq!(integer("-7"), Some(-7));
        assert_eq!(integer("−7"), Some(-7));
        assert_eq!(integer("1.000.000"), Some(1_000_000));
        assert_eq!(integer("99999999999999999999"), Some(i64::MAX));
        for text in [
            "12.50", "1,5", "zwei", "", "-", "1.25.000", "1250.", "12-50", "0x10", "١٢",
        ] {
            assert_eq!(integer(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_needs_all_its_parts_and_to_exist() {
        let field = Field {
            code: Code::new("on").unwrap(),
            labels: kanzlei::Labels::de("Am"),
            kind: FieldKind::Date,
            required: false,
            privacy: kanzlei::core::domain::Privacy::Personal,
        };
        let read = |day: &str, month: &str, year: &str| {
            let parts = [("on_day", day), ("on_month", month), ("on_year", year)];
            let typed = parts.map(|(name, value)| (name.to_owned(), value.to_owned()));
            value(&field, &typed.into())
        };
        let date = Value::Date(Date::new(2026, 2, 3).unwrap());
        assert_eq!(read("3", "2", "2026"), Ok(Some(date.clone())));
        assert_eq!(read("03.", " 02. ", "2026"), Ok(Some(date)));
        assert_eq!(read("", " ", ""), Ok(None));
        for (day, month, year) in [
            ("29", "2", "2026"),
            ("3", "2", "26"),
            ("3", "", "2026"),
            ("3", "Mai", "2026"),
            ("-3", "2", "2026"),
            ("003", "2", "2026"),
        ] {
            assert_eq!(
                read(day, month, year),
                Err("field-date"),
                "{day} {month} {year}"
            );
        }
    }
}
