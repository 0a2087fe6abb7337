//! Every ready-made service can be published, read back and shown in four languages.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use kanzlei_core::{AuthorityId, Code, Competence, Labels, Language, Service};
use kanzlei_services as services;

fn all() -> Vec<Service> {
    // Shown as a person would see it, should a file be wrong.
    let read = |service: Result<Service, kanzlei_core::ServiceFileErrors>| {
        service.map_err(|errors| eprintln!("{errors}")).unwrap()
    };
    vec![
        services::certificate_of_residence().unwrap(),
        read(services::move_of_residence()),
        read(services::building_application()),
        read(services::school_enrolment()),
        read(services::dog_registration()),
    ]
}

fn labels(service: &Service) -> impl Iterator<Item = &Labels> {
    let phases = service.phases.iter().map(|phase| &phase.labels);
    let tasks = service.tasks.iter().map(|task| &task.labels);
    let documents = service.documents.iter().map(|kind| &kind.labels);
    let fields = service.fields.iter().map(|field| &field.labels);
    let outcomes = service.outcomes.iter().map(|outcome| &outcome.labels);
    let choices = service.fields.iter().flat_map(|field| match &field.kind {
        kanzlei_core::FieldKind::Choice { choices } => choices.as_slice(),
        _ => &[],
    });
    let about = service.about.iter().flat_map(|about| {
        let said = [&about.summary, &about.category.labels];
        said.into_iter().chain(&about.cost).chain(&about.needs)
    });
    std::iter::once(&service.labels)
        .chain(about)
        .chain(phases)
        .chain(tasks)
        .chain(documents)
        .chain(fields)
        .chain(outcomes)
        .chain(choices.map(|choice| &choice.labels))
}

#[test]
fn every_service_is_right_and_reads_back_from_its_definition() {
    for service in all() {
        service.check().unwrap();
        let bytes = service.definition();
        let again = Service::from_definition(&bytes).unwrap();
        assert_eq!(again, service);
        assert_eq!(again.definition(), bytes);
    }
}

#[test]
fn every_label_is_there_in_all_languages_and_in_swiss_spelling() {
    for service in all() {
        for labels in labels(&service) {
            for language in Language::ALL {
                let text = labels.own(language);
                let name = &service.name;
                assert!(
                    text.is_some(),
                    "{name}: “{}” in {language}",
                    labels.get(language)
                );
            }
            assert!(!labels.get(Language::De).contains('ß'));
        }
    }
}

/// One category is called the same wherever it stands, and keywords are there in all languages.
#[test]
fn every_service_says_what_people_want_to_know() {
    let mut categories = std::collections::BTreeMap::new();
    for service in all() {
        let about = service.about.unwrap();
        let category = about.category;
        let known = categories
            .entry(category.code)
            .or_insert(category.labels.clone());
        assert_eq!(*known, category.labels);
        for language in Language::ALL {
            assert!(about.keywords[&language].len() > 4, "{}", service.name);
        }
    }
}

#[test]
fn every_phase_has_work_and_every_service_is_overseen_by_the_canton() {
    for service in all() {
        for phase in &service.phases {
            let tasks = service.tasks_of_phase(phase.code.as_str());
            assert!(tasks.count() > 0, "{}: {}", service.name, phase.code);
        }
        assert_eq!(service.oversight.len(), 1);
        assert_eq!(service.oversight[0].level, "canton");
        assert!(!service.outcomes.is_empty());
    }
}

#[test]
fn who_is_responsible_and_who_involved() {
    let field = |code| Competence::MunicipalityOf(Code::new(code).unwrap());
    let office = |number| Competence::Fixed(AuthorityId(number));
    let wanted = [
        (field("municipality"), vec![]),
        (field("from-municipality"), vec![field("to-municipality")]),
        (field("site-municipality"), vec![office(20_001)]),
        (field("municipality"), vec![]),
        (field("municipality"), vec![office(20_003)]),
    ];
    let found = all()
        .into_iter()
        .map(|service| (service.competence, service.involved));
    assert_eq!(found.collect::<Vec<_>>(), wanted);
}

/// Everything is sealed but municipalities and a few choices about things.
#[test]
fn nothing_that_is_plain_was_typed() {
    for service in all() {
        for field in service.fields.iter().filter(|field| !field.is_personal()) {
            let kind = field.kind.name();
            assert!(["municipality", "choice"].contains(&kind), "{}", field.code);
        }
    }
}

#[test]
fn every_authority_that_a_service_names_is_in_the_register() {
    let register = services::register::lucerne().unwrap();
    let mut offices = 0;
    for service in all() {
        let named = [&service.competence].into_iter().chain(&service.involved);
        for competence in named {
            if let Competence::Fixed(authority) = competence {
                assert!(
                    register.exists(*authority, service.valid_from),
                    "{authority}"
                );
                offices += 1;
            }
        }
        for oversight in &service.oversight {
            let mut levels = register
                .all_on(service.valid_from)
                .map(|known| &known.level);
            assert!(
                levels.any(|level| *level == oversight.level),
                "{}",
                oversight.level
            );
        }
    }
    assert_eq!(offices, 2);
}
