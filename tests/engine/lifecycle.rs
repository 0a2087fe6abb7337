//! A case from its submission to its end.

use crate::hall::*;
use kanzlei_core::Command;
use kanzlei_core::domain::{PartyId, RequestId, Status, TaskId};

#[test]
fn a_certificate_from_request_to_answer() {
    let hall = Hall::new();
    let (anna, clerk) = (hall.resident(1), hall.clerk(LUZERN, 7));
    let case = submit(&anna).case;

    let own = see(&anna, case);
    assert_eq!(own.outline().responsible, LUZERN);
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
        (file.outline().version, file.outline().status),
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
