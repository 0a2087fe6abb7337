//! What is under way: whose uploads, and how long a request may stay.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Uploads under way, by whose they are.
#[derive(Default)]
pub(super) struct Uploads(Mutex<HashMap<String, usize>>);

impl Uploads {
    /// One more of theirs, unless so many are under way.
    pub fn begin(&self, who: &str, most: usize) -> bool {
        let mut of_each = self.of_each();
        let theirs = of_each.get(who).copied().unwrap_or(0);
        if theirs >= most {
            return false;
        }
        of_each.insert(who.to_owned(), theirs + 1);
        true
    }

    /// One less.
    pub fn end(&self, who: &str) {
        let mut of_each = self.of_each();
        if let Some(theirs) = of_each.get_mut(who) {
            *theirs = theirs.saturating_sub(1);
            if *theirs == 0 {
                of_each.remove(who);
            }
        }
    }

    fn of_each(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long a request may stay: longer once it turns out to be an upload that is taken.
#[derive(Clone, Default)]
pub(super) struct Stay(Arc<AtomicBool>);

impl Stay {
    pub fn lengthen(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn is_long(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
