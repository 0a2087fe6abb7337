//! What is sound of a backup, whatever is wrong with the rest: for a repair, which takes that and no more.
//!
//! What fails a checksum, is cut off or isn't there is damage, and is passed over. Files that are sound and don't belong
//! together aren't damaged but mixed up: they are refused, as they are when a backup is restored.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use kanzlei_core::Position;

use super::error::BackupError;
use super::glean::{Entries, SoundCommits};
use super::header::{ENDING, HEADER, Header, file_name};
use super::part::Part;
use super::read;
use super::tree::Tree;
use crate::disk::names;
use crate::embedded::LogDamage;

/// A backup of which a part may be damaged or missing.
#[derive(Debug)]
pub(crate) struct SoundBackup {
    path: PathBuf,
    parts: Vec<Part>,
    damage: Vec<LogDamage>,
}

impl SoundBackup {
    /// What is sound of the backup in this folder. Nothing but headers is read, unless one is damaged.
    ///
    /// # Errors
    /// If there is no backup, a newer release wrote it, its files don't belong together, or the disk fails.
    pub(crate) fn open(path: &Path) -> Result<Self, BackupError> {
        let mut names = names(path).map_err(|error| BackupError::disk(path, error))?;
        names.retain(|name| name.ends_with(ENDING));
        let path = path.to_owned();
        if names.is_empty() {
            return Err(BackupError::Nothing { path });
        }
        let (parts, damage) = (Vec::new(), Vec::new());
        let mut backup = Self {
            path,
            parts,
            damage,
        };
        // Where the file before ends, if that is known.
        let mut before = Some(Tree::default().head());
        for name in names {
            let file = backup.path.join(&name);
            let part = backup.part(&file, before.is_some())?;
            if let Some(part) = part.filter(|part| part.header.name() == name) {
                let first = backup.parts.first().unwrap_or(&part);
                part.belongs(first.header.log)?;
                match before {
                    Some(end) if part.header.before.position > end.position => {
                        let first = Position(end.position.0 + 1);
                        let missing = file_name(first, part.header.before.position);
                        backup.damaged(backup.path.join(missing), None);
                    }
                    Some(end) => part.follows(&backup.path, end)?,
                    None => {}
                }
                before = Some(part.header.after);
                backup.parts.push(part);
            } else {
                before = None;
                // What its header says already was.
                if backup.damage.last().is_none_or(|last| last.file != file) {
                    backup.damaged(file, Some(0));
                }
            }
        }
        Ok(backup)
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The sound commits, in order.
    pub(crate) fn commits(&self) -> SoundCommits {
        SoundCommits::new(self.parts.clone().into(), self.damage.clone())
    }

    /// A file, if its header is what was written, or all that stands behind that is. `known` says whether the file before
    /// it is.
    fn part(&mut self, path: &Path, known: bool) -> Result<Option<Part>, BackupError> {
        let failed = |error| BackupError::disk(path, error);
        let file = File::open(path).map_err(failed)?;
        let length = file.metadata().map_err(failed)?.len();
        let mut bytes = Vec::with_capacity(HEADER);
        // What the disk doesn't give is missing.
        let _ = file.take(HEADER as u64).read_to_end(&mut bytes);
        let path = path.to_owned();
        let error = match Header::read(&bytes, &path) {
            Ok(header) => {
                if header.length != length {
                    self.damaged(path.clone(), Some(length.min(header.length)));
                }
                return Ok(Some(Part {
                    path,
                    header,
                    length,
                }));
            }
            Err(error) => error,
        };
        let part = self.told_by_its_commits(&path, length, known);
        match (&error, &part) {
            (BackupError::Damaged { at, .. }, _) => self.damaged(path, Some(*at)),
            // The number of its layout is what is damaged: all else is as this release writes it.
            (BackupError::Newer { .. }, Some(_)) => self.damaged(path, Some(8)),
            _ => return Err(error),
        }
        Ok(part)
    }

    /// A file with the header that it must have had: its commits are sound to the last, and lead from the end of the file before it
    /// to the tree with which it ends.
    fn told_by_its_commits(&self, path: &Path, length: u64, known: bool) -> Option<Part> {
        let before = match self.parts.last() {
            _ if !known => return None,
            Some(last) => read::end(last).ok()?,
            None => Tree::default(),
        };
        let mut entries = Entries::open(path, length, before.position).ok()?;
        let (mut tree, mut first) = (before.clone(), None);
        while let Some((stamp, record)) = entries.next() {
            let leaf = tree.push(stamp, record.content_hash());
            first.get_or_insert((stamp.position, leaf));
        }
        let (position, leaf) = first?;
        let log = self.parts.first().map_or(leaf, |part| part.header.log);
        let part = Part {
            path: path.to_owned(),
            header: Header {
                log,
                before: before.head(),
                after: tree.head(),
                first: position,
                length,
            },
            length,
        };
        let ends = read::end(&part).ok()?;
        (entries.at == read::commits_end(&part.header) && ends.frontier == tree.frontier)
            .then_some(part)
    }

    fn damaged(&mut self, file: PathBuf, at: Option<u64>) {
        self.damage.push(LogDamage { file, at });
    }
}
