//! A vault that is there where one is restored, or beside which a log is.

use std::fs::{File, OpenOptions};
use std::path::Path;

use kanzlei_core::KeySlot;

use super::file::{FileKeyVault, lock};
use super::slots::SlotFile;
use super::states::{SlotState, States};
use crate::backup::{BackupError, DestroyedSlots};

/// A vault that is there, held so that nobody uses it meanwhile.
pub(super) struct There {
    pub(super) states: States,
    pub(super) file: File,
}

impl There {
    /// The vault at this place; none, if there is no file, or one whose making was interrupted.
    pub(super) fn at(path: &Path) -> Result<Option<Self>, BackupError> {
        if !FileKeyVault::exists(path)? {
            return Ok(None);
        }
        let file = lock(OpenOptions::new().read(true).write(true), path)?;
        let states = States::read(path, 0)?;
        Ok(Some(Self { states, file }))
    }
}

/// Destroys in the vault at this place, if there is one, what was destroyed in it before; gives how many
/// keys that were.
pub(crate) fn settle(path: &Path, list: &DestroyedSlots) -> Result<u64, BackupError> {
    let Some(there) = There::at(path)? else {
        return Ok(0);
    };
    if there.states.vault != list.vault() {
        return Err(BackupError::AnotherVault(path.to_owned()));
    }
    let (slots, given) = (there.states.slots(), list.given());
    if slots < given {
        let path = path.to_owned();
        return Err(BackupError::VaultBehind { path, slots, given });
    }
    let is_left = |slot: &KeySlot| there.states.get(*slot) != SlotState::Destroyed;
    let again: Vec<KeySlot> = list.slots().iter().copied().filter(is_left).collect();
    if !again.is_empty() {
        let file = SlotFile::new(there.file);
        let done = file.and_then(|mut file| file.destroy(&again));
        done.map_err(|error| BackupError::disk(path, error))?;
    }
    Ok(again.len() as u64)
}
