//! A service printed as a file, by code that shares nothing with what reads it.

use kanzlei_core::domain::{About, Category, NeededAssurance};
use kanzlei_core::{
    Code, Competence, Field, FieldKind, Fields, Grant, Labels, Language, Opening, Privacy, Service,
};
use proptest::prelude::*;

use super::generate;

fn quoted(text: &str) -> String {
    // JSON's escapes are TOML's, but for DEL.
    serde_json::to_string(text)
        .unwrap()
        .replace('\u{7f}', "\\u007f")
}

fn list(entries: impl Iterator<Item = String>) -> String {
    format!("[{}]", entries.collect::<Vec<_>>().join(", "))
}

fn named(code: &Code, labels: &Labels) -> [String; 2] {
    [
        format!("code = \"{code}\""),
        format!("labels = {}", only_labels(labels)),
    ]
}

fn only_labels(labels: &Labels) -> String {
    let written = Language::ALL.into_iter().filter_map(|language| {
        let text = labels.own(language)?;
        Some(format!("{language} = {}", quoted(text)))
    });
    format!("{{ {} }}", written.collect::<Vec<_>>().join(", "))
}

/// In one line, so that what comes after it stays the service's.
fn about(about: &About) -> String {
    let Category { code, labels } = &about.category;
    let words = |(language, words): (&Language, &Vec<String>)| {
        format!(
            "{language} = {}",
            list(words.iter().map(|word| quoted(word)))
        )
    };
    let keywords: Vec<String> = about.keywords.iter().map(words).collect();
    let mut parts = vec![
        format!("summary = {}", only_labels(&about.summary)),
        format!(
            "category = {{ code = \"{code}\", labels = {} }}",
            only_labels(labels)
        ),
        format!("keywords = {{ {} }}", keywords.join(", ")),
    ];
    parts.extend(
        about
            .cost
            .as_ref()
            .map(|cost| format!("cost = {}", only_labels(cost))),
    );
    parts.extend(
        about
            .duration_days
            .map(|days| format!("duration-days = {days}")),
    );
    parts.extend(
        about
            .needs
            .as_ref()
            .map(|needs| format!("needs = {}", only_labels(needs))),
    );
    format!("about = {{ {} }}", parts.join(", "))
}

fn competence(competence: &Competence) -> String {
    match competence {
        Competence::Fixed(authority) => format!("{{ authority = {authority} }}"),
        Competence::MunicipalityOf(field) => format!("{{ municipality-of = \"{field}\" }}"),
    }
}

fn field(field: &Field) -> Vec<String> {
    let mut lines = vec!["[[fields]]".to_owned()];
    lines.extend(named(&field.code, &field.labels));
    lines.push(format!("type = \"{}\"", field.kind.name()));
    lines.push(format!("required = {}", field.required));
    match &field.kind {
        FieldKind::Text { max_length } => lines.push(format!("max-length = {max_length}")),
        FieldKind::Integer { min, max } => lines.push(format!("min = {min}\nmax = {max}")),
        FieldKind::Choice { choices } => {
            let choice = |code, labels| format!("{{ {} }}", named(code, labels).join(", "));
            let choices = choices.iter().map(|it| choice(&it.code, &it.labels));
            lines.push(format!("choices = {}", list(choices)));
        }
        FieldKind::Date | FieldKind::Boolean | FieldKind::Municipality => {}
    }
    if let Privacy::Plain { reason } = &field.privacy {
        lines.push(format!("plain = {}", quoted(reason)));
    }
    lines
}

fn grant(standing: &str, grant: &Grant) -> Vec<String> {
    let fields = match &grant.fields {
        Fields::All => "\"all\"".to_owned(),
        Fields::Only(codes) => list(codes.iter().map(|code| format!("\"{code}\""))),
    };
    vec![
        format!("[disclosure.{standing}]"),
        format!("fields = {fields}"),
        format!("messages = {}", grant.messages),
        format!("grounds = {}", grant.grounds),
        format!("documents = {}", grant.documents),
        format!("parties = {}", grant.parties),
        format!("basis = {}", quoted(&grant.basis)),
    ]
}

fn opening(standing: &str, opening: &Opening) -> Vec<String> {
    vec![
        format!("[disclosure.{standing}]"),
        format!("open = {}", opening.open),
        format!("basis = {}", quoted(&opening.basis)),
    ]
}

fn print(service: &Service) -> String {
    let [_, labels] = named(&service.name, &service.labels);
    let mut file = vec![
        format!("name = \"{}\"", service.name),
        labels,
        format!("valid-from = {}", service.valid_from),
        format!("competence = {}", competence(&service.competence)),
        format!(
            "involved = {}",
            list(service.involved.iter().map(competence))
        ),
    ];
    file.extend(
        service
            .valid_until
            .map(|last| format!("valid-until = {last}")),
    );
    file.extend(service.about.iter().map(about));
    if service.assurance != NeededAssurance::default() {
        let NeededAssurance { submit, read } = service.assurance;
        let wanted = format!("assurance = {{ submit = \"{submit}\", read = \"{read}\" }}");
        file.push(wanted);
    }
    for phase in &service.phases {
        file.push("[[phases]]".to_owned());
        file.extend(named(&phase.code, &phase.labels));
    }
    for task in &service.tasks {
        file.push("[[tasks]]".to_owned());
        file.extend(named(&task.code, &task.labels));
        file.extend(
            task.phase
                .iter()
                .map(|phase| format!("phase = \"{phase}\"")),
        );
    }
    for kind in &service.documents {
        file.push("[[documents]]".to_owned());
        file.extend(named(&kind.code, &kind.labels));
        file.push(format!("required = {}", kind.required));
    }
    file.extend(service.fields.iter().flat_map(field));
    for outcome in &service.outcomes {
        file.push("[[outcomes]]".to_owned());
        file.extend(named(&outcome.code, &outcome.labels));
    }
    for oversight in &service.oversight {
        file.push("[[oversight]]".to_owned());
        file.push(format!(
            "level = \"{}\"\nrole = \"{}\"",
            oversight.level, oversight.role
        ));
    }
    file.extend(grant("own", &service.disclosure.own));
    file.extend(grant("file", &service.disclosure.file));
    file.extend(grant("shared", &service.disclosure.shared));
    file.extend(opening("outline", &service.disclosure.outline));
    file.extend(opening("public", &service.disclosure.public));
    file.join("\n")
}

proptest! {
    #[test]
    fn a_file_says_what_the_value_says(service in generate::service()) {
        let file = print(&service);
        match Service::from_toml(&file) {
            Ok(read) => prop_assert_eq!(read, service),
            Err(errors) => prop_assert!(false, "{}\n{}", errors, file),
        }
    }
}
