//! Where views are kept: rows by key, and how far they have read, in one batch.

use std::ops::Bound;

use crate::ids::Position;
use crate::record::Hash;

/// A view of a projection's revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ViewId {
    /// The projection's name.
    pub name: &'static str,
    /// The projection's revision.
    pub revision: u32,
}

/// How far a view has read: the last commit applied, by its place and its content. The content
/// tells a view that is ahead of a restored log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Checkpoint {
    /// The commit's place in the log; 0 before the first.
    pub position: Position,
    /// Its content hash; zero before the first.
    pub content: Hash,
}

/// A row of a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its key; rows are ordered by it.
    pub key: Vec<u8>,
    /// What it holds.
    pub value: Vec<u8>,
}

/// A row that is to be written, or removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowChange {
    /// Its key.
    pub key: Vec<u8>,
    /// What it holds from now on; `None` removes it.
    pub value: Option<Vec<u8>>,
}

/// Why a view store doesn't do what it should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ViewStoreError {
    /// The disk failed.
    #[error("the views can't be read or written: {0}")]
    Unavailable(String),
    /// A newer release wrote this. Views can be thrown away and rebuilt from the log.
    #[error("these views have layout {found}, and this release knows {known}")]
    Newer {
        /// The layout found.
        found: u32,
        /// The layout known.
        known: u32,
    },
    /// Somebody has it open.
    #[error("the views {0} are open already, in another process or in this one")]
    Locked(String),
}

/// One moment of a view: all reads through it see the same rows.
pub trait ViewSnapshot: Send + Sync {
    /// How far the view had read.
    ///
    /// # Errors
    /// If the views can't be read.
    fn checkpoint(&self) -> Result<Checkpoint, ViewStoreError>;

    /// The row with this key.
    ///
    /// # Errors
    /// If the views can't be read.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ViewStoreError>;

    /// Rows between two keys, in their order, or the other way round; at most `limit`.
    ///
    /// # Errors
    /// If the views can't be read.
    fn range(
        &self,
        between: (Bound<&[u8]>, Bound<&[u8]>),
        backwards: bool,
        limit: usize,
    ) -> Result<Vec<Row>, ViewStoreError>;
}

/// Where views are kept. It may lose everything: views are rebuilt from the log.
///
/// Laws, each checked by the conformance kit, but for what a kill or a power loss leaves:
/// - Rows and checkpoint of one [`write`](ViewStore::write) are there together or not at all,
///   whenever the process dies and whoever reads.
/// - A snapshot doesn't change.
/// - Views don't see each other's rows.
///
/// An error is final: the view stops until somebody has it go on. What goes away by itself, such as a network that is
/// down for a moment, is waited for inside.
pub trait ViewStore: Send + Sync {
    /// Which revision of a projection queries read; `None` if there is none yet.
    ///
    /// # Errors
    /// If the views can't be read.
    fn serving(&self, name: &str) -> Result<Option<u32>, ViewStoreError>;

    /// The present state of a view; a view that was never written is empty, at position 0.
    ///
    /// # Errors
    /// If the views can't be read.
    fn snapshot(&self, view: ViewId) -> Result<Box<dyn ViewSnapshot>, ViewStoreError>;

    /// Writes rows and the checkpoint behind them in one batch.
    ///
    /// # Errors
    /// If the views can't be written.
    fn write(
        &self,
        view: ViewId,
        rows: &[RowChange],
        checkpoint: Checkpoint,
    ) -> Result<(), ViewStoreError>;

    /// Lets queries read this revision from now on.
    ///
    /// # Errors
    /// If the views can't be written.
    fn serve(&self, view: ViewId) -> Result<(), ViewStoreError>;

    /// Makes durable what was written: needed only before something is done outside that can't be
    /// undone, such as destroying a key under which rows were sealed before.
    ///
    /// # Errors
    /// If the views can't be written.
    fn sync(&self) -> Result<(), ViewStoreError>;

    /// Which revisions of a projection were written and not thrown away, in order.
    ///
    /// # Errors
    /// If the views can't be read.
    fn revisions(&self, name: &str) -> Result<Vec<u32>, ViewStoreError>;

    /// Throws a view away, rows and checkpoint.
    ///
    /// # Errors
    /// If the views can't be written.
    fn discard(&self, view: ViewId) -> Result<(), ViewStoreError>;
}
