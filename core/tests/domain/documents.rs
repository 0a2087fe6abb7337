//! Documents are sealed under a slot of their own.

use kanzlei_core::domain::DocumentId;
use kanzlei_core::domain::event::DocumentDetails;
use kanzlei_core::record::Hash;
use kanzlei_core::{Command, KeySlot};

use super::shed::{anna, code, on_trial, service, submit};

fn plan(sealed_under: Option<KeySlot>) -> Command {
    Command::ReferenceDocument {
        kind: code("plan"),
        digest: Hash::from_bytes([9; 32]),
        details: DocumentDetails {
            name: "plan.png".into(),
            media_type: "image/png".into(),
            length: 1,
        },
        sealed_under,
    }
}

#[test]
fn a_document_and_what_it_is_called_have_one_slot() {
    let case = on_trial(service()).given(&anna(), submit());
    let given = case.given(&anna(), plan(Some(KeySlot(77))));
    let both = given.given(&anna(), plan(None));
    let documents = &both.case().unwrap().documents;
    assert_eq!(documents[&DocumentId(1)], KeySlot(77));
    assert_ne!(documents[&DocumentId(2)], KeySlot(77), "a fresh one");
}

#[test]
fn a_slot_that_the_case_uses_already_is_refused() {
    let case = || {
        let submitted = on_trial(service()).given(&anna(), submit());
        submitted.given(&anna(), plan(Some(KeySlot(77))))
    };
    let taken = |of: &dyn Fn(&kanzlei_core::domain::Case) -> KeySlot| of(case().case().unwrap());
    let slots = [
        KeySlot(0),
        taken(&|case| case.slot),
        taken(&|case| case.parties.values().next().unwrap().slot),
        KeySlot(77),
    ];
    for slot in slots {
        let outcome = case().when(&anna(), plan(Some(slot)));
        outcome.then_refused("document-slot");
    }
}

/// A command that was sent before the field was there must still get its receipt.
#[test]
fn a_command_without_a_slot_has_the_bytes_that_it_had_before() {
    let Command::ReferenceDocument {
        kind,
        digest,
        details,
        ..
    } = plan(None)
    else {
        unreachable!()
    };
    let bytes = postcard::to_stdvec(&plan(None)).unwrap();
    let mut before = vec![11];
    before.extend(postcard::to_stdvec(&(kind, digest, details)).unwrap());
    assert_eq!(bytes, before);
    let json = serde_json::to_string(&plan(None)).unwrap();
    assert!(!json.contains("sealed_under"), "{json}");
    let read: Command = serde_json::from_str(&json).unwrap();
    assert!(read == plan(None));
}
