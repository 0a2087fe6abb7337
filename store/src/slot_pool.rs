//! Slots at hand, since minting costs a sync; and names of files that prove who has given them.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use kanzlei_core::KeySlot;
use kanzlei_core::ports::{Access, KeyVault, Purpose, VaultError};
use kanzlei_core::record::{Hash, Key, Keyring};

/// Slots minted at once; of these few are left unused.
const SLOTS: usize = 16;
const WHY: Access = Access {
    purpose: Purpose::Drawer,
    case: None,
};

/// Minted slots under which nothing is sealed yet, and the keys of a folder's others.
pub(crate) struct SlotPool {
    pub(crate) vault: Arc<dyn KeyVault>,
    folder: String,
    free: Mutex<Vec<KeySlot>>,
    names: OnceLock<NameKey>,
}

/// Proves that a file was named by this vault's installation. Names say which keys are destroyed
/// with what is left behind: without a proof, a folder copied here from elsewhere would destroy
/// keys that have nothing to do with it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct NameKey([u8; 16]);

impl NameKey {
    /// Sixteen hexadecimal digits. What is named has a fixed length, so that a plain hash of key
    /// and name is a MAC.
    pub(crate) fn proof(self, of: &[&[u8]]) -> String {
        let pieces: Vec<&[u8]> = std::iter::once(self.0.as_slice())
            .chain(of.iter().copied())
            .collect();
        Hash::of(&pieces).to_string().chars().take(16).collect()
    }
}

impl std::fmt::Debug for NameKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NameKey(…)")
    }
}

impl SlotPool {
    /// For the folder that is called so in tokens.
    pub(crate) fn new(vault: Arc<dyn KeyVault>, folder: &str) -> Self {
        Self {
            vault,
            folder: folder.to_owned(),
            free: Mutex::default(),
            names: OnceLock::new(),
        }
    }

    /// The key by which the folder's files are named.
    pub(crate) async fn names(&self) -> Result<NameKey, VaultError> {
        if let Some(key) = self.names.get() {
            return Ok(*key);
        }
        // A folder's own name has a length, so that no owner of entries gets this token.
        let of = [b"\0names of ".as_slice(), self.folder.as_bytes()].concat();
        let token = self.vault.token(Purpose::Drawer, &of).await?;
        Ok(*self.names.get_or_init(|| NameKey(token)))
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
        self.vault.fetch(slots, WHY).await
    }

    /// The same of those that aren't damaged.
    pub(crate) async fn sound_keys(&self, slots: &[KeySlot]) -> Result<Keyring, VaultError> {
        self.vault.fetch_sound(slots, WHY).await
    }

    /// The key of a slot under which something is going to be sealed.
    pub(crate) async fn key(&self, slot: KeySlot) -> Result<Key, VaultError> {
        let keys = self.keys(&[slot]).await?;
        let missing = || VaultError::Damaged(format!("it has no key for {slot}, which is in use"));
        keys.key(slot).cloned().ok_or_else(missing)
    }
}
