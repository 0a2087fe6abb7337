//! Who takes part in a service, from when on, and what other processes know of it.

use futures::executor::block_on;
use kanzlei_core::domain::event::ParticipationState;
use kanzlei_core::domain::{Piece, publish_edition};
use kanzlei_core::engine::{Engine, EngineError, Receipt, Session};
use kanzlei_core::{Actor, AuthorityId, Command, Date, Labels, OfficialId};

use crate::hall::*;

fn said(authority: AuthorityId, state: ParticipationState, from: &str) -> Command {
    Command::SetParticipation {
        service: code("certificate-of-residence"),
        authority,
        state,
        from: from.parse::<Date>().unwrap(),
    }
}

fn set(engine: &Engine, authority: AuthorityId, state: ParticipationState, from: &str) {
    let command = said(authority, state, from);
    block_on(engine.act_as(Actor::installation()).administer(command)).unwrap();
}

fn ask(engine: &Engine, authority: AuthorityId) -> Result<Receipt, EngineError> {
    let form = certificate().with("municipality", authority).unwrap();
    block_on(
        engine
            .act_as(resident(1))
            .submit("certificate-of-residence", form),
    )
}

fn refusal(answer: Result<Receipt, EngineError>) -> &'static str {
    answer.unwrap_err().refusal().unwrap().code
}

#[test]
fn one_that_suspends_stops_only_itself_and_from_its_day_on() {
    let hall = Hall::new();
    set(
        &hall.engine,
        KRIENS,
        ParticipationState::Suspended,
        "2026-02-01",
    );
    assert!(ask(&hall.engine, KRIENS).is_ok());
    hall.clock.set("2026-02-01T08:00:00Z".parse().unwrap());
    assert_eq!(refusal(ask(&hall.engine, KRIENS)), "not-taking-part");
    assert!(ask(&hall.engine, LUZERN).is_ok());
    set(&hall.engine, KRIENS, ParticipationState::Live, "2026-03-01");
    hall.clock.set("2026-03-01T08:00:00Z".parse().unwrap());
    assert!(ask(&hall.engine, KRIENS).is_ok() && ask(&hall.engine, LUZERN).is_ok());
}

#[test]
fn a_service_that_is_joined_has_only_who_joined() {
    let hall = Hall::new();
    set(&hall.engine, LUZERN, ParticipationState::Live, "2026-01-01");
    set(
        &hall.engine,
        HORW,
        ParticipationState::Planned,
        "2026-01-01",
    );
    assert!(ask(&hall.engine, LUZERN).is_ok());
    for authority in [KRIENS, HORW] {
        assert_eq!(refusal(ask(&hall.engine, authority)), "not-taking-part");
    }
}

#[test]
fn a_statement_that_was_corrected_for_the_same_day_joins_nobody() {
    let hall = Hall::new();
    set(&hall.engine, KRIENS, ParticipationState::Live, "2026-01-01");
    assert_eq!(refusal(ask(&hall.engine, LUZERN)), "not-taking-part");
    set(&hall.engine, KRIENS, ParticipationState::Left, "2026-01-01");
    assert!(ask(&hall.engine, LUZERN).is_ok());
    assert_eq!(refusal(ask(&hall.engine, KRIENS)), "not-taking-part");
    set(&hall.engine, KRIENS, ParticipationState::Live, "2026-01-01");
    assert_eq!(refusal(ask(&hall.engine, LUZERN)), "not-taking-part");
    assert!(ask(&hall.engine, KRIENS).is_ok());
}

#[test]
fn another_process_decides_on_what_was_said_last() {
    let hall = Hall::new();
    let elsewhere = hall.elsewhere();
    let case = submit(&hall.resident(1)).case;
    set(&hall.engine, HORW, ParticipationState::Left, "2026-01-01");
    assert_eq!(refusal(ask(&elsewhere, HORW)), "not-taking-part");
    let there = hall.elsewhere();
    set(&hall.engine, KRIENS, ParticipationState::Left, "2026-01-01");
    let over = Command::HandOver {
        to: KRIENS,
        reason: "they live there".into(),
    };
    assert_eq!(
        refused(&there.act_as(clerk(LUZERN, 7)), case, over),
        "not-taking-part"
    );
}

#[test]
fn a_steward_speaks_for_their_own_authority_and_for_none_else() {
    let hall = Hall::new();
    let official = |authority, role| {
        let actor = Actor::official(OfficialId::from_bytes([7; 16]), authority, code(role));
        hall.engine.act_as(actor)
    };
    let suspended = |authority| said(authority, ParticipationState::Suspended, "2026-01-05");
    let stays_out = |session: Session, authority| {
        let answer = block_on(session.administer(suspended(authority)));
        assert_eq!(refusal(answer), "stewards-only");
    };
    stays_out(official(KRIENS, Actor::STEWARD), LUZERN);
    stays_out(official(LUZERN, "clerk"), LUZERN);
    stays_out(hall.resident(1), LUZERN);
    assert!(ask(&hall.engine, LUZERN).is_ok());

    let steward = official(LUZERN, Actor::STEWARD);
    block_on(steward.administer(suspended(LUZERN))).unwrap();
    assert_eq!(refusal(ask(&hall.engine, LUZERN)), "not-taking-part");
    // Definitions stay with who operates the installation.
    let service = kanzlei_services::school_enrolment().unwrap();
    for command in publish_edition(&service) {
        assert_eq!(
            refusal(block_on(steward.administer(command))),
            "operators-only"
        );
    }
}

#[test]
fn editions_that_two_processes_publish_have_two_numbers() {
    let hall = Hall::new();
    let elsewhere = hall.elsewhere();
    let mut service = kanzlei_services::certificate_of_residence().unwrap();
    for (engine, purpose) in [
        (&hall.engine, "to rent a dwelling"),
        // It hasn't seen that edition, and nothing makes it look.
        (&elsewhere, "to open an account"),
        (&hall.engine, "to marry"),
    ] {
        service.labels = Labels::de(purpose);
        let operator = engine.act_as(Actor::installation());
        for command in publish_edition(&service) {
            block_on(operator.administer(command)).unwrap();
        }
    }
    let catalogue = hall.elsewhere().catalogue();
    let editions = catalogue.editions(service.key());
    let numbers: Vec<u32> = editions.iter().map(|edition| edition.number).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
}

#[test]
fn a_service_is_published_in_pieces_by_whoever_has_the_next() {
    let hall = Hall::new();
    let elsewhere = hall.elsewhere();
    let service = kanzlei_services::school_enrolment().unwrap();
    let whole = publish_edition(&service);
    let [
        Command::PublishEdition {
            service: name,
            piece,
        },
    ] = &*whole
    else {
        panic!("more than one piece: {whole:?}");
    };
    let third = piece.bytes.len() / 3;
    let stage = |first, bytes: &[u8]| Command::StageDefinition {
        service: Some(name.clone()),
        piece: Piece {
            first,
            bytes: bytes.to_vec(),
        },
    };
    let last = Command::PublishEdition {
        service: name.clone(),
        piece: Piece {
            first: false,
            bytes: piece.bytes[2 * third..].to_vec(),
        },
    };
    // Another one was begun before, and left.
    for (engine, command) in [
        (&elsewhere, stage(true, b"something else")),
        (&hall.engine, stage(true, &piece.bytes[..third])),
        (&elsewhere, stage(false, &piece.bytes[third..2 * third])),
        (&hall.engine, last),
    ] {
        let operator = engine.act_as(Actor::installation());
        block_on(operator.administer(command)).unwrap();
    }
    let catalogue = hall.elsewhere().catalogue();
    assert_eq!(catalogue.editions(service.key()).len(), 1);
}

/// What comes of it when somebody says this of an authority; `taken` if it is.
fn says(
    hall: &Hall,
    (authority, role): (AuthorityId, &str),
    of: AuthorityId,
    (state, from): (ParticipationState, &str),
) -> &'static str {
    let actor = Actor::official(OfficialId::from_bytes([3; 16]), authority, code(role));
    match block_on(hall.engine.act_as(actor).administer(said(of, state, from))) {
        Ok(_) => "taken",
        Err(error) => error.refusal().unwrap().code,
    }
}

#[test]
fn an_authority_is_spoken_for_by_its_own_steward_as_long_as_it_exists() {
    const CANTON: AuthorityId = AuthorityId(10_003);
    const HONAU: AuthorityId = AuthorityId(1057);
    const ROOT: AuthorityId = AuthorityId(1065);
    let table = [
        ((KRIENS, "steward"), KRIENS, "taken"),
        ((KRIENS, "steward"), HORW, "stewards-only"),
        ((CANTON, "steward"), KRIENS, "stewards-only"),
        ((KRIENS, "steward"), CANTON, "stewards-only"),
        ((KRIENS, "overseer"), KRIENS, "stewards-only"),
        // Root answers for Honau, which isn't there any more to take part.
        ((ROOT, "steward"), HONAU, "authority-unknown"),
    ];
    let hall = Hall::new();
    for (who, of, wanted) in table {
        let suspended = (ParticipationState::Suspended, "2026-02-01");
        assert_eq!(says(&hall, who, of, suspended), wanted, "{who:?} of {of}");
    }
}

/// Once somebody joins, only who joined takes part: that is nothing for one authority to say.
#[test]
fn a_steward_does_not_decide_for_all_by_joining_or_by_having_left_before() {
    use ParticipationState::{Left, Live, Planned, Suspended};
    let hall = Hall::new();
    let kriens = |said| says(&hall, (KRIENS, "steward"), KRIENS, said);
    assert_eq!(kriens((Live, "2026-01-01")), "participation-of-all");
    assert_eq!(kriens((Planned, "2026-01-01")), "participation-of-all");
    assert_eq!(kriens((Suspended, "2026-02-01")), "taken");
    let before = kriens((Live, "2026-01-31"));
    assert_eq!(before, "participation-of-all", "it would come first");
    assert_eq!(kriens((Live, "2026-03-01")), "taken", "it goes on");
    assert!(ask(&hall.engine, HORW).is_ok());

    set(&hall.engine, LUZERN, Live, "2026-01-01");
    assert_eq!(refusal(ask(&hall.engine, HORW)), "not-taking-part");
    let luzern = |said| says(&hall, (LUZERN, "steward"), LUZERN, said);
    let before = luzern((Left, "2025-12-31"));
    assert_eq!(before, "participation-of-all", "all would take part again");
    assert_eq!(luzern((Left, "2026-06-01")), "taken");
    let horw = says(&hall, (HORW, "steward"), HORW, (Live, "2026-01-01"));
    assert_eq!(horw, "taken", "who wants to joins a service that is joined");
    assert!(ask(&hall.engine, HORW).is_ok());
}
