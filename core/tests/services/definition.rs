//! Definitions: the bytes that are published and hashed.

use kanzlei_core::domain::{About, Category};
use kanzlei_core::record::Assurance;
use kanzlei_core::{Code, DefinitionError, Labels, Language, Service};
use proptest::prelude::*;

use super::{everything, generate};

/// Definitions are in the log for ever: these bytes never change.
#[test]
fn the_bytes_of_a_definition_are_fixed() {
    let golden = include_str!("golden.json").trim_end();
    let definition = String::from_utf8(everything().definition()).unwrap();
    assert_eq!(definition, golden);
    assert_eq!(
        Service::from_definition(golden.as_bytes()).unwrap(),
        everything()
    );
}

#[test]
fn a_definition_says_what_assurance_is_needed_and_nothing_if_none_is() {
    let mut service = everything();
    let plain = service.definition();
    service.assurance.read = Assurance::LOW;
    let definition = String::from_utf8(service.definition()).unwrap();
    let said = r#","assurance":{"submit":"none","read":"low"}"#;
    assert_eq!(definition.replace(said, "").as_bytes(), plain);
    assert_eq!(definition.matches(said).count(), 1, "{definition}");
}

#[test]
fn a_definition_says_what_people_want_to_know_and_nothing_if_nobody_wrote_it() {
    let mut service = everything();
    let plain = service.definition();
    let category = Category {
        code: Code::new("animals").unwrap(),
        labels: Labels::de("Tiere"),
    };
    service.about = Some(About::new(Labels::de("Fischen"), category));
    let definition = String::from_utf8(service.definition()).unwrap();
    let text = |de| format!(r#"{{"de":"{de}","fr":null,"it":null,"en":null}}"#);
    let (summary, labels) = (text("Fischen"), text("Tiere"));
    let category = format!(r#"{{"code":"animals","labels":{labels}}}"#);
    let said = format!(r#""about":{{"summary":{summary},"category":{category}}},"#);
    assert_eq!(definition.replace(&said, "").as_bytes(), plain);
    assert_eq!(definition.matches(&said).count(), 1, "{definition}");
}

#[test]
fn what_a_newer_release_adds_is_passed_over_and_what_an_older_one_lacks_is_empty() {
    let mut newer: serde_json::Value = serde_json::from_slice(&everything().definition()).unwrap();
    for place in [
        "",
        "/labels",
        "/phases/0",
        "/fields/2",
        "/fields/2/kind/text",
        "/disclosure/own",
    ] {
        newer.pointer_mut(place).unwrap()["added"] = serde_json::json!({"later": [1]});
    }
    let read = Service::from_definition(newer.to_string().as_bytes()).unwrap();
    assert_eq!(read, everything());

    let mut older: serde_json::Value = serde_json::from_slice(&everything().definition()).unwrap();
    let members = older.as_object_mut().unwrap();
    for member in ["involved", "tasks", "documents", "oversight", "valid-until"] {
        members.remove(member).unwrap();
    }
    older["labels"]
        .as_object_mut()
        .unwrap()
        .remove("it")
        .unwrap();
    let read = Service::from_definition(older.to_string().as_bytes()).unwrap();
    assert!(read.involved.is_empty() && read.tasks.is_empty() && read.oversight.is_empty());
    assert_eq!(
        (read.valid_until, read.labels.own(Language::It)),
        (None, None)
    );
}

#[test]
fn what_is_no_definition_is_refused() {
    let mut unknown_kind: serde_json::Value =
        serde_json::from_slice(&everything().definition()).unwrap();
    unknown_kind["fields"][0]["kind"] = "signature".into();
    let deep = "[".repeat(100_000);
    for bytes in ["", "{}", "null", &deep, &unknown_kind.to_string()] {
        let refused = Service::from_definition(bytes.as_bytes());
        assert!(matches!(refused, Err(DefinitionError::Unreadable(_))));
    }
    let large = vec![b' '; 16 * 1024 * 1024 + 1];
    let refused = Service::from_definition(&large);
    assert!(matches!(refused, Err(DefinitionError::TooLarge(bytes)) if bytes == large.len()));
}

proptest! {
    #[test]
    fn every_service_reads_back_from_its_definition(service in generate::service()) {
        prop_assert_eq!(service.check(), Ok(()));
        let bytes = service.definition();
        let again = Service::from_definition(&bytes).unwrap();
        prop_assert_eq!(&again, &service);
        prop_assert_eq!(again.definition(), bytes);
    }
}
