//! Events of the installation: genesis, definitions, participation.

use serde::{Deserialize, Serialize};

use crate::domain::code::Code;
use crate::ids::{AuthorityId, LogId, ServiceKey};
use crate::record::Hash;
use crate::time::Date;

/// The first event of a log, in the case with the nil id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogCreated {
    /// The log's id, drawn at random.
    pub log: LogId,
    /// The record format of the log.
    pub format: u8,
    /// The hash: 1 is SHA-256.
    pub hash: u8,
    /// The cipher of personal values: 1 is AES-256-GCM.
    pub cipher: u8,
}

/// The installation knows a service by this name from now on; in the case with the nil id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceNamed {
    /// The service's name.
    pub name: Code,
}

/// A piece of a definition: one lz4 block after its unpacked length (u32, little-endian), cut
/// where it must be. It says nothing until an event publishes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefinitionChunk {
    /// Whether it is the first piece; what was begun before is forgotten.
    pub first: bool,
    /// The piece.
    pub bytes: Vec<u8>,
}

/// An edition of a service is published: the chunks since the last such event are its definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionPublished {
    /// The edition's number, from 1.
    pub edition: u32,
    /// SHA-256 of the unpacked definition.
    pub definition: Hash,
}

/// The register is published: the chunks since the last such event are its definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterPublished {
    /// The register's edition, from 1.
    pub edition: u32,
    /// SHA-256 of the unpacked definition.
    pub definition: Hash,
}

/// Whether, from a day on, an authority takes part in a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParticipationSet {
    /// The service.
    pub service: ServiceKey,
    /// The authority.
    pub authority: AuthorityId,
    /// What it does from that day on.
    pub state: ParticipationState,
    /// The day.
    pub from: Date,
}

/// What an authority does in a service.
// The order is in the bytes: a new state is a new schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ParticipationState {
    /// It will take part.
    Planned,
    /// It takes part.
    Live,
    /// It has stopped for a time.
    Suspended,
    /// It takes part no more.
    Left,
}

impl ParticipationState {
    /// Whether who says so as the first thing joins a service.
    pub(in crate::domain) const fn joins(self) -> bool {
        matches!(self, Self::Planned | Self::Live)
    }
}
