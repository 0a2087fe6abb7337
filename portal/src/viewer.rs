//! Whose eyes a case is seen with.

use std::str::FromStr;

use kanzlei::{Actor, Assurance, AuthorityId, Code, Kanzlei, OfficialId, PartyId};

use crate::failure::Failure;

/// The level and the role of who oversees.
const CANTON: &str = "canton";
const OVERSEER: &str = "overseer";

/// Whose eyes a case is seen with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewer {
    /// A party of the case.
    Party(PartyId),
    /// An official of this authority.
    Official(AuthorityId),
    /// The canton's overseer.
    Canton,
}

impl FromStr for Viewer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("“{text}” is not party:N, official:NUMBER or canton");
        match text.split_once(':') {
            None if text == CANTON => Ok(Self::Canton),
            Some(("party", number)) => number
                .parse()
                .map(|number| Self::Party(PartyId(number)))
                .map_err(|_| wrong()),
            Some(("official", number)) => number
                .parse()
                .map(|number| Self::Official(AuthorityId(number)))
                .map_err(|_| wrong()),
            _ => Err(wrong()),
        }
    }
}

/// An official of an authority for whom who operates the installation stands in.
pub fn official(authority: AuthorityId, role: &str) -> Result<Actor, Failure> {
    let nobody = OfficialId::from_bytes([0; 16]);
    let official = Actor::official(nobody, authority, Code::new(role)?);
    Ok(official.with_assurance(Assurance::HIGH))
}

/// An official who handles cases.
pub fn clerk(authority: AuthorityId) -> Result<Actor, Failure> {
    official(authority, "clerk")
}

/// The canton's overseer: of the authority that is on the level of a canton.
pub fn overseer(kanzlei: &Kanzlei) -> Result<Actor, Failure> {
    let catalogue = kanzlei.catalogue();
    let today = kanzlei.today();
    let canton = catalogue.register().and_then(|register| {
        let mut all = register.all_on(today);
        all.find(|authority| authority.level == *CANTON)
            .map(|canton| canton.id)
    });
    let canton = canton.ok_or_else(|| Failure::refused("the register has no canton"))?;
    official(canton, OVERSEER)
}
