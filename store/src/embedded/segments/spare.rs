//! Making the next segment ready.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::super::at;
use crate::disk::sync_folder;

/// The bytes of the first segment.
const FIRST: u64 = 1024 * 1024;
/// No segment is longer: what isn't settled yet is in memory, and is read again when the store opens.
const LONGEST: u64 = 64 * 1024 * 1024;
/// So many zeros are written and synced at a time, so that a group's sync doesn't wait for all of them.
const PIECE: usize = 1024 * 1024;
static ZEROS: [u8; PIECE] = [0; PIECE];

/// How long a segment is made.
pub(in super::super) fn capacity(number: u32) -> u64 {
    let doublings = number.saturating_sub(1).min(LONGEST.ilog2());
    (FIRST << doublings).min(LONGEST)
}

/// Makes a segment of zeros that are on the disk, and gives it its name last. What there was no room for is removed.
pub(in super::super) fn make(folder: &Path, path: &Path, capacity: u64) -> io::Result<()> {
    let made = filled(&spare(folder), capacity).and_then(|()| fs::rename(spare(folder), path));
    if made.is_err() {
        // Why it wasn't made says more than why that isn't removed.
        let _ = clear(folder);
    }
    made?;
    sync_folder(folder)
}

fn filled(spare: &Path, capacity: u64) -> io::Result<()> {
    let mut options = File::options();
    let file = options
        .create(true)
        .truncate(true)
        .write(true)
        .open(spare)?;
    let mut done = 0;
    while done < capacity {
        at::write(&file, &ZEROS, done)?;
        file.sync_data()?;
        done += PIECE as u64;
    }
    file.sync_all()
}

/// Removes what a crash left of one that was being made.
pub(in super::super) fn clear(folder: &Path) -> io::Result<()> {
    match fs::remove_file(spare(folder)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}

/// Fills a part of a segment with zeros again, durably.
pub(in super::super) fn blank(file: &File, mut from: u64, to: u64) -> io::Result<()> {
    while from < to {
        let most = usize::try_from(to - from).unwrap_or(PIECE).min(PIECE);
        at::write(file, ZEROS.get(..most).unwrap_or_default(), from)?;
        from += most as u64;
    }
    file.sync_data()
}

fn spare(folder: &Path) -> PathBuf {
    folder.join("spare")
}
