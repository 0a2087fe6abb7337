//! From an issuer's claims to who somebody is here.

use kanzlei_core::ports::{KeyVault, Purpose, VaultError};
use kanzlei_core::record::Assurance;
use kanzlei_core::{Actor, AuthorityId, Code, OfficialId, PersonId, Timestamp};
use serde_json::{Map, Value};

use super::settings::IssuerSettings;
use crate::http::{NotSignedIn, Viewer};

/// What an issuer says of somebody.
pub type Claims = Map<String, Value>;

/// The longest name and subject, in bytes.
const TEXT_BYTES_MAX: usize = 255;

/// Somebody as an issuer's claims name them.
pub(super) struct Named {
    subject: String,
    name: String,
    who: Who,
    assurance: Assurance,
}

/// The ids are `None` where they are to be derived.
enum Who {
    Person(Option<PersonId>),
    Official(Option<OfficialId>, AuthorityId, Code),
    Operator,
}

/// Reads who somebody is.
pub(super) fn named(issuer: &IssuerSettings, claims: &Claims) -> Result<Named, NotSignedIn> {
    let paths = &issuer.claims;
    let subject = text(claims, &paths.subject)?;
    let subject = subject.ok_or(NotSignedIn::Nobody("its claims have no subject"))?;
    let name = text(claims, &paths.name)?;
    let at = |path: &Option<String>| path.as_deref().and_then(|path| find(claims, path));
    let roles = texts(at(&paths.roles));
    let mut meanings = issuer.roles.iter();
    let meaning = meanings.find(|meaning| roles.contains(&meaning.value.as_str()));
    let who = match meaning {
        Some(meaning) => match &meaning.role {
            None => Who::Operator,
            Some(role) => {
                let authority = at(&paths.authority).and_then(number);
                let authority = authority.map(AuthorityId).filter(|id| id.0 > 0);
                let missing = "its claims name no authority for which an official acts";
                let authority = authority.ok_or(NotSignedIn::Nobody(missing))?;
                Who::Official(id(at(&paths.official))?, authority, role.clone())
            }
        },
        None if !issuer.residents => {
            return Err(NotSignedIn::Nobody(
                "its claims name no role that is known here",
            ));
        }
        // Somebody of an authority without a role there isn't let in as a resident by mistake.
        None if at(&paths.authority).is_some() => {
            return Err(NotSignedIn::Nobody(
                "its claims name an authority, and no role there",
            ));
        }
        None => Who::Person(id(at(&paths.person))?),
    };
    let name = match (&who, name) {
        (_, Some(name)) => name.to_owned(),
        (Who::Person(_), None) => return Err(NotSignedIn::Nobody("its claims have no name")),
        (Who::Official(_, _, role), None) => role.to_string(),
        (Who::Operator, None) => "operator".to_owned(),
    };
    Ok(Named {
        subject: subject.to_owned(),
        name,
        who,
        assurance: assurance(issuer, at(&paths.assurance)),
    })
}

impl IssuerSettings {
    /// Whom claims name to an installation with this vault, if this issuer has made them. Nothing
    /// of that is checked here: it is for trying out settings, and for tokens that were checked.
    ///
    /// # Errors
    /// [`NotSignedIn::Nobody`] if they name nobody here, [`NotSignedIn::Unavailable`] if the vault
    /// doesn't answer.
    pub async fn viewer(
        &self,
        claims: &Claims,
        vault: &dyn KeyVault,
        until: Option<Timestamp>,
    ) -> Result<Viewer, NotSignedIn> {
        named(self, claims)?.viewer(self, vault, until).await
    }
}

impl Named {
    /// Somebody who is signed in until then.
    pub(super) async fn viewer(
        self,
        issuer: &IssuerSettings,
        vault: &dyn KeyVault,
        until: Option<Timestamp>,
    ) -> Result<Viewer, NotSignedIn> {
        let (issuer_name, subject) = (&issuer.issuer, &self.subject);
        let derived = async |kind: &[u8]| {
            let token = derived(vault, kind, issuer_name, subject).await;
            token.map_err(|_| NotSignedIn::Unavailable)
        };
        let actor = match self.who {
            Who::Person(Some(id)) => Actor::resident(id, self.name.clone()),
            Who::Person(None) => {
                let id = PersonId::from_bytes(derived(b"person").await?);
                Actor::resident(id, self.name.clone())
            }
            Who::Official(Some(id), authority, role) => Actor::official(id, authority, role),
            Who::Official(None, authority, role) => {
                let id = OfficialId::from_bytes(derived(b"official").await?);
                Actor::official(id, authority, role)
            }
            Who::Operator => Actor::installation(),
        };
        Ok(Viewer {
            actor: actor.with_assurance(self.assurance).through(issuer.channel),
            identity: format!("{issuer_name} {subject}"),
            name: self.name,
            until,
        })
    }
}

/// Sixteen bytes that stand for a subject here: the same for the same one, and nobody without the
/// vault finds out from them who that is. The lengths keep two of them apart whose texts together
/// are the same.
async fn derived(
    vault: &dyn KeyVault,
    kind: &[u8],
    issuer: &str,
    subject: &str,
) -> Result<[u8; 16], VaultError> {
    let mut of = b"oidc ".to_vec();
    for part in [kind, issuer.as_bytes(), subject.as_bytes()] {
        of.extend((part.len() as u64).to_le_bytes());
        of.extend(part);
    }
    vault.token(Purpose::Derive, &of).await
}

/// What stands at a path. A name that has dots itself comes first.
pub(super) fn find<'a>(claims: &'a Claims, path: &str) -> Option<&'a Value> {
    if let Some(value) = claims.get(path) {
        return Some(value);
    }
    let (first, rest) = path.split_once('.')?;
    let mut value = claims.get(first)?;
    for name in rest.split('.') {
        value = value.get(name)?;
    }
    Some(value)
}

/// A text at a path: not empty, not overlong, and nothing that would steer a terminal.
fn text<'a>(claims: &'a Claims, path: &str) -> Result<Option<&'a str>, NotSignedIn> {
    let Some(value) = find(claims, path) else {
        return Ok(None);
    };
    let text = value.as_str().map(str::trim);
    let right = |text: &&str| text.len() <= TEXT_BYTES_MAX && !text.contains(char::is_control);
    let text = text.filter(right);
    let text = text.ok_or(NotSignedIn::Nobody(
        "a claim that must be a text is none, or too long",
    ))?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// A text or a list of texts.
fn texts(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// A number, or a text with one.
fn number(value: &Value) -> Option<u32> {
    match value {
        Value::Number(number) => number.as_u64()?.try_into().ok(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// An id that a claim holds; one that is there and is none isn't replaced by a derived one.
fn id<T: std::str::FromStr>(value: Option<&Value>) -> Result<Option<T>, NotSignedIn> {
    let Some(value) = value else {
        return Ok(None);
    };
    let id = value.as_str().and_then(|text| text.parse().ok());
    let wrong = "the claim with an id holds no UUID";
    id.map(Some).ok_or(NotSignedIn::Nobody(wrong))
}

/// The best of what the claim says.
fn assurance(issuer: &IssuerSettings, value: Option<&Value>) -> Assurance {
    let said = texts(value);
    let meant = issuer.assurances.iter();
    let meant = meant.filter(|(value, _)| said.contains(&value.as_str()));
    meant
        .map(|(_, level)| *level)
        .max()
        .unwrap_or(Assurance::NONE)
}

/// Seconds since 1970; fractions are dropped.
pub(super) fn seconds(value: &Value) -> Option<i64> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it saturates, which is far enough off"
    )]
    let rounded = || value.as_f64().map(|seconds| seconds as i64);
    value.as_i64().or_else(rounded)
}
