//! What was granted and not fetched yet: a code, once, within a minute, by who asked for it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

/// How long a code is good, in seconds.
const SECONDS: i64 = 60;
/// So many codes wait at a time: more than people at one machine need in a minute.
const GRANTS_MAX: usize = 256;

/// What a code is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Grant {
    pub(super) person: String,
    pub(super) assurance: &'static str,
    pub(super) nonce: Option<String>,
    /// Which verifier fetches it (RFC 7636).
    pub(super) challenge: String,
}

#[derive(Default)]
pub(super) struct Grants(Mutex<HashMap<String, (i64, Grant)>>);

impl Grants {
    /// Keeps a grant under a code. When too many wait nothing is kept, and the code is worth nothing.
    pub(super) fn keep(&self, code: String, grant: Grant, now: i64) {
        let mut grants = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        grants.retain(|_, (until, _)| *until > now);
        if grants.len() < GRANTS_MAX {
            grants.insert(code, (now + SECONDS, grant));
        }
    }

    /// What a code is worth to who knows this verifier. It is worth nothing the second time, whoever
    /// tries.
    pub(super) fn take(&self, code: &str, verifier: &str, now: i64) -> Option<Grant> {
        let mut grants = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (until, grant) = grants.remove(code)?;
        (until > now && challenge(verifier) == grant.challenge).then_some(grant)
    }
}

/// The challenge of a verifier: its SHA-256 in base64url, without padding.
fn challenge(verifier: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let hash = Sha256::digest(verifier.as_bytes());
    let digit = |sextet: u32| {
        let digit = DIGITS.get(usize::try_from(sextet & 63).unwrap_or_default());
        char::from(digit.copied().unwrap_or_default())
    };
    let mut text = String::with_capacity(43);
    for chunk in hash.chunks(3) {
        let bytes = chunk.iter().chain(&[0; 2]).take(3);
        let bits = bytes.fold(0, |bits, byte| bits << 8 | u32::from(*byte));
        let sextets = [bits >> 18, bits >> 12, bits >> 6, bits];
        text.extend(sextets.into_iter().take(chunk.len() + 1).map(digit));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn grant() -> Grant {
        Grant {
            person: "anna".to_owned(),
            assurance: "low",
            nonce: None,
            challenge: CHALLENGE.to_owned(),
        }
    }

    #[test]
    fn a_challenge_is_as_the_standard_has_it() {
        assert_eq!(challenge(VERIFIER), CHALLENGE);
    }

    #[test]
    fn a_code_is_worth_something_once_in_time_and_to_who_asked() {
        let grants = Grants::default();
        for code in ["a", "b", "c"] {
            grants.keep(code.to_owned(), grant(), 0);
        }
        assert_eq!(grants.take("a", VERIFIER, 59), Some(grant()));
        assert_eq!(grants.take("a", VERIFIER, 59), None);
        assert_eq!(grants.take("b", VERIFIER, 60), None);
        assert_eq!(grants.take("c", "another", 1), None);
        assert_eq!(grants.take("c", VERIFIER, 1), None);
    }

    #[test]
    fn not_more_than_so_many_wait() {
        let grants = Grants::default();
        for number in 0..=GRANTS_MAX {
            grants.keep(number.to_string(), grant(), 0);
        }
        assert_eq!(grants.take(&GRANTS_MAX.to_string(), VERIFIER, 0), None);
        assert!(grants.take("0", VERIFIER, 0).is_some());
    }
}
