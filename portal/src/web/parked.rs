//! What somebody sent after their sign-in had ended: kept in memory until they are signed in again,
//! so that nothing that was typed is lost.
//!
//! It is theirs alone. A browser that was signed in has a tag of whom, which nobody can make but this
//! process: a form is kept only with one, and given back only to who has the same. Otherwise whoever
//! finds the address would read what another typed, or somebody would prepare a form and have another
//! send it in their own name.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use kanzlei::core::record::Hash;

use super::headers::hex;

/// How many are kept: the oldest goes first. With [`BYTES_MAX`] this bounds the memory.
const PARKED_MAX: usize = 500;
/// The largest that is kept.
pub(super) const BYTES_MAX: usize = 64 * 1024;
/// How long: somebody signs in again at once, or not at all.
const KEPT: Duration = Duration::from_mins(30);

/// A form that was sent.
pub(super) struct Parked {
    /// The tag of who sent it.
    pub whose: String,
    /// To which address.
    pub path: String,
    /// What it says, as it was sent: parsed, a thousand empty pairs would take much more.
    pub body: Vec<u8>,
}

/// Without what was typed.
impl fmt::Debug for Parked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Parked({} bytes)", self.body.len())
    }
}

/// Where they are kept, each under a token that only its sender was told.
pub(super) struct Parking {
    all: Mutex<VecDeque<(String, Instant, Parked)>>,
    /// With which tags are made; none if the system had no random bytes, and then nothing is kept.
    secret: Option<[u8; 32]>,
}

impl Default for Parking {
    fn default() -> Self {
        let mut secret = [0; 32];
        let filled = getrandom::fill(&mut secret).is_ok();
        Self {
            all: Mutex::default(),
            secret: filled.then_some(secret),
        }
    }
}

impl fmt::Debug for Parking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Parking")
    }
}

impl Parking {
    /// The tag of somebody who is signed in: what names them, which says nothing outside, and the proof
    /// that it was made here.
    pub fn tag(&self, identity: &str) -> Option<String> {
        let secret = self.secret.as_ref()?;
        let name = Hash::of(&[secret, b"name", identity.as_bytes()]).to_string();
        Some(format!("{name}{}", proof(secret, &name)))
    }

    /// Whether a tag was made here.
    fn is_own(&self, tag: &str) -> bool {
        let parts = tag.split_at_checked(HASH_LETTERS);
        let made = |(name, proved): (&str, &str)| {
            let secret = self.secret.as_ref();
            secret.is_some_and(|secret| proof(secret, name) == proved)
        };
        parts.is_some_and(made)
    }

    /// Keeps a form, and gives its token; `None` if it doesn't say whose it is, or the system has no
    /// random bytes.
    pub fn keep(&self, parked: Parked) -> Option<String> {
        if !self.is_own(&parked.whose) {
            return None;
        }
        let mut random = [0; 16];
        getrandom::fill(&mut random).ok()?;
        let token = hex(&random);
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|(_, since, _)| since.elapsed() < KEPT);
        if all.len() >= PARKED_MAX {
            all.pop_front();
        }
        all.push_back((token.clone(), Instant::now(), parked));
        Some(token)
    }

    /// Takes the form with this token out, if it is this person's.
    pub fn take(&self, token: &str, identity: &str) -> Option<Parked> {
        let whose = self.tag(identity)?;
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|(_, since, _)| since.elapsed() < KEPT);
        let theirs = |parked: &Parked| parked.whose == whose;
        let mut places = all.iter();
        let at = places.position(|(one, _, parked)| one == token && theirs(parked))?;
        all.remove(at).map(|(_, _, parked)| parked)
    }
}

/// The letters of a hash.
const HASH_LETTERS: usize = 64;

/// What proves that a name was made with this secret.
fn proof(secret: &[u8; 32], name: &str) -> String {
    Hash::of(&[secret, b"proof", name.as_bytes()]).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parked(parking: &Parking, who: &str, path: &str) -> Parked {
        Parked {
            whose: parking.tag(who).unwrap(),
            path: path.to_owned(),
            body: b"place=Emmen".to_vec(),
        }
    }

    #[test]
    fn what_is_parked_is_had_once_by_its_token_and_by_who_sent_it() {
        let parking = Parking::default();
        let token = parking.keep(parked(&parking, "anna", "/a")).unwrap();
        assert!(parking.take("another", "anna").is_none());
        assert!(parking.take(&token, "beat").is_none());
        assert_eq!(parking.take(&token, "anna").unwrap().path, "/a");
        assert!(parking.take(&token, "anna").is_none());
    }

    #[test]
    fn nothing_is_kept_of_somebody_who_was_not_signed_in_here() {
        let (parking, elsewhere) = (Parking::default(), Parking::default());
        let genuine = parking.tag("anna").unwrap();
        let (name, _) = genuine.split_at(HASH_LETTERS);
        for whose in ["", "ü", name, &format!("{name}{name}")] {
            let parked = Parked {
                whose: whose.to_owned(),
                ..parked(&parking, "anna", "/a")
            };
            assert!(parking.keep(parked).is_none(), "{whose}");
        }
        assert!(parking.keep(parked(&elsewhere, "anna", "/a")).is_none());
    }

    #[test]
    fn the_oldest_goes_when_there_are_too_many() {
        let parking = Parking::default();
        let keep = |path: &str| parking.keep(parked(&parking, "anna", path)).unwrap();
        let (first, second) = (keep("/first"), keep("/second"));
        for _ in 0..PARKED_MAX - 1 {
            keep("/more");
        }
        assert!(parking.take(&first, "anna").is_none());
        assert!(parking.take(&second, "anna").is_some());
    }

    #[test]
    fn what_was_typed_is_not_printed() {
        let parking = Parking::default();
        assert!(!format!("{:?}", parked(&parking, "anna", "/a")).contains("Emmen"));
    }
}
