//! Making a store of the commits of a log, with the stamps that its backup has them.
//!
//! It is made in a folder beside, which gets the store's name once all is there and was looked at: a
//! restore that was broken off is never taken for a store, and begins anew.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use kanzlei_core::record::{Hash, Record, Stamp};

use super::birth::entries;
use super::look::look;
use super::making::Making;
use crate::backup::BackupError;
use crate::disk::sync_name;
use crate::lock::DirectoryLock;

/// What the folder beside is called, after the store's name.
const BESIDE: &str = "restoring";

/// A store that is being restored.
pub(crate) struct Restoring {
    directory: PathBuf,
    beside: PathBuf,
    making: Making,
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
        let lock = DirectoryLock::take(&beside);
        let lock = lock.map_err(|error| BackupError::lock(&beside, error))?;
        clear(&beside).map_err(|error| BackupError::disk(&beside, error))?;
        Ok(Self {
            making: Making::begin(&beside)?,
            directory: directory.to_owned(),
            beside,
            lock,
        })
    }

    /// Adds a commit, which has the next position.
    pub(crate) fn push(&mut self, stamp: Stamp, record: Record) -> Result<(), BackupError> {
        let next = self.making.next();
        if stamp.position != next {
            return Err(BackupError::Hole(next));
        }
        Ok(self.making.push(stamp, record)?)
    }

    /// Writes what is left, looks at the store, and gives it its name.
    pub(crate) fn finish(self, root: Hash) -> Result<(), BackupError> {
        let head = self.making.finish(Some(root))?;
        drop(self.lock);
        let (beside, directory) = (self.beside, self.directory);
        look(&beside, head)?;
        fs::rename(&beside, &directory)
            .and_then(|()| sync_name(&directory))
            .map_err(|error| BackupError::disk(&directory, error))
    }
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
