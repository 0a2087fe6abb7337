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
/// How many of one person: whoever sends many pushes out their own.
const EACH_MAX: usize = 8;
/// The largest that is kept.
pub(super) const BYTES_MAX: usize = 64 * 1024;
/// How long: somebody signs in again at once, or not at all.
const KEPT: Duration = Duration::from_mins(30);

/// A form that was sent.
#[derive(Clone)]
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
    pub fn is_own(&self, tag: &str) -> bool {
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
        let of_theirs = |(_, _, other): &(_, _, Parked)| other.whose == parked.whose;
        let first = all.iter().position(of_theirs);
        if all.iter().filter(|one| of_theirs(one)).count() >= EACH_MAX {
            first.map(|at| all.remove(at));
        } else if all.len() >= PARKED_MAX {
            all.pop_front();
        }
        all.push_back((token.clone(), Instant::now(), parked));
        Some(token)
    }

    /// The form with this token, if it is this person's. It stays: the page on which it stands may be asked for again.
    pub fn find(&self, token: &str, identity: &str) -> Option<Parked> {
        let whose = self.tag(identity)?;
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|(_, since, _)| since.elapsed() < KEPT);
        let theirs = |parked: &Parked| parked.whose == whose;
        let mut found = all.iter();
        let found = found.find(|(one, _, parked)| one == token && theirs(parked));
        found.map(|(_, _, parked)| parked.clone())
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
    fn what_is_parked_is_had_by_its_token_and_by_who_sent_it() {
        let parking = Parking::default();
        let token = parking.keep(parked(&parking, "anna", "/a")).unwrap();
        assert!(parking.find("another", "anna").is_none());
        assert!(parking.find(&token, "beat").is_none());
        for _ in 0..2 {
            assert_eq!(parking.find(&token, "anna").unwrap().path, "/a");
        }
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
        let keep = |who: &str| parking.keep(parked(&parking, who, "/a")).unwrap();
        let (first, second) = (keep("anna"), keep("beat"));
        for number in 0..PARKED_MAX - 1 {
            keep(&format!("somebody {number}"));
        }
        assert!(parking.find(&first, "anna").is_none());
        assert!(parking.find(&second, "beat").is_some());
    }

    #[test]
    fn who_sends_many_pushes_out_nobody_s_but_their_own() {
        let parking = Parking::default();
        let keep = |who: &str| parking.keep(parked(&parking, who, "/a")).unwrap();
        let (first, hers, second) = (keep("beat"), keep("anna"), keep("beat"));
        for _ in 0..EACH_MAX - 1 {
            keep("beat");
        }
        assert!(parking.find(&first, "beat").is_none());
        assert!(parking.find(&second, "beat").is_some());
        for _ in 0..2 * PARKED_MAX {
            keep("beat");
        }
        assert!(parking.find(&hers, "anna").is_some());
    }

    #[test]
    fn what_was_typed_is_not_printed() {
        let parking = Parking::default();
        assert!(!format!("{:?}", parked(&parking, "anna", "/a")).contains("Emmen"));
    }
}
