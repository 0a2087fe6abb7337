//! A case in the worklist, and what each event makes of it.

use std::collections::{BTreeMap, BTreeSet};

use kanzlei_core::domain::event::{Event, HandoverAccepted};
use kanzlei_core::domain::{RequestId, Status, TaskId};
use kanzlei_core::{AuthorityId, Code, OfficialId, ServiceKey, Timestamp, Version};
use serde::{Deserialize, Serialize};

/// What every list says of a case, and what decides who works on it. Nothing in it is personal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CaseHead {
    pub service: ServiceKey,
    pub edition: u32,
    pub phase: Option<Code>,
    pub responsible: AuthorityId,
    pub handover: Option<AuthorityId>,
    pub involved: BTreeSet<AuthorityId>,
    pub opened: Timestamp,
}

/// A case in the worklist. Nothing in it is personal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CaseRow {
    pub head: CaseHead,
    pub version: Version,
    pub status: Status,
    pub changed: Timestamp,
    pub submitted: Option<Timestamp>,
    pub parties: u16,
    /// Those that wait for an answer.
    pub requests: BTreeSet<RequestId>,
    pub outcome: Option<Code>,
    /// Those that are not completed.
    pub tasks: BTreeMap<TaskId, TaskRow>,
}

/// A task that is not completed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TaskRow {
    pub kind: Code,
    pub authority: AuthorityId,
    pub added: Timestamp,
    pub stage: Stage,
    pub official: Option<OfficialId>,
}

/// A task in the list of an authority: all that the list shows, so that no case is read for it.
pub(crate) type ListedTask = (CaseHead, TaskRow);

/// How far a task is that is not completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Stage {
    /// Nobody does it.
    Open,
    /// Somebody is to do it.
    Assigned,
    /// Somebody does it.
    Claimed,
}

impl CaseHead {
    /// Who works on the case or is asked to take it.
    pub fn concerned(&self) -> BTreeSet<AuthorityId> {
        let mut concerned = self.involved.clone();
        concerned.insert(self.responsible);
        concerned.extend(self.handover);
        concerned
    }
}

impl CaseRow {
    pub fn new(service: ServiceKey) -> Self {
        Self {
            head: CaseHead {
                service,
                edition: 0,
                phase: None,
                responsible: AuthorityId::INSTALLATION,
                handover: None,
                involved: BTreeSet::new(),
                opened: Timestamp::default(),
            },
            version: Version::NONE,
            status: Status::Open,
            changed: Timestamp::default(),
            submitted: None,
            parties: 0,
            requests: BTreeSet::new(),
            outcome: None,
            tasks: BTreeMap::new(),
        }
    }

    pub fn take_in(&mut self, event: &Event, at: Timestamp) {
        match event {
            Event::CaseOpened(opened) => {
                self.head.edition = opened.edition;
                self.head.opened = at;
            }
            Event::PartyAdded(_) => self.parties = self.parties.saturating_add(1),
            Event::Submitted(_) => self.submitted = Some(at),
            Event::PhaseEntered(entered) => self.head.phase = Some(entered.phase.clone()),
            Event::AuthorityInvolved(involved) => {
                self.head.involved.insert(involved.authority);
            }
            Event::AuthorityNoLongerInvolved(ended) => {
                self.head.involved.remove(&ended.authority);
            }
            Event::DecisionIssued(issued) => self.outcome = Some(issued.outcome.clone()),
            Event::Closed(_) => self.status = Status::Closed,
            Event::Withdrawn(_) => {
                self.status = Status::Withdrawn;
                self.head.handover = None;
            }
            Event::Reopened(_) => {
                self.status = Status::Open;
                self.outcome = None;
            }
            Event::InformationRequested(asked) => {
                self.requests.insert(asked.request);
            }
            Event::InformationProvided(answer) => {
                self.requests.remove(&answer.request);
            }
            Event::HandedOver(handed) => self.head.handover = Some(handed.to),
            Event::HandoverRefused(_) => self.head.handover = None,
            Event::HandoverAccepted(accepted) => self.pass_on(accepted),
            _ => self.take_in_work(event, at),
        }
    }

    fn take_in_work(&mut self, event: &Event, at: Timestamp) {
        match event {
            Event::TaskAdded(added) => {
                let task = TaskRow {
                    kind: added.kind.clone(),
                    authority: added.authority,
                    added: at,
                    stage: Stage::Open,
                    official: None,
                };
                self.tasks.insert(added.task, task);
            }
            Event::TaskAssigned(to) => self.stage(to.task, Stage::Assigned, Some(to.to)),
            Event::TaskClaimed(by) => self.stage(by.task, Stage::Claimed, Some(by.by)),
            Event::TaskReleased(released) => self.stage(released.task, Stage::Open, None),
            Event::TaskCompleted(done) => {
                self.tasks.remove(&done.task);
            }
            _ => {}
        }
    }

    fn stage(&mut self, task: TaskId, stage: Stage, official: Option<OfficialId>) {
        if let Some(task) = self.tasks.get_mut(&task) {
            task.stage = stage;
            task.official = official;
        }
    }

    fn pass_on(&mut self, accepted: &HandoverAccepted) {
        self.head.handover = None;
        self.head.involved.remove(&accepted.by);
        self.head.involved.insert(accepted.from);
        let tasks = self.tasks.values_mut();
        for task in tasks.filter(|task| task.authority == accepted.from) {
            task.authority = accepted.by;
            task.stage = Stage::Open;
            task.official = None;
        }
    }
}
