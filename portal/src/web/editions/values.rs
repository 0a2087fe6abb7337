//! What a definition says at a place, in words.

use kanzlei::{AuthorityId, Date, Service};
use serde_json::{Map, Value};

use super::steps::step;
use super::{Reader, label};

/// The value at a place of a service's definition. What has no words is shown as it is written.
pub fn value(reader: Reader<'_>, service: &Service, path: &[String], value: &Value) -> String {
    let words = reader.words;
    match value {
        Value::Null => "–".to_owned(),
        Value::Bool(true) => words.t("value-yes"),
        Value::Bool(false) => words.t("value-no"),
        Value::Number(number) => number
            .as_i64()
            .map_or_else(|| number.to_string(), |number| words.number(number)),
        Value::String(text) if text.is_empty() => "–".to_owned(),
        Value::String(text) => text_value(reader, service, path, text),
        Value::Array(items) => list(reader, service, path, items),
        Value::Object(members) => object(reader, service, path, members),
    }
}

fn text_value(reader: Reader<'_>, service: &Service, path: &[String], text: &str) -> String {
    let words = reader.words;
    let last = path.last().map_or("", String::as_str);
    let about = path.first().is_some_and(|part| part == "about");
    let in_language = about || path.iter().any(|step| step == "labels") || last == "basis";
    if in_language {
        return text.to_owned();
    }
    if let Some(day) = text
        .parse::<Date>()
        .ok()
        .filter(|_| last.starts_with("valid-"))
    {
        return words.short_date(day);
    }
    let known = KNOWN.iter().find(|(known, _)| *known == text);
    if let Some((_, key)) = known.filter(|_| last != "reason") {
        return words.t(key);
    }
    let named = ["fields", "phases", "documents", "tasks", "outcomes"];
    let found = named
        .iter()
        .find_map(|part| label(words, service, part, text));
    found.map_or_else(|| text.to_owned(), |label| quoted(reader, &label))
}

/// Words of a definition that have words of ours.
const KNOWN: [(&str, &str); 11] = [
    ("personal", "value-personal"),
    ("all", "value-all"),
    ("date", "kind-date"),
    ("boolean", "kind-boolean"),
    ("municipality", "kind-municipality"),
    ("canton", "level-canton"),
    ("office", "level-office"),
    ("none", "assurance-none"),
    ("low", "assurance-low"),
    ("substantial", "assurance-substantial"),
    ("high", "assurance-high"),
];

fn quoted(reader: Reader<'_>, text: &str) -> String {
    reader.words.t1("value-quoted", "text", text)
}

fn list(reader: Reader<'_>, service: &Service, path: &[String], items: &[Value]) -> String {
    if items.is_empty() {
        return "–".to_owned();
    }
    let items = items.iter().map(|item| value(reader, service, path, item));
    items.collect::<Vec<_>>().join(", ")
}

fn object(
    reader: Reader<'_>,
    service: &Service,
    path: &[String],
    members: &Map<String, Value>,
) -> String {
    let words = reader.words;
    if let Some(text) = variant(reader, service, path, members) {
        return text;
    }
    if let (Some(level), Some(role)) = (members.get("level"), members.get("role")) {
        let said = |one| value(reader, service, &[], one);
        return format!("{}, {}", said(level), said(role));
    }
    if members.contains_key("code") {
        return item(reader, service, path, members);
    }
    if let Some(german) = members.get("de").and_then(Value::as_str) {
        let own = members.get(words.code()).and_then(Value::as_str);
        return own.unwrap_or(german).to_owned();
    }
    let said = |(name, one): (&String, &Value)| {
        let mut path = path.to_vec();
        path.push(name.clone());
        format!(
            "{}: {}",
            step(words, name),
            value(reader, service, &path, one)
        )
    };
    let said = members.iter().filter(|(_, one)| !one.is_null()).map(said);
    said.collect::<Vec<_>>().join("; ")
}

/// A variant with something in it: one member, named after it.
fn variant(
    reader: Reader<'_>,
    service: &Service,
    path: &[String],
    members: &Map<String, Value>,
) -> Option<String> {
    let words = reader.words;
    let (name, inner) = members.iter().next().filter(|_| members.len() == 1)?;
    let number = |of: &str| inner.get(of).and_then(Value::as_i64);
    let text = match name.as_str() {
        "authority" => {
            let id = u32::try_from(inner.as_u64()?).ok()?;
            (reader.authority)(AuthorityId(id))
        }
        "municipality-of" => {
            let field = inner.as_str()?;
            let label = label(words, service, "fields", field);
            words.t1(
                "competence-field",
                "field",
                label.as_deref().unwrap_or(field),
            )
        }
        "text" => words.t1("kind-text", "max", number("max-length")?),
        "integer" => {
            let (min, max) = (number("min")?, number("max")?);
            words.t2("kind-integer", ("min", min), ("max", max))
        }
        "choice" => {
            let choices = inner.get("choices")?.as_array()?;
            words.t1(
                "kind-choice",
                "choices",
                list(reader, service, path, choices).as_str(),
            )
        }
        "plain" => words.t1("value-plain", "reason", inner.get("reason")?.as_str()?),
        "only" => words.t1(
            "value-only",
            "fields",
            value(reader, service, path, inner).as_str(),
        ),
        _ => return None,
    };
    Some(text)
}

/// Something with a code that was added or removed: its label, and what else it says.
fn item(
    reader: Reader<'_>,
    service: &Service,
    path: &[String],
    members: &Map<String, Value>,
) -> String {
    let words = reader.words;
    let mut said = Vec::new();
    if let Some(labels) = members.get("labels") {
        said.push(value(reader, service, path, labels));
    }
    for (name, inner) in members {
        let dull = ["code", "labels"].contains(&name.as_str()) || inner.is_null();
        if dull {
            continue;
        }
        said.push(match (name.as_str(), inner) {
            ("required", Value::Bool(true)) => words.t("value-required"),
            ("required", Value::Bool(false)) => words.t("value-optional"),
            _ => value(reader, service, path, inner),
        });
    }
    said.join("; ")
}
