//! The course of a case: what happened on its way, how long each part of it lasted, and how it
//! ended.

use std::collections::BTreeMap;

use kanzlei_core::domain::event::Event;
use kanzlei_core::domain::{RequestId, Status, TaskId};
use kanzlei_core::{Code, Timestamp};
use serde::{Deserialize, Serialize};

/// Happenings, and parts that lasted, that are kept of one case: its row is read and written whole
/// with every commit. What happens later on changes where the case stands, but not its way.
const KEPT_MAX: usize = 200;

/// What happened on the way of a case. Who did it, and how a decision came out, is no part of the
/// way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Happening {
    Submitted,
    PhaseEntered(Code),
    TaskCompleted(Code),
    InformationRequested,
    InformationProvided,
    AuthorityInvolved,
    InvolvementEnded,
    HandedOver,
    HandoverAccepted,
    HandoverRefused,
    DecisionIssued,
    Closed,
    Withdrawn,
    Reopened,
    /// What another system recorded: an index into the activities of the case's edition.
    Recorded(u16),
}

/// What lasts a while.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Lasting {
    /// A phase, until the next one or the end of the case.
    Phase(Code),
    /// A task, until it is completed.
    Task(Code),
    /// A request for information, until the answer.
    Information,
    /// A handover, until it is accepted or refused.
    Handover,
}

/// How a case went, and where it stands. Nothing in it is personal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Course {
    pub edition: u32,
    pub opened: Timestamp,
    pub status: Status,
    pub outcome: Option<Code>,
    /// When it was closed or withdrawn, if it is.
    pub ended: Option<Timestamp>,
    pub way: Vec<(Happening, Timestamp)>,
    /// What has lasted so many microseconds.
    pub lasted: Vec<(Lasting, i64)>,
    running: Running,
}

/// What goes on, and since when.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Running {
    phase: Option<(Code, Timestamp)>,
    tasks: BTreeMap<TaskId, (Code, Timestamp)>,
    requests: BTreeMap<RequestId, Timestamp>,
    handover: Option<Timestamp>,
}

impl Default for Course {
    fn default() -> Self {
        Self {
            edition: 0,
            opened: Timestamp::default(),
            status: Status::Open,
            outcome: None,
            ended: None,
            way: Vec::new(),
            lasted: Vec::new(),
            running: Running::default(),
        }
    }
}

/// Microseconds between two moments; a clock that went back makes them none.
pub(super) fn between(from: Timestamp, to: Timestamp) -> i64 {
    to.micros().saturating_sub(from.micros()).max(0)
}

impl Course {
    /// How long the case took, in microseconds, if it has ended.
    pub fn duration(&self) -> Option<i64> {
        Some(between(self.opened, self.ended?))
    }

    pub fn take_in(&mut self, event: &Event, at: Timestamp) {
        match event {
            Event::CaseOpened(opened) => {
                self.edition = opened.edition;
                self.opened = at;
            }
            Event::DecisionIssued(issued) => self.outcome = Some(issued.outcome.clone()),
            Event::Closed(_) => self.end(Status::Closed, at),
            Event::Withdrawn(_) => self.end(Status::Withdrawn, at),
            Event::Reopened(_) => {
                self.status = Status::Open;
                self.outcome = None;
                self.ended = None;
            }
            Event::PhaseEntered(entered) => {
                self.end_phase(at);
                self.running.phase = Some((entered.phase.clone(), at));
            }
            _ => self.run(event, at),
        }
        let happening = self.happening(event);
        if let Some(happening) = happening.filter(|_| self.way.len() < KEPT_MAX) {
            self.way.push((happening, at));
        }
        if let Event::TaskCompleted(done) = event {
            self.running.tasks.remove(&done.task);
        }
    }

    fn happening(&self, event: &Event) -> Option<Happening> {
        Some(match event {
            Event::Submitted(_) => Happening::Submitted,
            Event::PhaseEntered(entered) => Happening::PhaseEntered(entered.phase.clone()),
            Event::TaskCompleted(done) => {
                let (kind, _) = self.running.tasks.get(&done.task)?;
                Happening::TaskCompleted(kind.clone())
            }
            Event::InformationRequested(_) => Happening::InformationRequested,
            Event::InformationProvided(_) => Happening::InformationProvided,
            Event::AuthorityInvolved(_) => Happening::AuthorityInvolved,
            Event::AuthorityNoLongerInvolved(_) => Happening::InvolvementEnded,
            Event::HandedOver(_) => Happening::HandedOver,
            Event::HandoverAccepted(_) => Happening::HandoverAccepted,
            Event::HandoverRefused(_) => Happening::HandoverRefused,
            Event::DecisionIssued(_) => Happening::DecisionIssued,
            Event::Closed(_) => Happening::Closed,
            Event::Withdrawn(_) => Happening::Withdrawn,
            Event::Reopened(_) => Happening::Reopened,
            Event::ActivityRecorded(done) => Happening::Recorded(done.activity),
            _ => return None,
        })
    }

    /// What begins or ends to last, other than a phase.
    fn run(&mut self, event: &Event, at: Timestamp) {
        let running = &mut self.running;
        match event {
            Event::TaskAdded(added) => {
                running.tasks.insert(added.task, (added.kind.clone(), at));
            }
            Event::TaskCompleted(done) => {
                let task = running.tasks.get(&done.task).cloned();
                self.lasts(task.map(|(kind, since)| (Lasting::Task(kind), since)), at);
            }
            Event::InformationRequested(asked) => {
                running.requests.insert(asked.request, at);
            }
            Event::InformationProvided(given) => {
                let since = running.requests.remove(&given.request);
                self.lasts(since.map(|since| (Lasting::Information, since)), at);
            }
            Event::HandedOver(_) => running.handover = Some(at),
            Event::HandoverAccepted(_) | Event::HandoverRefused(_) => {
                let since = running.handover.take();
                self.lasts(since.map(|since| (Lasting::Handover, since)), at);
            }
            _ => {}
        }
    }

    fn end(&mut self, status: Status, at: Timestamp) {
        self.end_phase(at);
        self.status = status;
        self.ended = Some(at);
    }

    fn end_phase(&mut self, at: Timestamp) {
        let phase = self.running.phase.take();
        self.lasts(
            phase.map(|(phase, since)| (Lasting::Phase(phase), since)),
            at,
        );
    }

    fn lasts(&mut self, what: Option<(Lasting, Timestamp)>, until: Timestamp) {
        if let Some((what, since)) = what.filter(|_| self.lasted.len() < KEPT_MAX) {
            self.lasted.push((what, between(since, until)));
        }
    }
}
