//! Who may do what in a case.

use super::super::actor::Who;
use super::super::case::Case;
use super::super::context::Context;
use super::super::number::PartyId;
use super::super::refusal::Refusal;
use super::super::service::{Service, known_surely};
use super::super::standing::{Standing, standings};
use super::super::stop::Stop;
use crate::ids::{AuthorityId, KeySlot, OfficialId};

/// What an actor may act as in a case.
pub(super) enum Permit {
    /// As these parties.
    Party(Vec<PartyId>),
    /// As an official of this authority.
    Official {
        /// Who.
        id: OfficialId,
        /// For whom.
        authority: AuthorityId,
        /// Whether that authority is responsible.
        responsible: bool,
    },
    /// As who operates the installation.
    Installation,
}

/// Finds out as what an actor may act; whose business the case isn't gets the answer of a case
/// that doesn't exist.
pub(super) fn permit(
    case: &Case,
    service: Option<&Service>,
    context: &Context<'_>,
) -> Result<Permit, Stop> {
    let (actor, today) = (context.actor, context.acting_on());
    let found = standings(
        case,
        service,
        context.catalogue,
        actor,
        &context.supplies.keys,
        today,
    )?;
    let works = |standing: &Standing| !matches!(standing, Standing::Oversight | Standing::Public);
    if let Some(service) = service.filter(|_| found.iter().any(works)) {
        known_surely(actor, service.assurance.read)?;
    }
    let parties: Vec<PartyId> = found
        .iter()
        .filter_map(|standing| match standing {
            Standing::Party(party) => Some(*party),
            _ => None,
        })
        .collect();
    match (&actor.who, found.first()) {
        (Who::Installation, _) => Ok(Permit::Installation),
        (Who::Person { .. }, Some(Standing::Party(_))) => Ok(Permit::Party(parties)),
        (Who::Official { id, authority, .. }, Some(Standing::Responsible)) => {
            Ok(Permit::Official {
                id: *id,
                authority: *authority,
                responsible: true,
            })
        }
        (Who::Official { id, authority, .. }, Some(Standing::Involved)) => Ok(Permit::Official {
            id: *id,
            authority: *authority,
            responsible: false,
        }),
        (_, Some(Standing::Oversight | Standing::Public)) => {
            let said =
                "you may look at this case and not act in it; the authority responsible does";
            Err(Refusal::new("may-not-act", said).into())
        }
        _ => Err(Refusal::not_found().into()),
    }
}

impl Permit {
    /// The standing; none for who operates the installation.
    pub(super) fn standing(&self) -> Option<Standing> {
        match self {
            Self::Party(parties) => parties.first().copied().map(Standing::Party),
            Self::Official { responsible, .. } if *responsible => Some(Standing::Responsible),
            Self::Official { .. } => Some(Standing::Involved),
            Self::Installation => None,
        }
    }

    /// The slot of the party that acts, if it is one: of several the first.
    pub(super) fn slot(&self, case: &Case) -> Option<KeySlot> {
        match self {
            Self::Party(parties) => {
                let party = case.parties.get(parties.first()?)?;
                Some(party.slot)
            }
            Self::Official { .. } | Self::Installation => None,
        }
    }

    /// The official, if their authority is responsible; else a refusal that names who is.
    pub(super) fn responsible(
        &self,
        case: &Case,
        context: &Context<'_>,
    ) -> Result<(OfficialId, AuthorityId), Stop> {
        if let Self::Official {
            id,
            authority,
            responsible: true,
        } = self
        {
            return Ok((*id, *authority));
        }
        let name = context
            .catalogue
            .authority_name(case.responsible, context.today());
        let said = format!("only {name}, which is responsible for this case, can do this");
        let refusal = Refusal::new("not-responsible", said);
        Err(refusal
            .with("responsible", case.responsible)
            .with("name", name)
            .into())
    }

    /// The official, whether their authority is responsible or involved.
    pub(super) fn official(&self) -> Result<(OfficialId, AuthorityId), Stop> {
        match self {
            Self::Official { id, authority, .. } => Ok((*id, *authority)),
            Self::Party(_) | Self::Installation => {
                let said = "only an official of an authority that works on this case can do this";
                Err(Refusal::new("officials-only", said).into())
            }
        }
    }

    /// Somebody who has something to do with the case; refused to who operates the installation.
    pub(super) fn in_the_case(&self) -> Result<(), Stop> {
        match self {
            Self::Party(_) | Self::Official { .. } => Ok(()),
            Self::Installation => {
                let said = "who operates the installation doesn't act in cases; their parties and \
                            authorities do";
                Err(Refusal::new("may-not-act", said).into())
            }
        }
    }

    /// The parties; refused to officials.
    pub(super) fn parties(&self) -> Result<&[PartyId], Stop> {
        match self {
            Self::Party(parties) => Ok(parties),
            Self::Official { .. } | Self::Installation => {
                let said = "only a party of this case can do this";
                Err(Refusal::new("parties-only", said).into())
            }
        }
    }
}
