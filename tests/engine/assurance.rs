//! Below the assurance that a service needs, nothing of a case comes out but that it is there.

use futures::executor::block_on;
use kanzlei_core::domain::{Answer, NeededAssurance, PartyId, Standing, publish_edition};
use kanzlei_core::record::Assurance;
use kanzlei_core::{Actor, CaseId, Command, KeySlot};

use crate::disclosure::{found, move_form, overseer, plant};
use crate::hall::*;
use crate::watched::Work;

const LEVELS: [u8; 4] = [0, 1, 2, 3];

/// A case in which everything personal occurs, of a service that needs this much to read it.
fn planted(hall: &Hall, needed: Assurance) -> CaseId {
    let mut service = kanzlei_services::move_of_residence().unwrap();
    service.name = code(&format!("move-{needed}"));
    service.assurance.read = needed;
    let operator = hall.engine.act_as(Actor::installation());
    for command in publish_edition(&service) {
        block_on(operator.administer(command)).unwrap();
    }
    let sure = |actor: Actor| hall.engine.act_as(actor.with_assurance(Assurance::HIGH));
    let anna = sure(resident(1));
    let case = block_on(anna.submit(service.name.as_str(), move_form())).unwrap();
    plant(&sure(clerk(KRIENS, 7)), case.case);
    case.case
}

fn slots_of_parties(hall: &Hall, case: CaseId) -> Vec<KeySlot> {
    let read = kanzlei_core::ports::Read::Fresh;
    let page = block_on(
        hall.store
            .case(case, kanzlei_core::Version::NONE, usize::MAX, read),
    );
    let page = page.unwrap();
    let events = page.commits().flat_map(|commit| commit.record.parts());
    let events = events.flat_map(|part| part.events());
    let added = |event| match kanzlei_core::domain::TypedEvent::decode(&event).unwrap() {
        Some(kanzlei_core::domain::event::Event::PartyAdded(added)) => Some(added.slot),
        _ => None,
    };
    events.filter_map(added).collect()
}

#[test]
fn no_personal_value_and_no_key_comes_out_below_the_assurance_that_is_needed() {
    let hall = Hall::new();
    let viewers = [
        (resident(1), Standing::Party(PartyId(1))),
        (resident(2), Standing::Party(PartyId(2))),
        (clerk(KRIENS, 1), Standing::Responsible),
        (clerk(HORW, 1), Standing::Involved),
    ];
    for needed in LEVELS.map(Assurance) {
        let case = planted(&hall, needed);
        let parties = slots_of_parties(&hall, case);
        assert_eq!(parties.len(), 2);
        let (engine, notes) = hall.watched();
        for ((viewer, standing), given) in viewers.iter().flat_map(|v| LEVELS.map(|l| (v, l))) {
            let given = Assurance(given);
            let session = engine.act_as(viewer.clone().with_assurance(given));
            notes.take();
            let answers = block_on(session.case(case)).unwrap();
            let [answer] = answers.as_slice() else {
                panic!("{answers:?}");
            };
            let what = format!("{viewer:?} with {given} for {needed}");
            assert_eq!(answer.standing(), *standing, "{what}");
            if given >= needed {
                assert!(!found(&answers).is_empty(), "{what}");
                continue;
            }
            let Answer::Withheld(withheld) = answer else {
                panic!("{what}: {answer:?}");
            };
            assert_eq!((withheld.needs, withheld.title.case), (needed, case));
            assert!(
                found(&answers).is_empty() && answer.outline().is_none(),
                "{what}"
            );
            assert!(answer.contents().is_none());
            // A person is known by opening who the parties are, and nothing else is opened.
            for work in notes.take() {
                if let Work::Fetch(_, slots) = work {
                    let person = matches!(standing, Standing::Party(_));
                    assert!(person && slots == parties, "{what}: {slots:?}");
                }
            }
        }
    }
}

#[test]
fn what_is_about_nobody_is_shown_however_surely_the_viewer_is_known() {
    let hall = Hall::new();
    let case = planted(&hall, Assurance::HIGH);
    let answer = see(&hall.engine.act_as(overseer()), case);
    assert!(matches!(answer, Answer::Outline(_)), "{answer:?}");
    let operator = hall.engine.act_as(Actor::installation());
    let answer = block_on(operator.stand_in(case, Standing::Responsible)).unwrap();
    assert!(matches!(answer, Answer::File(_)), "{answer:?}");
}

#[test]
fn who_may_not_read_does_not_learn_a_version_by_acting() {
    let hall = Hall::new();
    let case = planted(&hall, Assurance::LOW);
    let weak = hall.engine.act_as(clerk(KRIENS, 1));
    assert_eq!(refused(&weak, case, Command::Close), "assurance-too-low");
    let order = kanzlei_core::engine::Order::new(
        hall.engine.command_id().unwrap(),
        Some(case),
        Command::Close,
    );
    let stale = order.if_version(kanzlei_core::Version(1));
    let refusal = block_on(weak.send(stale)).unwrap_err();
    assert_eq!(refusal.refusal().unwrap().code, "assurance-too-low");
}

#[test]
fn the_form_about_a_child_is_taken_from_who_is_known_substantially() {
    let service = kanzlei_services::school_enrolment().unwrap();
    let needed = NeededAssurance {
        submit: Assurance::SUBSTANTIAL,
        read: Assurance::LOW,
    };
    assert_eq!(service.assurance, needed);
}
