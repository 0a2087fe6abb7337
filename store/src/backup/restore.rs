//! The way back: a store that is made from a backup.

use std::path::{Path, PathBuf};

use kanzlei_core::Position;
use kanzlei_core::ports::TreeHead;
use kanzlei_core::record::{Hash, Record, Stamp};

use super::error::BackupError;
use super::folder::chain;
use super::header::Header;
use super::read;
use super::tree::Tree;
use crate::embedded::Restoring;

/// A backup that is read.
#[derive(Debug)]
pub struct Backup {
    path: PathBuf,
    files: Vec<(PathBuf, Header)>,
    end: TreeHead,
}

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Restored {
    /// How many commits.
    pub commits: u64,
    /// Up to which position.
    pub position: Position,
    /// The root of the log's tree there.
    pub root: Hash,
}

impl Backup {
    /// The backup in this folder, of which nothing but the headers is read.
    ///
    /// # Errors
    /// If there is none, a file is missing or damaged, or the disk fails.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, BackupError> {
        let path = path.as_ref().to_owned();
        let files = chain(&path)?;
        match files.last().map(|(_, header)| header.after) {
            Some(end) => Ok(Self { path, files, end }),
            None => Err(BackupError::Nothing { path }),
        }
    }

    /// How many commits it has, up to which position, and the root of the log's tree there.
    pub const fn end(&self) -> TreeHead {
        self.end
    }

    /// Reads it through and changes nothing; see [`restore`](Self::restore).
    ///
    /// # Errors
    /// If a file isn't what was written, or the disk fails.
    pub fn check(&self, told: &dyn Fn(u64, u64)) -> Result<Restored, BackupError> {
        self.read(self.end.position, told, &mut |_, _| Ok(()))
    }

    /// Makes an embedded event store of it, in a directory that isn't there yet or is empty: with all
    /// commits, or those up to a position. Every checksum, every record and the root at each file's end
    /// is checked; the store has its name once it was opened and has the same root. Broken off, it can
    /// be begun again.
    ///
    /// # Errors
    /// If something is there, the backup doesn't reach to the position, a file isn't what was written,
    /// or the disk fails.
    pub fn restore(
        &self,
        directory: impl AsRef<Path>,
        until: Option<Position>,
        told: &dyn Fn(u64, u64),
    ) -> Result<Restored, BackupError> {
        let until = self.until(until)?;
        let mut store = Restoring::begin(directory.as_ref())?;
        let restored = self.read(until, told, &mut |stamp, record| store.push(stamp, record))?;
        store.finish(restored.root)?;
        Ok(restored)
    }

    fn until(&self, asked: Option<Position>) -> Result<Position, BackupError> {
        let asked = asked.unwrap_or(self.end.position);
        let first = self.files.first().map(|(_, header)| header.first);
        if asked > self.end.position || first.is_none_or(|first| asked < first) {
            return Err(BackupError::Beyond {
                path: self.path.clone(),
                asked,
                end: self.end.position,
            });
        }
        Ok(asked)
    }

    /// Hands out the commits up to a position. The file in which that is, is read to its end, since
    /// only there it is known to be what was written.
    fn read(
        &self,
        until: Position,
        told: &dyn Fn(u64, u64),
        each: &mut dyn FnMut(Stamp, Record) -> Result<(), BackupError>,
    ) -> Result<Restored, BackupError> {
        let (mut tree, mut given) = (Tree::default(), Tree::default());
        let wanted = self.files.iter().filter(|(_, file)| file.first <= until);
        for (path, _) in wanted {
            let mut file = read::commits(path, tree)?;
            while let Some((stamp, record)) = file.next()? {
                if stamp.position > until {
                    continue;
                }
                given.push(stamp, record.content_hash());
                told(stamp.position.0, until.0);
                each(stamp, record)?;
            }
            tree = file.into_tree();
        }
        let TreeHead {
            size,
            position,
            root,
        } = given.head();
        Ok(Restored {
            commits: size,
            position,
            root,
        })
    }
}
