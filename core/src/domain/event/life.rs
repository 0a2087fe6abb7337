//! Events of a case's life, from its opening to its end.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::code::Code;
use crate::domain::form::Form;
use crate::domain::number::PartyId;
use crate::ids::{AuthorityId, CaseId, KeySlot, PersonId};
use crate::record::{Hash, Personal};

/// A case begins. The authority responsible stands in the part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseOpened {
    /// The case's slot, for what can't be attributed to one party.
    pub slot: KeySlot,
    /// The edition of the service under which the case runs; 0 for the administrative cases.
    pub edition: u32,
    /// SHA-256 of the edition's definition; zero for the administrative cases.
    pub definition: Hash,
    /// The case from which this one comes.
    pub parent: Option<CaseId>,
}

/// Somebody has a role in the case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PartyAdded {
    /// The party's number in the case, from 1.
    pub party: PartyId,
    /// Its role: applicant, representative, objector, third party.
    pub role: Code,
    /// The party's slot.
    pub slot: KeySlot,
    /// Who that is.
    pub details: Personal<PartyDetails>,
}

/// Who a party is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PartyDetails {
    /// The person as the portal knows them; none for who has no account.
    pub person: Option<PersonId>,
    /// Their name.
    pub name: String,
}

impl fmt::Debug for PartyDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PartyDetails(…)")
    }
}

/// A form was handed in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Submitted {
    /// By which party.
    pub party: PartyId,
    /// The fields that the service declares plain.
    pub plain: Form,
    /// The others, all in one value under the party's slot.
    pub personal: Personal<Form>,
}

/// The case enters a phase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhaseEntered {
    /// The phase.
    pub phase: Code,
}

/// Another authority works on the case beside the responsible one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorityInvolved {
    /// The authority.
    pub authority: AuthorityId,
}

/// An involved authority has nothing to do with the case any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorityNoLongerInvolved {
    /// The authority.
    pub authority: AuthorityId,
}

/// The authority responsible issues its decision.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DecisionIssued {
    /// How it comes out.
    pub outcome: Code,
    /// Its grounds, under the case's slot.
    pub grounds: Personal<String>,
}

/// The case is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {}

/// A party takes the request back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Withdrawn {
    /// Which party.
    pub party: PartyId,
    /// Why, under the party's slot.
    pub reason: Personal<String>,
}

/// A closed case is taken up again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Reopened {
    /// Why, under the case's slot.
    pub reason: Personal<String>,
}
