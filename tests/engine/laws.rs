//! Laws that hold whatever people do: replay decides as what is cached does, and every text that
//! somebody wrote is seen by exactly those who may.

use futures::executor::block_on;
use kanzlei_core::domain::event::PartyDetails;
use kanzlei_core::domain::{PartyId, RequestId, TaskId};
use kanzlei_core::engine::{Engine, EngineError};
use kanzlei_core::{Actor, AuthorityId, CaseId, Command, Form, OfficialId, PersonId, Version};
use proptest::prelude::*;

use crate::hall::*;

const OFFICE: AuthorityId = AuthorityId(20_003);

/// Somebody who may or may not have to do with the case.
#[derive(Debug, Clone, Copy)]
enum Somebody {
    Applicant,
    Other,
    Clerk(u8),
    Receiver,
    Involved,
    Stranger,
}

fn actor(somebody: Somebody) -> Actor {
    match somebody {
        Somebody::Applicant => resident(1),
        Somebody::Other => resident(2),
        Somebody::Clerk(number) => clerk(LUZERN, number),
        Somebody::Receiver => clerk(KRIENS, 4),
        Somebody::Involved => clerk(OFFICE, 5),
        Somebody::Stranger => clerk(HORW, 6),
    }
}

fn somebody() -> impl Strategy<Value = Somebody> {
    prop_oneof![
        3 => Just(Somebody::Applicant),
        1 => Just(Somebody::Other),
        6 => (7_u8..9).prop_map(Somebody::Clerk),
        2 => Just(Somebody::Receiver),
        2 => Just(Somebody::Involved),
        1 => Just(Somebody::Stranger),
    ]
}

/// What they want. The number makes each text one that can be found again.
fn command(what: u8, number: usize) -> Command {
    let text = || format!("token-{what}-{number}-end");
    let task = TaskId(u16::try_from(1 + number % 3).unwrap());
    match what {
        0 => Command::SendMessage {
            internal: false,
            text: text(),
        },
        1 => Command::SendMessage {
            internal: true,
            text: text(),
        },
        2 => Command::RequestInformation {
            of: PartyId(1),
            text: text(),
        },
        3 => Command::ProvideInformation {
            request: RequestId(1),
            text: text(),
        },
        4 => Command::HandOver {
            to: KRIENS,
            reason: text(),
        },
        5 => Command::AcceptHandover,
        6 => Command::RefuseHandover { reason: text() },
        7 => Command::ClaimTask { task },
        8 => Command::CompleteTask { task },
        9 => Command::ReleaseTask { task },
        10 => Command::IssueDecision {
            outcome: code("registered"),
            grounds: text(),
        },
        11 => Command::Close,
        12 => Command::Reopen { reason: text() },
        13 => Command::EnterPhase {
            phase: code(["review", "assessment", "registration"][number % 3]),
        },
        14 => Command::AssignTask {
            task,
            to: OfficialId::from_bytes([7; 16]),
        },
        15 => Command::AddParty {
            role: code("third-party"),
            details: PartyDetails {
                person: Some(PersonId::from_bytes([2; 16])),
                name: text(),
            },
        },
        16 if number.is_multiple_of(8) => Command::Withdraw { reason: text() },
        _ => Command::InvolveAuthority { authority: OFFICE },
    }
}

fn dog_form() -> Form {
    use kanzlei_core::{FieldKind, Value};
    let service = kanzlei_services::dog_registration().unwrap();
    let required = service.fields.iter().filter(|field| field.required);
    required
        .map(|field| {
            let value = match &field.kind {
                FieldKind::Text { .. } => "token-form-end".into(),
                FieldKind::Integer { min, .. } => Value::Integer(*min),
                FieldKind::Date => Value::Date("2025-02-01".parse().unwrap()),
                FieldKind::Boolean => true.into(),
                FieldKind::Choice { choices } => choices[0].code.clone().into(),
                FieldKind::Municipality => LUZERN.into(),
            };
            (field.code.clone(), value)
        })
        .collect()
}

/// What came of a command, without what chance has to do with.
fn outcome(
    engine: &Engine,
    somebody: Somebody,
    case: CaseId,
    command: Command,
) -> Result<Version, &'static str> {
    match block_on(engine.act_as(actor(somebody)).act(case, command)) {
        Ok(receipt) => Ok(receipt.version),
        Err(EngineError::Refused(refusal)) => Err(refusal.code),
        Err(other) => panic!("{other}"),
    }
}

/// Everything that somebody is shown of a case.
fn shown(hall: &Hall, actor: Actor, case: CaseId) -> String {
    match block_on(hall.engine.act_as(actor).case(case)) {
        Ok(answers) => {
            assert!(
                !format!("{answers:?}").contains("token-"),
                "Debug shows a text"
            );
            serde_json::to_string(&answers).unwrap()
        }
        Err(error) => format!("{error} {error:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn replay_decides_alike_and_texts_are_seen_by_who_may(
        wishes in proptest::collection::vec((somebody(), 0_u8..18), 1..60),
    ) {
        let (living, replayed) = (Hall::new(), Hall::new());
        let open = |hall: &Hall| block_on(hall.resident(1).submit("dog-registration", dog_form())).unwrap().case;
        let (case, other) = (open(&living), open(&replayed));
        // Texts that were taken in, by what each is.
        let mut texts = Vec::new();
        for (number, (who, what)) in wishes.into_iter().enumerate() {
            let wish = || command(what, number);
            let here = outcome(&living.engine, who, case, wish());
            let there = outcome(&replayed.elsewhere(), who, other, wish());
            prop_assert_eq!(here, there, "{:?} wants {:?}", who, wish());
            if here.is_ok() && !matches!(what, 5 | 7..=9 | 11 | 13 | 14 | 17) && (what != 16 || number.is_multiple_of(8)) {
                texts.push((what, number));
            }
        }
        let parties = kanzlei_services::dog_registration().unwrap().disclosure.own.parties;
        let own = shown(&living, resident(1), case);
        let file = shown(&living, clerk(LUZERN, 7), case) + &shown(&living, clerk(KRIENS, 4), case);
        for (what, number) in texts {
            let token = format!("token-{what}-{number}-end");
            prop_assert!(file.contains(&token), "an authority that works on it sees {token}");
            let party_sees = matches!(what, 0 | 2 | 3 | 10 | 16) || what == 15 && parties;
            prop_assert_eq!(own.contains(&token), party_sees, "the applicant and {}", token);
        }
        prop_assert!(own.contains("token-form-end") && file.contains("token-form-end"));
        let canton = AuthorityId(10_003);
        let overseer = Actor::official(OfficialId::from_bytes([9; 16]), canton, code("overseer"));
        for actor in [clerk(HORW, 6), overseer, Actor::anonymous(), resident(3)] {
            prop_assert!(!shown(&living, actor, case).contains("token-"));
        }
    }
}
