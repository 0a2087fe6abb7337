//! What differs between two editions, in words: every change that the engine finds is a row here.

use kanzlei::Service;
use kanzlei::core::domain::{Change, ChangeKind};
use serde_json::Value;

use super::steps::step;
use super::values::value;
use super::{Reader, label};
use crate::web::words::Words;

/// Changes of one part of a service.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// What the part is called.
    pub title: String,
    /// The changes.
    pub rows: Vec<Row>,
}

/// A change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Of what.
    pub what: String,
    /// What happened, in a word.
    pub how: String,
    /// What the old edition says.
    pub before: String,
    /// What the new edition says.
    pub after: String,
}

/// The parts of a service, as definitions call them, with the keys of their names.
const PARTS: [(&str, &str); 16] = [
    ("name", "part-name"),
    ("labels", "part-labels"),
    ("about", "part-about"),
    ("valid-from", "part-validity"),
    ("valid-until", "part-validity"),
    ("assurance", "part-assurance"),
    ("competence", "part-competence"),
    ("involved", "part-involved"),
    ("phases", "part-phases"),
    ("tasks", "part-tasks"),
    ("documents", "part-documents"),
    ("fields", "part-fields"),
    ("outcomes", "part-outcomes"),
    ("disclosure", "part-disclosure"),
    ("oversight", "part-oversight"),
    ("activities", "part-activities"),
];

/// Steps that only say of which variant something is: the value says it better.
const SILENT: [&str; 7] = [
    "text",
    "integer",
    "choice",
    "plain",
    "only",
    "authority",
    "municipality-of",
];

/// What differs in a newer edition of a service, part by part.
pub fn difference_in_words(reader: Reader<'_>, old: &Service, new: &Service) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for change in old.difference_to(new).changes {
        let part = change.path.first().map_or("", String::as_str);
        let title = title(reader.words, part);
        let row = row(reader, old, new, &change);
        match groups.iter_mut().find(|group| group.title == title) {
            Some(group) => group.rows.push(row),
            None => groups.push(Group {
                title,
                rows: vec![row],
            }),
        }
    }
    groups
}

fn title(words: Words, part: &str) -> String {
    let key = PARTS.iter().find(|(known, _)| *known == part);
    key.map_or_else(|| part.to_owned(), |(_, key)| words.t(key))
}

fn row(reader: Reader<'_>, old: &Service, new: &Service, change: &Change) -> Row {
    let words = reader.words;
    let said = |service: &Service, value_there: &Option<Value>| {
        let there = value_there.as_ref();
        there.map_or_else(
            || "–".to_owned(),
            |there| value(reader, service, &change.path, there),
        )
    };
    let how = match change.kind {
        ChangeKind::Added => "change-added",
        ChangeKind::Removed => "change-removed",
        ChangeKind::Changed => "change-changed",
        ChangeKind::Reordered => "change-reordered",
    };
    Row {
        what: place(words, old, new, &change.path),
        how: words.t(how),
        before: said(old, &change.before),
        after: said(new, &change.after),
    }
}

/// What a path is about: `«Zweck», Pflicht`.
fn place(words: Words, old: &Service, new: &Service, path: &[String]) -> String {
    let part = path.first().map_or("", String::as_str);
    let listed = ["fields", "documents", "phases", "tasks", "outcomes"].contains(&part);
    let mut said = Vec::new();
    let mut choices = false;
    for (at, one) in path.iter().enumerate() {
        if at == 0 {
            // The group's title says it, but for the one that stands for two.
            said.extend(part.starts_with("valid-").then(|| step(words, part)));
        } else if at == 1 && listed {
            let known = label(words, new, part, one).or_else(|| label(words, old, part, one));
            said.push(words.t1("value-quoted", "text", known.as_deref().unwrap_or(one)));
        } else if choices {
            said.push(words.t1(
                "value-quoted",
                "text",
                choice(new, old, words, path, one).as_str(),
            ));
            choices = false;
        } else if !SILENT.contains(&one.as_str()) {
            said.push(step(words, one));
            choices = one == "choices";
        }
    }
    if said.is_empty() {
        return title(words, part);
    }
    said.join(", ")
}

/// The label of a choice of a field.
fn choice(new: &Service, old: &Service, words: Words, path: &[String], code: &str) -> String {
    let field = path.get(1).map_or("", String::as_str);
    let of = |service: &Service| {
        let kanzlei::FieldKind::Choice { choices } = &service.field(field)?.kind else {
            return None;
        };
        let choice = choices.iter().find(|choice| choice.code == code)?;
        Some(choice.labels.get(words.language()).to_owned())
    };
    of(new)
        .or_else(|| of(old))
        .unwrap_or_else(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    use kanzlei::{AuthorityId, Labels, Language};
    use serde_json::Value;

    use super::*;

    fn name(id: AuthorityId) -> String {
        format!("Behörde {id}")
    }

    fn reader(language: Language) -> Reader<'static> {
        Reader {
            words: Words::of(language),
            authority: &name,
        }
    }

    fn services() -> Vec<Service> {
        vec![
            kanzlei::services::move_of_residence().unwrap(),
            kanzlei::services::building_application().unwrap(),
            kanzlei::services::dog_registration().unwrap(),
            kanzlei::services::school_enrolment().unwrap(),
            kanzlei::services::certificate_of_residence().unwrap(),
        ]
    }

    #[test]
    fn a_change_says_what_where_and_from_what_to_what() {
        let old = kanzlei::services::move_of_residence().unwrap();
        let mut new = old.clone();
        new.documents[0].required = false;
        new.fields[3].labels = new.fields[3].labels.clone().with(Language::De, "Adresse");
        new.disclosure.shared.messages = true;
        let gone = new.outcomes.remove(1);
        let groups = difference_in_words(reader(Language::De), &old, &new);
        let rows: Vec<String> = groups
            .iter()
            .flat_map(|group| group.rows.iter().map(move |row| (group, row)))
            .map(|(group, row)| {
                let Row {
                    what,
                    how,
                    before,
                    after,
                } = row;
                format!("{}: {what} | {how} | {before} | {after}", group.title)
            })
            .collect();
        let expected = [
            "Beilagen: «Nachweis der Krankenversicherung», Pflicht | geändert | ja | nein"
                .to_owned(),
            "Felder: «Adresse», Bezeichnung, deutsch | geändert | Neue Adresse | Adresse"
                .to_owned(),
            format!(
                "Ergebnisse: «{}» | fällt weg | {0} | –",
                gone.labels.get(Language::De)
            ),
            "Bekanntgabe: beteiligte Behörden, Nachrichten | geändert | nein | ja".to_owned(),
        ];
        for line in &expected {
            assert!(rows.contains(line), "{line} in {rows:#?}");
        }
        assert_eq!(rows.len(), expected.len());
    }

    /// All services against all, and each against itself with every leaf changed: no row is empty, and
    /// none shows how a definition is written instead of what it says.
    #[test]
    fn every_change_has_words_in_every_language() {
        let all = services();
        let mut pairs: Vec<(Service, Service)> = Vec::new();
        for old in &all {
            pairs.extend(all.iter().map(|new| (old.clone(), new.clone())));
            pairs.extend(nudged(old).into_iter().map(|new| (old.clone(), new)));
        }
        for language in Language::ALL {
            for (old, new) in &pairs {
                let changes = old.difference_to(new).changes.len();
                let groups = difference_in_words(reader(language), old, new);
                let rows: Vec<&Row> = groups.iter().flat_map(|group| &group.rows).collect();
                assert_eq!(rows.len(), changes);
                for row in rows {
                    let Row {
                        what,
                        how,
                        before,
                        after,
                    } = row;
                    assert!(!what.is_empty() && !how.is_empty(), "{row:?}");
                    assert!(!before.is_empty() && !after.is_empty(), "{row:?}");
                    let shown = format!("{what} {before} {after}");
                    for raw in ["{\"", "max-length", "municipality-of", "prop-", "kind-"] {
                        assert!(!shown.contains(raw), "{raw} in {row:?}");
                    }
                }
            }
        }
    }

    /// The service with each of its leaves changed, one at a time; what is no service is left out.
    fn nudged(service: &Service) -> Vec<Service> {
        let value = serde_json::to_value(service).unwrap();
        let mut pointers = Vec::new();
        let mut left = vec![(String::new(), value.clone())];
        while let Some((pointer, value)) = left.pop() {
            match value {
                Value::Object(members) => left.extend(
                    members
                        .into_iter()
                        .map(|(name, one)| (format!("{pointer}/{name}"), one)),
                ),
                Value::Array(items) => left.extend(
                    items
                        .into_iter()
                        .enumerate()
                        .map(|(at, one)| (format!("{pointer}/{at}"), one)),
                ),
                _ => pointers.push(pointer),
            }
        }
        let nudge = |pointer: &String| {
            let mut value = value.clone();
            let leaf = value.pointer_mut(pointer)?;
            *leaf = match &*leaf {
                Value::Bool(yes) => Value::Bool(!yes),
                Value::Number(number) => Value::from(number.as_i64()? + 1),
                Value::String(text) => Value::String(format!("{text}x")),
                _ => Value::String("x".to_owned()),
            };
            serde_json::from_value(value).ok()
        };
        pointers.iter().filter_map(nudge).collect()
    }

    #[test]
    fn the_same_edition_has_no_difference() {
        for service in services() {
            let mut labelled = service.clone();
            labelled.labels = Labels::de("Anders");
            assert!(difference_in_words(reader(Language::De), &service, &service).is_empty());
            assert!(!difference_in_words(reader(Language::De), &service, &labelled).is_empty());
        }
    }
}
