//! Where sessions and revocations are kept.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use kanzlei_core::Timestamp;
use kanzlei_core::ports::Clock;
use kanzlei_core::record::Hash;

/// Something isn't kept.
#[derive(Debug, thiserror::Error)]
#[error("sign-ins can't be kept: {0}")]
pub struct ShelfError(pub String);

/// What an entry is found by. Nobody finds from it the secret from which it was made.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShelfKey([u8; 16]);

impl ShelfKey {
    /// The key that belongs to a secret, one for each kind of thing.
    pub(super) fn of(kind: &str, secret: &[u8]) -> Self {
        let hash = Hash::of(&[kind.as_bytes(), &[0], secret]);
        let mut key = [0; 16];
        key.iter_mut()
            .zip(hash.as_bytes())
            .for_each(|(to, from)| *to = *from);
        Self(key)
    }

    pub(super) const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The sixteen bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// Keeps small entries until they expire, through a restart if it can, and lets nobody else read
/// them.
#[async_trait]
pub trait Shelf: Send + Sync {
    /// Puts an entry there, in place of one that there is.
    ///
    /// # Errors
    /// If it isn't kept.
    async fn put(&self, key: ShelfKey, until: Timestamp, bytes: &[u8]) -> Result<(), ShelfError>;

    /// An entry, if it is there and hasn't expired.
    ///
    /// # Errors
    /// If that can't be said.
    async fn get(&self, key: ShelfKey) -> Result<Option<Vec<u8>>, ShelfError>;
}

/// A shelf that a restart empties.
pub struct MemoryShelf {
    clock: Arc<dyn Clock>,
    entries: Mutex<Entries>,
}

type Entries = HashMap<ShelfKey, (Timestamp, Vec<u8>)>;

/// With more entries the expired ones are looked for at each new one.
const ENTRIES_MANY: usize = 10_000;

impl MemoryShelf {
    /// An empty one.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            entries: Mutex::default(),
        }
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Shelf for MemoryShelf {
    async fn put(&self, key: ShelfKey, until: Timestamp, bytes: &[u8]) -> Result<(), ShelfError> {
        let now = self.clock.now();
        let mut entries = self.entries();
        if entries.len() >= ENTRIES_MANY {
            entries.retain(|_, (until, _)| *until > now);
        }
        entries.insert(key, (until, bytes.to_vec()));
        Ok(())
    }

    async fn get(&self, key: ShelfKey) -> Result<Option<Vec<u8>>, ShelfError> {
        let now = self.clock.now();
        let entries = self.entries();
        let entry = entries.get(&key).filter(|(until, _)| *until > now);
        Ok(entry.map(|(_, bytes)| bytes.clone()))
    }
}
