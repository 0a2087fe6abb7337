//! Both vaults pass the kit.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::fs;
use std::sync::Arc;

use kanzlei_core::KeySlot;
use kanzlei_core::ports::KeyVault;
use kanzlei_store::conformance::VaultSubject;
use kanzlei_store::{
    FileKeyVault, InstallationKey, MemoryKeyVault, SystemEntropy, key_vault_conformance,
};
use tempfile::TempDir;

struct Memory(Arc<MemoryKeyVault>);

impl VaultSubject for Memory {
    fn create() -> Self {
        let vault = MemoryKeyVault::new(Arc::new(SystemEntropy));
        Self(Arc::new(vault.unwrap()))
    }

    fn reopens() -> bool {
        false
    }

    fn open(&self) -> Arc<dyn KeyVault> {
        Arc::clone(&self.0) as _
    }

    fn cut_off(&self) -> bool {
        self.0.set_reachable(false);
        true
    }
}

struct Embedded {
    folder: TempDir,
    key: InstallationKey,
}

impl VaultSubject for Embedded {
    fn create() -> Self {
        let folder = TempDir::new().unwrap();
        let key = folder.path().join("key");
        let key = InstallationKey::create_file(key, &SystemEntropy).unwrap();
        let vault = folder.path().join("vault");
        FileKeyVault::create(vault, &key, Arc::new(SystemEntropy)).unwrap();
        Self { folder, key }
    }

    fn reopens() -> bool {
        true
    }

    fn open(&self) -> Arc<dyn KeyVault> {
        let vault = self.folder.path().join("vault");
        Arc::new(FileKeyVault::open(vault, &self.key, Arc::new(SystemEntropy)).unwrap())
    }

    fn lose(&self, slot: KeySlot) -> bool {
        let (number, mut lost) = (slot.0.to_le_bytes(), [0; 64]);
        lost[0] = 3;
        let checksum = crc32c::crc32c(&[&number[..], &lost[..60]].concat());
        lost[60..].copy_from_slice(&checksum.to_le_bytes());
        self.write(slot, &lost);
        true
    }

    fn damage(&self, slot: KeySlot) -> bool {
        self.write(slot, b"not a slot");
        true
    }
}

impl Embedded {
    /// Over the beginning of a slot of the vault's file (docs/format.md, section 8).
    fn write(&self, slot: KeySlot, bytes: &[u8]) {
        let path = self.folder.path().join("vault");
        let mut file = fs::read(&path).unwrap();
        let at = 512 + 64 * usize::try_from(slot.0 - 1).unwrap();
        file[at..at + bytes.len()].copy_from_slice(bytes);
        fs::write(path, file).unwrap();
    }
}

mod memory {
    use super::*;

    key_vault_conformance!(Memory);
}

mod file {
    use super::*;

    key_vault_conformance!(Embedded);
}
