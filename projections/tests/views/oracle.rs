//! What the log says, folded from decoded events with plain maps. It shares no code with the
//! projections.

use std::collections::{BTreeMap, BTreeSet};

use futures::executor::block_on;
use kanzlei_core::domain::TypedEvent;
use kanzlei_core::domain::event::Event;
use kanzlei_core::ports::EventStore;
use kanzlei_core::{AuthorityId, CaseId, OfficialId, Position, ServiceKey, Timestamp};

use super::history::SERVICES;

/// One event as it stands in the log.
#[derive(Debug, Clone)]
pub struct Happened {
    pub service: ServiceKey,
    pub authority: AuthorityId,
    pub at: Timestamp,
    pub event: Event,
}

/// All events of each case of the histories, in the order of the log.
pub fn cases(log: &dyn EventStore) -> BTreeMap<CaseId, Vec<Happened>> {
    let known: Vec<ServiceKey> = SERVICES.iter().map(|name| ServiceKey::of(name)).collect();
    let mut cases: BTreeMap<CaseId, Vec<Happened>> = BTreeMap::new();
    let mut after = Position::START;
    loop {
        let page = block_on(log.log(after, 1 << 20)).unwrap();
        for commit in page.commits() {
            for part in commit.record.parts() {
                for event in part.events() {
                    if known.contains(&part.service) {
                        cases.entry(part.case).or_default().push(Happened {
                            service: part.service,
                            authority: part.authority,
                            at: event.occurred,
                            event: Event::decode(&event).unwrap().unwrap(),
                        });
                    }
                }
            }
        }
        if page.through() <= after {
            return cases;
        }
        after = page.through();
    }
}

/// A case as a clerk would sum it up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sum {
    pub service: u64,
    pub status: &'static str,
    pub phase: Option<String>,
    pub outcome: Option<String>,
    pub responsible: u32,
    pub asked: Option<u32>,
    pub involved: BTreeSet<u32>,
    pub opened: i64,
    pub changed: i64,
    pub submitted: Option<i64>,
    pub parties: u16,
    pub requests: BTreeSet<u16>,
    /// Number → whose, how far, by whom, since when.
    pub tasks: BTreeMap<u16, (u32, &'static str, Option<OfficialId>, i64)>,
    pub events: u32,
}

pub fn sum(happened: &[Happened]) -> Sum {
    let mut sum = Sum {
        status: "open",
        ..Sum::default()
    };
    for one in happened {
        sum.service = one.service.0;
        sum.responsible = one.authority.0;
        sum.changed = one.at.micros();
        sum.events += 1;
        match &one.event {
            Event::CaseOpened(_) => sum.opened = one.at.micros(),
            Event::PartyAdded(_) => sum.parties += 1,
            Event::Submitted(_) => sum.submitted = Some(one.at.micros()),
            Event::PhaseEntered(entered) => sum.phase = Some(entered.phase.to_string()),
            Event::DecisionIssued(issued) => sum.outcome = Some(issued.outcome.to_string()),
            Event::Closed(_) => sum.status = "closed",
            Event::Withdrawn(_) => (sum.status, sum.asked) = ("withdrawn", None),
            Event::Reopened(_) => {
                sum.status = "open";
                sum.outcome = None;
            }
            Event::AuthorityInvolved(one) => drop(sum.involved.insert(one.authority.0)),
            Event::AuthorityNoLongerInvolved(one) => drop(sum.involved.remove(&one.authority.0)),
            Event::InformationRequested(asked) => drop(sum.requests.insert(asked.request.0)),
            Event::InformationProvided(given) => drop(sum.requests.remove(&given.request.0)),
            Event::HandedOver(handed) => sum.asked = Some(handed.to.0),
            Event::HandoverRefused(_) => sum.asked = None,
            Event::HandoverAccepted(accepted) => {
                sum.asked = None;
                sum.involved.remove(&accepted.by.0);
                sum.involved.insert(accepted.from.0);
                for task in sum.tasks.values_mut() {
                    if task.0 == accepted.from.0 {
                        *task = (accepted.by.0, "open", None, task.3);
                    }
                }
            }
            Event::TaskAdded(added) => {
                let task = (added.authority.0, "open", None, one.at.micros());
                sum.tasks.insert(added.task.0, task);
            }
            Event::TaskAssigned(to) => stage(&mut sum, to.task.0, "assigned", Some(to.to)),
            Event::TaskClaimed(by) => stage(&mut sum, by.task.0, "claimed", Some(by.by)),
            Event::TaskReleased(released) => stage(&mut sum, released.task.0, "open", None),
            Event::TaskCompleted(done) => drop(sum.tasks.remove(&done.task.0)),
            _ => {}
        }
    }
    sum
}

fn stage(sum: &mut Sum, task: u16, stage: &'static str, who: Option<OfficialId>) {
    if let Some(task) = sum.tasks.get_mut(&task) {
        task.1 = stage;
        task.2 = who;
    }
}
