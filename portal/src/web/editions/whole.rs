//! One edition of a service in words.

use kanzlei::core::domain::{Competence, Grant};
use kanzlei::{Labels, Language, Service};
use serde::Serialize;
use serde_json::Value;

use super::Reader;
use super::values::value;

/// A part of an edition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// What it is called.
    pub title: String,
    /// What it consists of: each with a name and what is said of it.
    pub rows: Vec<(String, String)>,
}

/// An edition, part by part; a part in which nothing is isn't there.
pub fn in_words(reader: Reader<'_>, service: &Service) -> Vec<Part> {
    let words = reader.words;
    let language = words.language();
    let part = |key: &str, rows: Vec<(String, String)>| Part {
        title: words.t(key),
        rows,
    };
    let parts = [
        part("part-about", about(reader, service, language)),
        part("part-validity", validity(reader, service)),
        part("part-competence", competence(reader, service)),
        part("part-fields", fields(reader, service, language)),
        part("part-documents", documents(reader, service, language)),
        part("part-phases", phases(service, language)),
        part("part-tasks-by-hand", by_hand(service, language)),
        part("part-outcomes", outcomes(service, language)),
        part("part-disclosure", disclosure(reader, service)),
        part("part-assurance", assurance(reader, service)),
        part("part-oversight", oversight(reader, service)),
    ];
    parts
        .into_iter()
        .filter(|part| !part.rows.is_empty())
        .collect()
}

/// Something of a definition in words.
fn said(reader: Reader<'_>, service: &Service, of: &impl Serialize) -> String {
    // Plain structs with text keys: writing them has no way to fail.
    let json = serde_json::to_value(of).unwrap_or(Value::Null);
    value(reader, service, &[], &json)
}

fn about(reader: Reader<'_>, service: &Service, language: Language) -> Vec<(String, String)> {
    let words = reader.words;
    let Some(about) = &service.about else {
        return Vec::new();
    };
    let label = |labels: &Labels| labels.get(language).to_owned();
    let mut rows = vec![
        (words.t("prop-summary"), label(&about.summary)),
        (words.t("prop-category"), label(&about.category.labels)),
    ];
    rows.extend(
        about
            .cost
            .as_ref()
            .map(|cost| (words.t("prop-cost"), label(cost))),
    );
    let days = about.duration_days.map(|days| words.number(days));
    rows.extend(days.map(|days| (words.t("prop-duration-days"), days)));
    rows.extend(
        about
            .needs
            .as_ref()
            .map(|needs| (words.t("prop-needs"), label(needs))),
    );
    if let Some(sought) = about.keywords.get(&language) {
        rows.push((words.t("prop-keywords"), sought.join(", ")));
    }
    rows
}

/// The tasks that no phase adds by itself.
fn by_hand(service: &Service, language: Language) -> Vec<(String, String)> {
    let tasks = service.tasks.iter().filter(|task| task.phase.is_none());
    tasks
        .map(|task| (task.labels.get(language).to_owned(), task.code.to_string()))
        .collect()
}

fn validity(reader: Reader<'_>, service: &Service) -> Vec<(String, String)> {
    let words = reader.words;
    let mut rows = vec![(words.t("prop-valid-from"), words.date(service.valid_from))];
    if let Some(last) = service.valid_until {
        rows.push((words.t("prop-valid-until"), words.date(last)));
    }
    rows
}

fn competence(reader: Reader<'_>, service: &Service) -> Vec<(String, String)> {
    let words = reader.words;
    let one =
        |key: &str, competence: &Competence| (words.t(key), said(reader, service, competence));
    let involved = service.involved.iter().map(|who| one("part-involved", who));
    std::iter::once(one("edition-responsible", &service.competence))
        .chain(involved)
        .collect()
}

fn fields(reader: Reader<'_>, service: &Service, language: Language) -> Vec<(String, String)> {
    let words = reader.words;
    let field = |field: &kanzlei::core::domain::Field| {
        let needed = if field.required {
            "value-required"
        } else {
            "value-optional"
        };
        let mut parts = vec![said(reader, service, &field.kind), words.t(needed)];
        if !field.is_personal() {
            parts.push(said(reader, service, &field.privacy));
        }
        (field.labels.get(language).to_owned(), parts.join("; "))
    };
    service.fields.iter().map(field).collect()
}

fn documents(reader: Reader<'_>, service: &Service, language: Language) -> Vec<(String, String)> {
    let documents = service.documents.iter().map(|kind| {
        let needed = if kind.required {
            "value-required"
        } else {
            "value-optional"
        };
        (kind.labels.get(language).to_owned(), reader.words.t(needed))
    });
    documents.collect()
}

fn phases(service: &Service, language: Language) -> Vec<(String, String)> {
    let phases = service.phases.iter().map(|phase| {
        let tasks = service.tasks_of_phase(phase.code.as_str());
        let tasks: Vec<&str> = tasks.map(|task| task.labels.get(language)).collect();
        let tasks = if tasks.is_empty() {
            "–".to_owned()
        } else {
            tasks.join(", ")
        };
        (phase.labels.get(language).to_owned(), tasks)
    });
    phases.collect()
}

fn outcomes(service: &Service, language: Language) -> Vec<(String, String)> {
    let outcomes = service.outcomes.iter();
    outcomes
        .map(|one| (one.labels.get(language).to_owned(), one.code.to_string()))
        .collect()
}

fn disclosure(reader: Reader<'_>, service: &Service) -> Vec<(String, String)> {
    let words = reader.words;
    let disclosure = &service.disclosure;
    let grant = |key: &str, grant: &Grant| {
        let mut parts = vec![words.t1(
            "edition-sees-fields",
            "fields",
            said(reader, service, &grant.fields).as_str(),
        )];
        for (sees, key) in [
            (grant.messages, "prop-messages"),
            (grant.grounds, "prop-grounds"),
            (grant.documents, "prop-documents"),
            (grant.parties, "prop-parties"),
        ] {
            parts.extend(sees.then(|| words.t(key)));
        }
        (
            words.t(key),
            format!("{} ({})", parts.join("; "), grant.basis),
        )
    };
    let mut rows = vec![
        grant("prop-own", &disclosure.own),
        grant("prop-file", &disclosure.file),
        grant("prop-shared", &disclosure.shared),
    ];
    for (key, opening) in [
        ("prop-outline", &disclosure.outline),
        ("prop-public", &disclosure.public),
    ] {
        let said = if opening.open {
            format!("{} ({})", words.t("edition-sees-outline"), opening.basis)
        } else {
            words.t("edition-sees-nothing")
        };
        rows.push((words.t(key), said));
    }
    rows
}

fn assurance(reader: Reader<'_>, service: &Service) -> Vec<(String, String)> {
    let words = reader.words;
    let needed = service.assurance;
    let one = |key: &str, level| (words.t(key), said(reader, service, &level));
    if needed.is_nothing() {
        return Vec::new();
    }
    vec![
        one("prop-submit", needed.submit),
        one("prop-read", needed.read),
    ]
}

fn oversight(reader: Reader<'_>, service: &Service) -> Vec<(String, String)> {
    let rows = service.oversight.iter().map(|who| {
        let level = said(reader, service, &who.level);
        (level, who.role.to_string())
    });
    rows.collect()
}
