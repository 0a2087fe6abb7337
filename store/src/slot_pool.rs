//! Slots at hand: minting costs a sync.

use std::sync::{Arc, Mutex, PoisonError};

use kanzlei_core::KeySlot;
use kanzlei_core::ports::{Access, KeyVault, Purpose, VaultError};
use kanzlei_core::record::{Key, Keyring};

/// Slots minted at once; of these few are left unused.
const SLOTS: usize = 16;

/// Minted slots under which nothing is sealed yet, and the keys of a folder's others.
pub(crate) struct SlotPool {
    pub(crate) vault: Arc<dyn KeyVault>,
    free: Mutex<Vec<KeySlot>>,
}

impl SlotPool {
    pub(crate) fn new(vault: Arc<dyn KeyVault>) -> Self {
        let free = Mutex::default();
        Self { vault, free }
    }

    /// A slot of its own for whoever asks.
    pub(crate) async fn take(&self) -> Result<KeySlot, VaultError> {
        let free = || self.free.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = free().pop() {
            return Ok(slot);
        }
        let mut minted = self.vault.mint(SLOTS).await?;
        let one = minted.pop();
        free().extend(minted);
        one.ok_or_else(|| VaultError::Unreachable("it minted no slot".into()))
    }

    /// What the vault says of these slots.
    pub(crate) async fn keys(&self, slots: &[KeySlot]) -> Result<Keyring, VaultError> {
        let why = Access {
            purpose: Purpose::Drawer,
            case: None,
        };
        self.vault.fetch(slots, why).await
    }

    /// The key of a slot under which something is going to be sealed.
    pub(crate) async fn key(&self, slot: KeySlot) -> Result<Key, VaultError> {
        let keys = self.keys(&[slot]).await?;
        let missing = || VaultError::Damaged(format!("it has no key for {slot}, which is in use"));
        keys.key(slot).cloned().ok_or_else(missing)
    }
}
