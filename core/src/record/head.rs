//! The head of a record: who did this, for whom, and how.

use serde::{Deserialize, Serialize};

use super::assurance::Assurance;
use super::bytes::Cursor;
use super::error::RecordError;
use crate::ids::{AuthorityId, CommandId, KeySlot, OfficialId, Version};

/// The way on which a command came in.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Channel(pub u8);

impl Channel {
    /// The installation itself.
    pub const SYSTEM: Self = Self(0);
    /// A portal.
    pub const PORTAL: Self = Self(1);
    /// The counter.
    pub const COUNTER: Self = Self(2);
    /// A letter.
    pub const POST: Self = Self(3);
    /// The telephone.
    pub const TELEPHONE: Self = Self(4);
    /// Another system, through an adapter.
    pub const ADAPTER: Self = Self(5);
}

/// Who acts, as the head says it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Acting {
    /// The installation: genesis, register, editions, imports.
    Installation,
    /// A party of the case, by its slot; who that is stands sealed in the case.
    Party(KeySlot),
    /// An official of an authority.
    Official(OfficialId, AuthorityId),
    /// A kind of actor that a newer release knows.
    Other {
        /// The kind's number.
        kind: u8,
        /// Its id.
        id: [u8; 16],
        /// The authority for which it acts.
        authority: AuthorityId,
    },
}

impl Acting {
    /// The authority that acts; 0 for a party and for the installation.
    pub const fn authority(self) -> AuthorityId {
        match self {
            Self::Installation | Self::Party(_) => AuthorityId::INSTALLATION,
            Self::Official(_, authority) | Self::Other { authority, .. } => authority,
        }
    }

    /// The party that acts, by its slot.
    pub const fn party(self) -> Option<KeySlot> {
        match self {
            Self::Party(slot) => Some(slot),
            _ => None,
        }
    }

    fn raw(self) -> (u8, [u8; 16], AuthorityId) {
        let (kind, id) = match self {
            Self::Installation => (0, [0; 16]),
            Self::Party(slot) => {
                let wide = u128::from(slot.0).to_le_bytes();
                (1, wide)
            }
            Self::Official(id, _) => (2, *id.as_bytes()),
            Self::Other { kind, id, .. } => (kind, id),
        };
        (kind, id, self.authority())
    }

    /// What doesn't fit its kind is taken for another one, which [`Head::check`] refuses.
    fn from_raw(kind: u8, id: [u8; 16], authority: AuthorityId) -> Self {
        let none = authority == AuthorityId::INSTALLATION;
        let wide = u128::from_le_bytes(id);
        match (kind, u64::try_from(wide)) {
            (0, Ok(0)) if none => Self::Installation,
            (1, Ok(slot)) if none => Self::Party(KeySlot(slot)),
            (2, _) => Self::Official(OfficialId::from_bytes(id), authority),
            _ => Self::Other {
                kind,
                id,
                authority,
            },
        }
    }
}

/// The event that made a policy or an adapter send this command.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Cause {
    /// The command of the commit in which the event stands.
    pub command: CommandId,
    /// Its index in that commit.
    pub event: u16,
}

/// The first bytes of a record's content.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Head {
    /// The command that this commit answers.
    pub command: CommandId,
    /// Who acts.
    pub acting: Acting,
    /// How surely that is known.
    pub assurance: Assurance,
    /// The way on which the command came.
    pub channel: Channel,
    /// Binds the command's content to its id, for whoever holds the keys.
    pub fingerprint: [u8; 16],
    /// What caused the command, if not a person.
    pub cause: Option<Cause>,
    /// The party for whom the actor acts.
    pub acting_for: Option<KeySlot>,
    /// The version of the event in the first part's case that records the mandate.
    pub mandate: Option<Version>,
}

const FLAG_CAUSE: u8 = 1;
const FLAG_ACTING_FOR: u8 = 1 << 1;
const FLAG_MANDATE: u8 = 1 << 2;
/// No head is longer: 60 bytes that all have, cause, party and mandate.
pub(super) const HEAD_MAX: usize = 60 + 16 + 8 + 4;

impl Head {
    /// The slots that it names.
    pub fn slots(&self) -> impl Iterator<Item = KeySlot> + use<> {
        self.acting.party().into_iter().chain(self.acting_for)
    }

    pub(super) fn write(&self, parts: u16, to: &mut Vec<u8>) {
        let (kind, actor, authority) = self.acting.raw();
        let mut flags = 0;
        for (flag, there) in [
            (FLAG_CAUSE, self.cause.is_some()),
            (FLAG_ACTING_FOR, self.acting_for.is_some()),
            (FLAG_MANDATE, self.mandate.is_some()),
        ] {
            flags |= if there { flag } else { 0 };
        }
        to.extend_from_slice(&[flags, self.channel.0, self.assurance.0, kind]);
        to.extend_from_slice(&parts.to_le_bytes());
        to.extend_from_slice(&self.cause.map_or(0, |cause| cause.event).to_le_bytes());
        to.extend_from_slice(self.command.as_bytes());
        to.extend_from_slice(&actor);
        to.extend_from_slice(&authority.0.to_le_bytes());
        to.extend_from_slice(&self.fingerprint);
        if let Some(cause) = self.cause {
            to.extend_from_slice(cause.command.as_bytes());
        }
        if let Some(slot) = self.acting_for {
            to.extend_from_slice(&slot.0.to_le_bytes());
        }
        if let Some(mandate) = self.mandate {
            to.extend_from_slice(&mandate.0.to_le_bytes());
        }
    }

    /// Reads a head and the number of parts that it announces, whatever it says; `None` if it is cut off.
    #[inline]
    pub(super) fn read(from: &mut Cursor<'_>) -> Option<(Self, u16)> {
        let [flags, channel, assurance, kind] = from.array()?;
        let parts = from.u16()?;
        let event = from.u16()?;
        let command = CommandId::from_bytes(from.array()?);
        let actor = from.array()?;
        let authority = AuthorityId(from.u32()?);
        let fingerprint = from.array()?;
        let mut cause = None;
        if flags & FLAG_CAUSE != 0 {
            let command = CommandId::from_bytes(from.array()?);
            cause = Some(Cause { command, event });
        }
        let mut acting_for = None;
        if flags & FLAG_ACTING_FOR != 0 {
            acting_for = Some(KeySlot(from.u64()?));
        }
        let mut mandate = None;
        if flags & FLAG_MANDATE != 0 {
            mandate = Some(Version(from.u32()?));
        }
        let head = Self {
            command,
            acting: Acting::from_raw(kind, actor, authority),
            assurance: Assurance(assurance),
            channel: Channel(channel),
            fingerprint,
            cause,
            acting_for,
            mandate,
        };
        Some((head, parts))
    }

    /// Checks that a head which was read says nothing that none says.
    pub(super) fn check(&self, bytes: &[u8]) -> Result<(), RecordError> {
        let field = |what, found: u64| Err(RecordError::Field { what, found });
        let mut from = Cursor(bytes);
        let flags = from.u8().unwrap_or_default();
        if flags > (FLAG_CAUSE | FLAG_ACTING_FOR | FLAG_MANDATE) {
            return field("head's flags", flags.into());
        }
        from.take(5);
        let event = from.u16().unwrap_or_default();
        if self.cause.is_none() && event != 0 {
            return field("cause's event without a cause", event.into());
        }
        match self.acting {
            Acting::Other { kind, .. } if kind < 2 => field("actor", kind.into()),
            _ => Ok(()),
        }
    }
}
