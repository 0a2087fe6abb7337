//! Documents: sealed files that never change and are called by their hash, so that a copy is checked by
//! its name.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use kanzlei_core::record::{Hash, RecordRef};
use sha2::{Digest, Sha256};

use super::error::BackupError;
use super::used;
use crate::disk::Disk;

/// What the folder is called in a backup.
pub(super) const FOLDER: &str = "documents";
/// Bytes that are copied at once.
const PIECE: usize = 256 * 1024;

/// What the system says, and of which file.
type AtPath = (PathBuf, io::Error);

/// What stands under a document's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paper {
    /// What its name says.
    Sound,
    /// Something else.
    Damaged,
    /// Nothing.
    Missing,
}

/// Copies the documents that commits name from one folder to another.
pub(super) struct Papers<'a> {
    disk: &'a Disk,
    from: PathBuf,
    to: PathBuf,
    /// How many were copied, or were what they should be.
    pub(super) copied: u64,
    /// How many aren't there: they were erased, or an embedder keeps them elsewhere.
    pub(super) absent: u64,
    /// Those that aren't what their name says.
    pub(super) damaged: Vec<Hash>,
}

impl<'a> Papers<'a> {
    pub(super) fn new(disk: &'a Disk, from: &Path, to: &Path) -> Self {
        Self {
            disk,
            from: from.to_owned(),
            to: to.to_owned(),
            copied: 0,
            absent: 0,
            damaged: Vec::new(),
        }
    }

    /// Copies those that this commit names and that aren't there yet.
    pub(super) fn copy(&mut self, record: &RecordRef<'_>) -> Result<(), BackupError> {
        for digest in digests(record) {
            let to = place(&self.to, digest);
            if to.exists() {
                continue;
            }
            let from = place(&self.from, digest);
            match self.copy_one(&from, &to, digest, None) {
                Ok(true) => self.copied += 1,
                Ok(false) => self.damaged.push(digest),
                Err((_, error)) if error.kind() == ErrorKind::NotFound && !from.exists() => {
                    self.absent += 1;
                }
                Err((path, error)) => return Err(BackupError::disk(&path, error)),
            }
        }
        Ok(())
    }

    /// Reads those that this commit names, and copies none.
    pub(super) fn look(&mut self, record: &RecordRef<'_>) -> Result<(), BackupError> {
        for digest in digests(record) {
            let from = place(&self.from, digest);
            match there(&from, digest).map_err(|error| BackupError::disk(&from, error))? {
                Paper::Sound => self.copied += 1,
                Paper::Damaged => self.damaged.push(digest),
                Paper::Missing => self.absent += 1,
            }
        }
        Ok(())
    }

    /// What is there where it would be copied to. What the disk doesn't give is damaged.
    pub(super) fn there(&self, digest: Hash) -> Paper {
        let to = place(&self.to, digest);
        there(&to, digest).unwrap_or(Paper::Damaged)
    }

    /// Copies one in the place of what is there, which is kept in this folder; says whether there was one to copy that is
    /// what its name says.
    pub(super) fn replace(&self, digest: Hash, kept: Option<&Path>) -> Result<bool, BackupError> {
        let (from, to) = (place(&self.from, digest), place(&self.to, digest));
        match self.copy_one(&from, &to, digest, kept) {
            // It isn't there, or its disk doesn't give it.
            Err((path, _)) if path == from => {
                let _ = self.disk.remove(&to.with_added_extension("new"));
                Ok(false)
            }
            done => done.map_err(|(path, error)| BackupError::disk(&path, error)),
        }
    }

    /// Whether it was what its name says; else it isn't copied. An error comes with its place. What is there already is
    /// kept in a folder.
    fn copy_one(
        &self,
        from: &Path,
        to: &Path,
        digest: Hash,
        kept: Option<&Path>,
    ) -> Result<bool, AtPath> {
        let at = |path: &Path, error| (path.to_owned(), error);
        let mut source = File::open(from).map_err(|error| at(from, error))?;
        let (disk, new) = (self.disk, to.with_added_extension("new"));
        let failed = |error| at(to, error);
        let folder = to.parent().unwrap_or(&self.to);
        disk.make_folder(folder).map_err(failed)?;
        disk.remove(&new).map_err(failed)?;
        let mut copy = disk.create(&new).map_err(failed)?;
        let found = pieces(from, &mut source, &mut |bytes| {
            let written = disk.write(&mut copy, bytes);
            written.map_err(failed)
        })?;
        if found != digest {
            disk.remove(&new).map_err(failed)?;
            return Ok(false);
        }
        disk.sync(&copy)
            .and_then(|()| kept.map_or(Ok(()), |kept| self.keep(to, kept, digest)))
            .and_then(|()| disk.rename(&new, to))
            .and_then(|()| disk.sync_folder(folder))
            .map_err(failed)?;
        Ok(true)
    }
}

impl Papers<'_> {
    /// Gives a file another name in this folder, before its own becomes another's.
    fn keep(&self, file: &Path, kept: &Path, digest: Hash) -> io::Result<()> {
        self.disk.make_folder(kept)?;
        self.disk.link(file, &kept.join(digest.to_string()))?;
        self.disk.sync_folder(kept)
    }
}

fn digests(record: &RecordRef<'_>) -> impl Iterator<Item = Hash> {
    used::documents(record)
        .into_iter()
        .map(|named| named.digest)
}

/// What stands in this file.
fn there(path: &Path, digest: Hash) -> io::Result<Paper> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Paper::Missing),
        opened => opened?,
    };
    match pieces(path, &mut file, &mut |_| Ok(())) {
        Ok(found) if found == digest => Ok(Paper::Sound),
        Ok(_) => Ok(Paper::Damaged),
        Err((_, error)) => Err(error),
    }
}

/// Reads a file piece by piece; gives the hash of the whole.
fn pieces(
    path: &Path,
    file: &mut File,
    each: &mut dyn FnMut(&[u8]) -> Result<(), AtPath>,
) -> Result<Hash, AtPath> {
    let (mut piece, mut hash) = (vec![0; PIECE], Sha256::new());
    loop {
        let read = file.read(&mut piece);
        let count = read.map_err(|error| (path.to_owned(), error))?;
        let Some(bytes @ [_, ..]) = piece.get(..count) else {
            return Ok(Hash::from_bytes(hash.finalize().into()));
        };
        hash.update(bytes);
        each(bytes)?;
    }
}

fn place(folder: &Path, digest: Hash) -> PathBuf {
    let name = digest.to_string();
    let first: String = name.chars().take(2).collect();
    folder.join(first).join(name)
}
