//! Folded cases in memory, and one command at a time per case.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::lock::{Mutex as AsyncMutex, OwnedMutexGuard};
use quick_cache::sync::Cache;

use super::{EngineError, Inner};
use crate::domain::{Case, FoldError};
use crate::ids::{CaseId, ServiceKey, Version};
use crate::ports::{EventStore, Read};
use crate::record::Page;

/// Bytes that are read of the store at once.
pub(super) const PAGE: usize = 1024 * 1024;

type Locks = HashMap<CaseId, Arc<AsyncMutex<()>>>;

/// Folded cases, and a lock for each case that a command works on.
pub(super) struct Cases {
    /// `None` while a commit is under way. A case that were removed would come back as a new one,
    /// and so be the first to go as soon as the cache is full.
    folded: Cache<CaseId, Option<Arc<Case>>>,
    locks: Arc<Mutex<Locks>>,
}

impl Cases {
    pub(super) fn new(folded_max: usize) -> Self {
        Self {
            folded: Cache::new(folded_max.max(1)),
            locks: Arc::default(),
        }
    }

    /// Takes a folded case out: while a commit is under way nobody reads a state that may be over.
    pub(super) fn take(&self, case: CaseId) -> Option<Arc<Case>> {
        let folded = self.folded.get(&case)??;
        self.folded.insert(case, None);
        Some(folded)
    }

    /// The case as it was folded at exactly this version, if it is there.
    pub(super) fn at(&self, case: CaseId, version: Version) -> Option<Arc<Case>> {
        let folded = self.folded.get(&case)??;
        (folded.version == version).then_some(folded)
    }

    pub(super) fn put(&self, case: Arc<Case>) {
        self.folded.insert(case.id, Some(case));
    }

    /// Waits until nobody else in this process works on these cases. They must be in order of id,
    /// so that two commands over the same cases don't wait for each other.
    pub(super) async fn lock(&self, cases: impl Iterator<Item = CaseId>) -> Vec<CaseLock> {
        let mut held = Vec::new();
        for case in cases {
            // Made before it is held, so that who stops waiting leaves nothing behind.
            let mut lock = CaseLock {
                held: None,
                case,
                locks: Arc::clone(&self.locks),
            };
            let waiting = guard(&self.locks).entry(case).or_default().clone();
            lock.held = Some(waiting.lock_owned().await);
            held.push(lock);
        }
        held
    }
}

fn guard(locks: &Mutex<Locks>) -> MutexGuard<'_, Locks> {
    locks.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One case, locked.
pub(super) struct CaseLock {
    held: Option<OwnedMutexGuard<()>>,
    case: CaseId,
    locks: Arc<Mutex<Locks>>,
}

impl Drop for CaseLock {
    fn drop(&mut self) {
        let mut locks = guard(&self.locks);
        self.held = None;
        if let Entry::Occupied(lock) = locks.entry(self.case) {
            // Nobody waits for it: only the map has it.
            if Arc::strong_count(lock.get()) == 1 {
                lock.remove();
            }
        }
    }
}

impl Inner {
    /// Brings a case up to what the store has: from what is folded already, or from its start.
    /// `None` if there is no such case. Says whether anything new was read.
    pub(super) async fn catch_up(
        &self,
        id: CaseId,
        known: Option<Arc<Case>>,
        read: Read,
    ) -> Result<(Option<Arc<Case>>, bool), EngineError> {
        let mut case = known;
        let mut news = false;
        loop {
            let after = case.as_ref().map_or(Version::NONE, |case| case.version);
            let page = self.ports.store.case(id, after, PAGE, read).await?;
            if !page.is_empty() {
                let folded = case.get_or_insert_with(|| Arc::new(Case::new(id, ServiceKey(0))));
                self.fold(Arc::make_mut(folded), &page)?;
                news = true;
            }
            if !page.more() {
                return Ok((case, news));
            }
        }
    }

    /// Folds a page of one case.
    pub(super) fn fold(&self, case: &mut Case, page: &Page) -> Result<(), FoldError> {
        let id = case.id;
        let mut commits = page.commits().peekable();
        while let Some(commit) = commits.next() {
            // The next commit needs the hash of the last part alone; to hash them all costs as
            // much as to read them.
            let hashes = commits
                .peek()
                .is_none()
                .then(|| commit.record.hashes().parts);
            for part in commit.record.parts().filter(|part| part.case == id) {
                let index = usize::from(part.index);
                let hash = hashes
                    .as_ref()
                    .and_then(|hashes| hashes.get(index))
                    .copied();
                let rules = self.rules.get(&part.service).map(AsRef::as_ref);
                case.fold(&part, hash.unwrap_or_default(), rules)?;
            }
        }
        Ok(())
    }

    /// All of a case, page by page, and what it is folded into.
    pub(super) async fn whole(
        &self,
        id: CaseId,
        read: Read,
    ) -> Result<(Vec<Page>, Arc<Case>), EngineError> {
        let (pages, version) = read_all(self.ports.store.as_ref(), id, Version::NONE, read).await?;
        if let Some(case) = self.cases.at(id, version) {
            return Ok((pages, case));
        }
        let mut case = Case::new(id, ServiceKey(0));
        for page in &pages {
            self.fold(&mut case, page)?;
        }
        Ok((pages, Arc::new(case)))
    }
}

/// What a case has after a version, page by page, and its version at the end.
pub(super) async fn read_all(
    store: &dyn EventStore,
    id: CaseId,
    mut after: Version,
    read: Read,
) -> Result<(Vec<Page>, Version), EngineError> {
    let mut pages = Vec::new();
    loop {
        let page = store.case(id, after, PAGE, read).await?;
        let last = page.commits().next_back();
        let last = last.and_then(|commit| commit.record.parts().find(|part| part.case == id));
        after = last.map_or(after, |part| part.last());
        let more = page.more();
        pages.push(page);
        if !more {
            return Ok((pages, after));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(number: u64) -> Arc<Case> {
        let mut id = [0; 16];
        id[8..].copy_from_slice(&number.to_be_bytes());
        Arc::new(Case::new(CaseId::from_bytes(id), ServiceKey(0)))
    }

    #[test]
    fn cases_that_are_worked_on_stay_in_a_full_cache_while_others_pass_by() {
        let cases = Cases::new(1_000);
        let mut passing = 1_000_000..;
        let mut pass_by = |count| {
            for number in passing.by_ref().take(count) {
                cases.put(case(number));
            }
        };
        pass_by(5_000);
        let mut found = 0;
        for round in 0..20 {
            for number in 0..50 {
                pass_by(2);
                let known = cases.take(case(number).id);
                assert!(cases.take(case(number).id).is_none(), "it is taken out");
                found += u32::from(round > 9 && known.is_some());
                cases.put(case(number));
            }
        }
        assert!(found > 450, "{found} of 500");
    }
}
