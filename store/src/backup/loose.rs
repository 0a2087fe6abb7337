//! Commits that stand in no log any more, kept in the form of a backup, so that they can be read.

use std::path::Path;
use std::sync::Arc;

use kanzlei_core::record::{Record, Stamp, leaf_hash};

use super::error::BackupError;
use super::folder::BackupFolder;
use super::tree::Tree;
use super::write::FileWriter;
use crate::disk::SoundDisk;

/// Commits that are kept by themselves, in a backup whose positions have holes.
pub(crate) struct LooseCommits {
    folder: BackupFolder,
    file: FileWriter,
    tree: Tree,
}

impl LooseCommits {
    /// Begins with a commit, in this folder.
    pub(crate) fn begin(folder: &Path, stamp: Stamp, record: &Record) -> Result<Self, BackupError> {
        let folder = BackupFolder::open(folder, Arc::new(SoundDisk))?;
        let log = leaf_hash(stamp, record.content_hash());
        let (tree, first) = (Tree::default(), stamp.position);
        let file = FileWriter::begin(&folder.disk, &folder.path, log, tree.clone(), first)?;
        let mut loose = Self { folder, file, tree };
        loose.push(stamp, record)?;
        Ok(loose)
    }

    /// Adds one of a later position.
    pub(crate) fn push(&mut self, stamp: Stamp, record: &Record) -> Result<(), BackupError> {
        self.tree.push(stamp, record.content_hash());
        self.file.push(stamp, record.bytes())
    }

    /// Gives it its name.
    pub(crate) fn finish(self) -> Result<(), BackupError> {
        self.file.finish(&self.tree, &self.folder.path)
    }
}
