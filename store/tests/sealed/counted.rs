//! A vault that counts as a part of the disk.

use std::io;
use std::sync::Arc;

use async_trait::async_trait;
use kanzlei_core::KeySlot;
use kanzlei_core::ports::{Access, KeyVault, Purpose, VaultError};
use kanzlei_core::record::Keyring;
use kanzlei_store::MemoryKeyVault;

use crate::disk::Steps;

/// A vault in which minting and destroying are steps too.
pub(crate) struct CountedVault {
    pub(crate) steps: Steps,
    pub(crate) vault: Arc<MemoryKeyVault>,
}

impl CountedVault {
    fn step(&self) -> Result<(), VaultError> {
        let gone = |error: io::Error| VaultError::Unreachable(error.to_string());
        self.steps.step().map_err(gone)
    }
}

#[async_trait]
impl KeyVault for CountedVault {
    async fn mint(&self, count: usize) -> Result<Vec<KeySlot>, VaultError> {
        self.step()?;
        self.vault.mint(count).await
    }

    async fn fetch(&self, slots: &[KeySlot], why: Access) -> Result<Keyring, VaultError> {
        self.vault.fetch(slots, why).await
    }

    async fn destroy(&self, slots: &[KeySlot]) -> Result<(), VaultError> {
        self.step()?;
        self.vault.destroy(slots).await
    }

    async fn token(&self, purpose: Purpose, of: &[u8]) -> Result<[u8; 16], VaultError> {
        self.vault.token(purpose, of).await
    }
}
