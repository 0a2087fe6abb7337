//! A vault that forgets everything with its process: for tests and for trying things out.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use kanzlei_core::KeySlot;
use kanzlei_core::ports::{Access, Entropy, KeyVault, Purpose, VaultError};
use kanzlei_core::record::{Key, KeyState, Keyring};

use super::installation::random_key;
use super::token::TokenKey;

/// A vault in memory. It can be made unreachable, and counts how often keys were fetched, so that
/// tests can try what they couldn't with a real one.
///
/// ```
/// # use std::sync::Arc;
/// # use kanzlei_core::ports::{Access, KeyVault, Purpose};
/// # use kanzlei_store::{MemoryKeyVault, SystemEntropy};
/// # futures::executor::block_on(async {
/// let vault = MemoryKeyVault::new(Arc::new(SystemEntropy))?;
/// let slots = vault.mint(2).await?;
/// let why = Access { purpose: Purpose::Seal, case: None };
/// assert!(vault.fetch(&slots, why).await?.key(slots[0]).is_some());
///
/// vault.set_reachable(false);
/// assert!(vault.fetch(&slots, why).await.is_err());
/// assert_eq!(vault.fetch_count(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
pub struct MemoryKeyVault {
    entropy: Arc<dyn Entropy>,
    tokens: TokenKey,
    /// The key of slot 1, 2, …; `None` once destroyed.
    keys: Mutex<Vec<Option<Key>>>,
    reachable: AtomicBool,
    fetches: AtomicU64,
}

impl fmt::Debug for MemoryKeyVault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryKeyVault")
    }
}

impl MemoryKeyVault {
    /// An empty vault.
    ///
    /// # Errors
    /// If there are no random bytes for its own key.
    pub fn new(entropy: Arc<dyn Entropy>) -> Result<Self, VaultError> {
        let tokens = TokenKey::of(&random_key(&*entropy)?);
        Ok(Self {
            entropy,
            tokens,
            keys: Mutex::default(),
            reachable: AtomicBool::new(true),
            fetches: AtomicU64::new(0),
        })
    }

    /// Makes the vault unreachable, or reachable again.
    pub fn set_reachable(&self, reachable: bool) {
        self.reachable.store(reachable, Ordering::SeqCst);
    }

    /// How often [`fetch`](KeyVault::fetch) was called, however many slots it was asked for and
    /// whatever it answered.
    pub fn fetch_count(&self) -> u64 {
        self.fetches.load(Ordering::SeqCst)
    }

    fn reach(&self) -> Result<MutexGuard<'_, Vec<Option<Key>>>, VaultError> {
        if self.reachable.load(Ordering::SeqCst) {
            Ok(self.keys.lock().unwrap_or_else(PoisonError::into_inner))
        } else {
            Err(VaultError::Unreachable("it was switched off".into()))
        }
    }
}

#[async_trait]
impl KeyVault for MemoryKeyVault {
    async fn mint(&self, count: usize) -> Result<Vec<KeySlot>, VaultError> {
        let mut keys = self.reach()?;
        let mut slots = Vec::new();
        for _ in 0..count {
            keys.push(Some(random_key(&*self.entropy)?));
            slots.push(KeySlot(keys.len() as u64));
        }
        Ok(slots)
    }

    async fn fetch(&self, slots: &[KeySlot], _why: Access) -> Result<Keyring, VaultError> {
        self.fetches.fetch_add(1, Ordering::SeqCst);
        let keys = self.reach()?;
        let state = |slot: KeySlot| match index(slot).and_then(|index| keys.get(index)) {
            Some(Some(key)) => KeyState::Alive(key.clone()),
            Some(None) => KeyState::Destroyed,
            None => KeyState::Unknown,
        };
        Ok(slots.iter().map(|slot| (*slot, state(*slot))).collect())
    }

    async fn destroy(&self, slots: &[KeySlot]) -> Result<(), VaultError> {
        let mut keys = self.reach()?;
        for slot in slots {
            if let Some(key) = index(*slot).and_then(|index| keys.get_mut(index)) {
                *key = None;
            }
        }
        Ok(())
    }

    async fn token(&self, purpose: Purpose, of: &[u8]) -> Result<[u8; 16], VaultError> {
        drop(self.reach()?);
        Ok(self.tokens.token(purpose, of))
    }
}

/// Where a slot's key stands: slots are numbered from 1.
fn index(slot: KeySlot) -> Option<usize> {
    usize::try_from(slot.0.checked_sub(1)?).ok()
}
