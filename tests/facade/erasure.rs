//! Erasing: who is erased is nobody in the case, and whoever else is in it goes on.

use super::*;
use kanzlei::core::domain::event::PartyDetails;
use kanzlei::core::domain::{Contents, Disclosed};
use kanzlei::{CaseId, Command};

fn beat() -> Actor {
    Actor::resident(PersonId::from_bytes([2; 16]), "Beat Keller")
}

/// A case of Anna's in which Beat represents her, with a message; and a second one of hers.
fn two_cases(kanzlei: &Kanzlei) -> (CaseId, CaseId) {
    let anna = kanzlei.act_as(anna());
    let submit = || block_on(anna.submit("certificate-of-residence", certificate())).unwrap();
    let (first, second) = (submit(), submit());
    let office = kanzlei.act_as(official("clerk", LUZERN));
    office.has_seen(second.position);
    let details = PartyDetails {
        person: Some(PersonId::from_bytes([2; 16])),
        name: "Beat Keller".into(),
    };
    let role = Code::new("representative").unwrap();
    block_on(office.act(first.case, Command::AddParty { role, details })).unwrap();
    let message = Command::SendMessage {
        internal: false,
        text: "Frau Muster zieht um.".into(),
    };
    block_on(office.act(first.case, message)).unwrap();
    (first.case, second.case)
}

fn contents(kanzlei: &Kanzlei, case: CaseId) -> Contents {
    let office = kanzlei.act_as(official("clerk", LUZERN));
    let answers = block_on(office.case(case)).unwrap();
    answers[0].contents().unwrap().clone()
}

fn cases_of(kanzlei: &Kanzlei, actor: Actor) -> Vec<CaseId> {
    let session = kanzlei.act_as(actor);
    block_on(kanzlei.up_to_date()).unwrap();
    let mine = block_on(session.my_cases()).unwrap();
    mine.iter().map(|one| one.case).collect()
}

#[test]
fn a_party_that_is_erased_is_nobody_and_the_others_go_on() {
    let directory = tempfile::tempdir().unwrap();
    let kanzlei = offering(Kanzlei::open(directory.path())).start().unwrap();
    let (case, other) = two_cases(&kanzlei);
    let erasure = block_on(kanzlei.erasure(case, Some(PartyId(1)))).unwrap();
    assert!(erasure.open && !erasure.erased);
    assert_eq!(erasure.elsewhere, [other]);
    assert_eq!(cases_of(&kanzlei, anna()).len(), 2, "asking erases nothing");

    block_on(kanzlei.erase(&erasure)).unwrap();
    let left = contents(&kanzlei, case);
    assert_eq!(left.parties[0].name, Disclosed::Erased);
    assert!(left.parties[1].name.shown().is_some() && left.erased_fields);
    assert_eq!(cases_of(&kanzlei, anna()), [other]);
    assert_eq!(cases_of(&kanzlei, beat()), [case]);
    let gone = block_on(kanzlei.act_as(anna()).case(case)).unwrap_err();
    assert_eq!(gone.refusal().unwrap().code, "case-not-found");
    assert!(block_on(kanzlei.act_as(beat()).case(case)).is_ok());
    let again = block_on(kanzlei.erasure(case, Some(PartyId(1)))).unwrap();
    assert!(again.erased);
    block_on(kanzlei.erase(&again)).unwrap();
}

#[test]
fn all_of_a_case_is_erased_once_it_is_over() {
    let directory = tempfile::tempdir().unwrap();
    let kanzlei = offering(Kanzlei::open(directory.path())).start().unwrap();
    let (case, other) = two_cases(&kanzlei);
    let open = block_on(kanzlei.erasure(case, None)).unwrap_err();
    assert_eq!(open.refusal().unwrap().code, "case-open");
    let reason = "I stay where I am.".into();
    block_on(
        kanzlei
            .act_as(anna())
            .act(case, Command::Withdraw { reason }),
    )
    .unwrap();
    let erasure = block_on(kanzlei.erasure(case, None)).unwrap();
    block_on(kanzlei.erase(&erasure)).unwrap();
    let left = contents(&kanzlei, case);
    let texts = left.timeline.iter().filter_map(|entry| entry.text.as_ref());
    let texts: Vec<_> = texts.collect();
    assert_eq!(texts, [&Disclosed::Erased; 2], "message and reason");
    assert!(left.parties.iter().all(|one| one.name == Disclosed::Erased));
    assert_eq!(cases_of(&kanzlei, anna()), [other]);
    assert_eq!(cases_of(&kanzlei, beat()), []);
}

#[test]
fn what_isnt_there_is_not_erased() {
    let directory = tempfile::tempdir().unwrap();
    let kanzlei = offering(Kanzlei::open(directory.path())).start().unwrap();
    let (case, _) = two_cases(&kanzlei);
    let code = |case, party| {
        let error = block_on(kanzlei.erasure(case, party)).unwrap_err();
        error.refusal().unwrap().code
    };
    assert_eq!(code(case, Some(PartyId(3))), "party-unknown");
    assert_eq!(code(CaseId::from_bytes([9; 16]), None), "case-not-found");
    // The installation's own cases hold nothing personal.
    assert_eq!(code(CaseId::from_bytes([0; 16]), None), "case-not-found");
}
