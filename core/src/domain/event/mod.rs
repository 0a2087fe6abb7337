//! The kernel's events: one closed vocabulary that every projection understands, whatever the
//! service is.
//!
//! | kinds | what |
//! |---|---|
//! | 0x0001–0x00ff | the installation: genesis, definitions, participation |
//! | 0x0100–0x01ff | the life of a case |
//! | 0x0200–0x02ff | tasks |
//! | 0x0300–0x03ff | information, messages, documents |
//! | 0x0400–0x04ff | handovers |
//! | 0x0500–0x05ff | reserved: deadlines |
//! | 0x0600–0x06ff | reserved: fees |
//! | 0x0700–0x07ff | reserved: consultations |
//! | 0x0800–0x08ff | reserved: deliveries |
//! | 0x0900–0x09ff | reserved: mandates |
//! | 0x0a00–0x0aff | reserved: relations between cases |
//! | 0x0b00–0x0bff | reserved: retention, archive, erasure |
//! | 0x0c00–0x0cff | history taken over from another system |
//! | 0x0d00–0x7fff | reserved |
//! | 0x8000–0xffff | a service's own, read per service |

mod administration;
mod exchange;
mod history;
mod life;
mod table;
mod task;

pub use administration::{
    DefinitionChunk, EditionPublished, LogCreated, ParticipationSet, ParticipationState,
    RegisterPublished, ServiceNamed,
};
pub use exchange::{
    DocumentDetails, DocumentReferenced, HandedOver, HandoverAccepted, HandoverRefused,
    InformationProvided, InformationRequested, MessageSent,
};
pub use history::{ActivityRecorded, CaseTakenOver};
pub use life::{
    AuthorityInvolved, AuthorityNoLongerInvolved, CaseOpened, Closed, DecisionIssued, PartyAdded,
    PartyDetails, PhaseEntered, Reopened, Submitted, Withdrawn,
};
pub use table::TypedEvent;
pub use task::{TaskAdded, TaskAssigned, TaskClaimed, TaskCompleted, TaskReleased};

use crate::record::{Encoded, PersonalError};
use crate::time::Timestamp;

/// The first kind that belongs to a service.
pub const SERVICE_KINDS: u16 = 0x8000;

crate::event_table! {
    /// An event of the kernel.
    pub enum Event {
        0x0001, 1 => LogCreated,
        0x0002, 1 => ServiceNamed,
        0x0010, 1 => DefinitionChunk,
        0x0011, 1 => EditionPublished,
        0x0012, 1 => RegisterPublished,
        0x0013, 1 => ParticipationSet,

        0x0100, 1 => CaseOpened,
        0x0101, 1 => PartyAdded,
        0x0102, 1 => Submitted,
        0x0103, 1 => PhaseEntered,
        0x0104, 1 => AuthorityInvolved,
        0x0105, 1 => AuthorityNoLongerInvolved,
        0x0106, 1 => DecisionIssued,
        0x0107, 1 => Closed,
        0x0108, 1 => Withdrawn,
        0x0109, 1 => Reopened,

        0x0200, 1 => TaskAdded,
        0x0201, 1 => TaskAssigned,
        0x0202, 1 => TaskClaimed,
        0x0203, 1 => TaskReleased,
        0x0204, 1 => TaskCompleted,

        0x0300, 1 => InformationRequested,
        0x0301, 1 => InformationProvided,
        0x0302, 1 => MessageSent,
        0x0303, 1 => DocumentReferenced,

        0x0400, 1 => HandedOver,
        0x0401, 1 => HandoverAccepted,
        0x0402, 1 => HandoverRefused,

        0x0c00, 1 => CaseTakenOver,
        0x0c01, 1 => ActivityRecorded,
    }
}

/// The name of a kind of the kernel's, as the table has it.
pub fn kind_name(kind: u16) -> Option<&'static str> {
    let known = <Event as TypedEvent>::KINDS.binary_search_by_key(&kind, |(kind, _, _)| *kind);
    let (_, _, name) = <Event as TypedEvent>::KINDS.get(known.ok()?)?;
    Some(name)
}

/// An event that a decision makes: the kernel's, or one of a service's own, encoded.
#[derive(Debug)]
pub struct NewEvent {
    /// The kind's number.
    pub kind: u16,
    /// The schema of the body.
    pub schema: u8,
    /// When it happened, if that wasn't when the command arrived.
    pub occurred: Option<Timestamp>,
    /// Body and personal values.
    pub encoded: Encoded,
}

impl NewEvent {
    /// Encodes an event.
    ///
    /// # Errors
    /// If it holds a personal value that is sealed already.
    pub fn of<E: TypedEvent>(event: &E) -> Result<Self, PersonalError> {
        Ok(Self {
            kind: event.kind(),
            schema: event.schema(),
            occurred: None,
            encoded: event.encode()?,
        })
    }
}
