//! What each standing may see of a service's cases, and who oversees them.

use serde::{Deserialize, Serialize};

use crate::domain::code::Code;

/// What each standing may see of a case.
///
/// Oversight and the public get an [`Opening`], which has no list of fields: nothing personal and
/// no free text can be disclosed to them, whatever a service says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Disclosure {
    /// A party sees of their own case.
    pub own: Grant,
    /// The authority responsible sees.
    pub file: Grant,
    /// An involved authority sees.
    pub shared: Grant,
    /// Oversight sees the outline: service, phase, authority, dates.
    pub outline: Opening,
    /// Everybody sees that there is such a case.
    pub public: Opening,
}

/// What of a case is disclosed.
// Four independent answers, each with its own name in service files.
#[allow(clippy::struct_excessive_bools)]
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Grant {
    /// Which fields of the form.
    pub fields: Fields,
    /// Messages, notes and requests for information.
    pub messages: bool,
    /// The grounds of a decision.
    pub grounds: bool,
    /// The documents.
    pub documents: bool,
    /// Who the parties are.
    pub parties: bool,
    /// The legal basis.
    pub basis: String,
}

/// Fields of the form.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Fields {
    /// All of them.
    All,
    /// These.
    Only(Vec<Code>),
}

/// Whether a case can be seen at all by a standing that sees nothing personal.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Opening {
    /// Whether it can.
    pub open: bool,
    /// The legal basis; it may be empty where nothing is open.
    pub basis: String,
}

/// Who oversees a service: officials with this role at authorities of this level.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Oversight {
    /// The level of their authority, as the register calls it.
    pub level: Code,
    /// Their role.
    pub role: Code,
}

impl Grant {
    /// Everything.
    pub fn everything(basis: impl Into<String>) -> Self {
        Self {
            fields: Fields::All,
            messages: true,
            grounds: true,
            documents: true,
            parties: true,
            basis: basis.into(),
        }
    }

    /// Nothing but what is plain.
    pub fn nothing(basis: impl Into<String>) -> Self {
        Self {
            fields: Fields::Only(Vec::new()),
            messages: false,
            grounds: false,
            documents: false,
            parties: false,
            basis: basis.into(),
        }
    }

    /// Whether the field with this code is disclosed.
    pub fn discloses(&self, field: &str) -> bool {
        match &self.fields {
            Fields::All => true,
            Fields::Only(codes) => codes.iter().any(|code| *code == field),
        }
    }
}

impl Opening {
    /// The outline can be seen.
    pub fn open(basis: impl Into<String>) -> Self {
        Self {
            open: true,
            basis: basis.into(),
        }
    }

    /// Nothing can be seen.
    pub fn closed() -> Self {
        Self {
            open: false,
            basis: String::new(),
        }
    }
}

impl Disclosure {
    /// The narrowest that works, on one legal basis: parties and the authority responsible see
    /// everything, involved authorities and oversight what is plain, the public nothing.
    pub fn narrow(basis: &str) -> Self {
        Self {
            own: Grant::everything(basis),
            file: Grant::everything(basis),
            shared: Grant::nothing(basis),
            outline: Opening::open(basis),
            public: Opening::closed(),
        }
    }
}
