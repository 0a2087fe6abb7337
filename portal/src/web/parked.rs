//! What somebody sent after their sign-in had ended: kept in memory until they are signed in again,
//! so that nothing that was typed is lost.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::headers::hex;

/// How many are kept: the oldest goes first. With [`BYTES_MAX`] this bounds the memory.
const PARKED_MAX: usize = 500;
/// The largest that is kept.
pub(super) const BYTES_MAX: usize = 64 * 1024;
/// How long: somebody signs in again at once, or not at all.
const KEPT: Duration = Duration::from_mins(30);

/// A form that was sent.
pub(super) struct Parked {
    /// To which address.
    pub path: String,
    /// What it says.
    pub pairs: Vec<(String, String)>,
}

/// Without what was typed.
impl fmt::Debug for Parked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Parked({} pairs)", self.pairs.len())
    }
}

/// Where they are kept, each under a token that only its sender was told.
#[derive(Debug, Default)]
pub(super) struct Parking(Mutex<VecDeque<(String, Instant, Parked)>>);

impl Parking {
    /// Keeps a form, and gives its token; `None` if the system has no random bytes.
    pub fn keep(&self, parked: Parked) -> Option<String> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).ok()?;
        let token = hex(&random);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|(_, since, _)| since.elapsed() < KEPT);
        if all.len() >= PARKED_MAX {
            all.pop_front();
        }
        all.push_back((token.clone(), Instant::now(), parked));
        Some(token)
    }

    /// Takes the form with this token out.
    pub fn take(&self, token: &str) -> Option<Parked> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|(_, since, _)| since.elapsed() < KEPT);
        let at = all.iter().position(|(one, _, _)| one == token)?;
        all.remove(at).map(|(_, _, parked)| parked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parked(path: &str) -> Parked {
        Parked {
            path: path.to_owned(),
            pairs: vec![("place".to_owned(), "Emmen".to_owned())],
        }
    }

    #[test]
    fn what_is_parked_is_had_once_and_by_its_token() {
        let parking = Parking::default();
        let token = parking.keep(parked("/a")).unwrap();
        assert!(parking.take("another").is_none());
        assert_eq!(parking.take(&token).unwrap().path, "/a");
        assert!(parking.take(&token).is_none());
    }

    #[test]
    fn the_oldest_goes_when_there_are_too_many() {
        let parking = Parking::default();
        let first = parking.keep(parked("/first")).unwrap();
        let second = parking.keep(parked("/second")).unwrap();
        for _ in 0..PARKED_MAX - 1 {
            parking.keep(parked("/more")).unwrap();
        }
        assert!(parking.take(&first).is_none());
        assert!(parking.take(&second).is_some());
    }

    #[test]
    fn what_was_typed_is_not_printed() {
        assert!(!format!("{:?}", parked("/a")).contains("Emmen"));
    }
}
