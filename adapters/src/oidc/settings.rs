//! Which issuers are trusted, and whom their claims name: a TOML file.

mod read;

use std::fmt;
use std::path::PathBuf;

use jsonwebtoken::Algorithm;
use kanzlei_core::record::{Assurance, Channel};
use kanzlei_core::{Code, Labels};
use serde::Deserialize;

/// Which issuers are trusted, and whom their claims name.
///
/// ```
/// use kanzlei_adapters::oidc::Settings;
///
/// let settings = Settings::from_toml(r#"
///     [[issuer]]
///     name = "staff"                              # in addresses: /sign-in?issuer=staff
///     issuer = "https://login.example.ch/staff"   # exactly as in its tokens
///     audiences = ["kanzlei"]                     # one of them must be in a token
///     algorithms = ["ES256"]                      # no others, whatever a token says
///     authorized_parties = ["kanzlei-portal"]     # `azp`, if tokens have one
///     residents = false                           # who has none of the roles is nobody
///
///     [issuer.claims]                             # paths, with dots between names
///     name = "name"
///     authority = "office.number"                 # the authority's number
///     roles = "office.roles"                      # a text, or a list of them
///     assurance = "acr"                           # or "amr"
///
///     [issuer.assurance]                          # what its values mean; others mean none
///     "urn:example:two-factors" = "substantial"
///
///     [[issuer.roles]]                            # the first that a token has counts
///     value = "kanzlei-operations"
///     operator = true
///     [[issuer.roles]]
///     value = "case-handling"
///     role = "clerk"
///
///     [issuer.browser]                            # people sign in to the portal through it
///     client_id = "kanzlei-portal"
///     scopes = ["profile"]
/// "#)?;
/// assert_eq!(settings.issuers.len(), 1);
/// # Ok::<(), kanzlei_adapters::oidc::SettingsError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Settings {
    /// At least one.
    pub issuers: Vec<IssuerSettings>,
}

/// An issuer that is trusted.
#[derive(Debug, Clone)]
pub struct IssuerSettings {
    /// What it is called in addresses.
    pub name: Code,
    /// Its identifier, exactly as it stands in its tokens; below it is what it says of itself.
    pub issuer: String,
    /// A token is for one of these, or for somebody else.
    pub audiences: Vec<String>,
    /// How its tokens may be signed.
    pub algorithms: Vec<Algorithm>,
    /// To whom a token may have been given; to anybody if empty.
    pub authorized_parties: Vec<String>,
    /// Whether somebody without a role is a resident, rather than nobody.
    pub residents: bool,
    /// The way on which those come who it signs in.
    pub channel: Channel,
    /// Where it says what.
    pub claims: ClaimPaths,
    /// What the values of its assurance claim mean; any other means none.
    pub assurances: Vec<(String, Assurance)>,
    /// What its roles mean. The first one that somebody has counts.
    pub roles: Vec<RoleMeaning>,
    /// How people sign in to the portal through it, if they do.
    pub browser: Option<BrowserSettings>,
}

/// Where an issuer says what: paths, with dots between names. A claim whose name has dots itself is
/// found too.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClaimPaths {
    /// Who it is, to the issuer.
    pub subject: String,
    /// What they are called.
    pub name: String,
    /// A person's id here, a UUID; without it one is derived from issuer and subject.
    pub person: Option<String>,
    /// An official's id here, a UUID; without it one is derived from issuer and subject.
    pub official: Option<String>,
    /// The number of the authority for which an official acts.
    pub authority: Option<String>,
    /// A role, or a list of them.
    pub roles: Option<String>,
    /// How surely they are known: a text, or a list whose best counts.
    pub assurance: Option<String>,
}

impl Default for ClaimPaths {
    fn default() -> Self {
        Self {
            subject: "sub".to_owned(),
            name: "name".to_owned(),
            person: None,
            official: None,
            authority: None,
            roles: None,
            assurance: None,
        }
    }
}

/// What a role of an issuer means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleMeaning {
    /// As the issuer says it.
    pub value: String,
    /// An official's role here; `None` means who operates the installation.
    pub role: Option<Code>,
}

/// How people sign in to the portal through an issuer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrowserSettings {
    /// What the portal is called at the issuer.
    pub client_id: String,
    /// The file with the portal's secret there, if it has one; relative to the settings' folder.
    pub client_secret_file: Option<PathBuf>,
    /// What people call it, where they choose among several.
    pub labels: Option<Labels>,
    /// What is asked for beside `openid`.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// After how many minutes without a request a sign-in ends.
    #[serde(default = "idle_minutes")]
    pub idle_minutes: u16,
    /// After how many hours it ends in any case.
    #[serde(default = "session_hours")]
    pub session_hours: u16,
}

fn idle_minutes() -> u16 {
    60
}

fn session_hours() -> u16 {
    10
}

/// What is wrong with settings; a line for each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct SettingsError(Vec<SettingsProblem>);

impl SettingsError {
    /// Each mistake, in the order of the file.
    pub fn problems(&self) -> &[SettingsProblem] {
        &self.0
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (count, problem) in self.0.iter().enumerate() {
            let line_end = if count == 0 { "" } else { "\n" };
            write!(f, "{line_end}{problem}")?;
        }
        Ok(())
    }
}

/// A mistake in settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {what}")]
pub struct SettingsProblem {
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
    /// What is wrong, and what is allowed instead.
    pub what: String,
}

/// eIDAS' levels.
pub(super) fn assurance_of(word: &str) -> Option<Assurance> {
    match word {
        "low" => Some(Assurance::LOW),
        "substantial" => Some(Assurance::SUBSTANTIAL),
        "high" => Some(Assurance::HIGH),
        _ => None,
    }
}
