//! Whether a token is what it says: the one place where signatures, issuers, audiences and times are
//! checked, for bearer tokens and for those of the code flow.

use std::sync::Arc;

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Header, Validation, decode, decode_header};
use kanzlei_core::Timestamp;
use kanzlei_core::ports::Clock;
use serde::Deserialize;
use serde_json::Value;

use super::claims::{Claims, seconds};
use super::fetch::Fetcher;
use super::keys::Source;
use super::revocations::Revocable;
use super::settings::{IssuerSettings, Settings};
use crate::http::NotSignedIn;

/// How far clocks may differ, in seconds.
const LEEWAY: i64 = 60;
/// The longest token.
const TOKEN_BYTES_MAX: usize = 16 * 1024;
/// What a token may say that it is; one that doesn't say is taken.
const TYPES: [&str; 2] = ["jwt", "at+jwt"];
/// The same for one that says that a sign-in is over.
const LOGOUT_TYPES: [&str; 2] = ["jwt", "logout+jwt"];

/// An issuer, and what it says of itself.
pub(super) struct Trusted {
    pub(super) settings: IssuerSettings,
    pub(super) source: Source,
}

/// All issuers that are trusted.
pub(super) struct Issuers {
    all: Vec<Arc<Trusted>>,
    clock: Arc<dyn Clock>,
}

/// What a token must be for.
#[derive(Clone, Copy)]
pub(super) enum For<'a> {
    /// A request to the interface.
    Interface,
    /// A sign-in in a browser, asked for by this client with this nonce.
    Browser { client: &'a str, nonce: &'a str },
    /// A sign-in that is over, told to one of these clients.
    Logout { clients: &'a [&'a str] },
}

/// What a token says that is what it says.
pub(super) struct Verified {
    pub(super) issuer: Arc<Trusted>,
    pub(super) claims: Claims,
    pub(super) expires: Timestamp,
}

/// Read from a token before anything about it is certain: who is to be asked for the key.
#[derive(Deserialize)]
struct Supposed {
    iss: String,
}

impl Issuers {
    pub(super) fn new(settings: Settings, fetcher: &Fetcher, clock: &Arc<dyn Clock>) -> Self {
        let trusted = |settings: IssuerSettings| {
            let source = Source::new(&settings.issuer, fetcher.clone(), Arc::clone(clock));
            Arc::new(Trusted { settings, source })
        };
        Self {
            all: settings.issuers.into_iter().map(trusted).collect(),
            clock: Arc::clone(clock),
        }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Arc<Trusted>> {
        self.all.iter()
    }

    pub(super) fn called(&self, issuer: &str) -> Option<&Arc<Trusted>> {
        self.all().find(|trusted| trusted.settings.issuer == issuer)
    }

    /// Checks a token.
    pub(super) async fn verify(
        &self,
        token: &str,
        what_for: For<'_>,
    ) -> Result<Verified, NotSignedIn> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(NotSignedIn::Forged("it is too long"));
        }
        let header = decode_header(token);
        let header = header.map_err(|_| NotSignedIn::Forged("it is no signed token"))?;
        let supposed = jsonwebtoken::dangerous::insecure_decode_claims::<Supposed>(token);
        let supposed = supposed.map_err(|_| NotSignedIn::Forged("it names no issuer"))?;
        let issuer = self.called(&supposed.iss);
        let issuer = issuer.ok_or(NotSignedIn::Forged("its issuer isn't trusted here"))?;
        is_of_a_kind(&header, &issuer.settings, what_for)?;
        let key = issuer.source.key(header.kid.as_deref(), header.alg).await?;
        let claims: Claims = match decode(token, &key, &validation(&header, issuer, what_for)) {
            Ok(token) => token.claims,
            Err(error) => return Err(why(error.kind())),
        };
        let expires = self.is_of_now(&claims)?;
        given_to(&claims, &issuer.settings, what_for)?;
        Ok(Verified {
            issuer: Arc::clone(issuer),
            claims,
            expires,
        })
    }

    /// Whether its time has come and isn't over. By the installation's clock.
    fn is_of_now(&self, claims: &Claims) -> Result<Timestamp, NotSignedIn> {
        let now = self.clock.now().micros() / 1_000_000;
        let expires = claims.get("exp").and_then(seconds);
        let expires = expires.ok_or(NotSignedIn::Forged("it says no time at which it expires"))?;
        if now >= expires.saturating_add(LEEWAY) {
            return Err(NotSignedIn::Expired);
        }
        for begin in ["nbf", "iat"] {
            let Some(begin) = claims.get(begin) else {
                continue;
            };
            let begin = seconds(begin).ok_or(NotSignedIn::Forged("a time in it is none"))?;
            if begin > now.saturating_add(LEEWAY) {
                return Err(NotSignedIn::Forged("its time hasn't come yet"));
            }
        }
        Ok(Timestamp::from_micros(expires.saturating_mul(1_000_000)))
    }
}

impl Verified {
    /// By what this sign-in can be taken back.
    pub(super) fn revocable(&self) -> Revocable {
        Revocable::of(&self.issuer.settings, &self.claims)
    }
}

fn is_of_a_kind(
    header: &Header,
    issuer: &IssuerSettings,
    what_for: For<'_>,
) -> Result<(), NotSignedIn> {
    if !issuer.algorithms.contains(&header.alg) {
        return Err(NotSignedIn::Forged(
            "it is signed in a way that isn't trusted",
        ));
    }
    // What must be understood and isn't: RFC 7515, section 4.1.11.
    if header.crit.is_some() || header.enc.is_some() || header.zip.is_some() {
        return Err(NotSignedIn::Forged("it asks for more than a signature"));
    }
    let kind = header.typ.as_deref().map(str::to_ascii_lowercase);
    let kind = kind
        .as_deref()
        .map(|kind| kind.trim_start_matches("application/"));
    let types = match what_for {
        For::Logout { .. } => LOGOUT_TYPES,
        For::Interface | For::Browser { .. } => TYPES,
    };
    if kind.is_some_and(|kind| !types.contains(&kind)) {
        return Err(NotSignedIn::Forged("it is another kind of token"));
    }
    Ok(())
}

fn validation(header: &Header, issuer: &Trusted, what_for: For<'_>) -> Validation {
    let mut validation = Validation::new(header.alg);
    validation.set_issuer(&[&issuer.settings.issuer]);
    match what_for {
        For::Interface => validation.set_audience(&issuer.settings.audiences),
        For::Browser { client, .. } => validation.set_audience(&[client]),
        For::Logout { clients } => validation.set_audience(clients),
    }
    validation.set_required_spec_claims(&["aud", "exp", "iss"]);
    // Times are compared with the installation's clock.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation
}

/// Whether it was given to somebody who may use it.
fn given_to(
    claims: &Claims,
    issuer: &IssuerSettings,
    what_for: For<'_>,
) -> Result<(), NotSignedIn> {
    let party = claims.get("azp").or_else(|| claims.get("client_id"));
    match what_for {
        For::Logout { .. } => {}
        For::Interface => {
            let parties = &issuer.authorized_parties;
            let party = party.and_then(Value::as_str);
            let may = party.is_some_and(|party| parties.iter().any(|one| one == party));
            if !parties.is_empty() && !may {
                return Err(NotSignedIn::Forged("it was given to somebody else"));
            }
        }
        For::Browser { client, nonce } => {
            if claims.get("azp").is_some_and(|party| party != client) {
                return Err(NotSignedIn::Forged("it was given to somebody else"));
            }
            if claims.get("nonce").and_then(Value::as_str) != Some(nonce) {
                return Err(NotSignedIn::Forged("it answers another question"));
            }
        }
    }
    Ok(())
}

fn why(kind: &ErrorKind) -> NotSignedIn {
    NotSignedIn::Forged(match kind {
        ErrorKind::InvalidIssuer => "its issuer isn't trusted here",
        ErrorKind::InvalidAudience => "it is for somebody else",
        ErrorKind::MissingRequiredClaim(_) => "it says too little",
        ErrorKind::InvalidSignature => "its signature is wrong",
        _ => "it can't be read",
    })
}
