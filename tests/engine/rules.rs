//! A service with rules of its own: typed commands and events, sub-cases, further cases.

use std::sync::Arc;

use futures::executor::block_on;
use futures::future::join_all;
use kanzlei_core::domain::event::CaseOpened;
use kanzlei_core::domain::{
    Case, CaseChanges, Changes, Context, Rules, Standing, Stop, publish_edition,
};
use kanzlei_core::engine::{Engine, EngineError, Options};
use kanzlei_core::ports::Read;
use kanzlei_core::record::Personal;
use kanzlei_core::testing::Scenario;
use kanzlei_core::{
    Actor, CaseId, Command, Disclosure, Form, Labels, Refusal, Service, Version, event_table,
};
use serde::{Deserialize, Serialize};

use crate::hall::*;

/// The dog was licensed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Licensed {
    number: u32,
    remark: Personal<String>,
}

/// The case was linked to another.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Linked {
    to: CaseId,
}

event_table! {
    /// What happens to licences.
    pub enum LicenceEvent {
        0x8001, 1 => Licensed,
        0x8002, 1 => Linked,
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum LicenceCommand {
    License { number: u32, remark: String },
    Link { to: CaseId },
    Mark { other: CaseId },
    Follow { other: CaseId },
    Split,
}

#[derive(Default, Clone, Debug, PartialEq)]
struct Licence {
    number: Option<u32>,
    links: usize,
}

struct LicenceRules;

impl Rules for LicenceRules {
    type Command = LicenceCommand;
    type Event = LicenceEvent;
    type State = Licence;

    fn permits(&self, standing: Standing, command: &LicenceCommand) -> bool {
        let links = matches!(command, LicenceCommand::Link { .. });
        standing == Standing::Responsible || links && matches!(standing, Standing::Party(_))
    }

    fn decide(
        &self,
        case: &Case,
        own: &Licence,
        command: &LicenceCommand,
        context: &mut Context<'_>,
    ) -> Result<Changes, Stop> {
        match command {
            LicenceCommand::License { number, remark } => {
                if let Some(number) = own.number {
                    let said = format!("the licence has number {number} already");
                    return Err(Refusal::new("licensed-already", said).into());
                }
                let remark = Personal::new(case.slot, remark.clone());
                Changes::of(case).and(&LicenceEvent::from(Licensed {
                    number: *number,
                    remark,
                }))
            }
            LicenceCommand::Link { to } => {
                let other = context.case(*to)?;
                let mut further = CaseChanges::of(other);
                further.push(&LicenceEvent::from(Linked { to: case.id }))?;
                let changes = Changes::of(case).and(&LicenceEvent::from(Linked { to: *to }))?;
                Ok(changes.along(further))
            }
            LicenceCommand::Mark { other } => {
                let mut further = CaseChanges::of(context.case(*other)?);
                further.push(&LicenceEvent::from(Linked { to: case.id }))?;
                Ok(Changes::of(case).along(further))
            }
            LicenceCommand::Follow { other } => {
                let mut first = CaseChanges::of(context.case(*other)?);
                first.push(&LicenceEvent::from(Linked { to: case.id }))?;
                let mut own = CaseChanges::of(case);
                own.push(&LicenceEvent::from(Linked { to: *other }))?;
                Ok(Changes::from(first).along(own))
            }
            LicenceCommand::Split => {
                let child = context.case_id();
                let mut further = CaseChanges::opening(child, case.service, case.responsible);
                further.open(CaseOpened {
                    slot: context.slot()?,
                    edition: case.edition.0,
                    definition: case.edition.1,
                    parent: Some(case.id),
                })?;
                let changes = Changes::of(case).and(&LicenceEvent::from(Linked { to: child }))?;
                Ok(changes.along(further))
            }
        }
    }

    fn evolve(&self, own: &mut Licence, event: &LicenceEvent) {
        match event {
            LicenceEvent::Licensed(licensed) => own.number = Some(licensed.number),
            LicenceEvent::Linked(_) => own.links += 1,
        }
    }
}

fn own(command: &LicenceCommand) -> Command {
    Command::Own {
        json: serde_json::to_string(command).unwrap(),
    }
}

fn service_with_rules() -> Service {
    let labels = || Labels::de("Bewilligung");
    Service::builder("licence", labels())
        .valid_from(2025, 1, 1)
        .authority(LUZERN)
        .phase("review", labels())
        .disclosure(Disclosure::narrow("SRL 38"))
        .build()
        .unwrap()
}

fn options() -> Options {
    let rules: Arc<dyn kanzlei_core::domain::AnyRules> = Arc::new(LicenceRules);
    Options {
        rules: vec![("licence".into(), rules)],
        ..Options::default()
    }
}

/// An engine that knows the rules, and one that doesn't.
fn hall() -> (Hall, Engine) {
    let hall = Hall::new();
    let service = service_with_rules();
    let engine = block_on(Engine::open(hall.engine.ports().clone(), options())).unwrap();
    let operator = engine.act_as(Actor::installation());
    for command in publish_edition(&service) {
        block_on(operator.administer(command)).unwrap();
    }
    (hall, engine)
}

fn open(engine: &Engine) -> CaseId {
    block_on(engine.act_as(resident(1)).submit("licence", Form::new()))
        .unwrap()
        .case
}

#[test]
fn own_commands_make_own_events_that_are_folded_from_the_log() {
    let (hall, engine) = hall();
    let case = open(&engine);
    let clerk = engine.act_as(clerk(LUZERN, 7));
    let license = || {
        own(&LicenceCommand::License {
            number: 12,
            remark: "brown".into(),
        })
    };
    act(&clerk, case, license());
    assert_eq!(refused(&clerk, case, license()), "licensed-already");
    let page = block_on(hall.store.log(clerk.position(), 1)).unwrap();
    assert!(page.is_empty());
    let bytes = block_on(hall.store.case(case, Version::NONE, usize::MAX, Read::Any)).unwrap();
    let stored = bytes
        .commits()
        .map(|commit| commit.record.as_bytes().to_vec());
    let resident = engine.act_as(crate::hall::resident(1));
    assert_eq!(refused(&resident, case, license()), "may-not-act");
    let text: Vec<u8> = stored.flatten().collect();
    assert!(
        !text.windows(5).any(|window| window == b"brown"),
        "an own personal value is sealed"
    );

    let unknowing = hall.elsewhere().act_as(crate::hall::clerk(LUZERN, 7));
    assert_eq!(refused(&unknowing, case, Command::Close), "release-too-old");
    assert!(
        block_on(unknowing.case(case)).is_ok(),
        "it is passed over by who only reads"
    );
}

#[test]
fn own_rules_are_tried_without_an_engine() {
    let license = || {
        own(&LicenceCommand::License {
            number: 12,
            remark: "brown".into(),
        })
    };
    let (service, form) = (code("licence"), Form::new());
    let submit = Command::Submit {
        service,
        form,
        applicant: None,
    };
    Scenario::of(service_with_rules())
        .with_rules(LicenceRules)
        .on(monday())
        .given(&resident(1), submit)
        .when(&clerk(LUZERN, 7), license())
        .then(&["0x8001"])
        .when(&clerk(LUZERN, 7), license())
        .then_refused("licensed-already");
}

#[test]
fn a_command_that_cannot_be_read_says_where_and_not_what() {
    let (_hall, engine) = hall();
    let case = open(&engine);
    let json = r#"{"license":{"number":"brown-secret"}}"#.to_owned();
    match block_on(
        engine
            .act_as(clerk(LUZERN, 7))
            .act(case, Command::Own { json }),
    ) {
        Err(EngineError::Refused(refusal)) => {
            assert_eq!(refusal.code, "command-unreadable");
            assert!(!format!("{refusal:?}").contains("secret"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn several_cases_change_together_also_when_all_cross() {
    let (hall, engine) = hall();
    let (one, two) = (open(&engine), open(&engine));
    let link = |to| own(&LicenceCommand::Link { to });
    let clerks: Vec<_> = (0..20).map(|n| engine.act_as(clerk(LUZERN, n))).collect();
    let links = clerks.iter().enumerate().map(|(at, clerk)| {
        let (case, to) = if at % 2 == 0 { (one, two) } else { (two, one) };
        clerk.act(case, link(to))
    });
    for receipt in block_on(join_all(links)) {
        let cases: Vec<CaseId> = receipt
            .unwrap()
            .cases
            .into_iter()
            .map(|(case, _)| case)
            .collect();
        assert!(cases == [one, two] || cases == [two, one]);
    }
    for case in [one, two] {
        let read = block_on(hall.store.case(case, Version::NONE, usize::MAX, Read::Any)).unwrap();
        assert_eq!(read.len(), 21);
    }
    let nowhere = CaseId::from_bytes([9; 16]);
    assert_eq!(refused(&clerks[0], one, link(nowhere)), "case-not-found");
    let elsewhere = block_on(hall.clerk(KRIENS, 1).submit("licence", Form::new()));
    assert!(elsewhere.is_err(), "an official says for whom");
}

/// Nothing of it would say for which case it was, when it is sent again.
#[test]
fn what_changes_further_cases_alone_is_refused() {
    let (hall, engine) = hall();
    let (one, other) = (open(&engine), open(&engine));
    let clerk = engine.act_as(clerk(LUZERN, 7));
    let mark = || own(&LicenceCommand::Mark { other });
    assert_eq!(refused(&clerk, one, mark()), "nothing-to-do");
    assert_eq!(refused(&clerk, one, mark()), "nothing-to-do");
    let follow = own(&LicenceCommand::Follow { other });
    assert_eq!(refused(&clerk, one, follow), "nothing-to-do");
    let read = block_on(hall.store.case(other, Version::NONE, usize::MAX, Read::Any));
    assert_eq!(read.unwrap().len(), 1);
}

#[test]
fn a_sub_case_names_its_parent() {
    let (_hall, engine) = hall();
    let parent = open(&engine);
    let clerk = engine.act_as(clerk(LUZERN, 7));
    let receipt = act(&clerk, parent, own(&LicenceCommand::Split));
    let child = receipt.cases[1].0;
    assert_eq!(see(&clerk, child).outline().unwrap().responsible, LUZERN);
    act(
        &clerk,
        child,
        own(&LicenceCommand::License {
            number: 1,
            remark: "child".into(),
        }),
    );
}

/// A service's own rules may look at further cases: also there another's is like a missing one.
#[test]
fn a_further_case_of_somebody_else_is_like_one_that_does_not_exist() {
    let (hall, engine) = hall();
    let (watched, notes) = hall.watched_with(options());
    let of_another = open(&engine);
    let person = watched.act_as(resident(5));
    let own_case = block_on(person.submit("licence", Form::new()))
        .unwrap()
        .case;
    let at_hand = block_on(watched.act_as(resident(6)).submit("licence", Form::new()));
    let at_hand = at_hand.unwrap().case;
    let link = |to| own(&LicenceCommand::Link { to });
    let ask = |case| {
        notes.take();
        let answer = block_on(person.act(own_case, link(case)));
        (answer, crate::strangers::kinds(&notes))
    };
    let nowhere = ask(CaseId::from_bytes([9; 16]));
    assert_eq!(
        nowhere.0.as_ref().unwrap_err().refusal().unwrap().code,
        "case-not-found"
    );
    for case in [of_another, at_hand] {
        assert_eq!(ask(case), nowhere);
    }
}
