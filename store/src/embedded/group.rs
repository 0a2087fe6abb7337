//! A group: commits that are written at once.

use kanzlei_core::ports::TreeHead;
use kanzlei_core::record::{Frontier, Record, Stamp};

/// A commit that was admitted and is to be written.
pub(super) struct Staged {
    /// Its place and time.
    pub(super) stamp: Stamp,
    /// Its bytes.
    pub(super) record: Record,
}

impl Staged {
    /// The bytes of both.
    pub(super) fn size(&self) -> usize {
        Stamp::LENGTH + self.record.bytes().len()
    }
}

/// What is written at once.
pub(super) struct Group<'a> {
    /// The commits, in order.
    pub(super) commits: &'a [Staged],
    /// The tree before them.
    pub(super) before: &'a Frontier,
    /// The tree after them.
    pub(super) tree: TreeHead,
}
