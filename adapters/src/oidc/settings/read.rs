//! Reads a file of settings, and says everything that is wrong with it.

use std::collections::BTreeMap;
use std::ops::Range;

use jsonwebtoken::Algorithm;
use kanzlei_core::Code;
use kanzlei_core::record::{Assurance, Channel};
use reqwest::Url;
use serde::Deserialize;
use toml::Spanned;

use super::{
    BrowserSettings, ClaimPaths, IssuerSettings, RoleMeaning, Settings, SettingsError,
    SettingsProblem, assurance_of,
};
use crate::oidc::address::{is_bare, is_trustworthy};

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    issuer: Vec<Spanned<IssuerTable>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IssuerTable {
    name: Spanned<String>,
    issuer: Spanned<String>,
    audiences: Spanned<Vec<String>>,
    algorithms: Spanned<Vec<Spanned<String>>>,
    #[serde(default)]
    authorized_parties: Vec<String>,
    #[serde(default = "yes")]
    residents: bool,
    channel: Option<Spanned<String>>,
    #[serde(default)]
    claims: ClaimPaths,
    #[serde(default)]
    assurance: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    roles: Vec<Spanned<RoleTable>>,
    browser: Option<BrowserSettings>,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleTable {
    value: String,
    role: Option<String>,
    #[serde(default)]
    operator: bool,
}

impl Settings {
    /// Reads a file of settings.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with line and column.
    pub fn from_toml(text: &str) -> Result<Self, SettingsError> {
        let mut check = Check::default();
        let file: File = match toml::from_str(text) {
            Ok(file) => file,
            Err(error) => {
                check.say(error.span().unwrap_or_default(), error.message().to_owned());
                return Err(check.error(text));
            }
        };
        if file.issuer.is_empty() {
            check.say(0..0, "name an issuer: [[issuer]]".to_owned());
        }
        let mut issuers: Vec<IssuerSettings> = Vec::new();
        for table in file.issuer {
            let (span, table) = (table.span(), table.into_inner());
            let twice = issuers.iter().any(|known| {
                known.issuer == *table.issuer.get_ref()
                    || known.name.as_str() == table.name.get_ref()
            });
            if twice {
                check.say(
                    span.clone(),
                    "an issuer or its name stands here twice".to_owned(),
                );
            }
            issuers.extend(check.issuer(span, table));
        }
        if check.problems.is_empty() {
            Ok(Self { issuers })
        } else {
            Err(check.error(text))
        }
    }
}

/// What was found to be wrong so far.
#[derive(Default)]
struct Check {
    problems: Vec<(Range<usize>, String)>,
}

impl Check {
    fn say(&mut self, at: Range<usize>, what: String) {
        self.problems.push((at, what));
    }

    fn issuer(&mut self, span: Range<usize>, table: IssuerTable) -> Option<IssuerSettings> {
        self.address(&table.issuer);
        if table.audiences.get_ref().is_empty() {
            let what = "name who a token must be for, or tokens for others would be taken";
            self.say(table.audiences.span(), what.to_owned());
        }
        let needs_authority = table.roles.iter().any(|role| !role.get_ref().operator);
        if needs_authority && table.claims.authority.is_none() {
            let what = "officials act for an authority: say in claims.authority where it stands";
            self.say(span.clone(), what.to_owned());
        }
        if !table.roles.is_empty() && table.claims.roles.is_none() {
            let what = "say in claims.roles where roles stand";
            self.say(span, what.to_owned());
        }
        let algorithms = self.algorithms(&table.algorithms);
        let assurances = table.assurance.into_iter();
        let assurances = assurances.filter_map(|(value, word)| self.assurance(value, &word));
        let assurances = assurances.collect();
        let channel = table
            .channel
            .map_or(Some(Channel::PORTAL), |word| self.channel(&word));
        let roles = table.roles.into_iter();
        let roles = roles.filter_map(|role| self.role(role)).collect();
        Some(IssuerSettings {
            name: self.code(table.name.get_ref(), table.name.span())?,
            issuer: table.issuer.into_inner(),
            audiences: table.audiences.into_inner(),
            algorithms,
            authorized_parties: table.authorized_parties,
            residents: table.residents,
            channel: channel?,
            claims: table.claims,
            assurances,
            roles,
            browser: table.browser,
        })
    }

    fn address(&mut self, issuer: &Spanned<String>) {
        let url = Url::parse(issuer.get_ref());
        if !url.is_ok_and(|url| is_trustworthy(&url) && is_bare(&url)) {
            let what = "an issuer is an address with https (http on this machine alone), and \
                        without query or fragment";
            self.say(issuer.span(), what.to_owned());
        }
    }

    fn algorithms(&mut self, words: &Spanned<Vec<Spanned<String>>>) -> Vec<Algorithm> {
        const ALLOWED: &str = "EdDSA, ES256, ES384, PS256, PS384, PS512, RS256, RS384, RS512";
        if words.get_ref().is_empty() {
            self.say(
                words.span(),
                format!("name how tokens may be signed: {ALLOWED}"),
            );
        }
        let mut algorithms = Vec::new();
        for word in words.get_ref() {
            match word.get_ref().parse() {
                // Their key is known to both: whoever checks a token could make one.
                Ok(Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512) | Err(_) => {
                    let what = format!("“{}” is none of {ALLOWED}", word.get_ref());
                    self.say(word.span(), what);
                }
                Ok(algorithm) => algorithms.push(algorithm),
            }
        }
        algorithms
    }

    fn assurance(&mut self, value: String, word: &Spanned<String>) -> Option<(String, Assurance)> {
        let Some(level) = assurance_of(word.get_ref()) else {
            let what = format!("“{}” is none of low, substantial, high", word.get_ref());
            self.say(word.span(), what);
            return None;
        };
        Some((value, level))
    }

    fn channel(&mut self, word: &Spanned<String>) -> Option<Channel> {
        match word.get_ref().as_str() {
            "portal" => Some(Channel::PORTAL),
            "counter" => Some(Channel::COUNTER),
            "adapter" => Some(Channel::ADAPTER),
            other => {
                let what = format!("“{other}” is none of portal, counter, adapter");
                self.say(word.span(), what);
                None
            }
        }
    }

    fn role(&mut self, role: Spanned<RoleTable>) -> Option<RoleMeaning> {
        let (span, table) = (role.span(), role.into_inner());
        let role = match (table.role, table.operator) {
            (Some(role), false) => Some(self.code(&role, span)?),
            (None, true) => None,
            _ => {
                let what = "a role means an official's role, or operator = true";
                self.say(span, what.to_owned());
                return None;
            }
        };
        let value = table.value;
        Some(RoleMeaning { value, role })
    }

    fn code(&mut self, text: &str, at: Range<usize>) -> Option<Code> {
        let code = Code::new(text);
        code.map_err(|error| self.say(at, error.to_string())).ok()
    }

    fn error(self, text: &str) -> SettingsError {
        let mut problems = self.problems;
        problems.sort_by_key(|(span, _)| span.start);
        let place = |(span, what): (Range<usize>, String)| {
            let (before, _) = text.split_at(text.floor_char_boundary(span.start));
            let last = before.rsplit('\n').next().unwrap_or_default();
            SettingsProblem {
                line: before.matches('\n').count() + 1,
                column: last.chars().count() + 1,
                what,
            }
        };
        SettingsError(problems.into_iter().map(place).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALLEST: &str = "[[issuer]]\nname = \"a\"\nissuer = \"https://a.ch\"\n\
        audiences = [\"kanzlei\"]\nalgorithms = [\"EdDSA\"]\n";

    fn said(text: &str) -> Vec<String> {
        let error = Settings::from_toml(text).unwrap_err();
        error.problems().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_smallest_settings_trust_an_issuer_with_residents() {
        let settings = Settings::from_toml(SMALLEST).unwrap();
        let issuer = &settings.issuers[0];
        assert_eq!(issuer.algorithms, [Algorithm::EdDSA]);
        assert!(issuer.residents && issuer.browser.is_none());
        assert_eq!(issuer.claims, ClaimPaths::default());
    }

    #[test]
    fn every_mistake_is_said_with_its_place() {
        let text = "[[issuer]]\nname = \"Ä\"\nissuer = \"http://login.example.ch\"\naudiences = []\n\
            algorithms = [\"ES256\", \"HS256\", \"none\"]\nchannel = \"pigeon\"\n\
            [issuer.assurance]\nx = \"sure\"\n[[issuer.roles]]\nvalue = \"v\"\n";
        let said = said(text);
        let places = [
            ("line 1, column 1", "claims.authority"),
            ("line 1, column 1", "claims.roles"),
            ("line 2, column 8", ""),
            ("line 3, column 10", "https"),
            ("line 4, column 13", "name who a token must be for"),
            ("line 5, column 24", "HS256"),
            ("line 5, column 33", "none"),
            ("line 6, column 11", "pigeon"),
            ("line 8, column 5", "sure"),
            ("line 9, column 1", "operator = true"),
        ];
        assert_eq!(said.len(), places.len(), "{said:#?}");
        for (line, (place, word)) in said.iter().zip(places) {
            assert!(
                line.starts_with(place) && line.contains(word),
                "{line}: {place}, {word}"
            );
        }
    }

    #[test]
    fn a_word_that_nobody_knows_and_an_issuer_that_stands_twice_are_said() {
        let unknown = said(&SMALLEST.replace("audiences", "audience"));
        assert!(
            unknown[0].starts_with("line 4, column 1: unknown field `audience`"),
            "{unknown:?}"
        );
        let twice = said(&format!("{SMALLEST}{SMALLEST}"));
        assert!(twice[0].starts_with("line 6, column 1: "), "{twice:?}");
        assert!(said("")[0].contains("[[issuer]]"));
    }
}
