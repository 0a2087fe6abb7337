//! Numbers of slots that names of files tell: they were given away, whatever a vault knows of them.

use std::path::{Path, PathBuf};

use kanzlei_core::KeySlot;

use crate::backup::BackupError;
use crate::disk::{FOUND, names};

/// Folders in folders that are looked into: an installation's own, those in it, `documents/pending`, a drawer.
const DEPTH: usize = 4;
/// Hexadecimal digits of a slot, and of the proof behind it.
const DIGITS: usize = 16;

/// The file below this folder whose name tells the highest slot: of an entry, or of a document that is being
/// written. Without the vault nobody can check the proof in a name.
///
/// # Errors
/// [`BackupError::Disk`] with the folder that can't be read.
pub fn highest_slot_named(
    folder: impl AsRef<Path>,
) -> Result<Option<(KeySlot, PathBuf)>, BackupError> {
    let mut highest = None;
    let mut level = vec![folder.as_ref().to_owned()];
    for _ in 0..DEPTH {
        let mut below = Vec::new();
        for folder in level {
            let names = names(&folder).map_err(|error| BackupError::disk(&folder, error))?;
            for name in names {
                let path = folder.join(&name);
                if let Some(slot) = slot_in(&name) {
                    highest = highest.max(Some((slot, path)));
                } else if name != FOUND && path.is_dir() {
                    below.push(path);
                }
            }
        }
        level = below;
    }
    Ok(highest)
}

/// The slot in `<id>-<slot>-<proof>` or `<slot>-<proof>`, whether or not it is written to its end.
fn slot_in(name: &str) -> Option<KeySlot> {
    let name = name.strip_suffix(".new").unwrap_or(name);
    let (before, proof) = name.rsplit_once('-')?;
    let slot = before.rsplit('-').next()?;
    let is_hex = |text: &str| text.len() == DIGITS && text.bytes().all(|it| it.is_ascii_hexdigit());
    if !is_hex(proof) || !is_hex(slot) {
        return None;
    }
    u64::from_str_radix(slot, 16).ok().map(KeySlot)
}
