//! Standing: what a viewer is to one case. Standing, not level, decides what is seen.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::actor::{Actor, Who};
use super::case::Case;
use super::catalogue::Catalogue;
use super::code::Code;
use super::number::PartyId;
use super::refusal::Refusal;
use super::service::Service;
use super::stop::{Need, Stop};
use crate::ids::{AuthorityId, KeySlot, PersonId};
use crate::record::{Keyring, Unopened};
use crate::time::Date;

/// What a viewer is to one case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Standing {
    /// A party: sees the own case.
    Party(PartyId),
    /// The authority responsible: sees the whole file.
    Responsible,
    /// An authority that is involved or asked to take the case: sees what is shared with it.
    Involved,
    /// Who oversees the service: sees outlines, and nothing personal.
    Oversight,
    /// Everybody else, where the service is open to the public.
    Public,
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Party(party) => write!(f, "party {party}"),
            Self::Responsible => f.write_str("responsible"),
            Self::Involved => f.write_str("involved"),
            Self::Oversight => f.write_str("oversight"),
            Self::Public => f.write_str("public"),
        }
    }
}

/// The slots of all parties: what must be fetched to find out which of them a person is.
pub fn party_slots(case: &Case) -> Vec<KeySlot> {
    case.parties.values().map(|party| party.slot).collect()
}

/// Which parties of a case a person is. It is found in the case itself, by opening who its parties
/// are: an erased party is nobody.
///
/// # Errors
/// [`Need::Keys`] if a party's key isn't at hand; [`Stop::Unopened`] if one doesn't open for
/// another reason than erasure.
pub fn parties_of(case: &Case, person: PersonId, keys: &Keyring) -> Result<Vec<PartyId>, Stop> {
    if case.parties.values().any(|party| !keys.has(party.slot)) {
        return Err(Stop::Need(Need::Keys(party_slots(case))));
    }
    let mut parties = Vec::new();
    for (id, party) in &case.parties {
        match party.details.open(keys) {
            Ok(details) if details.person == Some(person) => parties.push(*id),
            Ok(_) | Err(Unopened::Erased) => {}
            Err(other) => return Err(Stop::Unopened(other)),
        }
    }
    Ok(parties)
}

/// The answer about a case that isn't there. A person's own cases can't be told from others without
/// opening who their parties are, so another's case costs a key; a missing one must cost it too, or
/// the vault's work, and its silence, would tell which is which.
pub fn not_there(catalogue: &Catalogue, actor: &Actor, keys: &Keyring) -> Stop {
    let nobody = catalogue.slot_of_nobody();
    match actor.who {
        Who::Person { .. } if !keys.has(nobody) => Stop::Need(Need::Keys(vec![nobody])),
        _ => Refusal::not_found().into(),
    }
}

/// Whether an authority answers for another on that day: it is the same, or took over from it.
pub fn answers_for(
    catalogue: &Catalogue,
    authority: AuthorityId,
    other: AuthorityId,
    on: Date,
) -> bool {
    authority == other || catalogue.current(other, on) == authority
}

/// The standing of an official: needs no key.
pub fn of_official(
    case: &Case,
    service: Option<&Service>,
    catalogue: &Catalogue,
    authority: AuthorityId,
    role: &Code,
    on: Date,
) -> Option<Standing> {
    let overseer = service.is_some_and(|service| oversees(service, catalogue, authority, role, on));
    let answers = |other| answers_for(catalogue, authority, other, on);
    // An overseer doesn't handle cases: the role says in which capacity somebody looks.
    if overseer {
        Some(Standing::Oversight)
    } else if answers(case.responsible) {
        Some(Standing::Responsible)
    } else if case.handover.is_some_and(answers) || case.involved.iter().any(|one| answers(*one)) {
        Some(Standing::Involved)
    } else {
        None
    }
}

/// Whether an official with this role at this authority oversees a service.
pub fn oversees(
    service: &Service,
    catalogue: &Catalogue,
    authority: AuthorityId,
    role: &Code,
    on: Date,
) -> bool {
    let level = catalogue
        .register()
        .and_then(|register| register.level_on(authority, on));
    let mut oversight = service.oversight.iter();
    level.is_some_and(|level| oversight.any(|who| who.level == *level && who.role == *role))
}

/// Every standing that an actor has in a case, the strongest first: a person who is two parties
/// has two. None, if the case is none of their business.
///
/// # Errors
/// As [`parties_of`].
pub fn standings(
    case: &Case,
    service: Option<&Service>,
    catalogue: &Catalogue,
    actor: &Actor,
    keys: &Keyring,
    on: Date,
) -> Result<Vec<Standing>, Stop> {
    let mut found = match &actor.who {
        // Nobody's case is like one that isn't there.
        Who::Person { .. } if case.parties.is_empty() => {
            let nobody = catalogue.slot_of_nobody();
            if !keys.has(nobody) {
                return Err(Stop::Need(Need::Keys(vec![nobody])));
            }
            Vec::new()
        }
        Who::Person { id, .. } => {
            let parties = parties_of(case, *id, keys)?;
            parties.into_iter().map(Standing::Party).collect()
        }
        Who::Official {
            authority, role, ..
        } => of_official(case, service, catalogue, *authority, role, on)
            .into_iter()
            .collect(),
        Who::Anonymous | Who::Installation => Vec::new(),
    };
    let disclosure = service.map(|service| &service.disclosure);
    if found.contains(&Standing::Oversight) && !disclosure.is_some_and(|d| d.outline.open) {
        found.clear();
    }
    if found.is_empty() && disclosure.is_some_and(|disclosure| disclosure.public.open) {
        found.push(Standing::Public);
    }
    Ok(found)
}
