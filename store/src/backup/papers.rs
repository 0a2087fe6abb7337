//! Documents: sealed files that never change and are called by their hash, so that a copy is checked by
//! its name.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use kanzlei_core::KeySlot;
use kanzlei_core::record::{Hash, RecordRef};
use sha2::{Digest, Sha256};

use super::destroyed::DestroyedSlots;
use super::error::BackupError;
use super::used::NamedDocument;
use crate::disk::{Disk, unfinished};
use crate::documents::place;

/// What the folder is called in a backup.
pub(super) const FOLDER: &str = "documents";
/// Bytes that are copied at once.
const PIECE: usize = 256 * 1024;

/// What Unix says where the system, or this process, has as many files open as it may.
const ENFILE: i32 = 23;
const EMFILE: i32 = 24;

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

/// What became of the documents that commits name.
#[derive(Default)]
pub(super) struct Told {
    /// How many were copied, or were what they should be.
    pub(super) copied: u64,
    /// How many of them had been skipped before.
    pub(super) late: u64,
    /// How many aren't there, or aren't what their name says, and were erased.
    pub(super) erased: u64,
    /// The others that aren't there.
    pub(super) missing: Vec<Hash>,
    /// The others that aren't what their name says.
    pub(super) damaged: Vec<Hash>,
    /// All these others, each with the slot of its key.
    pub(super) skipped: BTreeSet<(Hash, KeySlot)>,
}

/// Copies the documents that commits name from one folder to another.
pub(super) struct Papers<'a> {
    disk: &'a Disk,
    from: PathBuf,
    to: PathBuf,
    /// How many were copied, or were what they should be.
    copied: u64,
    /// How many of them had been skipped before.
    late: u64,
    /// Folders whose names were synced, of documents that were there already.
    synced: BTreeSet<PathBuf>,
    /// Those that were restored, or couldn't be.
    restored: BTreeSet<Hash>,
    /// Those that aren't there, each with the slot of its key.
    absent: BTreeSet<(Hash, KeySlot)>,
    /// Those that aren't what their name says.
    damaged: BTreeSet<(Hash, KeySlot)>,
}

impl<'a> Papers<'a> {
    pub(super) fn new(disk: &'a Disk, from: &Path, to: &Path) -> Self {
        Self {
            disk,
            from: from.to_owned(),
            to: to.to_owned(),
            copied: 0,
            late: 0,
            synced: BTreeSet::new(),
            restored: BTreeSet::new(),
            absent: BTreeSet::new(),
            damaged: BTreeSet::new(),
        }
    }

    /// Copies those that this commit names and that aren't there yet.
    pub(super) fn copy(&mut self, record: &RecordRef<'_>) -> Result<(), BackupError> {
        for named in NamedDocument::in_record(record) {
            self.bring(named.digest, named.slot)?;
        }
        Ok(())
    }

    /// Copies those that were skipped before and aren't there yet.
    pub(super) fn copy_late(
        &mut self,
        skipped: impl IntoIterator<Item = (Hash, KeySlot)>,
    ) -> Result<(), BackupError> {
        let before = self.copied;
        for (digest, slot) in skipped {
            self.bring(digest, slot)?;
        }
        self.late += self.copied - before;
        Ok(())
    }

    /// Those that this commit names and that aren't there, each with the slot of its key.
    pub(super) fn lacking(&self, record: &RecordRef<'_>) -> Vec<(Hash, KeySlot)> {
        let named = NamedDocument::in_record(record).into_iter();
        named
            .filter(|named| !place(&self.to, named.digest).exists())
            .map(|named| (named.digest, named.slot))
            .collect()
    }

    fn bring(&mut self, digest: Hash, slot: KeySlot) -> Result<(), BackupError> {
        let (from, to) = (place(&self.from, digest), place(&self.to, digest));
        if to.exists() {
            return self.named(&to);
        }
        let found = self.copy_one(&from, &to, digest, None)?;
        self.found(digest, slot, found);
        Ok(())
    }

    /// Syncs the name of one that was there: a run that was broken off may not have come to it.
    fn named(&mut self, to: &Path) -> Result<(), BackupError> {
        let folder = to.parent();
        if folder.is_some_and(|folder| self.synced.insert(folder.to_owned())) {
            let synced = self.disk.sync_name(to);
            synced.map_err(|error| BackupError::disk(to, error))?;
        }
        Ok(())
    }

    /// Copies those that this commit names, but for those that are there and are what their name says.
    pub(super) fn restore(&mut self, record: &RecordRef<'_>) -> Result<(), BackupError> {
        for named in NamedDocument::in_record(record) {
            if !self.restored.insert(named.digest) {
                continue;
            }
            let digest = named.digest;
            let (from, to) = (place(&self.from, digest), place(&self.to, digest));
            let found = match there(&to, digest)? {
                Paper::Sound => self.named(&to).map(|()| Paper::Sound)?,
                there => match self.copy_one(&from, &to, digest, None)? {
                    // What is damaged here is no less so for that.
                    Paper::Missing => there,
                    copied => copied,
                },
            };
            self.found(digest, named.slot, found);
        }
        Ok(())
    }

    /// Reads those that this commit names, and copies none.
    pub(super) fn look(&mut self, record: &RecordRef<'_>) -> Result<(), BackupError> {
        for named in NamedDocument::in_record(record) {
            let found = there(&place(&self.from, named.digest), named.digest)?;
            self.found(named.digest, named.slot, found);
        }
        Ok(())
    }

    fn found(&mut self, digest: Hash, slot: KeySlot, found: Paper) {
        match found {
            Paper::Sound => self.copied += 1,
            Paper::Damaged => {
                self.damaged.insert((digest, slot));
            }
            Paper::Missing => {
                self.absent.insert((digest, slot));
            }
        }
    }

    /// What became of them, once it is known which keys were destroyed: what was sealed under those is no loss.
    pub(super) fn told(self, destroyed: Option<&DestroyedSlots>) -> Told {
        let is_erased = |slot: &KeySlot| destroyed.is_some_and(|list| list.slots().contains(slot));
        let parted = |some: BTreeSet<(Hash, KeySlot)>| {
            some.into_iter()
                .partition::<BTreeSet<_>, _>(|(_, slot)| is_erased(slot))
        };
        let (gone, missing) = parted(self.absent);
        let (worthless, damaged) = parted(self.damaged);
        let digests = |some: &BTreeSet<_>| some.iter().map(|(digest, _)| *digest).collect();
        Told {
            copied: self.copied,
            late: self.late,
            erased: (gone.len() + worthless.len()) as u64,
            missing: digests(&missing),
            damaged: digests(&damaged),
            skipped: &missing | &damaged,
        }
    }

    /// What is there where it would be copied to.
    pub(super) fn there(&self, digest: Hash) -> Result<Paper, BackupError> {
        there(&place(&self.to, digest), digest)
    }

    /// Copies one in the place of what is there, which is kept in this folder; says whether there was one to copy that is
    /// what its name says.
    pub(super) fn replace(&self, digest: Hash, kept: Option<&Path>) -> Result<bool, BackupError> {
        let (from, to) = (place(&self.from, digest), place(&self.to, digest));
        let found = self.copy_one(&from, &to, digest, kept)?;
        Ok(matches!(found, Paper::Sound))
    }

    /// What it was; only what its name says is copied. What is there already is kept in a folder.
    fn copy_one(
        &self,
        from: &Path,
        to: &Path,
        digest: Hash,
        kept: Option<&Path>,
    ) -> Result<Paper, BackupError> {
        let mut source = match open(from)? {
            Ok(source) => source,
            Err(found) => return Ok(found),
        };
        let (disk, new) = (self.disk, unfinished(to));
        let failed = |error| BackupError::disk(to, error);
        let folder = to.parent().unwrap_or(&self.to);
        disk.make_folder(folder).map_err(failed)?;
        let mut copy = disk.create_anew(&new).map_err(failed)?;
        let write = &mut |bytes: &[u8]| disk.write(&mut copy, bytes).map_err(failed);
        let copied = pieces(&mut source, write).and_then(|found| {
            if found != Some(digest) {
                return Ok(Paper::Damaged);
            }
            disk.sync(&copy)
                .and_then(|()| kept.map_or(Ok(()), |kept| self.keep(to, kept, digest)))
                .and_then(|()| disk.rename(&new, to))
                .map_err(failed)?;
            Ok(Paper::Sound)
        });
        let named = if matches!(copied, Ok(Paper::Sound)) {
            disk.sync_folder(folder)
        } else {
            disk.remove(&new)
        };
        let copied = copied?;
        named.map_err(failed)?;
        Ok(copied)
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

/// What stands in this file.
fn there(path: &Path, digest: Hash) -> Result<Paper, BackupError> {
    let mut file = match open(path)? {
        Ok(file) => file,
        Err(found) => return Ok(found),
    };
    Ok(match pieces(&mut file, &mut |_| Ok(()))? {
        Some(found) if found == digest => Paper::Sound,
        _ => Paper::Damaged,
    })
}

/// A file to be read, or what it is that there is none. What the disk doesn't give is damaged: one document keeps neither
/// the log nor the others from being copied.
fn open(path: &Path) -> Result<Result<File, Paper>, BackupError> {
    match File::open(path) {
        Ok(file) => Ok(Ok(file)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Err(Paper::Missing)),
        Err(error) if is_ours(&error) => Err(BackupError::disk(path, error)),
        Err(_) => Ok(Err(Paper::Damaged)),
    }
}

/// Whether it is this process that can't open any file, and nothing is wrong with that one: it may not, or has too
/// many open.
fn is_ours(error: &io::Error) -> bool {
    let too_many = cfg!(unix) && matches!(error.raw_os_error(), Some(ENFILE | EMFILE));
    too_many || matches!(error.kind(), ErrorKind::PermissionDenied)
}

/// Reads a file piece by piece; gives the hash of the whole, or nothing if the disk doesn't give all of it.
fn pieces(
    file: &mut File,
    each: &mut dyn FnMut(&[u8]) -> Result<(), BackupError>,
) -> Result<Option<Hash>, BackupError> {
    let (mut piece, mut hash) = (vec![0; PIECE], Sha256::new());
    loop {
        let count = match file.read(&mut piece) {
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(_) => return Ok(None),
        };
        let Some(bytes @ [_, ..]) = piece.get(..count) else {
            return Ok(Some(Hash::from_bytes(hash.finalize().into())));
        };
        hash.update(bytes);
        each(bytes)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_may_open_no_file_takes_none_for_damaged() {
        assert!(is_ours(&ErrorKind::PermissionDenied.into()));
        assert!(!is_ours(&io::Error::from_raw_os_error(5)));
        for code in [ENFILE, EMFILE].into_iter().filter(|_| cfg!(unix)) {
            assert!(is_ours(&io::Error::from_raw_os_error(code)));
        }
    }
}
