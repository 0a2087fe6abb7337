//! Uploads under way. A request for a page or an answer is short, so that the rate bounds how many of one person there
//! are; an upload may take minutes, so each person has a share of them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::Request;

use super::door::{Door, TurnedAway};

/// Uploads under way, by whose they are.
#[derive(Default)]
pub(super) struct Uploads(Mutex<HashMap<String, usize>>);

impl Uploads {
    fn of_each(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long a request may stay: longer once it turns out to be an upload that is taken.
#[derive(Clone, Default)]
pub(super) struct Stay(Arc<AtomicBool>);

impl Stay {
    pub fn is_long(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// An upload that is being taken in: one of its sender's share, until this is dropped.
#[must_use]
pub struct Upload {
    door: Door,
    who: String,
}

impl Door {
    /// Takes an upload in, which may then take as long as uploads may. For who is signed in, else for the address that
    /// it comes from.
    ///
    /// # Errors
    /// [`TurnedAway::UploadsOfYours`] if as many of theirs are under way as may be.
    pub fn upload(
        &self,
        identity: Option<&str>,
        request: Request,
    ) -> Result<(Upload, Request), TurnedAway> {
        let (head, body) = request.into_parts();
        let who = self.rates().key(&head, identity);
        let most = self.limits().uploads_per_person;
        let mut uploads = self.uploads().of_each();
        let theirs = uploads.get(&who).copied().unwrap_or(0);
        if theirs >= most {
            return Err(TurnedAway::UploadsOfYours { most });
        }
        uploads.insert(who.clone(), theirs + 1);
        drop(uploads);
        if let Some(Stay(long)) = head.extensions.get() {
            long.store(true, Ordering::Relaxed);
        }
        let door = self.clone();
        Ok((Upload { door, who }, Request::from_parts(head, body)))
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let mut uploads = self.door.uploads().of_each();
        if let Some(theirs) = uploads.get_mut(&self.who) {
            *theirs = theirs.saturating_sub(1);
            if *theirs == 0 {
                uploads.remove(&self.who);
            }
        }
    }
}

impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Upload(..)")
    }
}
