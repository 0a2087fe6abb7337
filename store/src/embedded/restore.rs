//! Making a store of the commits of a log, with the stamps that its backup has them.
//!
//! It is made in a folder beside, which gets the store's name once all is there and was looked at: a
//! restore that was broken off is never taken for a store, and begins anew.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kanzlei_core::record::{Hash, Record, Stamp};

use super::look::look;
use super::making::Making;
use crate::backup::BackupError;
use crate::disk::{entries, sync_name};
use crate::lock::DirectoryLock;

/// What the folder beside is called, after the store's name.
const BESIDE: &str = "restoring";

/// A store that is being restored.
pub(crate) struct Restoring {
    directory: PathBuf,
    beside: PathBuf,
    making: Making,
    lock: Arc<DirectoryLock>,
}

impl Restoring {
    /// Begins a store that will be in this directory, in which nothing may be.
    pub(crate) fn begin(directory: &Path) -> Result<Self, BackupError> {
        let io = |error| BackupError::disk(directory, error);
        if is_mount(directory).map_err(io)? {
            return Err(BackupError::Mount(directory.to_owned()));
        }
        nothing_in(directory)?;
        let beside = directory.with_added_extension(BESIDE);
        let lock = DirectoryLock::take(&beside);
        let lock = lock.map_err(|error| BackupError::lock(&beside, error))?;
        // Another one may have ended meanwhile.
        nothing_in(directory)?;
        clear(&beside).map_err(|error| BackupError::disk(&beside, error))?;
        Ok(Self {
            making: Making::begin(&beside)?,
            directory: directory.to_owned(),
            beside,
            lock: Arc::new(lock),
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

    /// Writes what is left, looks at the store, and gives it its name. Until it has that, nobody else restores there.
    pub(crate) fn finish(self, root: Hash) -> Result<(), BackupError> {
        let head = self.making.finish(Some(root))?;
        let (beside, directory) = (self.beside, self.directory);
        look(&beside, &self.lock, head)?;
        // Elsewhere no folder gets another name while a file in it is open.
        #[cfg(not(unix))]
        drop(self.lock);
        fs::rename(&beside, &directory)
            .and_then(|()| sync_name(&directory))
            .map_err(|error| BackupError::disk(&directory, error))
    }
}

fn nothing_in(directory: &Path) -> Result<(), BackupError> {
    let there = entries(directory).map_err(|error| BackupError::disk(directory, error))?;
    if there.is_empty() {
        return Ok(());
    }
    Err(BackupError::Exists(directory.to_owned()))
}

/// Whether a directory is a link, or another disk than the one that it is in: no folder can get its name.
#[cfg(unix)]
fn is_mount(directory: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    match fs::symlink_metadata(directory) {
        Ok(own) if own.is_symlink() => Ok(true),
        Ok(own) => Ok(own.dev() != fs::metadata(directory.join(".."))?.dev()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// The system says so when the folder is to get the name.
#[cfg(not(unix))]
fn is_mount(_: &Path) -> io::Result<bool> {
    Ok(false)
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
