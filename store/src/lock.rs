//! A directory is open once.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

use crate::disk::make_folder;

/// The file in a directory that is locked.
const LOCK: &str = "lock";

/// Why a directory can't be had.
pub(crate) enum LockError {
    /// Somebody has it open.
    Taken,
    /// The disk failed.
    Io(io::Error),
}

impl From<io::Error> for LockError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Held as long as a store is open. The system lets go of it when the process ends, however it
/// ends, so that a killed process leaves nothing to clean up.
pub(crate) struct DirectoryLock(#[expect(dead_code, reason = "held, not used")] File);

impl DirectoryLock {
    /// Makes the directory if there is none, and takes it.
    pub(crate) fn take(directory: &Path) -> Result<Self, LockError> {
        let taken = || {
            make_folder(directory)?;
            Self::of(&directory.join(LOCK))
        };
        match taken() {
            // Whoever had it has given it another name meanwhile.
            Err(LockError::Io(error)) if error.kind() == io::ErrorKind::NotFound => taken(),
            outcome => outcome,
        }
    }

    /// Whether somebody has taken this directory, now or before.
    pub(crate) fn was_taken(directory: &Path) -> bool {
        directory.join(LOCK).is_file()
    }

    /// Takes what is to be written as this file.
    pub(crate) fn beside(file: &Path) -> Result<Self, LockError> {
        Self::of(&file.with_added_extension("lock"))
    }

    fn of(path: &Path) -> Result<Self, LockError> {
        let mut options = File::options();
        let file = options
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(LockError::Taken),
            Err(TryLockError::Error(error)) => Err(LockError::Io(error)),
        }
    }
}
