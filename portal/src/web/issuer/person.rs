//! Whom one can be in the demonstration.

use kanzlei::{AuthorityId, Code, OfficialId, PersonId};
use serde_json::{Map, Value, json};

/// Somebody whom one can be.
#[derive(Debug, Clone)]
pub struct Person {
    /// What they are called in addresses, such as `clerk-luzern`: a hint that chooses them.
    pub key: String,
    /// What they are called on pages.
    pub name: String,
    /// Among whom they are shown.
    pub group: Group,
    /// Who that is to the installation.
    pub who: Who,
    /// How many cases they have, if they are a resident.
    pub cases: usize,
    /// Whether one of those waits for them.
    pub turn: bool,
    /// Whether those are other people's cases, in which they represent them.
    pub represents: bool,
}

/// Among whom somebody is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Who asks for something.
    Residents,
    /// Who handles it.
    Offices,
    /// Who looks after the whole.
    Canton,
    /// Who keeps it running.
    Operation,
}

/// Who somebody is to the installation.
#[derive(Debug, Clone)]
pub enum Who {
    /// A resident.
    Resident(PersonId),
    /// An official of an authority, in a role.
    Official(OfficialId, AuthorityId, Code),
    /// Who operates the installation.
    Operator,
}

impl Person {
    /// What the issuer says of them.
    pub(super) fn claims(&self) -> Map<String, Value> {
        let mut claims = Map::new();
        claims.insert("sub".to_owned(), json!(self.key));
        claims.insert("name".to_owned(), json!(self.name));
        let more = match &self.who {
            Who::Resident(id) => vec![("person", json!(id.to_string()))],
            Who::Official(id, authority, role) => vec![
                ("official", json!(id.to_string())),
                ("authority", json!(authority.0)),
                ("role", json!(role.as_str())),
            ],
            Who::Operator => vec![("role", json!("operator"))],
        };
        claims.extend(
            more.into_iter()
                .map(|(name, value)| (name.to_owned(), value)),
        );
        claims
    }
}
