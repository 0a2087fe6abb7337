//! A backup of a vault: its file as it stood at one moment. It opens with the
//! installation's key alone, as the vault does, and that key is in no backup.
//!
//! ```text
//!   0  magic "KNZVLTBK" | u32 layout number = 1 | u32 zero
//!  16  u64 slots | u64 alive | u64 destroyed | u64 damaged in the vault, too
//!  48  zeros
//! 508  u32 crc32c of bytes 0..508
//! 512  the vault's file
//! ```

use std::fs::File;
use std::path::{Path, PathBuf};

use kanzlei_core::KeySlot;

use super::header::HEADER;
use super::slots::{offset, read_header};
use super::states::{SlotState, States};
use crate::backup::{BackupError, DestroyedSlots, Few, Kind};

const KIND: Kind = Kind {
    magic: *b"KNZVLTBK",
    layout: 1,
    called: "a backup of a vault",
};
/// Where the vault's file begins in its backup.
pub(super) const BEGINS: u64 = HEADER as u64;

/// A backup of a vault, which was read and is whole.
#[derive(Debug)]
pub struct VaultBackup {
    pub(super) path: PathBuf,
    pub(super) states: States,
    pub(super) healed: Few,
}

impl VaultBackup {
    /// The backup in this file, every slot of which is checked.
    ///
    /// # Errors
    /// If it is none, isn't what was written, a newer release wrote it, or the disk fails.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, BackupError> {
        let path = path.as_ref();
        let failed = |error| BackupError::disk(path, error);
        let file = File::open(path).map_err(failed)?;
        let header = read_header(&file, 0).map_err(failed)?;
        let mut fields = KIND.read(&header, path)?;
        let length = file.metadata().map_err(failed)?.len();
        if length < 2 * BEGINS {
            let why = "it ends within its header";
            return Err(BackupError::damaged(path, length, why));
        }
        if !is_checked(&header) {
            let why = "its header isn't what was written";
            return Err(BackupError::damaged(path, 0, why));
        }
        let states = States::read(path, BEGINS)?;
        // The slots themselves tell the other counts.
        let _others = fields.take::<24>();
        check(path, &states, fields.u64().unwrap_or_default())?;
        let backup = Self {
            path: path.to_owned(),
            states,
            healed: Few::default(),
        };
        if header != to_header(&backup.states) || length != backup.length() {
            let why = "its length isn't what was written";
            return Err(BackupError::damaged(path, 0, why));
        }
        Ok(backup)
    }

    fn length(&self) -> u64 {
        BEGINS + offset(KeySlot(self.states.slots() + 1))
    }

    /// How many slots it has.
    pub fn slots(&self) -> u64 {
        self.states.slots()
    }

    /// The slots whose keys were destroyed.
    pub fn destroyed(&self) -> DestroyedSlots {
        self.states.destroyed()
    }

    /// The slots that were damaged in the vault, and whose keys it hasn't either.
    pub fn damaged(&self) -> Few {
        Few::of(self.states.those(SlotState::Damaged))
    }

    /// The slots whose keys are lost: an older vault was restored, and nothing that was there had them.
    pub fn lost(&self) -> Few {
        Few::of(self.states.those(SlotState::Lost))
    }

    /// The slots that were damaged or lost in the vault when it was copied, and of which it has what the backup before it had.
    pub const fn healed(&self) -> &Few {
        &self.healed
    }
}

fn is_checked(header: &[u8]) -> bool {
    let split = header.split_last_chunk::<4>();
    split.is_some_and(|(bytes, crc)| crc32c::crc32c(bytes).to_le_bytes() == *crc)
}

/// No slot is damaged but those that were so in the vault.
pub(super) fn check(path: &Path, states: &States, then: u64) -> Result<(), BackupError> {
    let damaged = Few::of(states.those(SlotState::Damaged));
    let Some(first) = damaged.first.first().filter(|_| damaged.count > then) else {
        return Ok(());
    };
    let why = if then == 0 {
        format!("{first} isn't what was written")
    } else {
        format!("{damaged} are damaged, and {then} were in the vault")
    };
    let at = BEGINS + offset(*first);
    Err(BackupError::damaged(path, at, why))
}

pub(super) fn to_header(states: &States) -> Vec<u8> {
    let mut bytes = KIND.begin();
    bytes.extend(states.slots().to_le_bytes());
    for state in [SlotState::Alive, SlotState::Destroyed, SlotState::Damaged] {
        bytes.extend(states.count(state).to_le_bytes());
    }
    bytes.resize(HEADER - 4, 0);
    bytes.extend(crc32c::crc32c(&bytes).to_le_bytes());
    bytes
}
