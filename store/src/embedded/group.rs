//! A group: commits that are written at once.

use kanzlei_core::Position;
use kanzlei_core::ports::TreeHead;
use kanzlei_core::record::{Frontier, Record, Stamp, leaf_hash};

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
    pub(super) before: Frontier,
    /// The tree after them.
    pub(super) tree: TreeHead,
}

impl<'a> Group<'a> {
    /// The group of these commits behind a tree, which grows by them.
    pub(super) fn behind(tree: &mut Frontier, commits: &'a [Staged]) -> Self {
        let before = tree.clone();
        for commit in commits {
            tree.push(leaf_hash(commit.stamp, commit.record.content_hash()));
        }
        Self {
            commits,
            before,
            tree: head(tree),
        }
    }
}

/// What is said of a tree, whose last commit has its size for a position.
pub(super) fn head(tree: &Frontier) -> TreeHead {
    TreeHead {
        size: tree.size(),
        position: Position(tree.size()),
        root: tree.root(),
    }
}
