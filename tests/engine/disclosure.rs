//! Who sees what: every actor and standing, with all keys alive, and after an erasure.

use std::sync::Arc;

use async_trait::async_trait;
use futures::executor::block_on;
use kanzlei_core::domain::{
    Answer, Disclosed, PartyId, Standing, TaskId, event::DocumentDetails, event::PartyDetails,
};
use kanzlei_core::engine::{Engine, EngineError, Options, Session};
use kanzlei_core::ports::{Access, KeyVault, Purpose, VaultError};
use kanzlei_core::record::{Hash, Keyring};
use kanzlei_core::{Actor, AuthorityId, CaseId, Command, Form, KeySlot, OfficialId, PersonId};

use kanzlei_store::{MemoryKeyVault, SystemEntropy};

use crate::hall::*;
use crate::idempotency::party_slots;

/// Personal texts planted in a case; each names what it is.
const PLANTED: [(&str, &str); 7] = [
    ("name", "Resident 1"),
    ("field", "Planted Street 12"),
    ("message", "planted-message"),
    ("note", "planted-note"),
    ("grounds", "planted-grounds"),
    ("document", "planted-document.pdf"),
    ("second party", "Planted Objector"),
];

/// A move from Kriens to Horw in which everything personal occurs.
fn planted(hall: &Hall) -> CaseId {
    let submitted = block_on(hall.resident(1).submit("move-of-residence", move_form()));
    let case = submitted.unwrap().case;
    plant(&hall.clerk(KRIENS, 7), case);
    case
}

/// Lets everything personal occur in a case.
pub fn plant(clerk: &Session, case: CaseId) {
    let details = PartyDetails {
        person: Some(PersonId::from_bytes([2; 16])),
        name: "Planted Objector".into(),
    };
    act(
        clerk,
        case,
        Command::AddParty {
            role: code("third-party"),
            details,
        },
    );
    act(
        clerk,
        case,
        Command::SendMessage {
            internal: false,
            text: "planted-message".into(),
        },
    );
    act(
        clerk,
        case,
        Command::SendMessage {
            internal: true,
            text: "planted-note".into(),
        },
    );
    let service = kanzlei_services::move_of_residence().unwrap();
    let details = DocumentDetails {
        name: "planted-document.pdf".into(),
        media_type: "application/pdf".into(),
        length: 9,
    };
    let kind = service.documents[0].code.clone();
    act(
        clerk,
        case,
        Command::ReferenceDocument {
            kind,
            digest: Hash::ZERO,
            details,
            sealed_under: None,
        },
    );
    let outcome = service.outcomes[0].code.clone();
    act(
        clerk,
        case,
        Command::IssueDecision {
            outcome,
            grounds: "planted-grounds".into(),
        },
    );
}

/// A form of the move that is filled in by the service's own definition.
pub fn move_form() -> Form {
    use kanzlei_core::{FieldKind, Value};
    let service = kanzlei_services::move_of_residence().unwrap();
    service
        .fields
        .iter()
        .filter(|field| field.required || matches!(field.kind, FieldKind::Text { .. }))
        .map(|field| {
            let value = match &field.kind {
                FieldKind::Text { max_length } => Value::Text(
                    "Planted Street 12"
                        .chars()
                        .take(*max_length as usize)
                        .collect(),
                ),
                FieldKind::Integer { min, .. } => Value::Integer(*min),
                FieldKind::Date => Value::Date("2026-02-01".parse().unwrap()),
                FieldKind::Boolean => Value::Boolean(true),
                FieldKind::Choice { choices } => Value::Choice(choices[0].code.clone()),
                FieldKind::Municipality if field.code.as_str().starts_with("from") => KRIENS.into(),
                FieldKind::Municipality => HORW.into(),
            };
            (field.code.clone(), value)
        })
        .collect()
}

/// Which planted texts stand in what is shown, and never in what is printed for a log.
pub fn found(answers: &[Answer]) -> Vec<&'static str> {
    let json = serde_json::to_string(answers).unwrap();
    let debug = format!("{answers:?}");
    for (what, text) in PLANTED {
        assert!(!debug.contains(text), "{what} stands in the Debug output");
    }
    PLANTED
        .iter()
        .filter(|(_, text)| json.contains(text))
        .map(|(what, _)| *what)
        .collect()
}

pub fn overseer() -> Actor {
    let canton = AuthorityId(10_003);
    Actor::official(OfficialId::from_bytes([9; 16]), canton, code("overseer"))
}

#[test]
fn each_standing_opens_what_the_service_s_table_says_and_nothing_else() {
    let hall = Hall::new();
    let case = planted(&hall);
    let disclosure = kanzlei_services::move_of_residence().unwrap().disclosure;
    // The oracle is the service's table, read by hand here and not by the code under test.
    let expect = |standing: Standing| -> Vec<&'static str> {
        let (grant, viewer) = match standing {
            Standing::Party(party) => (&disclosure.own, Some(party)),
            Standing::Responsible => (&disclosure.file, None),
            Standing::Involved => (&disclosure.shared, None),
            Standing::Oversight | Standing::Public => return Vec::new(),
        };
        let first = viewer.is_none_or(|party| party == PartyId(1));
        let text_field = kanzlei_services::move_of_residence()
            .unwrap()
            .fields
            .iter()
            .any(|field| {
                matches!(field.kind, kanzlei_core::FieldKind::Text { .. })
                    && grant.discloses(field.code.as_str())
            });
        let rules = [
            grant.parties || viewer == Some(PartyId(1)),
            first && text_field,
            grant.messages,
            grant.messages && viewer.is_none(),
            grant.grounds,
            grant.documents,
            grant.parties || viewer == Some(PartyId(2)),
        ];
        PLANTED
            .iter()
            .zip(rules)
            .filter(|(_, shown)| *shown)
            .map(|((what, _), _)| *what)
            .collect()
    };
    let viewers = [
        (resident(1), Some(Standing::Party(PartyId(1)))),
        (resident(2), Some(Standing::Party(PartyId(2)))),
        (resident(3), None),
        (clerk(KRIENS, 1), Some(Standing::Responsible)),
        (clerk(HORW, 1), Some(Standing::Involved)),
        (clerk(LUZERN, 1), None),
        (overseer(), Some(Standing::Oversight)),
        (Actor::anonymous(), None),
        (Actor::installation(), None),
    ];
    for (actor, standing) in viewers {
        let name = format!("{actor:?}");
        let answers = block_on(hall.engine.act_as(actor).case(case));
        match (answers, standing) {
            (Ok(answers), Some(standing)) => {
                assert_eq!(answers[0].standing(), standing, "{name}");
                assert_eq!(found(&answers), expect(standing), "{name}");
            }
            (Err(error), None) => {
                assert_eq!(error.refusal().unwrap().code, "case-not-found", "{name}");
            }
            (other, _) => panic!("{name}: {other:?}"),
        }
    }
    assert_eq!(
        found(&block_on(hall.clerk(KRIENS, 1).case(case)).unwrap()).len(),
        PLANTED.len()
    );
}

#[test]
fn a_case_that_is_none_of_yours_is_answered_like_one_that_does_not_exist() {
    let hall = Hall::new();
    let case = planted(&hall);
    let nowhere = CaseId::from_bytes([0x42; 16]);
    for actor in [resident(3), clerk(LUZERN, 1), Actor::anonymous()] {
        let session = hall.engine.act_as(actor);
        assert_eq!(
            block_on(session.case(case)),
            block_on(session.case(nowhere))
        );
        let close = |case| block_on(session.act(case, Command::Close)).map(|receipt| receipt.case);
        assert_eq!(close(case), close(nowhere));
    }
}

#[test]
fn what_is_erased_reads_as_erased_and_everything_else_goes_on() {
    let hall = Hall::new();
    let case = planted(&hall);
    let slots = party_slots(&hall, case);
    block_on(hall.vault.destroy(&slots)).unwrap();

    let clerk = hall.clerk(KRIENS, 1);
    let answers = block_on(clerk.case(case)).unwrap();
    let shown = found(&answers);
    assert!(
        !shown.contains(&"name") && !shown.contains(&"field"),
        "{shown:?}"
    );
    assert!(
        shown.contains(&"message") && shown.contains(&"second party"),
        "{shown:?}"
    );
    let contents = answers[0].contents().unwrap();
    assert_eq!(contents.parties[0].name, Disclosed::Erased);
    assert!(contents.erased_fields);

    let gone = block_on(hall.resident(1).case(case)).unwrap_err();
    assert_eq!(
        gone.refusal().unwrap().code,
        "case-not-found",
        "an erased party is nobody"
    );
    act(
        &clerk,
        case,
        Command::SendMessage {
            internal: true,
            text: "still at work".into(),
        },
    );
    assert!(
        block_on(
            hall.elsewhere()
                .act_as(crate::hall::clerk(KRIENS, 1))
                .case(case)
        )
        .is_ok()
    );
}

#[test]
fn an_unreachable_vault_is_neither_erased_nor_unknown() {
    let hall = Hall::new();
    let case = planted(&hall);
    hall.vault.set_reachable(false);
    for session in [hall.resident(1), hall.clerk(KRIENS, 1)] {
        let error = block_on(session.case(case)).unwrap_err();
        assert!(error.to_string().contains("reached"), "{error}");
    }
    assert!(
        block_on(hall.engine.act_as(overseer()).case(case)).is_ok(),
        "it needs no key"
    );
    hall.vault.set_reachable(true);
    assert!(block_on(hall.resident(1).case(case)).is_ok());
}

/// Has no answer about any slot, which no vault should do.
struct Silent(Arc<dyn KeyVault>);

#[async_trait]
impl KeyVault for Silent {
    async fn mint(&self, slots: usize) -> Result<Vec<KeySlot>, VaultError> {
        self.0.mint(slots).await
    }

    async fn fetch(&self, _: &[KeySlot], _: Access) -> Result<Keyring, VaultError> {
        Ok(Keyring::default())
    }

    async fn destroy(&self, slots: &[KeySlot]) -> Result<(), VaultError> {
        self.0.destroy(slots).await
    }

    async fn token(&self, purpose: Purpose, of: &[u8]) -> Result<[u8; 16], VaultError> {
        self.0.token(purpose, of).await
    }
}

#[test]
fn a_vault_that_leaves_slots_out_keeps_nobody_waiting_for_ever() {
    let hall = Hall::new();
    let case = planted(&hall);
    let mut ports = hall.engine.ports().clone();
    ports.vault = Arc::new(Silent(ports.vault));
    let engine = block_on(Engine::open(ports, Options::default())).unwrap();
    for actor in [resident(1), clerk(KRIENS, 1)] {
        let error = block_on(engine.act_as(actor).case(case)).unwrap_err();
        assert!(matches!(error, EngineError::Busy), "{error}");
    }
}

#[test]
fn a_vault_of_another_log_or_of_before_is_not_taken() {
    let hall = Hall::new();
    let case = submit(&hall.resident(1)).case;
    // A commit that names no slot itself.
    act(
        &hall.clerk(LUZERN, 7),
        case,
        Command::ClaimTask { task: TaskId(1) },
    );
    let other = Arc::new(MemoryKeyVault::new(Arc::new(SystemEntropy)).unwrap());
    let mut ports = hall.engine.ports().clone();
    ports.vault = other;
    let error = block_on(Engine::open(ports, Options::default())).unwrap_err();
    assert!(
        error.to_string().contains("the vault doesn't know"),
        "{error}"
    );
}
