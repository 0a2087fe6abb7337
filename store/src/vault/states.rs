//! What a vault's file says of all its slots, for whoever compares two of them. No key is needed for that.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::Path;

use kanzlei_core::KeySlot;
use kanzlei_core::ports::VaultError;
use kanzlei_core::record::Hash;

use super::header::Header;
use super::slots::{Stored, decode, read_header, read_slots};
use crate::backup::{BackupError, DestroyedSlots};

/// What a file says of a slot: a byte of memory each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SlotState {
    Alive,
    Destroyed,
    Lost,
    Never,
    Damaged,
}

impl From<&Stored> for SlotState {
    fn from(stored: &Stored) -> Self {
        match stored {
            Stored::Alive(_) => Self::Alive,
            Stored::Destroyed => Self::Destroyed,
            Stored::Lost => Self::Lost,
            Stored::Never => Self::Never,
            Stored::Damaged => Self::Damaged,
        }
    }
}

/// The header of a vault that begins at this byte of a file is what was written: its hash says which vault it is.
pub(super) fn check_header(header: &[u8], path: &Path, begins: u64) -> Result<(), BackupError> {
    Header::read(header).map(drop).map_err(|error| match error {
        VaultError::Newer { found, known } => {
            let path = path.to_owned();
            BackupError::Newer { path, found, known }
        }
        VaultError::Damaged(why) => {
            let why = format!("the vault's header isn't what was written: {why}");
            BackupError::damaged(path, begins, why)
        }
        other => other.into(),
    })
}

/// All slots of a vault.
#[derive(Debug)]
pub(super) struct States {
    /// Which vault it is: the hash of its header, whose wrapped key no other has.
    pub(super) vault: Hash,
    states: Vec<SlotState>,
}

impl States {
    /// Those of the vault that begins at this byte of a file.
    pub(super) fn read(path: &Path, begins: u64) -> Result<Self, BackupError> {
        let failed = |error| BackupError::disk(path, error);
        let file = File::open(path).map_err(failed)?;
        let header = read_header(&file, begins).map_err(failed)?;
        check_header(&header, path, begins)?;
        let slots = read_slots(&file, begins).map_err(failed)?;
        let states = (1..).map(KeySlot).zip(slots).map(|(slot, bytes)| {
            let stored = decode(slot, &bytes?);
            Ok(SlotState::from(&stored))
        });
        let states: io::Result<Vec<SlotState>> = states.collect();
        Ok(Self {
            vault: Hash::of(&[&header]),
            states: states.map_err(failed)?,
        })
    }

    /// How many slots there are.
    pub(super) fn slots(&self) -> u64 {
        self.states.len() as u64
    }

    pub(super) fn get(&self, slot: KeySlot) -> SlotState {
        let at = slot.0.checked_sub(1).map(usize::try_from);
        let state = at.and_then(|at| self.states.get(at.ok()?));
        state.copied().unwrap_or(SlotState::Never)
    }

    /// The slots in this state.
    pub(super) fn those(&self, state: SlotState) -> impl Iterator<Item = KeySlot> {
        let all = (1..).map(KeySlot).zip(&self.states);
        all.filter_map(move |(slot, found)| (*found == state).then_some(slot))
    }

    pub(super) fn count(&self, state: SlotState) -> u64 {
        self.those(state).count() as u64
    }

    /// The destroyed ones.
    pub(super) fn destroyed(&self) -> DestroyedSlots {
        let slots: BTreeSet<KeySlot> = self.those(SlotState::Destroyed).collect();
        DestroyedSlots::new(self.vault, self.slots(), slots)
    }
}

/// The slots of the vault in this file whose keys are destroyed, and of the slots that are asked for those whose keys are
/// there. It may be in use: a slot is written within a sector, and none that is destroyed comes back.
pub(crate) fn slots_in(
    path: &Path,
    asked: impl Iterator<Item = KeySlot>,
) -> Result<(DestroyedSlots, BTreeSet<KeySlot>), BackupError> {
    let states = States::read(path, 0)?;
    let living = asked.filter(|slot| states.get(*slot) == SlotState::Alive);
    Ok((states.destroyed(), living.collect()))
}
