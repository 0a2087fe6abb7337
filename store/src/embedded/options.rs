//! What an embedded store is opened with.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use kanzlei_core::ports::Clock;

/// When commits are synced to the disk. There is no default: it is the store's promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyncPolicy {
    /// Each group of commits before it is answered: what was acknowledged survives a power loss.
    EachGroup,
    /// Now and then: what was acknowledged survives the process, and of the machine's last
    /// moments before a power loss this much may be missing.
    Buffered {
        /// The longest time between two syncs.
        every: Duration,
    },
}

/// A moment at which a test can make the store fail, or hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Moment {
    /// A group was checked and is about to be written.
    BeforeWrite,
    /// A group is written, and as durable as was promised; nobody knows it yet.
    BeforePublish,
}

/// Makes writes fail, as a full or broken disk does: for tests of the store, and of how a program
/// takes it.
pub trait Faults: Send + Sync {
    /// Called by the writer at each moment of each group; it may block.
    ///
    /// # Errors
    /// What the disk is to say.
    fn at(&self, moment: Moment) -> io::Result<()>;
}

/// The disk as it is.
struct NoFaults;

impl Faults for NoFaults {
    fn at(&self, _: Moment) -> io::Result<()> {
        Ok(())
    }
}

/// What takes long when a store opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Work {
    /// The log is moved to the layout of this release; counted in commits.
    Moving,
    /// The index is made anew; counted in segments of the log.
    Indexing,
}

/// Is told how long work goes on.
pub trait Progress: Send + Sync {
    /// So much is done of so much.
    fn told(&self, work: Work, done: u64, of: u64);
}

/// Nobody wants to know.
struct Quiet;

impl Progress for Quiet {
    fn told(&self, _: Work, _: u64, _: u64) {}
}

/// What an embedded event store is opened with.
#[derive(Clone)]
pub struct Options {
    /// When commits are synced.
    pub sync: SyncPolicy,
    /// Tells when a commit is recorded.
    pub clock: Arc<dyn Clock>,
    /// Bytes of memory for blocks that were read from disk.
    pub cache_bytes: u64,
    /// Is told how long work goes on when the store opens.
    pub progress: Arc<dyn Progress>,
    /// Makes writes fail, in tests.
    pub faults: Arc<dyn Faults>,
}

impl Options {
    /// A cache in which the filters and indices of some ten million commits have room.
    const CACHE_BYTES: u64 = 64 * 1024 * 1024;

    /// These promises, and the usual sizes.
    pub fn new(sync: SyncPolicy, clock: Arc<dyn Clock>) -> Self {
        Self {
            sync,
            clock,
            cache_bytes: Self::CACHE_BYTES,
            progress: Arc::new(Quiet),
            faults: Arc::new(NoFaults),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("sync", &self.sync)
            .field("cache_bytes", &self.cache_bytes)
            .finish_non_exhaustive()
    }
}
