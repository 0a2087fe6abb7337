//! Which keys of a vault were destroyed, as far as is known somewhere: so that an erasure stays one even if
//! the vault is lost and an older copy of it restored. Numbers of slots are no secret.
//!
//! ```text
//!  0  magic "KNZERASE" | u32 layout number = 1 | u32 zero
//! 16  [32] which vault: SHA-256 of the first 512 bytes of its file
//! 48  u64 slots that it had given away | u64 how many of them were destroyed
//! 64  those, each u64, in ascending order
//!     u32 CRC-32C of all before
//! ```

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use kanzlei_core::KeySlot;
use kanzlei_core::record::Hash;

use super::error::BackupError;
use super::header::ends_at;
use super::kind::Kind;
use crate::disk::Disk;

/// What the list is called in a backup, and in an installation that was restored from one.
pub(crate) const FILE: &str = "destroyed";
const KIND: Kind = Kind {
    magic: *b"KNZERASE",
    layout: 1,
    called: "a list of destroyed keys",
};

/// Slots of a vault whose keys were destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DestroyedSlots {
    vault: Hash,
    given: u64,
    slots: BTreeSet<KeySlot>,
}

impl DestroyedSlots {
    /// Those of this vault, which had given away so many.
    pub(crate) const fn new(vault: Hash, given: u64, slots: BTreeSet<KeySlot>) -> Self {
        Self {
            vault,
            given,
            slots,
        }
    }

    /// Which vault's they are.
    pub(crate) const fn vault(&self) -> Hash {
        self.vault
    }

    /// How many slots had been given away.
    pub const fn given(&self) -> u64 {
        self.given
    }

    /// The slots.
    pub const fn slots(&self) -> &BTreeSet<KeySlot> {
        &self.slots
    }

    /// Adds what is known elsewhere.
    ///
    /// # Errors
    /// If that is of another vault; `path` says where it is known.
    pub(crate) fn add(&mut self, other: &Self, path: &Path) -> Result<(), BackupError> {
        if self.vault != other.vault {
            return Err(BackupError::AnotherVault(path.to_owned()));
        }
        self.given = self.given.max(other.given);
        self.slots.extend(&other.slots);
        Ok(())
    }

    /// All up to this slot were given away.
    pub(crate) fn give(&mut self, last: KeySlot) {
        self.given = self.given.max(last.0);
    }

    /// Whether it knows all that another one knows, and so isn't older.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        self.given >= other.given && self.slots.is_superset(&other.slots)
    }

    /// The list in this folder, if there is one.
    ///
    /// # Errors
    /// If it isn't what was written, or the disk fails.
    pub fn read(folder: &Path) -> Result<Option<Self>, BackupError> {
        let path = folder.join(FILE);
        match fs::read(&path) {
            Ok(bytes) => Self::from_bytes(&bytes, &path).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(BackupError::disk(&path, error)),
        }
    }

    /// Writes the list to this folder, in place of one that is there.
    pub(crate) fn write(&self, disk: &Disk, folder: &Path) -> Result<(), BackupError> {
        let path = folder.join(FILE);
        let put = disk.put(&path, &self.to_bytes());
        put.map_err(|error| BackupError::disk(&path, error))
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = KIND.begin();
        bytes.extend(self.vault.as_bytes());
        bytes.extend(self.given.to_le_bytes());
        bytes.extend((self.slots.len() as u64).to_le_bytes());
        for slot in &self.slots {
            bytes.extend(slot.0.to_le_bytes());
        }
        bytes.extend(crc32c::crc32c(&bytes).to_le_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8], path: &Path) -> Result<Self, BackupError> {
        let mut fields = KIND.read(bytes, path)?;
        let mut read = || {
            let (vault, given, count) = (fields.hash()?, fields.u64()?, fields.u64()?);
            let slots: BTreeSet<KeySlot> = (0..count)
                .map_while(|_| fields.u64().map(KeySlot))
                .collect();
            Some(Self::new(vault, given, slots))
        };
        // There is one way to write a list, and its checksum is part of it.
        let read = read().filter(|read| read.to_bytes() == bytes);
        read.ok_or_else(|| {
            let why = "its checksum differs, or it is cut off";
            BackupError::damaged(path, ends_at(bytes).saturating_sub(4), why)
        })
    }
}
