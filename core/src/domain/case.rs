//! A case as its events have made it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::code::Code;
use super::event::PartyDetails;
use super::number::{DocumentId, PartyId, RequestId, TaskId};
use super::own_state::OwnState;
use crate::ids::{AuthorityId, CaseId, KeySlot, OfficialId, ServiceKey, Version};
use crate::record::{Hash, Personal};
use crate::time::Timestamp;

/// A case as its events have made it: what deciding needs, and no more. It is folded from the log
/// and never stored.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// Its service.
    pub service: ServiceKey,
    /// The edition under which it runs, and the SHA-256 of its definition; 0 for administrative
    /// cases.
    pub edition: (u32, Hash),
    /// The version of its last event.
    pub version: Version,
    /// The hash of its last part.
    pub tip: Hash,
    /// The case's slot.
    pub slot: KeySlot,
    /// The case from which it comes.
    pub parent: Option<CaseId>,
    /// Where it is in its life.
    pub status: Status,
    /// The phase that it entered last.
    pub phase: Option<Code>,
    /// The authority responsible.
    pub responsible: AuthorityId,
    /// To whom the authority responsible wants to pass it on.
    pub handover: Option<AuthorityId>,
    /// Who else works on it.
    pub involved: BTreeSet<AuthorityId>,
    /// Its parties.
    pub parties: BTreeMap<PartyId, Party>,
    /// Its tasks.
    pub tasks: BTreeMap<TaskId, Task>,
    /// What parties were asked.
    pub requests: BTreeMap<RequestId, Request>,
    /// Its documents, each with the slot under which it is sealed.
    pub documents: BTreeMap<DocumentId, KeySlot>,
    /// How the decision came out, since the case was opened or taken up again.
    pub decision: Option<Code>,
    /// When it was opened.
    pub opened: Timestamp,
    /// When something last happened.
    pub changed: Timestamp,
    /// An event that this release can't read: no command is decided on such a case.
    pub unreadable: Option<Unreadable>,
    /// What the service's own rules have made of it.
    pub own: OwnState,
}

/// Where a case is in its life.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Status {
    /// Something is to be done.
    Open,
    /// It was closed.
    Closed,
    /// Who asked has taken the request back.
    Withdrawn,
}

/// A person's or firm's role in a case.
#[derive(Clone, Debug)]
pub struct Party {
    /// The role.
    pub role: Code,
    /// The party's slot.
    pub slot: KeySlot,
    /// Who that is.
    pub details: Personal<PartyDetails>,
}

/// A unit of human work.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Task {
    /// What kind.
    pub kind: Code,
    /// Whose officials are to do it.
    pub authority: AuthorityId,
    /// How far it is.
    pub state: TaskState,
}

/// How far a task is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TaskState {
    /// Nobody does it.
    Open,
    /// This official is to do it.
    Assigned(OfficialId),
    /// This official does it.
    Claimed(OfficialId),
    /// It is done.
    Completed,
}

/// What a party was asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Request {
    /// Who was asked.
    pub of: PartyId,
    /// Whether it was answered.
    pub answered: bool,
}

/// An event that this release can't read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unreadable {
    /// Its number in the case.
    pub version: Version,
    /// Its kind.
    pub kind: u16,
    /// Its schema.
    pub schema: u8,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "event {} of kind {:#06x} and schema {}",
            self.version, self.kind, self.schema
        )
    }
}

impl Case {
    /// A case before its first event.
    pub fn new(id: CaseId, service: ServiceKey) -> Self {
        Self {
            id,
            service,
            edition: (0, Hash::ZERO),
            version: Version::NONE,
            tip: Hash::ZERO,
            slot: KeySlot(0),
            parent: None,
            status: Status::Open,
            phase: None,
            responsible: AuthorityId::INSTALLATION,
            handover: None,
            involved: BTreeSet::new(),
            parties: BTreeMap::new(),
            tasks: BTreeMap::new(),
            requests: BTreeMap::new(),
            documents: BTreeMap::new(),
            decision: None,
            opened: Timestamp::default(),
            changed: Timestamp::default(),
            unreadable: None,
            own: OwnState::default(),
        }
    }

    /// The tasks that are not completed.
    pub fn open_tasks(&self) -> impl Iterator<Item = (TaskId, &Task)> {
        let tasks = self.tasks.iter().map(|(id, task)| (*id, task));
        tasks.filter(|(_, task)| task.state != TaskState::Completed)
    }

    /// The authorities that work on this case or are asked to take it.
    pub fn concerned(&self) -> impl Iterator<Item = AuthorityId> {
        let one = std::iter::once(self.responsible).chain(self.handover);
        one.chain(self.involved.iter().copied())
    }
}

/// The number after the last of a map that is numbered from 1.
pub(super) fn next_number<K: Copy + Ord, V>(
    map: &BTreeMap<K, V>,
    number: impl Fn(K) -> u16,
) -> Option<u16> {
    map.last_key_value()
        .map_or(0, |(last, _)| number(*last))
        .checked_add(1)
}
