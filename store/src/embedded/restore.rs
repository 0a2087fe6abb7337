//! Making a store of commits that have their stamps already, as a backup has them.
//!
//! It is made in a folder beside, which gets the store's name once all is there and was looked at: a
//! restore that was broken off is never taken for a store, and begins anew.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kanzlei_core::Position;
use kanzlei_core::ports::{EventStore, StoreError, TreeHead};
use kanzlei_core::record::{Frontier, Hash, Record, Stamp, leaf_hash};

use super::birth::entries;
use super::events::FjallEventStore;
use super::layout::{Group, Layout, Staged};
use super::options::{Options, SyncPolicy};
use super::witness::{Testimony, Witness};
use crate::SystemClock;
use crate::backup::BackupError;
use crate::disk::sync_folder;
use crate::lock::{DirectoryLock, LockError};

/// What the folder beside is called, after the store's name.
const BESIDE: &str = "restoring";
/// What is written at once: so much, or so many commits.
const GROUP_BYTES: usize = 1024 * 1024;
const GROUP_COMMITS: usize = 1024;

/// A store that is being restored.
pub(crate) struct Restoring {
    directory: PathBuf,
    beside: PathBuf,
    layout: Layout,
    tree: Frontier,
    staged: Vec<Staged>,
    bytes: usize,
    lock: DirectoryLock,
}

impl Restoring {
    /// Begins a store that will be in this directory, in which nothing may be.
    pub(crate) fn begin(directory: &Path) -> Result<Self, BackupError> {
        let io = |error| BackupError::disk(directory, error);
        if !entries(directory).map_err(io)?.is_empty() {
            return Err(BackupError::Exists(directory.to_owned()));
        }
        let beside = directory.with_added_extension(BESIDE);
        let lock = DirectoryLock::take(&beside).map_err(|error| match error {
            LockError::Taken => BackupError::Locked(beside.clone()),
            LockError::Io(error) => BackupError::disk(&beside, error),
        })?;
        clear(&beside).map_err(|error| BackupError::disk(&beside, error))?;
        let (layout, _) = Layout::open(&beside, &options(), Testimony::None)?;
        Ok(Self {
            layout,
            directory: directory.to_owned(),
            beside,
            tree: Frontier::default(),
            staged: Vec::new(),
            bytes: 0,
            lock,
        })
    }

    /// Adds a commit, which has the next position.
    pub(crate) fn push(&mut self, stamp: Stamp, record: Record) -> Result<(), BackupError> {
        let next = self.tree.size() + self.staged.len() as u64 + 1;
        if stamp.position.0 != next {
            return Err(BackupError::Hole(Position(next)));
        }
        self.bytes += record.bytes().len();
        self.staged.push(Staged { stamp, record });
        if self.bytes < GROUP_BYTES && self.staged.len() < GROUP_COMMITS {
            return Ok(());
        }
        self.write()
    }

    /// Writes what is left, looks at the store, and gives it its name.
    pub(crate) fn finish(mut self, root: Hash) -> Result<(), BackupError> {
        self.write()?;
        self.layout.sync()?;
        let head = TreeHead {
            size: self.tree.size(),
            position: Position(self.tree.size()),
            root,
        };
        let (beside, directory) = (self.beside, self.directory);
        let failed = |error| BackupError::disk(&beside, error);
        let (mut witness, _) = Witness::open(&beside).map_err(failed)?;
        witness.write(head).map_err(failed)?;
        witness.sync().map_err(failed)?;
        drop((self.layout, witness, self.lock));
        let store = FjallEventStore::open(&beside, options())?;
        if store.tree()? != Some(head) {
            let why = "what was restored has another root than the backup".to_owned();
            let position = head.position;
            return Err(StoreError::Damaged { position, why }.into());
        }
        store.close()?;
        fs::rename(&beside, &directory)
            .and_then(|()| directory.parent().map_or(Ok(()), sync_folder))
            .map_err(|error| BackupError::disk(&directory, error))
    }

    fn write(&mut self) -> Result<(), BackupError> {
        let Some(last) = self.staged.last().map(|last| last.stamp) else {
            return Ok(());
        };
        let before = self.tree.clone();
        for commit in &self.staged {
            let content = commit.record.content_hash();
            self.tree.push(leaf_hash(commit.stamp, content));
        }
        let group = Group {
            commits: &self.staged,
            before: &before,
            tree: TreeHead {
                size: self.tree.size(),
                position: last.position,
                root: self.tree.root(),
            },
        };
        self.layout.write(&group, false)?;
        self.staged.clear();
        self.bytes = 0;
        Ok(())
    }
}

fn options() -> Options {
    Options::new(SyncPolicy::EachGroup, Arc::new(SystemClock))
}

/// Removes what a restore that was broken off left, but the lock, which is held.
fn clear(folder: &Path) -> io::Result<()> {
    for path in entries(folder)? {
        match path.is_dir() {
            _ if path.ends_with("lock") => {}
            true => fs::remove_dir_all(path)?,
            false => fs::remove_file(path)?,
        }
    }
    Ok(())
}
