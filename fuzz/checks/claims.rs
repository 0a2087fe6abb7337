//! Settings of issuers as people write them, and claims as anybody's issuer makes them.

use std::sync::Arc;

use futures::executor::block_on;
use kanzlei_adapters::http::NotSignedIn;
use kanzlei_adapters::oidc::{Claims, IssuerSettings, Settings, SettingsError};
use kanzlei_core::testing::FixedEntropy;
use kanzlei_store::MemoryKeyVault;

/// What parts settings and claims in an input.
const BETWEEN: &str = "\n---\n";
/// Settings under which claims may name anybody.
const USUAL: &str = r#"
    [[issuer]]
    name = "usual"
    issuer = "https://login.example.ch"
    audiences = ["kanzlei"]
    algorithms = ["ES256"]
    claims = { person = "person", official = "official", authority = "office.number", roles = "office.roles", assurance = "acr" }
    assurance = { one = "low", two = "substantial", three = "high" }
    roles = [{ value = "ops", operator = true }, { value = "sb", role = "clerk" }]
"#;

/// Settings can be used, or each mistake has its place; claims name somebody, the same each time, or
/// it is said why nobody.
pub fn check(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let (settings, claims) = text.split_once(BETWEEN).unwrap_or((text, text));
    let claims: Option<Claims> = serde_json::from_str(claims).ok();
    let usual = Settings::from_toml(USUAL).expect("they are right");
    let issuers = match Settings::from_toml(settings) {
        Ok(read) => {
            assert!(!read.issuers.is_empty());
            [read.issuers, usual.issuers].concat()
        }
        Err(mistakes) => {
            have_their_place(&mistakes, settings);
            usual.issuers
        }
    };
    for (issuer, claims) in issuers.iter().zip(claims.iter().cycle()) {
        name_somebody(issuer, claims);
    }
}

/// In the order of the file, and never past the end of a line.
fn have_their_place(mistakes: &SettingsError, text: &str) {
    let mut last = (1, 1);
    assert!(!mistakes.problems().is_empty());
    for mistake in mistakes.problems() {
        let at = (mistake.line, mistake.column);
        assert!(last <= at, "{at:?} stands after {last:?}");
        last = at;
        let line = text.split('\n').nth(at.0 - 1);
        let most = line.map(|line| line.chars().count() + 1);
        assert!(most.is_some_and(|most| at.1 <= most), "{at:?}");
    }
}

fn name_somebody(issuer: &IssuerSettings, claims: &Claims) {
    let vault = MemoryKeyVault::new(Arc::new(FixedEntropy::new(7))).expect("there is entropy");
    let named = || block_on(issuer.viewer(claims, &vault, None));
    let viewer = match named() {
        Ok(viewer) => viewer,
        Err(NotSignedIn::Nobody(_)) => return,
        Err(other) => panic!("{other}"),
    };
    let again = named().expect("they were somebody");
    assert!(again.actor.who == viewer.actor.who && again.identity == viewer.identity);
    assert_eq!(viewer.actor.channel, issuer.channel);
    assert!(viewer.identity.len() > issuer.issuer.len() + 1);
    for text in [&viewer.name, &viewer.identity] {
        assert!(!text.trim().is_empty() && !text.contains(char::is_control));
    }
}
