//! Folding: what each event makes of a case. It looks up nothing and opens nothing, so a case can be
//! rebuilt as it was at any moment.

use super::case::{Case, Party, Request, Status, Task, TaskState, Unreadable};
use super::event::{Event, HandoverAccepted, SERVICE_KINDS, TypedEvent};
use super::number::TaskId;
use super::rules::AnyRules;
use crate::ids::{CaseId, Version};
use crate::record::{EventRef, Hash, PartRef, PersonalError};

/// An event that doesn't say what its kind and schema promise.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event {version} of case {case}, of kind {kind:#06x}, can't be read: {cause}")]
pub struct FoldError {
    /// The case.
    pub case: CaseId,
    /// The event's number in the case.
    pub version: Version,
    /// Its kind.
    pub kind: u16,
    /// What is wrong.
    #[source]
    pub cause: PersonalError,
}

impl Case {
    /// Folds what one commit did to this case; `hash` is the part's hash.
    ///
    /// # Errors
    /// If an event's body isn't what its kind and schema promise.
    pub fn fold(
        &mut self,
        part: &PartRef<'_>,
        hash: Hash,
        rules: Option<&dyn AnyRules>,
    ) -> Result<(), FoldError> {
        self.follows(part)?;
        self.service = part.service;
        self.responsible = part.authority;
        for event in part.events() {
            self.fold_event(&event, rules).map_err(|cause| FoldError {
                case: self.id,
                version: event.version,
                kind: event.kind,
                cause,
            })?;
        }
        self.tip = hash;
        Ok(())
    }

    /// The part comes right after what was folded. The chain isn't looked at: that costs a hash a
    /// commit, and the store compares it when something is appended.
    fn follows(&self, part: &PartRef<'_>) -> Result<(), FoldError> {
        if part.first == self.version.next() {
            return Ok(());
        }
        let kind = part.events().next().map_or(0, |event| event.kind);
        let why = format!("it follows version {}, and there is a gap", self.version);
        Err(FoldError {
            case: self.id,
            version: part.first,
            kind,
            cause: PersonalError::because(why),
        })
    }

    fn fold_event(
        &mut self,
        event: &EventRef<'_>,
        rules: Option<&dyn AnyRules>,
    ) -> Result<(), PersonalError> {
        self.version = event.version;
        self.changed = event.occurred;
        let known = if event.kind < SERVICE_KINDS {
            let decoded = Event::decode(event)?;
            if let Some(event) = &decoded {
                self.evolve(event);
            }
            decoded.is_some()
        } else {
            match rules {
                Some(rules) => rules.evolve(&mut self.own, event)?,
                None => false,
            }
        };
        if !known && self.unreadable.is_none() {
            self.unreadable = Some(Unreadable {
                version: event.version,
                kind: event.kind,
                schema: event.schema,
            });
        }
        Ok(())
    }

    /// Takes in one event of the kernel's.
    fn evolve(&mut self, event: &Event) {
        match event {
            Event::CaseOpened(opened) => {
                self.edition = (opened.edition, opened.definition);
                self.slot = opened.slot;
                self.parent = opened.parent;
                self.opened = self.changed;
            }
            Event::PartyAdded(added) => {
                let party = Party {
                    role: added.role.clone(),
                    slot: added.slot,
                    details: added.details.clone(),
                };
                self.parties.insert(added.party, party);
            }
            Event::PhaseEntered(entered) => self.phase = Some(entered.phase.clone()),
            Event::AuthorityInvolved(involved) => {
                self.involved.insert(involved.authority);
            }
            Event::AuthorityNoLongerInvolved(ended) => {
                self.involved.remove(&ended.authority);
            }
            Event::DecisionIssued(issued) => self.decision = Some(issued.outcome.clone()),
            Event::Closed(_) => self.status = Status::Closed,
            Event::Withdrawn(_) => {
                self.status = Status::Withdrawn;
                // Nobody can take it or refuse it any more, and so nobody is asked.
                self.handover = None;
            }
            Event::Reopened(_) => {
                self.status = Status::Open;
                self.decision = None;
            }
            _ => self.evolve_work(event),
        }
    }

    fn evolve_work(&mut self, event: &Event) {
        match event {
            Event::TaskAdded(added) => {
                let task = Task {
                    kind: added.kind.clone(),
                    authority: added.authority,
                    state: TaskState::Open,
                };
                self.tasks.insert(added.task, task);
            }
            Event::TaskAssigned(to) => self.set_task(to.task, TaskState::Assigned(to.to)),
            Event::TaskClaimed(by) => self.set_task(by.task, TaskState::Claimed(by.by)),
            Event::TaskReleased(released) => self.set_task(released.task, TaskState::Open),
            Event::TaskCompleted(done) => self.set_task(done.task, TaskState::Completed),
            Event::InformationRequested(asked) => {
                let request = Request {
                    of: asked.of,
                    answered: false,
                };
                self.requests.insert(asked.request, request);
            }
            Event::InformationProvided(provided) => {
                if let Some(request) = self.requests.get_mut(&provided.request) {
                    request.answered = true;
                }
            }
            Event::DocumentReferenced(document) => {
                self.documents.insert(document.document, document.slot);
            }
            Event::HandedOver(handed) => self.handover = Some(handed.to),
            Event::HandoverRefused(_) => self.handover = None,
            Event::HandoverAccepted(accepted) => self.pass_on(accepted),
            _ => {}
        }
    }

    fn pass_on(&mut self, accepted: &HandoverAccepted) {
        self.handover = None;
        self.involved.remove(&accepted.by);
        self.involved.insert(accepted.from);
        for task in self.tasks.values_mut() {
            if task.authority == accepted.from && task.state != TaskState::Completed {
                task.authority = accepted.by;
                task.state = TaskState::Open;
            }
        }
    }

    fn set_task(&mut self, task: TaskId, state: TaskState) {
        if let Some(task) = self.tasks.get_mut(&task) {
            task.state = state;
        }
    }
}
