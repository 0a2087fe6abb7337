//! An entry of a time line.

use serde::Serialize;

use super::super::case::Case;
use super::super::code::Code;
use super::super::event::Event;
use super::super::number::PartyId;
use super::disclosed::Disclosed;
use crate::ids::{AuthorityId, OfficialId, Version};
use crate::record::{Acting, EventRef, Head};
use crate::time::Timestamp;

/// Who did something, as far as the viewer learns it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// A party of the case.
    Party(PartyId),
    /// An authority.
    Authority(AuthorityId),
    /// An official of an authority; only authorities learn who.
    Official(OfficialId, AuthorityId),
    /// The installation.
    Installation,
    /// Somebody whom this case doesn't name.
    Other,
}

impl By {
    pub(super) fn of(case: &Case, head: &Head, officials: bool) -> Self {
        match head.acting {
            Acting::Party(slot) => {
                let mut parties = case.parties.iter();
                let party = parties.find(|(_, party)| party.slot == slot);
                party.map_or(Self::Other, |(id, _)| Self::Party(*id))
            }
            Acting::Official(id, authority) if officials => Self::Official(id, authority),
            Acting::Official(_, authority) => Self::Authority(authority),
            Acting::Installation => Self::Installation,
            Acting::Other { .. } => Self::Other,
        }
    }
}

/// What happened once. What isn't there was not disclosed, or doesn't belong to such an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Entry {
    /// The event's number in the case.
    pub version: Version,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it.
    pub by: By,
    /// The kind's name, such as `PhaseEntered`.
    pub event: &'static str,
    /// The phase, outcome, role or kind of task or document.
    pub code: Option<Code>,
    /// The authority that it is about.
    pub authority: Option<AuthorityId>,
    /// The number of the task, request, document or party that it is about.
    pub number: Option<u16>,
    /// What somebody wrote.
    pub text: Option<Disclosed<String>>,
}

impl Entry {
    pub(super) fn new(event: &EventRef<'_>, name: &'static str, by: By) -> Self {
        Self {
            version: event.version,
            at: event.occurred,
            by,
            event: name,
            code: None,
            authority: None,
            number: None,
            text: None,
        }
    }

    /// Adds what the event says in codes and numbers.
    pub(super) fn describe(&mut self, event: &Event) {
        let (code, authority, number) = match event {
            Event::PartyAdded(added) => (Some(&added.role), None, Some(added.party.0)),
            Event::Submitted(submitted) => (None, None, Some(submitted.party.0)),
            Event::PhaseEntered(entered) => (Some(&entered.phase), None, None),
            Event::AuthorityInvolved(involved) => (None, Some(involved.authority), None),
            Event::AuthorityNoLongerInvolved(ended) => (None, Some(ended.authority), None),
            Event::DecisionIssued(issued) => (Some(&issued.outcome), None, None),
            Event::Withdrawn(withdrawn) => (None, None, Some(withdrawn.party.0)),
            Event::TaskAdded(added) => {
                (Some(&added.kind), Some(added.authority), Some(added.task.0))
            }
            Event::TaskAssigned(assigned) => (None, None, Some(assigned.task.0)),
            Event::TaskClaimed(claimed) => (None, None, Some(claimed.task.0)),
            Event::TaskReleased(released) => (None, None, Some(released.task.0)),
            Event::TaskCompleted(completed) => (None, None, Some(completed.task.0)),
            Event::InformationRequested(asked) => (None, None, Some(asked.request.0)),
            Event::InformationProvided(provided) => (None, None, Some(provided.request.0)),
            Event::DocumentReferenced(document) => {
                (Some(&document.kind), None, Some(document.document.0))
            }
            Event::HandedOver(handed) => (None, Some(handed.to), None),
            Event::HandoverAccepted(accepted) => (None, Some(accepted.by), None),
            Event::HandoverRefused(refused) => (None, Some(refused.by), None),
            Event::ActivityRecorded(done) => (None, None, Some(done.activity)),
            _ => (None, None, None),
        };
        self.code = code.cloned();
        self.authority = authority;
        self.number = number;
    }
}
