//! The lifecycle as sentences: given what happened, when somebody wants something, then this.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod authorities;

use kanzlei_core::domain::event::{DocumentDetails, PartyDetails};
use kanzlei_core::domain::{PartyId, RequestId, Status, TaskId, TaskState};
use kanzlei_core::record::Hash;
use kanzlei_core::testing::Scenario;
use kanzlei_core::{
    Actor, AuthorityId, Code, Command, Disclosure, FieldKind, Form, Labels, OfficialId, PersonId,
    Register, Service,
};

const LUZERN: AuthorityId = AuthorityId(1061);
const HONAU: AuthorityId = AuthorityId(1057);
const ROOT: AuthorityId = AuthorityId(1065);
const OFFICE: AuthorityId = AuthorityId(20_001);

fn code(text: &str) -> Code {
    Code::new(text).unwrap()
}

fn labels(text: &str) -> Labels {
    Labels::de(text)
}

fn service() -> Service {
    Service::builder("garden-shed", labels("Gartenhaus"))
        .valid_from(2024, 1, 1)
        .valid_until(2026, 12, 31)
        .required("municipality", labels("Gemeinde"), FieldKind::Municipality)
        .plain("municipality", "an authority")
        .required(
            "size",
            labels("Fläche"),
            FieldKind::Integer { min: 1, max: 40 },
        )
        .municipality_of("municipality")
        .involve(OFFICE)
        .phase("review", labels("Prüfung"))
        .phase("decision", labels("Entscheid"))
        .task("review", "check-plans", labels("Pläne prüfen"))
        .task_by_hand("visit", labels("Augenschein"))
        .document("plan", labels("Plan"), true)
        .outcome("granted", labels("Bewilligt"))
        .outcome("refused", labels("Abgelehnt"))
        .disclosure(Disclosure::narrow("SRL 38"))
        .oversight("canton", "overseer")
        .build()
        .unwrap()
}

fn register() -> Register {
    Register::from_csv(
        "id,name,level,part_of,from,until,district,residents,succeeded_by\n\
         1057,Honau,municipality,10003,,2024-12-31,,,1065\n\
         1061,Luzern,municipality,10003,,,,,\n\
         1065,Root,municipality,10003,,,,,\n\
         10003,Kanton Luzern,canton,,,,,,\n\
         20001,Bewilligungen,office,10003,,,,,\n",
    )
    .unwrap()
}

fn anna() -> Actor {
    Actor::resident(PersonId::from_bytes([1; 16]), "Anna")
}

fn beat() -> Actor {
    Actor::resident(PersonId::from_bytes([2; 16]), "Beat")
}

fn official(number: u8, authority: AuthorityId) -> Actor {
    Actor::official(
        OfficialId::from_bytes([number; 16]),
        authority,
        code("clerk"),
    )
}

fn clerk() -> Actor {
    official(7, LUZERN)
}

fn form(municipality: AuthorityId) -> Form {
    Form::new()
        .with("municipality", municipality)
        .unwrap()
        .with("size", 12)
        .unwrap()
}

fn submit(municipality: AuthorityId) -> Command {
    let (service, form) = (code("garden-shed"), form(municipality));
    Command::Submit {
        service,
        form,
        applicant: None,
    }
}

fn blank() -> Scenario {
    let scenario = Scenario::of(service()).with_register(register());
    scenario.on("2026-01-05T09:30:00Z".parse().unwrap())
}

fn submitted() -> Scenario {
    blank().given(&anna(), submit(LUZERN))
}

fn text() -> String {
    "because".to_owned()
}

fn decide() -> Command {
    Command::IssueDecision {
        outcome: code("granted"),
        grounds: text(),
    }
}

fn task(number: u16) -> TaskId {
    TaskId(number)
}

fn decided() -> Scenario {
    submitted()
        .given(&clerk(), Command::ClaimTask { task: task(1) })
        .given(&clerk(), Command::CompleteTask { task: task(1) })
        .given(&clerk(), decide())
}

#[test]
fn a_form_opens_a_case_in_its_first_phase_with_its_tasks() {
    let after = blank().when(&anna(), submit(LUZERN)).then(&[
        "CaseOpened",
        "PartyAdded",
        "Submitted",
        "AuthorityInvolved",
        "PhaseEntered",
        "TaskAdded",
    ]);
    let case = after.case().unwrap();
    assert_eq!((case.responsible, case.status), (LUZERN, Status::Open));
    assert_eq!(case.phase, Some(code("review")));
    assert!(case.involved.contains(&OFFICE));
    assert_eq!(case.tasks[&task(1)].state, TaskState::Open);
}

#[test]
fn who_hands_in_what() {
    let command = |form: Form, applicant: Option<PartyDetails>| Command::Submit {
        service: code("garden-shed"),
        form,
        applicant,
    };
    let somebody = || {
        Some(PartyDetails {
            person: None,
            name: "At the counter".into(),
        })
    };
    blank()
        .when(&clerk(), command(form(LUZERN), somebody()))
        .then(&[
            "CaseOpened",
            "PartyAdded",
            "Submitted",
            "AuthorityInvolved",
            "PhaseEntered",
            "TaskAdded",
        ]);
    let nobody = Some(PartyDetails {
        person: None,
        name: " ".into(),
    });
    for (actor, command, refusal) in [
        (clerk(), command(form(LUZERN), None), "applicant-missing"),
        (clerk(), command(form(LUZERN), nobody), "text-empty"),
        (
            official(7, ROOT),
            command(form(LUZERN), somebody()),
            "not-responsible",
        ),
        (anna(), command(form(LUZERN), somebody()), "not-for-others"),
        (
            Actor::anonymous(),
            command(form(LUZERN), None),
            "sign-in-first",
        ),
        (
            Actor::installation(),
            command(form(LUZERN), None),
            "not-for-operators",
        ),
        (
            anna(),
            command(form(AuthorityId(4)), None),
            "authority-unknown",
        ),
        (anna(), command(Form::new(), None), "form-invalid"),
        (
            anna(),
            command(form(LUZERN).with("size", 41).unwrap(), None),
            "form-invalid",
        ),
    ] {
        blank().when(&actor, command).then_refused(refusal);
    }
    let other = Command::Submit {
        service: code("castle"),
        form: Form::new(),
        applicant: None,
    };
    blank().when(&anna(), other).then_refused("service-unknown");
    let late = blank().on("2027-01-01T00:00:00Z".parse().unwrap());
    late.when(&anna(), submit(LUZERN))
        .then_refused("service-not-valid");
}

#[test]
fn a_form_says_every_field_that_is_wrong_and_never_what_was_typed() {
    let form = Form::new()
        .with("size", "twelve-and-a-secret")
        .unwrap()
        .with("x", 1)
        .unwrap();
    let command = Command::Submit {
        service: code("garden-shed"),
        form,
        applicant: None,
    };
    let outcome = blank().when(&anna(), command);
    let refusal = outcome.refusal().unwrap();
    let fields: Vec<&str> = refusal.problems.iter().map(|p| p.field.as_str()).collect();
    assert_eq!(fields, ["municipality", "size", "x"]);
    assert!(!format!("{refusal:?}{refusal}").contains("secret"));
}

#[test]
fn tasks_are_claimed_once_given_back_and_completed_by_who_has_them() {
    let (other, stranger) = (official(8, LUZERN), official(9, OFFICE));
    let claim = || Command::ClaimTask { task: task(1) };
    let complete = || Command::CompleteTask { task: task(1) };
    let release = || Command::ReleaseTask { task: task(1) };
    submitted()
        .when(&clerk(), complete())
        .then_refused("task-not-claimed");
    submitted()
        .when(&clerk(), release())
        .then_refused("task-open");
    submitted()
        .when(&stranger, claim())
        .then_refused("task-of-another-authority");
    submitted()
        .when(&anna(), claim())
        .then_refused("officials-only");
    submitted()
        .when(&clerk(), Command::ClaimTask { task: task(2) })
        .then_refused("task-unknown");
    let claimed = || submitted().given(&clerk(), claim());
    claimed().when(&clerk(), claim()).then_refused("task-yours");
    claimed().when(&other, claim()).then_refused("task-taken");
    claimed()
        .when(&other, complete())
        .then_refused("task-taken");
    claimed().when(&other, release()).then_refused("task-taken");
    claimed()
        .given(&clerk(), release())
        .when(&other, claim())
        .then(&["TaskClaimed"]);
    let done = || claimed().given(&clerk(), complete());
    done()
        .when(&clerk(), claim())
        .then_refused("task-completed");
    done()
        .when(&clerk(), release())
        .then_refused("task-completed");

    let to = OfficialId::from_bytes([8; 16]);
    let assign = || Command::AssignTask { task: task(1), to };
    let assigned = || submitted().given(&clerk(), assign());
    assigned()
        .when(&clerk(), assign())
        .then_refused("task-assigned");
    // Who has it may have left: a colleague passes it on.
    let passed_on = claimed().when(&other, assign()).then(&["TaskAssigned"]);
    passed_on.when(&other, claim()).then(&["TaskClaimed"]);
    assigned().when(&other, claim()).then(&["TaskClaimed"]);
    assigned().when(&clerk(), release()).then(&["TaskReleased"]);
}

#[test]
fn phases_and_further_tasks_are_the_service_s() {
    let enter = |phase| Command::EnterPhase { phase: code(phase) };
    submitted()
        .when(&clerk(), enter("decision"))
        .then(&["PhaseEntered"]);
    submitted()
        .when(&clerk(), enter("review"))
        .then_refused("phase-entered");
    submitted()
        .when(&clerk(), enter("nirvana"))
        .then_refused("phase-unknown");
    submitted()
        .when(&official(9, OFFICE), enter("decision"))
        .then_refused("not-responsible");
    submitted()
        .when(&anna(), enter("decision"))
        .then_refused("not-responsible");
    let again = submitted()
        .given(&clerk(), enter("decision"))
        .when(&clerk(), enter("review"));
    let after = again.then(&["PhaseEntered", "TaskAdded"]);
    assert!(after.case().unwrap().tasks.contains_key(&task(2)));

    let add = |kind, authority| Command::AddTask {
        kind: code(kind),
        authority,
    };
    submitted()
        .when(&clerk(), add("visit", Some(OFFICE)))
        .then(&["TaskAdded"]);
    submitted()
        .when(&clerk(), add("visit", Some(ROOT)))
        .then_refused("authority-not-involved");
    submitted()
        .when(&clerk(), add("dance", None))
        .then_refused("task-kind-unknown");
    submitted()
        .when(&official(9, OFFICE), add("visit", None))
        .then_refused("not-responsible");
}

#[test]
fn a_party_is_asked_and_answers_once() {
    let ask = |of| Command::RequestInformation {
        of: PartyId(of),
        text: text(),
    };
    let answer = || Command::ProvideInformation {
        request: RequestId(1),
        text: text(),
    };
    let asked = || submitted().given(&clerk(), ask(1));
    submitted()
        .when(&clerk(), ask(2))
        .then_refused("party-unknown");
    submitted()
        .when(&official(9, OFFICE), ask(1))
        .then_refused("not-responsible");
    submitted()
        .when(&anna(), answer())
        .then_refused("request-unknown");
    asked()
        .when(&clerk(), answer())
        .then_refused("parties-only");
    asked()
        .when(&anna(), answer())
        .then(&["InformationProvided"]);
    asked()
        .given(&anna(), answer())
        .when(&anna(), answer())
        .then_refused("request-answered");
    let details = PartyDetails {
        person: Some(PersonId::from_bytes([2; 16])),
        name: "Beat".into(),
    };
    let joined = asked().given(
        &clerk(),
        Command::AddParty {
            role: code("objector"),
            details,
        },
    );
    joined
        .when(&beat(), answer())
        .then_refused("request-unknown");
}

#[test]
fn messages_and_documents() {
    let send = |internal, text: &str| Command::SendMessage {
        internal,
        text: text.into(),
    };
    submitted()
        .when(&anna(), send(false, "Hello"))
        .then(&["MessageSent"]);
    submitted()
        .when(&official(9, OFFICE), send(true, "Hm"))
        .then(&["MessageSent"]);
    submitted()
        .when(&anna(), send(true, "Psst"))
        .then_refused("officials-only");
    submitted()
        .when(&anna(), send(false, " \n"))
        .then_refused("text-empty");
    submitted()
        .when(&anna(), send(false, &"x".repeat(70_000)))
        .then_refused("text-too-long");
    let refer = |kind, name: &str| Command::ReferenceDocument {
        kind: code(kind),
        digest: Hash::ZERO,
        details: DocumentDetails {
            name: name.into(),
            media_type: "image/png".into(),
            length: 1,
        },
        sealed_under: None,
    };
    submitted()
        .when(&anna(), refer("plan", "plan.png"))
        .then(&["DocumentReferenced"]);
    submitted()
        .when(&anna(), refer("novel", "plan.png"))
        .then_refused("document-kind-unknown");
    submitted()
        .when(&anna(), refer("plan", " "))
        .then_refused("document-name");
}

#[test]
fn a_case_ends_decided_or_withdrawn_and_stands_still() {
    let withdraw = || Command::Withdraw { reason: text() };
    let reopen = || Command::Reopen { reason: text() };
    submitted()
        .when(&clerk(), Command::Close)
        .then_refused("not-decided");
    submitted()
        .when(&official(9, OFFICE), decide())
        .then_refused("not-responsible");
    submitted()
        .when(&anna(), decide())
        .then_refused("not-responsible");
    submitted()
        .given(&clerk(), decide())
        .when(&clerk(), Command::Close)
        .then_refused("tasks-open");
    decided()
        .when(&clerk(), decide())
        .then_refused("decided-already");
    decided()
        .when(&anna(), withdraw())
        .then_refused("decided-already");
    decided().when(&clerk(), reopen()).then_refused("case-open");
    let maybe = Command::IssueDecision {
        outcome: code("maybe"),
        grounds: text(),
    };
    submitted()
        .when(&clerk(), maybe)
        .then_refused("outcome-unknown");
    let closed = || decided().given(&clerk(), Command::Close);
    for command in [
        decide(),
        Command::Close,
        Command::ClaimTask { task: task(1) },
    ] {
        closed().when(&clerk(), command).then_refused("case-closed");
    }
    closed()
        .when(&anna(), withdraw())
        .then_refused("case-closed");
    closed()
        .when(&anna(), reopen())
        .then_refused("not-responsible");
    let again = closed().when(&clerk(), reopen()).then(&["Reopened"]);
    again.when(&clerk(), decide()).then(&["DecisionIssued"]);

    submitted()
        .when(&clerk(), withdraw())
        .then_refused("parties-only");
    let withdrawn = || submitted().given(&anna(), withdraw());
    withdrawn()
        .when(&clerk(), decide())
        .then_refused("case-withdrawn");
    withdrawn()
        .when(&clerk(), reopen())
        .then_refused("case-withdrawn");
}

#[test]
fn nobody_acts_in_a_case_that_is_none_of_theirs() {
    let canton = AuthorityId(10_003);
    let overseer = Actor::official(OfficialId::from_bytes([3; 16]), canton, code("overseer"));
    for actor in [
        beat(),
        official(5, ROOT),
        Actor::anonymous(),
        official(4, canton),
    ] {
        submitted()
            .when(&actor, Command::Close)
            .then_refused("case-not-found");
    }
    submitted()
        .when(&overseer, Command::Close)
        .then_refused("may-not-act");
}

#[test]
fn a_service_without_commands_of_its_own_says_so() {
    let own = Command::Own { json: "{}".into() };
    submitted()
        .when(&clerk(), own)
        .then_refused("command-unknown");
}

#[test]
fn a_role_is_one_of_a_list_and_a_media_type_is_short() {
    let details = || PartyDetails {
        person: None,
        name: "Beat".into(),
    };
    let role = code("hans-muster-pilatusstrasse-7");
    submitted()
        .when(
            &clerk(),
            Command::AddParty {
                role,
                details: details(),
            },
        )
        .then_refused("role-unknown");
    let media_type = "x".repeat(256);
    let details = DocumentDetails {
        name: "plan".into(),
        media_type,
        length: 1,
    };
    let (kind, digest) = (code("plan"), Hash::ZERO);
    submitted()
        .when(
            &anna(),
            Command::ReferenceDocument {
                kind,
                digest,
                details,
                sealed_under: None,
            },
        )
        .then_refused("document-media-type");
}

#[test]
fn blanks_are_as_good_as_nothing() {
    let blank = form(LUZERN).with("size", " ".repeat(200_000)).unwrap();
    let command = Command::Submit {
        service: code("garden-shed"),
        form: blank,
        applicant: None,
    };
    let outcome = blank_outcome(command);
    assert_eq!(outcome, ["field-required"]);
}

fn blank_outcome(command: Command) -> Vec<&'static str> {
    let outcome = blank().when(&anna(), command);
    let refusal = outcome.refusal().unwrap();
    refusal
        .problems
        .iter()
        .map(|problem| problem.code)
        .collect()
}

#[test]
fn who_is_two_parties_answers_as_the_one_that_was_asked() {
    let details = PartyDetails {
        person: Some(PersonId::from_bytes([1; 16])),
        name: "Anna".into(),
    };
    let twice = submitted()
        .given(
            &clerk(),
            Command::AddParty {
                role: code("objector"),
                details,
            },
        )
        .given(
            &clerk(),
            Command::RequestInformation {
                of: PartyId(2),
                text: text(),
            },
        );
    let answer = Command::ProvideInformation {
        request: RequestId(1),
        text: text(),
    };
    let outcome = twice.when(&anna(), answer);
    assert_eq!(outcome.acting_party(), Some(PartyId(2)));
}
