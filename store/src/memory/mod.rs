//! An event store in memory: for tests, examples and trying out. It ends with the process.

mod log;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use kanzlei_core::ports::{
    AppendError, Appended, Clock, Durability, EventStore, Prepared, Read, StoreError, TreeHead,
    Watermark,
};
use kanzlei_core::record::Page;
use kanzlei_core::{CaseId, CommandId, Position, Version};

use self::log::Log;

/// Whom a commit wakes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wakes {
    /// Everybody who waits for the log to go on.
    All,
    /// Nobody: what a lost notification looks like.
    #[cfg(feature = "conformance")]
    Nobody,
}

/// An event store in memory. A clone is another handle on the same log.
///
/// ```
/// use std::sync::Arc;
///
/// use futures::executor::block_on;
/// use kanzlei_core::Position;
/// use kanzlei_core::ports::EventStore;
/// use kanzlei_store::{MemoryEventStore, SystemClock};
///
/// let store = MemoryEventStore::new(Arc::new(SystemClock));
/// assert!(block_on(store.log(Position::START, 64 * 1024))?.is_empty());
/// # Ok::<(), kanzlei_core::ports::StoreError>(())
/// ```
#[derive(Clone)]
pub struct MemoryEventStore(Arc<Shared>);

struct Shared {
    log: Mutex<Log>,
    watermark: Watermark,
    clock: Arc<dyn Clock>,
}

impl MemoryEventStore {
    /// An empty log, stamped by this clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Shared {
            log: Mutex::default(),
            watermark: Watermark::default(),
            clock,
        }))
    }

    /// Opens the log anew, for all handles: a store that has closed takes commits again.
    pub fn reopen(&self) {
        self.lock().reopen();
    }

    /// Appends a commit `gap` positions further than the next.
    pub(crate) fn append_after(
        &self,
        commit: &Prepared,
        gap: u64,
        wakes: Wakes,
    ) -> Result<Appended, AppendError> {
        let appended = self.lock().append(commit, self.0.clock.now(), gap);
        // Outside the lock: a waker may run its task at once, and that may read.
        match (&appended, wakes) {
            (Ok(answer), Wakes::All) => self.0.watermark.advance(answer.position),
            #[cfg(feature = "conformance")]
            (Ok(answer), Wakes::Nobody) => self.0.watermark.advance_silently(answer.position),
            (Err(AppendError::Closed(_)), _) => self.0.watermark.wake(),
            (Err(_), _) => {}
        }
        appended
    }

    /// The commits of a case as the log was at position `until`.
    #[cfg(feature = "conformance")]
    pub(crate) fn case_until(
        &self,
        case: CaseId,
        after: Version,
        limit: usize,
        until: Position,
    ) -> Result<Page, StoreError> {
        self.lock().case(case, after, limit, until)
    }

    /// The last commit's position.
    #[cfg(feature = "conformance")]
    pub(crate) fn end(&self) -> Position {
        self.lock().end()
    }

    /// Takes nothing any more, for this reason.
    #[cfg(feature = "conformance")]
    pub(crate) fn close(&self, cause: &str) {
        self.lock().close(cause.into());
    }

    fn lock(&self) -> MutexGuard<'_, Log> {
        self.0.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl EventStore for MemoryEventStore {
    async fn append(&self, commit: &Prepared) -> Result<Appended, AppendError> {
        self.append_after(commit, 0, Wakes::All)
    }

    async fn answered(&self, command: CommandId) -> Result<Option<Appended>, StoreError> {
        Ok(self.lock().answer(command))
    }

    async fn case(
        &self,
        case: CaseId,
        after: Version,
        limit: usize,
        _: Read,
    ) -> Result<Page, StoreError> {
        let log = self.lock();
        log.case(case, after, limit, log.end())
    }

    async fn log(&self, after: Position, limit: usize) -> Result<Page, StoreError> {
        let until = self.0.watermark.now();
        self.lock().page(after, limit, until)
    }

    async fn at(&self, position: Position) -> Result<Option<Page>, StoreError> {
        self.lock().at(position)
    }

    fn closed(&self) -> Option<Arc<str>> {
        self.lock().closed()
    }

    fn durability(&self) -> Durability {
        Durability::Unsynced
    }

    fn watermark(&self) -> &Watermark {
        &self.0.watermark
    }

    fn tree(&self) -> Result<Option<TreeHead>, StoreError> {
        Ok(Some(self.lock().tree()))
    }
}
