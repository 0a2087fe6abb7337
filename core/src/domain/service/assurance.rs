//! How surely a service must know who signed in.

use serde::{Deserialize, Serialize};

use crate::domain::actor::Actor;
use crate::domain::refusal::Refusal;
use crate::record::Assurance;

/// How surely it must be known who signed in, for this service; nothing is asked by default.
///
/// It holds for residents and officials alike. Who operates the installation holds the keys anyway,
/// and what oversight and the public see is about nobody.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case", default)]
pub struct NeededAssurance {
    /// To hand in a form.
    pub submit: Assurance,
    /// To read a case and to act in it. Below it one learns that there is the case, and of which
    /// service.
    pub read: Assurance,
}

impl NeededAssurance {
    /// Whether nothing is asked: then a definition doesn't mention it.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// An actor is known surely enough.
///
/// # Errors
/// A refusal that says what is needed.
pub(in crate::domain) fn known_surely(actor: &Actor, needed: Assurance) -> Result<(), Refusal> {
    if actor.assurance >= needed {
        return Ok(());
    }
    Err(Refusal::assurance_too_low(needed, actor.assurance))
}
