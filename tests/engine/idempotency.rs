//! A command is answered once, by whomever it is asked again.

use futures::executor::block_on;
use kanzlei_core::domain::{TaskId, publish_edition};
use kanzlei_core::engine::{EngineError, Order};
use kanzlei_core::ports::KeyVault;
use kanzlei_core::{Actor, CaseId, Command, CommandId, KeySlot, Labels, Position, Version};

use crate::hall::*;

fn id(number: u8) -> CommandId {
    CommandId::from_bytes([number; 16])
}

fn submission() -> Command {
    Command::Submit {
        service: code("certificate-of-residence"),
        form: certificate(),
        applicant: None,
    }
}

#[test]
fn sent_again_it_gets_the_same_receipt_although_the_case_has_moved_on() {
    let hall = Hall::new();
    let anna = hall.resident(1);
    let order = Order::new(id(1), None, submission());
    let first = block_on(anna.send(order.clone())).unwrap();
    act(
        &hall.clerk(LUZERN, 7),
        first.case,
        Command::ClaimTask { task: TaskId(1) },
    );
    let log = hall.store.watermark().now();

    let again = block_on(anna.send(order.clone())).unwrap();
    let restarted = hall.elsewhere().act_as(resident(1));
    let elsewhere = block_on(restarted.send(order)).unwrap();
    assert_eq!((&again, &elsewhere), (&first, &first));
    assert_eq!(hall.store.watermark().now(), log, "nothing was appended");
}

#[test]
fn the_id_of_somebody_else_s_command_is_refused_and_tells_nothing() {
    let hall = Hall::new();
    let order = Order::new(id(1), None, submission());
    block_on(hall.resident(1).send(order.clone())).unwrap();

    let mut other_content = order.clone();
    other_content.command = Command::Submit {
        service: code("certificate-of-residence"),
        form: certificate().with("copies", 3).unwrap(),
        applicant: None,
    };
    for (session, order) in [
        (hall.resident(1), other_content),
        (hall.resident(2), order.clone()),
        (hall.clerk(LUZERN, 7), order),
    ] {
        match block_on(session.send(order)) {
            Err(EngineError::Refused(refusal)) => {
                assert_eq!(refusal.code, "command-id-used");
                assert!(!refusal.message.contains("Pilatus"));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_refusal_is_not_remembered() {
    let hall = Hall::new();
    let case = submit(&hall.resident(1)).case;
    let (first, second) = (hall.clerk(LUZERN, 7), hall.clerk(LUZERN, 8));
    act(&first, case, Command::ClaimTask { task: TaskId(1) });
    let order = Order::new(id(9), Some(case), Command::ClaimTask { task: TaskId(1) });
    assert!(block_on(second.send(order.clone())).is_err());
    act(&first, case, Command::ReleaseTask { task: TaskId(1) });
    assert!(block_on(second.send(order)).is_ok());
}

#[test]
fn with_a_key_gone_it_is_answered_before_and_nothing_more_is_said() {
    let hall = Hall::new();
    let anna = hall.resident(1);
    let order = Order::new(id(1), None, submission());
    let receipt = block_on(anna.send(order.clone())).unwrap();
    let slots = party_slots(&hall, receipt.case);
    block_on(hall.vault.destroy(&slots)).unwrap();
    let expected = EngineError::AnsweredBefore { command: id(1) };
    assert_eq!(block_on(anna.send(order)), Err(expected));
}

/// The slots under which the personal values of a case's first commit are sealed.
pub fn party_slots(hall: &Hall, case: CaseId) -> Vec<KeySlot> {
    let read = kanzlei_core::ports::Read::Fresh;
    let page = block_on(hall.store.case(case, Version::NONE, 1, read)).unwrap();
    let commit = page.commits().next().unwrap();
    let values = commit.record.parts().flat_map(|part| part.values());
    values.map(|value| value.slot).collect()
}

#[test]
fn a_version_that_was_seen_and_is_over_is_a_conflict_and_never_retried() {
    let hall = Hall::new();
    let case = submit(&hall.resident(1)).case;
    let seen = see(&hall.clerk(LUZERN, 7), case).outline().version;
    let claim = Command::ClaimTask { task: TaskId(1) };
    let order = |number| Order::new(id(number), Some(case), claim.clone()).if_version(seen);
    block_on(hall.clerk(LUZERN, 7).send(order(1))).unwrap();
    match block_on(hall.clerk(LUZERN, 8).send(order(2))) {
        Err(EngineError::Conflict {
            expected, actual, ..
        }) => {
            assert_eq!((expected, actual), (seen, seen.next()));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_version_is_no_way_to_learn_of_a_case_that_is_none_of_yours() {
    let hall = Hall::new();
    let case = submit(&hall.resident(1)).case;
    let nowhere = CaseId::from_bytes([3; 16]);
    let ask = |case| {
        let order = Order::new(id(8), Some(case), Command::Close).if_version(Version(1));
        block_on(hall.resident(2).send(order)).unwrap_err()
    };
    assert_eq!(ask(case), ask(nowhere));
    assert_eq!(ask(case).refusal().unwrap().code, "case-not-found");
}

#[test]
fn an_edition_published_by_another_process_is_the_one_that_counts() {
    let hall = Hall::new();
    let other = hall.elsewhere();
    let mut service = kanzlei_services::certificate_of_residence().unwrap();
    service.labels = Labels::de("Wohnsitzbescheinigung");
    let operator = hall.engine.act_as(Actor::installation());
    for command in publish_edition(&service) {
        block_on(operator.administer(command)).unwrap();
    }
    // `other` has read the log before; its guard on the editions tells it.
    let anna = other.act_as(resident(1));
    let case = submit(&anna).case;
    assert_eq!(see(&anna, case).outline().edition, 2);
    assert_eq!(hall.store.watermark().now(), anna.position());
    assert!(anna.position() > Position::START);
}
