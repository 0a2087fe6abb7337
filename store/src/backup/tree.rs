//! The log's tree as it grows commit by commit, and where in the log that is.

use kanzlei_core::Position;
use kanzlei_core::ports::TreeHead;
use kanzlei_core::record::{Frontier, Hash, Stamp, leaf_hash};

/// The tree up to a position.
#[derive(Debug, Clone, Default)]
pub(super) struct Tree {
    pub(super) frontier: Frontier,
    pub(super) position: Position,
}

impl Tree {
    /// Adds a commit; gives its leaf.
    pub(super) fn push(&mut self, stamp: Stamp, content: Hash) -> Hash {
        let leaf = leaf_hash(stamp, content);
        self.frontier.push(leaf);
        self.position = stamp.position;
        leaf
    }

    pub(super) fn head(&self) -> TreeHead {
        TreeHead {
            size: self.frontier.size(),
            position: self.position,
            root: self.frontier.root(),
        }
    }

    /// The peaks, one after another.
    pub(super) fn peaks(&self) -> Vec<u8> {
        let peaks = self.frontier.peaks().iter();
        peaks.flat_map(Hash::as_bytes).copied().collect()
    }
}

/// The bytes of the peaks of a tree of this size.
pub(super) fn peaks_length(size: u64) -> u64 {
    u64::from(size.count_ones()) * 32
}
