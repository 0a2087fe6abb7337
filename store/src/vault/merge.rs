//! Writing a vault out of its backup and the vault that is there, whose keys open with the same data key.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use kanzlei_core::{CaseId, KeySlot};

use super::copy::{BEGINS, VaultBackup};
use super::slots::{SLOT, Stored, decode, destroyed, lost, read_header, read_slots};
use super::there::There;
use crate::backup::{BackupError, DestroyedSlots, Few};
use crate::disk::{Disk, is_one_file, unfinished};

/// Bytes that are written at once.
const PIECE: usize = 1024 * 1024;

/// Which keys a vault that is written hasn't got, and why.
#[derive(Clone, Copy)]
pub(super) struct Gone<'a> {
    /// Somebody destroyed them; it also says how many were given away.
    pub(super) destroyed: &'a DestroyedSlots,
    /// The log needs them, and nothing here has them.
    pub(super) lost: &'a BTreeMap<KeySlot, CaseId>,
}

impl VaultBackup {
    /// Writes the vault, with these slots destroyed or lost, and puts it in the place of the one that is there, which is
    /// kept.
    pub(super) fn write(
        &self,
        to: &Path,
        gone: Gone<'_>,
        there: Option<&There>,
        disk: &Disk,
    ) -> Result<Option<PathBuf>, BackupError> {
        let replaced = there.map(|_| to.with_added_extension("replaced"));
        // A run that was broken off may have given the vault that is there this name already.
        let is_kept = |before: &&PathBuf| is_one_file(before, to);
        let before = replaced.as_ref().filter(|before| !is_kept(before));
        if let Some(before) = before.filter(|before| before.exists()) {
            return Err(BackupError::Exists(before.clone()));
        }
        let new = unfinished(to);
        let written = self.write_slots(&new, gone, there, disk);
        let written = written.map_err(|error| BackupError::disk(&new, error));
        let place = || {
            if let Some(before) = before {
                // Its name never is nobody's: a vault that isn't there knows nothing.
                disk.link(to, before)?;
                disk.sync_name(to)?;
            }
            disk.rename(&new, to)?;
            disk.sync_name(to)
        };
        let done = written.and_then(|()| place().map_err(|error| BackupError::disk(to, error)));
        if done.is_err() {
            // It has keys that may be destroyed before anybody restores again.
            let _ = disk.remove(&new);
        }
        done.map(|()| replaced)
    }

    /// Slots for which the vault that is there has another key: an older one was put back once, and has given their
    /// numbers again.
    pub(super) fn others(&self, there: &There) -> Result<Few, BackupError> {
        let read = || {
            let here = File::open(&self.path)?;
            let both = read_slots(&here, BEGINS)?.zip(read_slots(&there.file, 0)?);
            let mut others = Vec::new();
            for (slot, (ours, theirs)) in (1..).map(KeySlot).zip(both) {
                let keys = [ours?, theirs?].map(|bytes| decode(slot, &bytes));
                if matches!(&keys, [Stored::Alive(ours), Stored::Alive(theirs)] if ours != theirs) {
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
        gone: Gone<'_>,
        there: Option<&There>,
        disk: &Disk,
    ) -> io::Result<()> {
        let here = File::open(&self.path)?;
        let mut piece = read_header(&here, BEGINS)?;
        let mut ours = read_slots(&here, BEGINS)?;
        let theirs = there.map(|there| read_slots(&there.file, 0));
        let mut theirs = theirs.transpose()?.into_iter().flatten();
        let mut file = disk.create_anew(new)?;
        for slot in (1..=gone.destroyed.given()).map(KeySlot) {
            let found = [ours.next().transpose()?, theirs.next().transpose()?];
            let bytes = if gone.destroyed.slots().contains(&slot) {
                destroyed(slot)
            } else if gone.lost.contains_key(&slot) {
                lost(slot)
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

/// The first that has the key; otherwise one that may have been destroyed before it was damaged. What neither has was given
/// away nevertheless, or may have been.
fn best(slot: KeySlot, found: [Option<[u8; SLOT]>; 2]) -> [u8; SLOT] {
    let found = found.into_iter().flatten();
    let is_alive = |bytes: &[u8; SLOT]| matches!(decode(slot, bytes), Stored::Alive(_));
    let is_damaged = |bytes: &[u8; SLOT]| matches!(decode(slot, bytes), Stored::Damaged);
    let alive = found.clone().find(is_alive);
    let best = alive.or_else(|| found.clone().find(is_damaged));
    best.unwrap_or_else(|| lost(slot))
}
