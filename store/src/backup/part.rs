//! A file of a backup's commits of which is known what it should be.

use std::path::{Path, PathBuf};

use kanzlei_core::ports::TreeHead;
use kanzlei_core::record::Hash;

use super::error::BackupError;
use super::header::Header;

#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) path: PathBuf,
    pub(super) header: Header,
    /// The bytes that are there.
    pub(super) length: u64,
}

impl Part {
    /// That it is of the log that the first one is of.
    pub(super) fn belongs(&self, log: Hash) -> Result<(), BackupError> {
        if self.header.log == log {
            return Ok(());
        }
        let why = "it is of another log than the first file";
        Err(BackupError::damaged(&self.path, 16, why))
    }

    /// That it goes on where the one before it in the folder ends.
    pub(super) fn follows(&self, folder: &Path, end: TreeHead) -> Result<(), BackupError> {
        let before = self.header.before;
        if before == end {
            return Ok(());
        }
        if before.position > end.position {
            return Err(BackupError::Gap {
                path: folder.to_owned(),
                after: end.position,
                next: self.header.first,
            });
        }
        let why = "its commits don't follow those of the file before it";
        Err(BackupError::damaged(&self.path, 48, why))
    }
}
