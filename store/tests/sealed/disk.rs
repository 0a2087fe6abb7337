//! A disk that takes so many steps, and a vault that counts as a part of it.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use async_trait::async_trait;
use kanzlei_core::KeySlot;
use kanzlei_core::ports::{Access, KeyVault, Purpose, VaultError};
use kanzlei_core::record::Keyring;
use kanzlei_store::{DiskFaults, DiskStep, MemoryKeyVault};

/// So many steps are taken; all after them fail, as if the process had died there.
#[derive(Clone)]
pub(crate) struct Steps {
    left: Arc<AtomicI64>,
    then: io::ErrorKind,
    /// Whether only one step fails.
    once: bool,
}

impl Steps {
    pub(crate) fn left(steps: i64, then: io::ErrorKind) -> Self {
        Self {
            left: Arc::new(AtomicI64::new(steps)),
            then,
            once: false,
        }
    }

    /// The same, and after the one that fails the others are taken again.
    pub(crate) fn but_one(self) -> Self {
        Self { once: true, ..self }
    }

    /// Whether there was a step that failed.
    pub(crate) fn ran_out(&self) -> bool {
        self.left.load(Ordering::SeqCst) < 0
    }

    fn step(&self) -> io::Result<()> {
        let left = self.left.fetch_sub(1, Ordering::SeqCst);
        if left > 0 || (self.once && left < 0) {
            return Ok(());
        }
        Err(self.then.into())
    }
}

impl DiskFaults for Steps {
    fn before(&self, _: DiskStep) -> io::Result<()> {
        self.step()
    }
}

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
