//! Where commits are kept: appended whole, read by case and in the order of the log.

use std::sync::Arc;

use async_trait::async_trait;

use super::watermark::Watermark;
use crate::ids::{CaseId, CommandId, Position, Version};
use crate::record::{Hash, Page, Record};
use crate::time::Timestamp;

/// A case that was read for a decision without being changed: it must still be at this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guard {
    /// The case.
    pub case: CaseId,
    /// The version that was read; 0 if there was no such case.
    pub version: Version,
}

/// A commit ready to be appended: its bytes, what the store must find for each case, and guards.
/// Encoded once; sent again, it is these same bytes. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The commit.
    pub record: Record,
    /// Cases that were only read.
    pub guards: Arc<[Guard]>,
}

impl Prepared {
    /// The command that this commit answers.
    pub const fn command(&self) -> CommandId {
        self.record.head().command
    }
}

/// The answer to an append, and to the same command sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// The commit's place in the log.
    pub position: Position,
    /// When the store took it in.
    pub recorded: Timestamp,
    /// Each case with its last version after the commit; the first is the command's case.
    pub cases: Vec<(CaseId, Version)>,
}

/// Why nothing, or nothing certain, was appended: by what the caller can do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AppendError {
    /// This command was appended before; here is the first answer. Checked before versions.
    #[error("this command was appended before, at position {}", .0.position)]
    Duplicate(Appended),
    /// A case, or a guard, has another version than expected: read it and decide again.
    #[error("case {case} is at version {actual}, another commit came first")]
    Conflict {
        /// The case.
        case: CaseId,
        /// The version it has.
        actual: Version,
    },
    /// The version is right and the chain is not: the log or the reader's copy is damaged.
    #[error("the chain of case {case} doesn't lead to this commit: the log or a copy is damaged")]
    Damaged {
        /// The case.
        case: CaseId,
    },
    /// Nothing was stored, for no fault of this commit: ask again. The engine does so at once, some dozens of times: a
    /// store that is overloaded waits before it answers so.
    #[error("the store is busy; nothing was stored, ask again")]
    Busy,
    /// The store takes no record of this size.
    #[error("the store doesn't take a record of {size} bytes")]
    TooLarge {
        /// The record's size in bytes.
        size: usize,
    },
    /// It may have been stored or not. Only the same command with the same bytes may follow.
    #[error("it is not known whether the commit was stored: {0}")]
    Unknown(String),
    /// The store takes nothing any more, for this reason; open it anew.
    #[error("the store is closed: {0}")]
    Closed(Arc<str>),
}

/// Why a store doesn't give what it should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Disk or network failed.
    #[error("the store can't be read: {0}")]
    Unavailable(String),
    /// A commit is damaged; the rest stays readable.
    #[error("the commit at position {position} is damaged: {why}")]
    Damaged {
        /// Where it stands.
        position: Position,
        /// What is wrong with it.
        why: String,
    },
    /// The log is shorter than somebody has already read: it was restored, or lost its end.
    #[error("the log ends at position {head} and was read up to {checkpoint}: it lost its end")]
    LogShrank {
        /// How far it had been read.
        checkpoint: Position,
        /// Where it ends now.
        head: Position,
    },
    /// A newer release wrote this.
    #[error("this store has layout {found}, and this release knows {known}: use a newer release")]
    Newer {
        /// The layout found.
        found: u32,
        /// The layout known.
        known: u32,
    },
    /// Somebody has it open.
    #[error("the store {0} is open already, in another process or in this one")]
    Locked(String),
    /// The store is closed, for this reason; open it anew.
    #[error("the store is closed: {0}")]
    Closed(Arc<str>),
}

/// How fresh a read must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    /// An earlier state will do; never a hole in the middle.
    Any,
    /// All that was acknowledged before this call, by whomever.
    Fresh,
}

/// What an acknowledged append survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Durability {
    /// It is on the machine's disk.
    Disk,
    /// It is on the disks of most machines.
    Quorum,
    /// A server says that it is on disk, and its settings can't be seen from here.
    Claimed,
    /// It may be lost with the machine or the process.
    Unsynced,
}

/// How large the log's tree is, and its root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TreeHead {
    /// Commits in the tree.
    pub size: u64,
    /// The last commit's place in the log; 0 if there is none.
    pub position: Position,
    /// The root (RFC 9162).
    pub root: Hash,
}

/// Where commits are kept.
///
/// Laws, each checked by the conformance kit, but for what a kill or a power loss leaves:
/// - A commit is stored whole or not at all, over all its cases.
/// - Positions increase in the order of the log; there may be holes.
/// - A command is answered once: appended again it is [`AppendError::Duplicate`] with the first
///   answer, whatever the versions are by then.
/// - Once [`append`](EventStore::append) has answered, the commit is as durable as
///   [`durability`](EventStore::durability) says.
/// - Below the watermark nothing will ever appear.
/// - Once an append has answered, the log and the watermark of every handle in this process have come to it.
///
/// Positions begin at 1 and stay below 2^63. The module `kanzlei_store::admission` has the checks of an append in their
/// order: the command, the record's size, where each case ends (version and hash), the guards. It also says when an
/// embedded store records a commit: never before the one before it; a clock more than two minutes behind that one
/// closes the store.
#[async_trait]
pub trait EventStore: Send + Sync {
    /// Appends a commit if every case is at the expected version with the expected hash, and every
    /// guard holds. Dropping the future doesn't take the commit back.
    ///
    /// # Errors
    /// By what the caller can do; see [`AppendError`].
    async fn append(&self, commit: &Prepared) -> Result<Appended, AppendError>;

    /// The first answer to a command, if it was appended before.
    ///
    /// # Errors
    /// If the store can't be read.
    async fn answered(&self, command: CommandId) -> Result<Option<Appended>, StoreError>;

    /// The commits of one case after a version, each as the share of that case. At most `limit`
    /// bytes, but always at least one commit if there is one.
    ///
    /// # Errors
    /// If the store can't be read or a commit is damaged.
    async fn case(
        &self,
        case: CaseId,
        after: Version,
        limit: usize,
        read: Read,
    ) -> Result<Page, StoreError>;

    /// Whole commits after a position, up to the watermark. At most `limit` bytes, but always at
    /// least one commit if there is one. Read on from [`Page::through`].
    ///
    /// # Errors
    /// If the store can't be read, a commit is damaged, or the log is shorter than `after`.
    async fn log(&self, after: Position, limit: usize) -> Result<Page, StoreError>;

    /// The commit at a position, if there is one.
    ///
    /// # Errors
    /// If the store can't be read or the commit is damaged.
    async fn at(&self, position: Position) -> Result<Option<Page>, StoreError>;

    /// Why nothing is appended any more, until the store is opened anew; `None` as long as appends are
    /// taken, and for a store that doesn't close.
    fn closed(&self) -> Option<Arc<str>> {
        None
    }

    /// What an acknowledged append survives.
    fn durability(&self) -> Durability;

    /// How far the log can be read.
    fn watermark(&self) -> &Watermark;

    /// The log's tree as far as it has been built; `None` if the store builds none.
    ///
    /// # Errors
    /// If the store can't be read.
    fn tree(&self) -> Result<Option<TreeHead>, StoreError>;
}
