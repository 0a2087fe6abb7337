//! Who acts or reads.

use std::fmt;

use super::code::Code;
use crate::ids::{AuthorityId, OfficialId, PersonId};
use crate::record::{Assurance, Channel};

/// Who acts or reads, as the embedding portal states it. Kanzlei doesn't authenticate: building an
/// `Actor` is the portal's word that this person has signed in with this assurance.
///
/// ```
/// use kanzlei_core::{Actor, AuthorityId, Code, OfficialId};
///
/// let clerk = Actor::official(OfficialId::from_bytes([7; 16]), AuthorityId(1061), Code::new("clerk")?);
/// assert_eq!(clerk.authority(), Some(AuthorityId(1061)));
/// # Ok::<(), kanzlei_core::CodeError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who that is.
    pub who: Who,
    /// How surely that is known.
    pub assurance: Assurance,
    /// The way on which the command or question comes.
    pub channel: Channel,
}

/// Who an actor is.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Who {
    /// Nobody in particular: the public.
    Anonymous,
    /// A resident or firm. The name is what they want to be called by in their cases.
    Person {
        /// As the portal knows them.
        id: PersonId,
        /// Their name.
        name: String,
    },
    /// An official.
    Official {
        /// As the portal knows them.
        id: OfficialId,
        /// For whom they act.
        authority: AuthorityId,
        /// In which role, such as `clerk` or `overseer`. One that oversees nothing in a service works on its authority's
        /// cases, like a clerk: nothing knows all roles, so how it is spelt isn't checked.
        role: Code,
    },
    /// Who operates the installation: definitions, register, participation, imports.
    Installation,
}

impl Actor {
    /// The role of officials who say in which services their authority takes part, beside working on its cases.
    pub const STEWARD: &'static str = "steward";

    fn new(who: Who, channel: Channel) -> Self {
        Self {
            who,
            assurance: Assurance::NONE,
            channel,
        }
    }

    /// The public, which may read what is open to everybody.
    pub fn anonymous() -> Self {
        Self::new(Who::Anonymous, Channel::PORTAL)
    }

    /// A resident or firm that uses a portal.
    pub fn resident(id: PersonId, name: impl Into<String>) -> Self {
        let name = name.into();
        Self::new(Who::Person { id, name }, Channel::PORTAL)
    }

    /// An official of an authority.
    pub fn official(id: OfficialId, authority: AuthorityId, role: Code) -> Self {
        let who = Who::Official {
            id,
            authority,
            role,
        };
        Self::new(who, Channel::PORTAL)
    }

    /// Who operates the installation.
    pub fn installation() -> Self {
        Self::new(Who::Installation, Channel::SYSTEM)
    }

    /// The same, signed in with this assurance.
    #[must_use]
    pub fn with_assurance(mut self, assurance: Assurance) -> Self {
        self.assurance = assurance;
        self
    }

    /// The same, on this channel.
    #[must_use]
    pub fn through(mut self, channel: Channel) -> Self {
        self.channel = channel;
        self
    }

    /// The authority for which an official acts.
    pub const fn authority(&self) -> Option<AuthorityId> {
        match self.who {
            Who::Official { authority, .. } => Some(authority),
            _ => None,
        }
    }

    /// The person, if the actor is one.
    pub const fn person(&self) -> Option<PersonId> {
        match self.who {
            Who::Person { id, .. } => Some(id),
            _ => None,
        }
    }

    /// The official, if the actor is one.
    pub const fn official_id(&self) -> Option<OfficialId> {
        match self.who {
            Who::Official { id, .. } => Some(id),
            _ => None,
        }
    }
}

/// Without the person's id and name.
impl fmt::Debug for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.who {
            Who::Anonymous => f.write_str("Actor(anonymous)"),
            Who::Person { .. } => f.write_str("Actor(person)"),
            Who::Official {
                authority, role, ..
            } => write!(f, "Actor(official of {authority}, {role})"),
            Who::Installation => f.write_str("Actor(installation)"),
        }
    }
}

impl fmt::Debug for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Who(…)")
    }
}
