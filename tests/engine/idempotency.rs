//! A command is answered once, by whomever it is asked again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use futures::executor::block_on;
use kanzlei_core::domain::event::PartyDetails;
use kanzlei_core::domain::{TaskId, publish_edition};
use kanzlei_core::engine::{EngineError, Order};
use kanzlei_core::ports::{
    AppendError, Appended, Durability, EventStore, KeyVault, Prepared, Read, StoreError, TreeHead,
    Watermark,
};
use kanzlei_core::record::Page;
use kanzlei_core::{
    Actor, AuthorityId, CaseId, Command, CommandId, KeySlot, Labels, Position, Version,
};

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
fn the_id_of_a_command_for_one_case_is_refused_for_another() {
    let hall = Hall::new();
    let anna = hall.resident(1);
    let [first, second] = [(); 2].map(|()| submit(&anna).case);
    let claim = |case| Order::new(id(9), Some(case), Command::ClaimTask { task: TaskId(1) });
    let clerk = hall.clerk(LUZERN, 7);
    let receipt = block_on(clerk.send(claim(first))).unwrap();
    match block_on(clerk.send(claim(second))) {
        Err(EngineError::Refused(refusal)) => assert_eq!(refusal.code, "command-id-used"),
        other => panic!("{other:?}"),
    }
    assert_eq!(block_on(clerk.send(claim(first))).unwrap(), receipt);
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
    let read = Read::Fresh;
    let page = block_on(hall.store.case(case, Version::NONE, 1, read)).unwrap();
    let commit = page.commits().next().unwrap();
    let values = commit.record.parts().flat_map(|part| part.values());
    values.map(|value| value.slot).collect()
}

#[test]
fn a_version_that_was_seen_and_is_over_is_a_conflict_and_never_retried() {
    let hall = Hall::new();
    let case = submit(&hall.resident(1)).case;
    let seen = see(&hall.clerk(LUZERN, 7), case).outline().unwrap().version;
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
    // Nor with a command that isn't for a case.
    let ask = |case| {
        let order = Order::new(id(8), Some(case), submission()).if_version(Version(1));
        block_on(hall.resident(2).send(order)).unwrap_err()
    };
    assert_eq!(ask(case), ask(nowhere));
    assert_eq!(ask(case).refusal().unwrap().code, "not-for-a-case");
}

#[test]
fn the_same_command_twice_at_once_gets_one_receipt_twice() {
    let hall = Hall::new();
    let case = submit(&hall.resident(1)).case;
    let seen = see(&hall.clerk(LUZERN, 7), case).outline().unwrap().version;
    let clerks = [hall.clerk(LUZERN, 7), hall.clerk(LUZERN, 7)];
    let claim = Command::ClaimTask { task: TaskId(1) };
    let order = Order::new(id(1), Some(case), claim).if_version(seen);
    // Both are looked up before either is stored, as on a store that takes its time.
    let lookups: Arc<dyn EventStore> = SlowLookups::over(hall.store.clone());
    let engine = hall.on_store(&lookups);
    let sends = clerks.iter().map(|clerk| {
        let session = engine.act_as(clerk.actor().clone());
        let order = order.clone();
        async move { session.send(order).await }
    });
    let answers = block_on(futures::future::join_all(sends));
    assert!(answers[0].is_ok());
    assert_eq!(answers[0], answers[1]);
}

/// A store that says of no command that it was answered until both have asked.
struct SlowLookups {
    store: Arc<dyn EventStore>,
    asked: AtomicUsize,
}

impl SlowLookups {
    fn over(store: Arc<dyn EventStore>) -> Arc<Self> {
        let asked = AtomicUsize::new(0);
        Arc::new(Self { store, asked })
    }
}

#[async_trait]
impl EventStore for SlowLookups {
    async fn append(&self, commit: &Prepared) -> Result<Appended, AppendError> {
        self.store.append(commit).await
    }

    async fn answered(&self, command: CommandId) -> Result<Option<Appended>, StoreError> {
        if self.asked.fetch_add(1, Ordering::SeqCst) < 2 {
            return Ok(None);
        }
        self.store.answered(command).await
    }

    async fn case(
        &self,
        case: CaseId,
        after: Version,
        limit: usize,
        read: Read,
    ) -> Result<Page, StoreError> {
        self.store.case(case, after, limit, read).await
    }

    async fn log(&self, after: Position, limit: usize) -> Result<Page, StoreError> {
        self.store.log(after, limit).await
    }

    async fn at(&self, position: Position) -> Result<Option<Page>, StoreError> {
        self.store.at(position).await
    }

    fn durability(&self) -> Durability {
        self.store.durability()
    }

    fn watermark(&self) -> &Watermark {
        self.store.watermark()
    }

    fn tree(&self) -> Result<Option<TreeHead>, StoreError> {
        self.store.tree()
    }
}

#[test]
fn a_command_cannot_have_arrived_tomorrow() {
    let hall = Hall::new();
    let tomorrow = monday().plus_micros(86_400_000_000);
    let order = Order::new(id(1), None, submission()).arrived(tomorrow);
    let error = block_on(hall.resident(1).send(order)).unwrap_err();
    assert_eq!(error.refusal().unwrap().code, "arrived-in-the-future");
}

/// Honau is a part of Root since 2025: its letters are Root's to enter.
#[test]
fn what_somebody_may_do_is_a_matter_of_the_day_on_which_they_do_it() {
    const HONAU: AuthorityId = AuthorityId(1057);
    const ROOT: AuthorityId = AuthorityId(1065);
    let hall = Hall::new();
    let before = "2024-12-30T08:00:00Z".parse().unwrap();
    let form = certificate().with("municipality", HONAU).unwrap();
    let service = code("certificate-of-residence");
    let submission = Command::Submit {
        service: service.clone(),
        form: form.clone(),
        applicant: None,
    };
    let order = Order::new(id(21), None, submission).arrived(before);
    let case = block_on(hall.resident(1).send(order)).unwrap().case;
    let letter = |number| {
        let text = "by letter".to_owned();
        let internal = true;
        Order::new(
            id(number),
            Some(case),
            Command::SendMessage { internal, text },
        )
        .arrived(before)
    };
    block_on(hall.clerk(ROOT, 8).send(letter(3))).unwrap();
    // Its counter takes what came to the other's.
    let applicant = || PartyDetails {
        person: None,
        name: "Anna".into(),
    };
    let counter = |number| {
        let submission = Command::Submit {
            service: service.clone(),
            form: form.clone(),
            applicant: Some(applicant()),
        };
        Order::new(id(number), None, submission).arrived(before)
    };
    block_on(hall.clerk(ROOT, 8).send(counter(4))).unwrap();
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
    assert_eq!(see(&anna, case).outline().unwrap().edition, 2);
    assert_eq!(hall.store.watermark().now(), anna.position());
    assert!(anna.position() > Position::START);
}
