//! Somebody else's case is answered like one that doesn't exist, by the same work: nobody learns
//! from an answer, from what the store and the vault had to do for it, or from their silence, which
//! of the two it is.
//!
//! Counted are questions to the ports. A case longer than a page of the store's takes a read more
//! for each, and how long each takes isn't counted.

use futures::executor::block_on;
use kanzlei_core::domain::event::{DocumentDetails, PartyDetails};
use kanzlei_core::domain::{PartyId, Recorded, RequestId, TaskId, editions_case, register_case};
use kanzlei_core::engine::{Engine, EngineError, Order};
use kanzlei_core::ports::{Purpose, Read};
use kanzlei_core::record::Hash;
use kanzlei_core::{Actor, CaseId, Command, CommandId, KeySlot, OfficialId, PersonId, Version};

use crate::hall::*;
use crate::watched::{Notes, Work};

/// What was asked of store and vault, without the order and without what it was about.
pub fn kinds(notes: &Notes) -> Vec<(String, usize)> {
    let mut kinds = std::collections::BTreeMap::new();
    for work in notes.take() {
        let kind = match work {
            Work::Fetch(purpose, _) => format!("fetch to {purpose:?}"),
            other => format!("{other:?}"),
        };
        *kinds.entry(kind).or_default() += 1;
    }
    kinds.into_iter().collect()
}

/// Every command that is for a case.
fn commands() -> Vec<Command> {
    let text = || "because".to_owned();
    let details = PartyDetails {
        person: Some(PersonId::from_bytes([9; 16])),
        name: "Somebody".into(),
    };
    let document = DocumentDetails {
        name: "plan.pdf".into(),
        media_type: "application/pdf".into(),
        length: 1,
    };
    let task = TaskId(1);
    vec![
        Command::AddParty {
            role: code("objector"),
            details,
        },
        Command::EnterPhase {
            phase: code("review"),
        },
        Command::AddTask {
            kind: code("check-residence"),
            authority: None,
        },
        Command::AssignTask {
            task,
            to: OfficialId::from_bytes([1; 16]),
        },
        Command::ClaimTask { task },
        Command::ReleaseTask { task },
        Command::CompleteTask { task },
        Command::RequestInformation {
            of: PartyId(1),
            text: text(),
        },
        Command::ProvideInformation {
            request: RequestId(1),
            text: text(),
        },
        Command::SendMessage {
            internal: false,
            text: text(),
        },
        Command::ReferenceDocument {
            kind: code("plan"),
            digest: Hash::ZERO,
            details: document,
            sealed_under: Some(KeySlot(1)),
        },
        Command::InvolveAuthority { authority: HORW },
        Command::EndInvolvement { authority: HORW },
        Command::HandOver {
            to: HORW,
            reason: text(),
        },
        Command::AcceptHandover,
        Command::RefuseHandover { reason: text() },
        Command::IssueDecision {
            outcome: code("issued"),
            grounds: text(),
        },
        Command::Close,
        Command::Withdraw { reason: text() },
        Command::Reopen { reason: text() },
        Command::AddHistory {
            history: vec![Recorded {
                at: monday(),
                activity: 0,
                details: "{}".into(),
            }],
        },
        Command::Own { json: "{}".into() },
    ]
}

/// Whose business none of these cases is.
fn strangers() -> [Actor; 4] {
    let overseer = OfficialId::from_bytes([8; 16]);
    [
        resident(200),
        clerk(HORW, 200),
        Actor::official(overseer, kanzlei_core::AuthorityId(10_003), code("clerk")),
        Actor::anonymous(),
    ]
}

const NOWHERE: CaseId = CaseId::from_bytes([0x42; 16]);

/// Cases of others: one that no command has touched here, one that lies in memory, and such as no
/// person is a party of.
fn of_others(hall: &Hall, engine: &Engine) -> Vec<(&'static str, CaseId)> {
    let untouched = submit(&hall.resident(1)).case;
    let at_hand = submit(&engine.act_as(resident(1))).case;
    let claim = Command::ClaimTask { task: TaskId(1) };
    act(&engine.act_as(clerk(LUZERN, 7)), at_hand, claim);
    vec![
        ("untouched", untouched),
        ("at hand", at_hand),
        ("of nobody", taken_over(hall)),
        ("the register", register_case()),
        ("editions", editions_case(&code("certificate-of-residence"))),
    ]
}

/// A case that another system had: nobody is its party.
fn taken_over(hall: &Hall) -> CaseId {
    let mut service = kanzlei_services::certificate_of_residence().unwrap();
    service.name = code("old-certificates");
    service.competence = kanzlei_core::Competence::Fixed(LUZERN);
    service.activities = vec!["Received".into()];
    let operator = hall.engine.act_as(Actor::installation());
    for command in kanzlei_core::domain::publish_edition(&service) {
        block_on(operator.administer(command)).unwrap();
    }
    let take = Command::TakeOver {
        service: service.name,
        details: "{}".into(),
        history: vec![Recorded {
            at: monday(),
            activity: 0,
            details: "{}".into(),
        }],
    };
    block_on(operator.administer(take)).unwrap().case
}

#[test]
fn to_read_costs_the_same_and_says_the_same() {
    let hall = Hall::new();
    let (engine, notes) = hall.watched();
    for (what, case) in of_others(&hall, &engine) {
        for reachable in [true, false] {
            hall.vault.set_reachable(reachable);
            for actor in strangers() {
                let session = engine.act_as(actor.clone());
                notes.take();
                let wanted = (block_on(session.case(NOWHERE)), kinds(&notes));
                let found = (block_on(session.case(case)), kinds(&notes));
                assert_eq!(
                    found, wanted,
                    "{what}: {actor:?}, vault reachable: {reachable}"
                );
                let hears = matches!(&found.0, Err(EngineError::Refused(no)) if no.hides_case());
                let silent = matches!(&found.0, Err(EngineError::Vault(_)));
                let asks = actor.person().is_some();
                assert_eq!((hears, silent), (reachable || !asks, !reachable && asks));
            }
        }
        hall.vault.set_reachable(true);
    }
}

#[test]
fn every_command_costs_the_same_and_says_the_same() {
    let hall = Hall::new();
    let (engine, notes) = hall.watched();
    let cases = of_others(&hall, &engine);
    assert!(commands().iter().all(Command::is_for_a_case));
    let of_somebody = CommandId::from_bytes([7; 16]);
    let first = Order::new(of_somebody, Some(cases[0].1), commands().swap_remove(4));
    block_on(hall.clerk(LUZERN, 7).send(first)).unwrap();
    for command in commands() {
        for (what, case) in &cases {
            for reachable in [true, false] {
                hall.vault.set_reachable(reachable);
                for actor in strangers() {
                    let session = engine.act_as(actor.clone());
                    let orders = |case| {
                        let fresh = CommandId::from_bytes([3; 16]);
                        let order = |id| Order::new(id, Some(case), command.clone());
                        [
                            order(fresh),
                            order(fresh).unused(),
                            order(fresh).if_version(Version(1)),
                            order(of_somebody),
                        ]
                    };
                    notes.take();
                    for (order, nowhere) in orders(*case).into_iter().zip(orders(NOWHERE)) {
                        let wanted = (block_on(session.send(nowhere)), kinds(&notes));
                        let found = (block_on(session.send(order)), kinds(&notes));
                        let name = command.name();
                        assert_eq!(found, wanted, "{what}: {name} by {actor:?}, {reachable}");
                        assert!(found.0.is_err());
                    }
                }
            }
            hall.vault.set_reachable(true);
        }
    }
}

/// What the work is, so that equal doesn't come to mean none.
#[test]
fn a_person_s_question_is_answered_by_looking_whose_case_it_is() {
    let hall = Hall::new();
    let (engine, notes) = hall.watched();
    for (_, case) in of_others(&hall, &engine)
        .into_iter()
        .chain([("nowhere", NOWHERE)])
    {
        notes.take();
        block_on(engine.act_as(resident(200)).case(case)).unwrap_err();
        let asked = notes.take();
        let fetched = |work: &&Work| matches!(work, Work::Fetch(Purpose::Authorise, slots) if !slots.is_empty());
        assert_eq!(asked.iter().filter(fetched).count(), 2, "{asked:?}");
        assert!(asked.contains(&Work::Case(Read::Fresh)) && asked.contains(&Work::Case(Read::Any)));
        let close = block_on(engine.act_as(resident(200)).act(case, Command::Close));
        assert!(close.is_err());
        let asked = notes.take();
        let fetched =
            |work: &&Work| matches!(work, Work::Fetch(Purpose::Decide, slots) if !slots.is_empty());
        assert_eq!(asked.iter().filter(fetched).count(), 1, "{asked:?}");
    }
}
