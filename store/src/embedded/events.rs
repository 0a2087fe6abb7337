//! The embedded event store.

use std::future::poll_fn;
use std::path::Path;
use std::sync::Arc;
use std::task::ready;
use std::thread::JoinHandle;
use std::time::Instant;

use async_trait::async_trait;
use kanzlei_core::ports::{
    AppendError, Appended, Durability, EventStore, Prepared, Read, StoreError, TreeHead, Watermark,
};
use kanzlei_core::record::Page;
use kanzlei_core::{CaseId, CommandId, Position, Version};

use super::compact::Compacted;
use super::figures::AppendFigures;
use super::layout::Layout;
use super::migrate;
use super::options::{Options, SyncPolicy};
use super::read;
use super::repair::swap;
use super::shared::Shared;
use super::why::failed_at;
use super::witness::Witness;
use super::writer;
use crate::lock::{DirectoryLock, LockError};

/// An event store in a directory of this machine, in files of its own, with fjall
/// as their index.
///
/// Appends of many callers are written as groups, one sync each, by a thread of the store's own. Reads run
/// where they are called; so does the append of a caller who has been alone for a while, if the disk is
/// quick, which keeps that thread for a write and a sync. The directory is open once.
///
/// ```
/// use std::sync::Arc;
/// use kanzlei_store::{FjallEventStore, Options, SyncPolicy, SystemClock};
///
/// # let directory = tempfile::tempdir()?;
/// let options = Options::new(SyncPolicy::EachGroup, Arc::new(SystemClock));
/// let store = FjallEventStore::open(directory.path(), options)?;
/// store.close()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct FjallEventStore {
    shared: Arc<Shared>,
    writer: Option<JoinHandle<Result<(), StoreError>>>,
    sync: SyncPolicy,
    _lock: Arc<DirectoryLock>,
}

impl FjallEventStore {
    /// Opens the store in this directory; makes it if there is none.
    ///
    /// If the end of the log is damaged, or a segment that the index doesn't know, the store opens and can be read;
    /// every append is [`AppendError::Closed`] with what was found, until it is [repaired](crate::Repair).
    ///
    /// # Errors
    /// - [`StoreError::Locked`] if it is open, here or in another process.
    /// - [`StoreError::Newer`] if a newer release wrote it.
    /// - [`StoreError::LogShrank`] if the log is shorter than the witness has seen it: the disk
    ///   lost its end, or a backup was restored. [`Repair`](crate::Repair) gets it back, or accepts that.
    /// - [`StoreError::Unavailable`] if the disk fails, the database can't be opened, or so much stands behind damage
    ///   that the index doesn't know that it has no room in memory.
    pub fn open(directory: impl AsRef<Path>, options: Options) -> Result<Self, StoreError> {
        let directory = directory.as_ref();
        let lock = DirectoryLock::take(directory).map_err(|error| match error {
            LockError::Taken => StoreError::Locked(directory.display().to_string()),
            LockError::Io(error) => failed_at(directory)(error),
        })?;
        Self::held(directory, Arc::new(lock), options)
    }

    /// The same of a directory that is held already.
    pub(super) fn held(
        directory: &Path,
        lock: Arc<DirectoryLock>,
        options: Options,
    ) -> Result<Self, StoreError> {
        let io = failed_at(directory);
        swap::resumed(directory).map_err(io)?;
        migrate::moved(directory, &options)?;
        let (mut witness, testimony) = Witness::open(directory).map_err(io)?;
        let (layout, opened) = Layout::open(directory, &options, testimony)?;
        if let Some(unseen) = opened.unseen.filter(|_| opened.damage.is_none()) {
            // What a process left that was killed or whose disk failed, or a power loss took from the witness.
            layout.sync_again(unseen)?;
            if opened.head.size > testimony.size() {
                witness.write(opened.head).map_err(io)?;
            }
        }
        let sync = options.sync;
        let shared = Arc::new(Shared::new(layout, opened, options, witness));
        let written = Arc::clone(&shared);
        let writer = std::thread::Builder::new()
            .name("kanzlei-writer".into())
            .spawn(move || written.run(writer::patience(sync)))
            .map_err(io)?;
        Ok(Self {
            shared,
            writer: Some(writer),
            sync,
            _lock: lock,
        })
    }

    /// Writes what waits, syncs all, and closes the store. Dropping it does the same and can't say
    /// whether it worked.
    ///
    /// # Errors
    /// If the disk failed, now or before.
    pub fn close(mut self) -> Result<(), StoreError> {
        self.end()
    }

    /// What was written since the store was opened, and how long that took.
    pub fn figures(&self) -> AppendFigures {
        self.shared.written.counters.snapshot()
    }

    /// Merges the index of the log, which grows by a table with each segment that is full, and returns what that gave
    /// back; the log itself has nothing to give back. Appends and reads go on meanwhile. It needs as much room again
    /// until it is done, and blocks; broken off, it leaves the index as it was. `told` is told how many bytes are
    /// merged, and how many there are.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the disk fails. The log is untouched then.
    pub fn compact(&self, told: &dyn Fn(u64, u64)) -> Result<Compacted, StoreError> {
        self.shared.written.layout.compact(told)
    }

    fn end(&mut self) -> Result<(), StoreError> {
        self.shared.line.close();
        match self.writer.take().map(JoinHandle::join) {
            None => Ok(()),
            Some(Ok(outcome)) => outcome,
            Some(Err(_)) => Err(StoreError::Closed("the writer panicked".into())),
        }
    }
}

impl Drop for FjallEventStore {
    fn drop(&mut self) {
        // Who wants to know calls `close`.
        let _ = self.end();
    }
}

impl std::fmt::Debug for FjallEventStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FjallEventStore")
            .field("sync", &self.sync)
            .field("head", &self.shared.written.head())
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl EventStore for FjallEventStore {
    async fn append(&self, commit: &Prepared) -> Result<Appended, AppendError> {
        if let Some(cause) = self.closed() {
            return Err(AppendError::Closed(cause));
        }
        let begun = Instant::now();
        let (mut seen, mut seat) = (None, None);
        let outcome = poll_fn(|context| {
            let seat = match &mut seat {
                Some(seat) => seat,
                None => seat.insert(ready!(self.shared.poll_join(commit, &mut seen, context))),
            };
            seat.poll(context)
        })
        .await;
        if outcome.is_ok() {
            self.shared.written.counters.answered(begun.elapsed());
        }
        outcome
    }

    async fn answered(&self, command: CommandId) -> Result<Option<Appended>, StoreError> {
        // The watermark first: all up to it can be found.
        let watermark = self.shared.written.watermark.now();
        read::answered(&self.shared.written.layout.places, command, watermark)
    }

    async fn case(
        &self,
        case: CaseId,
        after: Version,
        limit: usize,
        _read: Read,
    ) -> Result<Page, StoreError> {
        let watermark = self.shared.written.watermark.now();
        read::case(
            &self.shared.written.layout.places,
            case,
            after,
            limit,
            watermark,
        )
    }

    async fn log(&self, after: Position, limit: usize) -> Result<Page, StoreError> {
        let watermark = self.shared.written.watermark.now();
        read::log(&self.shared.written.layout.places, after, limit, watermark)
    }

    async fn at(&self, position: Position) -> Result<Option<Page>, StoreError> {
        let watermark = self.shared.written.watermark.now();
        read::at(&self.shared.written.layout.places, position, watermark)
    }

    fn closed(&self) -> Option<Arc<str>> {
        self.shared.closed().cloned()
    }

    fn durability(&self) -> Durability {
        match self.sync {
            SyncPolicy::EachGroup => Durability::Disk,
            SyncPolicy::Buffered { .. } => Durability::Unsynced,
        }
    }

    fn watermark(&self) -> &Watermark {
        &self.shared.written.watermark
    }

    fn tree(&self) -> Result<Option<TreeHead>, StoreError> {
        Ok(Some(self.shared.written.head()))
    }
}
