//! The answers: one type per standing.

use serde::Serialize;

use super::super::case::{Case, Status, TaskState};
use super::super::code::Code;
use super::super::decide::Offers;
use super::super::event::DocumentDetails;
use super::super::form::Value;
use super::super::number::{DocumentId, PartyId, TaskId};
use super::super::service::Service;
use super::super::standing::Standing;
use super::disclosed::Disclosed;
use super::entry::{By, Entry};
use crate::ids::{AuthorityId, CaseId, KeySlot, OfficialId, Reference, Version};
use crate::record::{Assurance, Hash};
use crate::time::Timestamp;

/// A case as one standing sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "seen_as")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Answer {
    /// To a party.
    Own(OwnCase),
    /// To the authority responsible.
    File(CaseFile),
    /// To an involved authority.
    Shared(SharedCase),
    /// To oversight.
    Outline(CaseOutline),
    /// To everybody.
    Public(PublicCase),
    /// To a party or an authority that works on it, while it isn't known surely enough who that is.
    Withheld(WithheldCase),
}

impl Answer {
    /// What every answer says: that there is the case, and of which service.
    pub fn title(&self) -> Title {
        match self {
            Self::Withheld(case) => case.title.clone(),
            Self::Own(OwnCase { outline, .. })
            | Self::File(CaseFile { outline, .. })
            | Self::Shared(SharedCase { outline, .. })
            | Self::Outline(CaseOutline { outline, .. })
            | Self::Public(PublicCase { outline }) => outline.title(),
        }
    }

    /// What is never personal; none, if the case is withheld.
    pub const fn outline(&self) -> Option<&Outline> {
        match self {
            Self::Own(OwnCase { outline, .. })
            | Self::File(CaseFile { outline, .. })
            | Self::Shared(SharedCase { outline, .. })
            | Self::Outline(CaseOutline { outline, .. })
            | Self::Public(PublicCase { outline }) => Some(outline),
            Self::Withheld(_) => None,
        }
    }

    /// What a party or an authority that works on the case sees of it.
    pub const fn contents(&self) -> Option<&Contents> {
        match self {
            Self::Own(case) => Some(&case.contents),
            Self::File(case) => Some(&case.contents),
            Self::Shared(case) => Some(&case.contents),
            Self::Outline(_) | Self::Public(_) | Self::Withheld(_) => None,
        }
    }

    /// To which standing.
    pub const fn standing(&self) -> Standing {
        match self {
            Self::Own(case) => Standing::Party(case.party),
            Self::File(_) => Standing::Responsible,
            Self::Shared(_) => Standing::Involved,
            Self::Outline(_) => Standing::Oversight,
            Self::Public(_) => Standing::Public,
            Self::Withheld(case) => case.standing,
        }
    }
}

/// What is never personal: service, phase, authority, times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Outline {
    /// The case.
    pub case: CaseId,
    /// Its short number.
    pub reference: Reference,
    /// Its version.
    pub version: Version,
    /// The service.
    pub service: Code,
    /// The edition of the service.
    pub edition: u32,
    /// Where it is in its life.
    pub status: Status,
    /// Its phase.
    pub phase: Option<Code>,
    /// The authority responsible.
    pub responsible: AuthorityId,
    /// How the decision came out.
    pub outcome: Option<Code>,
    /// When it was opened.
    pub opened: Timestamp,
    /// When something last happened.
    pub changed: Timestamp,
}

impl Outline {
    pub(super) fn of(case: &Case, service: &Service) -> Self {
        Self {
            case: case.id,
            reference: case.id.reference(),
            version: case.version,
            service: service.name.clone(),
            edition: case.edition.0,
            status: case.status,
            phase: case.phase.clone(),
            responsible: case.responsible,
            outcome: case.decision.clone(),
            opened: case.opened,
            changed: case.changed,
        }
    }

    /// That there is the case, and of which service.
    pub fn title(&self) -> Title {
        Title {
            case: self.case,
            reference: self.reference,
            service: self.service.clone(),
            edition: self.edition,
            opened: self.opened,
        }
    }
}

/// That there is a case, and of which service: not how it goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Title {
    /// The case.
    pub case: CaseId,
    /// Its short number.
    pub reference: Reference,
    /// The service.
    pub service: Code,
    /// The edition of the service.
    pub edition: u32,
    /// When it was opened.
    pub opened: Timestamp,
}

/// What a party or an authority that works on a case sees while it isn't known surely enough who
/// that is. It has no field that could hold a personal value, free text, or how the case goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WithheldCase {
    /// That there is the case.
    pub title: Title,
    /// As what it would be shown.
    pub standing: Standing,
    /// How surely it must be known who reads it.
    pub needs: Assurance,
}

/// What a party sees of the own case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnCase {
    /// What is never personal.
    pub outline: Outline,
    /// Which party looks.
    pub party: PartyId,
    /// What this party can do now.
    pub offers: Offers,
    /// The rest.
    pub contents: Contents,
}

impl OwnCase {
    /// Whether this party handed the form in.
    pub fn handed_in(&self) -> bool {
        let mut events = self.contents.timeline.iter();
        events.any(|entry| entry.event == "Submitted" && entry.by == By::Party(self.party))
    }
}

/// What the authority responsible sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseFile {
    /// What is never personal.
    pub outline: Outline,
    /// Who else works on it.
    pub involved: Vec<AuthorityId>,
    /// Who was asked to take it.
    pub handover: Option<AuthorityId>,
    /// The work.
    pub tasks: Vec<TaskShown>,
    /// The rest.
    pub contents: Contents,
}

/// What an involved authority sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SharedCase {
    /// What is never personal.
    pub outline: Outline,
    /// Who else works on it.
    pub involved: Vec<AuthorityId>,
    /// Who was asked to take it.
    pub handover: Option<AuthorityId>,
    /// The work.
    pub tasks: Vec<TaskShown>,
    /// What is shared of the rest.
    pub contents: Contents,
}

/// What oversight sees. It has no field that could hold a personal value or free text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseOutline {
    /// What is never personal.
    pub outline: Outline,
    /// What happened when, by kind.
    pub steps: Vec<OutlineStep>,
}

/// That something of a kind happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OutlineStep {
    /// When.
    pub at: Timestamp,
    /// The kind's name.
    pub event: &'static str,
}

/// What everybody sees of a service that is open to the public. It has no field that could hold a
/// personal value or free text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PublicCase {
    /// What is never personal.
    pub outline: Outline,
}

/// What a party or an authority sees beside the outline.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Contents {
    /// Who the parties are.
    pub parties: Vec<PartyShown>,
    /// The form, in the order of the service's fields.
    pub fields: Vec<FieldShown>,
    /// Whether fields of the form were erased.
    pub erased_fields: bool,
    /// The documents.
    pub documents: Vec<DocumentShown>,
    /// What happened, in order.
    pub timeline: Vec<Entry>,
}

/// A party, shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PartyShown {
    /// Its number.
    pub party: PartyId,
    /// Its role.
    pub role: Code,
    /// Its name.
    pub name: Disclosed<String>,
}

/// A field of the form, shown. Its `Debug` prints the kind of value alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldShown {
    /// The field.
    pub field: Code,
    /// What it holds.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::FieldValue))]
    pub value: Value,
}

/// A document, shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DocumentShown {
    /// Its number.
    pub document: DocumentId,
    /// What kind.
    pub kind: Code,
    /// SHA-256 of the sealed document, by which the embedder's document store finds it.
    pub digest: Hash,
    /// The slot under which it is sealed: for whoever fetches it, and never sent on.
    #[serde(skip)]
    pub slot: KeySlot,
    /// What it is called.
    pub details: Disclosed<DocumentDetails>,
}

/// A task, shown to an authority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskShown {
    /// Its number.
    pub task: TaskId,
    /// What kind.
    pub kind: Code,
    /// Whose.
    pub authority: AuthorityId,
    /// `open`, `assigned`, `claimed` or `completed`.
    #[cfg_attr(
        feature = "openapi",
        schema(pattern = "^(open|assigned|claimed|completed)$")
    )]
    pub state: &'static str,
    /// The official who has it.
    pub official: Option<OfficialId>,
}

impl TaskShown {
    pub(super) fn all(case: &Case) -> Vec<Self> {
        let shown = |(id, task): (&TaskId, &super::super::case::Task)| {
            let (state, official) = match task.state {
                TaskState::Open => ("open", None),
                TaskState::Assigned(to) => ("assigned", Some(to)),
                TaskState::Claimed(by) => ("claimed", Some(by)),
                TaskState::Completed => ("completed", None),
            };
            Self {
                task: *id,
                kind: task.kind.clone(),
                authority: task.authority,
                state,
                official,
            }
        };
        case.tasks.iter().map(shown).collect()
    }
}
