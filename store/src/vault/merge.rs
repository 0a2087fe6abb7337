//! Writing a vault out of its backup and the vault that is there, whose keys open with the same data key.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use kanzlei_core::KeySlot;

use super::copy::{BEGINS, VaultBackup};
use super::header::HEADER;
use super::restore::There;
use super::slots::{SLOT, Stored, decode, destroyed};
use crate::backup::{BackupError, DestroyedSlots, Few};
use crate::disk::Disk;

/// Bytes that are read and written at once.
const PIECE: usize = 1024 * 1024;

impl VaultBackup {
    /// Writes the vault, with these slots destroyed, and puts it in the place of the one that is there, which is kept.
    pub(super) fn write(
        &self,
        to: &Path,
        gone: &DestroyedSlots,
        there: Option<&There>,
        disk: &Disk,
    ) -> Result<Option<PathBuf>, BackupError> {
        let replaced = there.map(|_| to.with_added_extension("replaced"));
        if let Some(before) = replaced.as_ref().filter(|before| before.exists()) {
            return Err(BackupError::Exists(before.clone()));
        }
        let new = to.with_added_extension("new");
        let written = disk
            .remove(&new)
            .and_then(|()| self.write_slots(&new, gone, there, disk));
        written.map_err(|error| BackupError::disk(&new, error))?;
        let place = || {
            if let Some(before) = &replaced {
                // Its name never is nobody's: a vault that isn't there knows nothing.
                disk.link(to, before)?;
            }
            disk.rename(&new, to)?;
            to.parent().map_or(Ok(()), |at| disk.sync_folder(at))
        };
        place().map_err(|error| BackupError::disk(to, error))?;
        Ok(replaced)
    }

    /// Slots for which the vault that is there has another key: an older one was put back once, and has given their
    /// numbers again.
    pub(super) fn others(&self, there: &There) -> Result<Few, BackupError> {
        let read = || {
            let mut here = slots(File::open(&self.path)?, BEGINS + HEADER as u64)?;
            let mut there = slots(&there.file, HEADER as u64)?;
            let mut others = Vec::new();
            for slot in (1..).map(KeySlot) {
                let both = next(Some(&mut here))?.zip(next(Some(&mut there))?);
                let Some((ours, theirs)) = both else {
                    break;
                };
                if let [Stored::Alive(ours), Stored::Alive(theirs)] =
                    [ours, theirs].map(|bytes| decode(slot, &bytes))
                    && ours != theirs
                {
                    others.push(slot);
                }
            }
            Ok(Few::of(others.into_iter()))
        };
        read().map_err(|error| BackupError::disk(&self.path, error))
    }

    fn write_slots(
        &self,
        new: &Path,
        gone: &DestroyedSlots,
        there: Option<&There>,
        disk: &Disk,
    ) -> io::Result<()> {
        let mut here = slots(File::open(&self.path)?, BEGINS)?;
        let mut piece = vec![0; HEADER];
        here.read_exact(&mut piece)?;
        let there = there.map(|there| slots(&there.file, HEADER as u64));
        let mut there = there.transpose()?;
        let mut file = disk.create(new)?;
        for slot in (1..=gone.given()).map(KeySlot) {
            let found = [next(Some(&mut here))?, next(there.as_mut())?];
            let bytes = if gone.slots().contains(&slot) {
                destroyed(slot)
            } else {
                best(slot, found)
            };
            piece.extend_from_slice(&bytes);
            if piece.len() >= PIECE {
                disk.write(&mut file, &piece)?;
                piece.clear();
            }
        }
        disk.write(&mut file, &piece)?;
        disk.sync(&file)
    }
}

fn slots<F: Read + Seek>(mut file: F, begin: u64) -> io::Result<BufReader<F>> {
    file.seek(SeekFrom::Start(begin))?;
    Ok(BufReader::with_capacity(PIECE, file))
}

/// The next slot of a file; `None` behind its last.
fn next(from: Option<&mut impl Read>) -> io::Result<Option<[u8; SLOT]>> {
    let Some(from) = from else {
        return Ok(None);
    };
    let mut bytes = [0; SLOT];
    match from.read_exact(&mut bytes) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
        read => read.map(|()| Some(bytes)),
    }
}

/// The first that has the key; otherwise the first that there is, unless it is zeros, which nobody was ever given.
fn best(slot: KeySlot, found: [Option<[u8; SLOT]>; 2]) -> [u8; SLOT] {
    let found = found.into_iter().flatten();
    let is_alive = |bytes: &[u8; SLOT]| matches!(decode(slot, bytes), Stored::Alive(_));
    let is_written = |bytes: &[u8; SLOT]| !matches!(decode(slot, bytes), Stored::Never);
    let alive = found.clone().find(is_alive);
    let written = alive.or_else(|| found.clone().find(is_written));
    written.unwrap_or_else(|| destroyed(slot))
}
