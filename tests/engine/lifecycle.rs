//! A case from its submission to its end.

use crate::hall::*;
use futures::executor::block_on;
use kanzlei_core::domain::event::PartyDetails;
use kanzlei_core::domain::{Answer, Offers, PartyId, RequestId, Status, TaskId};
use kanzlei_core::engine::Session;
use kanzlei_core::record::{Acting, Assurance, Channel};
use kanzlei_core::{CaseId, Command, OfficialId, PersonId};

#[test]
fn a_certificate_from_request_to_answer() {
    let hall = Hall::new();
    let (anna, clerk) = (hall.resident(1), hall.clerk(LUZERN, 7));
    let case = submit(&anna).case;

    let own = see(&anna, case);
    assert_eq!(own.outline().unwrap().responsible, LUZERN);
    assert_eq!(own.contents().unwrap().fields.len(), 3);
    act(&clerk, case, Command::ClaimTask { task: TaskId(1) });
    act(
        &clerk,
        case,
        Command::RequestInformation {
            of: PartyId(1),
            text: "Since when?".into(),
        },
    );
    act(
        &anna,
        case,
        Command::ProvideInformation {
            request: RequestId(1),
            text: "May".into(),
        },
    );
    act(&clerk, case, Command::CompleteTask { task: TaskId(1) });
    let (outcome, grounds) = (code("issued"), "You live here.".to_owned());
    act(&clerk, case, Command::IssueDecision { outcome, grounds });
    let closed = act(&clerk, case, Command::Close);

    let file = see(&clerk, case);
    assert_eq!(
        (
            file.outline().unwrap().version,
            file.outline().unwrap().status
        ),
        (closed.version, Status::Closed)
    );
    let names: Vec<&str> = file
        .contents()
        .unwrap()
        .timeline
        .iter()
        .map(|e| e.event)
        .collect();
    assert_eq!(
        names,
        [
            "CaseOpened",
            "PartyAdded",
            "Submitted",
            "PhaseEntered",
            "TaskAdded",
            "TaskClaimed",
            "InformationRequested",
            "InformationProvided",
            "TaskCompleted",
            "DecisionIssued",
            "Closed",
        ]
    );
    let own = see(&anna, case);
    let texts: Vec<&String> = own
        .contents()
        .unwrap()
        .timeline
        .iter()
        .filter_map(|entry| entry.text.as_ref()?.shown())
        .collect();
    assert_eq!(texts, ["Since when?", "May", "You live here."]);
}

#[test]
fn the_head_says_who_acts_how_surely_that_is_known_and_on_which_way() {
    let hall = Hall::new();
    let head = |session: &Session, position| {
        let page = block_on(session.engine().ports().store.at(position))
            .unwrap()
            .unwrap();
        *page.commits().next().unwrap().record.head()
    };
    let anna = resident(1).with_assurance(Assurance::SUBSTANTIAL);
    let anna = hall.engine.act_as(anna);
    let submitted = submit(&anna);
    let seen = head(&anna, submitted.position);
    assert_eq!(
        (seen.assurance, seen.channel),
        (Assurance::SUBSTANTIAL, Channel::PORTAL)
    );
    assert!(matches!(seen.acting, Acting::Party(_)));

    let counter = clerk(LUZERN, 7).through(Channel::COUNTER);
    let counter = hall.engine.act_as(counter);
    let claimed = act(
        &counter,
        submitted.case,
        Command::ClaimTask { task: TaskId(1) },
    );
    let seen = head(&counter, claimed.position);
    assert_eq!(seen.channel, Channel::COUNTER);
    assert_eq!(
        seen.acting,
        Acting::Official(OfficialId::from_bytes([7; 16]), LUZERN)
    );
}

#[test]
fn a_party_is_offered_what_is_not_refused_and_it_is_nobody_s_turn_once_it_is_decided() {
    let hall = Hall::new();
    let (anna, beat, clerk) = (hall.resident(1), hall.resident(2), hall.clerk(LUZERN, 7));
    let case = submit(&anna).case;
    let details = PartyDetails {
        person: Some(PersonId::from_bytes([2; 16])),
        name: "Resident 2".into(),
    };
    let role = code("representative");
    act(&clerk, case, Command::AddParty { role, details });
    let offers = |session: &Session| match see(session, case) {
        Answer::Own(own) => own.offers,
        other => panic!("{other:?}"),
    };
    let withdraw = || Command::Withdraw {
        reason: "no".into(),
    };
    let text = String::from("Since when?");
    assert!(offers(&anna).withdraw && !offers(&beat).withdraw);
    assert_eq!(refusal(&beat, case, withdraw()), "applicants-only");

    for of in [PartyId(2), PartyId(1), PartyId(2)] {
        let text = text.clone();
        act(&clerk, case, Command::RequestInformation { of, text });
    }
    let request = RequestId(1);
    act(&beat, case, Command::ProvideInformation { request, text });
    assert_eq!(offers(&beat).answer, [RequestId(3)]);
    assert_eq!(offers(&anna).answer, [RequestId(2)]);

    for command in [
        Command::ClaimTask { task: TaskId(1) },
        Command::CompleteTask { task: TaskId(1) },
        Command::IssueDecision {
            outcome: code("refused"),
            grounds: "no".into(),
        },
    ] {
        act(&clerk, case, command);
    }
    for session in [&anna, &beat] {
        let left = Offers {
            write: true,
            ..Offers::default()
        };
        assert_eq!(offers(session), left, "it is decided");
    }
    assert_eq!(refusal(&anna, case, withdraw()), "decided-already");
    act(&clerk, case, Command::Close);
    assert_eq!(offers(&anna), Offers::default());
    let message = Command::SendMessage {
        internal: false,
        text: "why?".into(),
    };
    assert_eq!(refusal(&anna, case, message), "case-closed");
}

/// The code with which a command is refused.
fn refusal(session: &Session, case: CaseId, command: Command) -> &'static str {
    block_on(session.act(case, command))
        .unwrap_err()
        .refusal()
        .unwrap()
        .code
}
