//! Random histories of cases: every kernel event of a case, whether or not a clerk would do it.

use kanzlei_core::domain::event::{
    ActivityRecorded, AuthorityInvolved, AuthorityNoLongerInvolved, CaseOpened, CaseTakenOver,
    Closed, DecisionIssued, Event, HandedOver, HandoverAccepted, HandoverRefused,
    InformationProvided, InformationRequested, MessageSent, PhaseEntered, Reopened, Submitted,
    TaskAdded, TaskAssigned, TaskClaimed, TaskCompleted, TaskReleased, Withdrawn,
};
use kanzlei_core::domain::{Form, PartyId, RequestId, TaskId};
use kanzlei_core::record::{Hash, Personal};
use kanzlei_core::{AuthorityId, OfficialId, Position, Timestamp};
use proptest::prelude::*;

use super::town::{Town, code, person};

pub const SERVICES: [&str; 3] = ["dog-registration", "move-of-residence", "imported"];
pub const AUTHORITIES: [u32; 3] = [1061, 1059, 20003];
pub const PERSONS: u8 = 4;

/// What happens next, as numbers that always mean something.
#[derive(Debug, Clone)]
pub struct Step {
    case: u8,
    what: u8,
    a: u8,
    b: u8,
    /// Microseconds since the step before; a clock may go back.
    later: i64,
    /// Whether it belongs to the commit of the step before.
    joined: bool,
}

pub fn steps(count: usize) -> impl Strategy<Value = Vec<Step>> {
    let step = (
        any::<u8>(),
        0_u8..26,
        any::<u8>(),
        any::<u8>(),
        -2_000_000..20_000_000_000_i64,
        any::<bool>(),
    );
    let step = step.prop_map(|(case, what, a, b, later, joined)| Step {
        case,
        what,
        a,
        b,
        later,
        joined,
    });
    proptest::collection::vec(step, 1..count)
}

pub fn official(number: u8) -> OfficialId {
    OfficialId::from_bytes([number % 3 + 100; 16])
}

/// Plays a history; gives the positions of its commits.
pub fn play(town: &mut Town, steps: &[Step]) -> Vec<Position> {
    let mut positions = Vec::new();
    let mut pending: Vec<(usize, Vec<(Event, Timestamp)>)> = Vec::new();
    for step in steps {
        town.now = town.now.plus_micros(step.later);
        let opens = town.cases.is_empty() || step.what == 0 || step.what == 25;
        let at = if opens {
            open(town, step, &mut pending, &mut positions)
        } else {
            usize::from(step.case) % town.cases.len()
        };
        let crowded = pending.len() == 3 && pending.iter().all(|(case, _)| *case != at);
        let moves = step.what == 16;
        if !step.joined && !opens || crowded || moves {
            flush(town, &mut pending, &mut positions);
        }
        if let Some(event) = event(town, at, step) {
            let now = town.now;
            match pending.iter_mut().find(|(case, _)| *case == at) {
                Some((_, events)) => events.push((event, now)),
                None => pending.push((at, vec![(event, now)])),
            }
        }
    }
    flush(town, &mut pending, &mut positions);
    positions
}

fn flush(
    town: &mut Town,
    pending: &mut Vec<(usize, Vec<(Event, Timestamp)>)>,
    positions: &mut Vec<Position>,
) {
    if !pending.is_empty() {
        positions.push(town.commit(std::mem::take(pending)));
    }
}

fn open(
    town: &mut Town,
    step: &Step,
    pending: &mut Vec<(usize, Vec<(Event, Timestamp)>)>,
    positions: &mut Vec<Position>,
) -> usize {
    flush(town, pending, positions);
    let imported = step.what == 25;
    let service = if imported { 2 } else { usize::from(step.a % 2) };
    let at = town.case(SERVICES[service], AUTHORITIES[usize::from(step.b % 3)]);
    let (slot, now) = (town.cases[at].slot, town.now);
    let opened = CaseOpened {
        slot,
        edition: 1,
        definition: Hash::ZERO,
        parent: None,
    };
    let mut events = vec![(opened.into(), now)];
    if imported {
        let details = Personal::new(slot, "{}".to_owned());
        events.push((CaseTakenOver { details }.into(), now));
    }
    pending.push((at, events));
    at
}

fn event(town: &mut Town, at: usize, step: &Step) -> Option<Event> {
    let (a, b) = (step.a, step.b);
    let slot = town.cases[at].slot;
    let text = || Personal::new(slot, format!("Planted{a}"));
    let authority = AuthorityId(AUTHORITIES[usize::from(a % 3)]);
    let task = TaskId(u16::from(a % 4) + 1);
    let request = RequestId(u16::from(a % 3) + 1);
    Some(match step.what {
        1 => town.party(
            u16::from(a % 3) + 1,
            (b % 5 < PERSONS).then(|| person(b % 5)),
            &format!("Planted{b}"),
        ),
        2 => Submitted {
            party: PartyId(1),
            plain: Form::default(),
            personal: Personal::new(slot, Form::default()),
        }
        .into(),
        3 | 4 => PhaseEntered {
            phase: code(["check", "review", "decide"][usize::from(a % 3)]),
        }
        .into(),
        5 => AuthorityInvolved { authority }.into(),
        6 => AuthorityNoLongerInvolved { authority }.into(),
        7 => DecisionIssued {
            outcome: code(["granted", "refused"][usize::from(a % 2)]),
            grounds: text(),
        }
        .into(),
        8 | 9 => Closed {}.into(),
        10 => Withdrawn {
            party: PartyId(1),
            reason: text(),
        }
        .into(),
        11 => Reopened { reason: text() }.into(),
        12 => InformationRequested {
            request,
            of: PartyId(1),
            text: text(),
        }
        .into(),
        13 => InformationProvided {
            request,
            text: text(),
        }
        .into(),
        14 => MessageSent {
            internal: true,
            text: text(),
        }
        .into(),
        15 => HandedOver {
            to: authority,
            reason: text(),
        }
        .into(),
        16 => {
            let from = town.cases[at].authority;
            town.cases[at].authority = authority;
            HandoverAccepted {
                from,
                by: authority,
            }
            .into()
        }
        17 => HandoverRefused {
            by: authority,
            reason: text(),
        }
        .into(),
        18 | 19 => TaskAdded {
            task,
            kind: code("look"),
            authority: AuthorityId(AUTHORITIES[usize::from(b % 3)]),
        }
        .into(),
        20 => TaskAssigned {
            task,
            to: official(b),
        }
        .into(),
        21 => TaskClaimed {
            task,
            by: official(b),
        }
        .into(),
        22 => TaskReleased { task }.into(),
        23 => TaskCompleted { task }.into(),
        24 => ActivityRecorded {
            activity: u16::from(a % 3),
            details: text(),
        }
        .into(),
        _ => return None,
    })
}
