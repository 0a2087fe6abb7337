//! Making a store of commits that have their stamps already: without a sync for each group, and read once
//! more before it is used.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kanzlei_core::Position;
use kanzlei_core::ports::{StoreError, TreeHead};
use kanzlei_core::record::{Frontier, Hash, Record, Stamp};

use super::group::{Group, Staged, head};
use super::layout::Layout;
use super::options::{Options, SyncPolicy};
use super::read;
use super::why::failed_at;
use super::witness::{Testimony, Witness};
use crate::SystemClock;

/// What is written at once: so much, or so many commits.
const GROUP_BYTES: usize = 1024 * 1024;
const GROUP_COMMITS: usize = 1024;

/// A store that is being made.
pub(super) struct Making {
    folder: PathBuf,
    layout: Layout,
    tree: Frontier,
    staged: Vec<Staged>,
    bytes: usize,
}

impl Making {
    /// Begins one in this folder, in which no store is.
    pub(super) fn begin(folder: &Path) -> Result<Self, StoreError> {
        let (layout, _) = Layout::open(folder, &options(), Testimony::None)?;
        Ok(Self {
            folder: folder.to_owned(),
            layout,
            tree: Frontier::default(),
            staged: Vec::new(),
            bytes: 0,
        })
    }

    /// The position of the next commit.
    pub(super) fn next(&self) -> Position {
        Position(self.tree.size() + self.staged.len() as u64 + 1)
    }

    /// Adds a commit, whose stamp has the next position.
    pub(super) fn push(&mut self, stamp: Stamp, record: Record) -> Result<(), StoreError> {
        self.bytes += record.bytes().len();
        self.staged.push(Staged { stamp, record });
        if self.bytes < GROUP_BYTES && self.staged.len() < GROUP_COMMITS {
            return Ok(());
        }
        self.write()
    }

    /// Writes what is left, syncs all and reads it once more; the commits must lead to this root, if one is known.
    pub(super) fn finish(mut self, root: Option<Hash>) -> Result<TreeHead, StoreError> {
        self.write()?;
        self.layout.sync()?;
        let head = head(&self.tree);
        if root.is_some_and(|root| root != head.root) {
            return Err(other_root(head));
        }
        let mut after = Position::START;
        while after < head.position {
            after = read::log(&self.layout.places, after, GROUP_BYTES, head.position)?.through();
        }
        if head.size > 0 {
            let witnessed = Witness::open(&self.folder).and_then(|(mut witness, _)| {
                witness.write(head)?;
                witness.sync()
            });
            witnessed.map_err(failed_at(&self.folder))?;
        }
        Ok(head)
    }

    fn write(&mut self) -> Result<(), StoreError> {
        let group = Group::behind(&mut self.tree, &self.staged);
        self.layout.write(&group, false)?;
        self.staged.clear();
        self.bytes = 0;
        Ok(())
    }
}

pub(super) fn other_root(head: TreeHead) -> StoreError {
    StoreError::Damaged {
        position: head.position,
        why: "what was made has another root than it should".to_owned(),
    }
}

pub(super) fn options() -> Options {
    Options::new(SyncPolicy::EachGroup, Arc::new(SystemClock))
}
