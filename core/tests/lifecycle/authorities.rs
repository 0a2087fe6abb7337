//! Which authorities work on a case: involved, asked to take it, and what becomes of them in a merger.

use super::*;

#[test]
fn authorities_come_and_go() {
    let involve = |authority| Command::InvolveAuthority { authority };
    let end = |authority| Command::EndInvolvement { authority };
    submitted()
        .when(&clerk(), involve(ROOT))
        .then(&["AuthorityInvolved"]);
    submitted()
        .when(&clerk(), involve(OFFICE))
        .then_refused("authority-involved");
    submitted()
        .when(&clerk(), involve(LUZERN))
        .then_refused("authority-involved");
    submitted()
        .when(&clerk(), involve(HONAU))
        .then_refused("authority-unknown");
    submitted()
        .when(&clerk(), end(OFFICE))
        .then(&["AuthorityNoLongerInvolved"]);
    submitted()
        .when(&clerk(), end(ROOT))
        .then_refused("authority-not-involved");
    let visit = Command::AddTask {
        kind: code("visit"),
        authority: Some(OFFICE),
    };
    submitted()
        .given(&clerk(), visit)
        .when(&clerk(), end(OFFICE))
        .then_refused("tasks-open");
    let ended = submitted().given(&clerk(), end(OFFICE));
    let hello = Command::SendMessage {
        internal: false,
        text: text(),
    };
    ended
        .when(&official(9, OFFICE), hello)
        .then_refused("case-not-found");
}

#[test]
fn a_case_is_passed_on_when_the_other_takes_it() {
    let to_root = || Command::HandOver {
        to: ROOT,
        reason: text(),
    };
    let refuse = || Command::RefuseHandover { reason: text() };
    let root = official(5, ROOT);
    submitted()
        .when(
            &clerk(),
            Command::HandOver {
                to: LUZERN,
                reason: text(),
            },
        )
        .then_refused("responsible-already");
    submitted()
        .when(
            &clerk(),
            Command::HandOver {
                to: HONAU,
                reason: text(),
            },
        )
        .then_refused("authority-unknown");
    submitted()
        .when(&root, Command::AcceptHandover)
        .then_refused("case-not-found");
    submitted()
        .when(&official(9, OFFICE), Command::AcceptHandover)
        .then_refused("handover-none");
    let waiting = || submitted().given(&clerk(), to_root());
    waiting()
        .when(&clerk(), to_root())
        .then_refused("handover-waiting");
    waiting()
        .when(&clerk(), decide())
        .then_refused("handover-waiting");
    waiting()
        .when(&clerk(), Command::AcceptHandover)
        .then_refused("handover-to-another");
    waiting()
        .when(&root, decide())
        .then_refused("not-responsible");
    let back = waiting().when(&root, refuse()).then(&["HandoverRefused"]);
    assert_eq!(back.case().unwrap().responsible, LUZERN);
    back.when(&clerk(), decide()).then(&["DecisionIssued"]);

    let claim = || Command::ClaimTask { task: task(1) };
    let taken = submitted()
        .given(&clerk(), claim())
        .given(&clerk(), to_root());
    let after = taken
        .when(&root, Command::AcceptHandover)
        .then(&["HandoverAccepted"]);
    let case = after.case().unwrap();
    assert_eq!((case.responsible, case.handover), (ROOT, None));
    assert!(case.involved.contains(&LUZERN));
    assert_eq!(case.tasks[&task(1)].authority, ROOT);
    assert_eq!(case.tasks[&task(1)].state, TaskState::Open);
    after
        .given(&root, claim())
        .when(&clerk(), decide())
        .then_refused("not-responsible");
}

#[test]
fn who_has_asked_another_to_take_a_case_can_take_it_back() {
    let waiting = submitted().given(
        &clerk(),
        Command::HandOver {
            to: ROOT,
            reason: text(),
        },
    );
    let back = waiting
        .when(&clerk(), Command::RefuseHandover { reason: text() })
        .then(&["HandoverRefused"]);
    assert_eq!(back.case().unwrap().handover, None);
    back.when(&clerk(), Command::RefuseHandover { reason: text() })
        .then_refused("handover-none");
}

#[test]
fn who_was_asked_to_take_a_case_that_is_withdrawn_has_no_business_with_it() {
    let to = ROOT;
    let waits = submitted().given(&clerk(), Command::HandOver { to, reason: text() });
    assert_eq!(waits.case().unwrap().handover, Some(ROOT));
    let withdrawn = waits.given(&anna(), Command::Withdraw { reason: text() });
    assert_eq!(withdrawn.case().unwrap().handover, None);
    let hello = Command::SendMessage {
        internal: true,
        text: text(),
    };
    withdrawn
        .when(&official(5, ROOT), hello)
        .then_refused("case-not-found");
}

#[test]
fn a_merged_municipality_s_case_follows_its_successor() {
    let before = "2024-11-04T08:00:00Z".parse().unwrap();
    let after = "2025-01-06T08:00:00Z".parse().unwrap();
    let open = || blank().on(before).given(&anna(), submit(HONAU));
    open()
        .when(&official(5, ROOT), decide())
        .then_refused("case-not-found");
    open()
        .on(after)
        .when(&official(5, ROOT), decide())
        .then(&["DecisionIssued"]);
    open()
        .on(after)
        .when(&official(5, ROOT), Command::ClaimTask { task: task(1) })
        .then(&["TaskClaimed"]);
    // Who still names the old one reaches the new one.
    let late = blank().on(after).when(&anna(), submit(HONAU)).then(&[
        "CaseOpened",
        "PartyAdded",
        "Submitted",
        "AuthorityInvolved",
        "PhaseEntered",
        "TaskAdded",
    ]);
    assert_eq!(late.case().unwrap().responsible, ROOT);
}

#[test]
fn after_a_merger_the_successor_is_who_was_responsible() {
    let before = "2024-11-04T08:00:00Z".parse().unwrap();
    let after = "2025-01-06T08:00:00Z".parse().unwrap();
    let open = || blank().on(before).given(&anna(), submit(HONAU)).on(after);
    let root = official(5, ROOT);
    let visit = Command::AddTask {
        kind: code("visit"),
        authority: Some(ROOT),
    };
    let added = open().when(&root, visit).then(&["TaskAdded"]);
    assert_eq!(
        added.case().unwrap().tasks[&task(2)].authority,
        HONAU,
        "as the case has it"
    );
    open()
        .when(&root, Command::InvolveAuthority { authority: ROOT })
        .then_refused("authority-involved");
}

#[test]
fn after_a_merger_the_successor_ends_what_the_other_began() {
    let before = "2024-11-04T08:00:00Z".parse().unwrap();
    let after = "2025-01-06T08:00:00Z".parse().unwrap();
    let root = official(5, ROOT);
    let involved = blank()
        .on(before)
        .given(&anna(), submit(LUZERN))
        .given(&clerk(), Command::InvolveAuthority { authority: HONAU })
        .on(after);
    let ended = involved
        .when(&clerk(), Command::EndInvolvement { authority: ROOT })
        .then(&["AuthorityNoLongerInvolved"]);
    assert!(!ended.case().unwrap().involved.contains(&HONAU));

    let (to, reason) = (HONAU, text());
    let asked = blank()
        .on(before)
        .given(&anna(), submit(ROOT))
        .given(&root, Command::HandOver { to, reason })
        .on(after);
    let asked = asked
        .when(&root, Command::AcceptHandover)
        .then_refused("responsible-already");
    asked
        .when(&root, Command::RefuseHandover { reason: text() })
        .then(&["HandoverRefused"]);
}

/// Else nobody could do it, and the case would never end.
#[test]
fn a_task_of_an_office_that_is_no_more_is_for_the_authority_responsible_to_do() {
    let ends = register()
        .to_csv()
        .replace("office,10003,,,", "office,10003,,2026-06-30,");
    let register = Register::from_csv(&ends).unwrap();
    let later = "2026-07-01T08:00:00Z".parse().unwrap();
    let visit = Command::AddTask {
        kind: code("visit"),
        authority: Some(OFFICE),
    };
    let given = || {
        let blank = Scenario::of(service()).with_register(register.clone());
        let open = blank
            .on("2026-01-05T09:30:00Z".parse().unwrap())
            .given(&anna(), submit(LUZERN));
        open.given(&clerk(), visit.clone())
    };
    let claim = || Command::ClaimTask { task: task(2) };
    given()
        .when(&clerk(), claim())
        .then_refused("task-of-another-authority");
    let open = given().on(later);
    open.when(&official(5, ROOT), claim())
        .then_refused("case-not-found");
    let open = given().on(later).given(&clerk(), claim());
    let open = open.given(&clerk(), Command::CompleteTask { task: task(2) });
    open.when(&clerk(), Command::EndInvolvement { authority: OFFICE })
        .then(&["AuthorityNoLongerInvolved"]);
}
