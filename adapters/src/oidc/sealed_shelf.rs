//! The shelf in an installation's own directory: sealed, and there after a restart.

use std::sync::Arc;

use async_trait::async_trait;
use kanzlei::{EntryId, Error, Kanzlei, Revision, SealedError, SealedFolder, SealedOptions};
use kanzlei_core::Timestamp;

use super::shelf::{Shelf, ShelfError, ShelfKey};

const FOLDER: &str = "sign-ins";
/// A token with many claims, and all revocations at once.
const ENTRY_BYTES_MAX: usize = 1024 * 1024;
/// Entries are spread over 256 owners by their key: room for a quarter of a million sign-ins.
const ENTRIES_PER_OWNER_MAX: usize = 1_024;
/// So often somebody else may have written first.
const ATTEMPTS: usize = 8;

/// A shelf in an installation's own directory. [`Kanzlei::sweep`] clears away what has expired.
#[derive(Clone)]
pub struct SealedShelf(Arc<SealedFolder>);

impl SealedShelf {
    /// The shelf of an installation.
    ///
    /// # Errors
    /// If its folder can't be opened.
    pub fn of(kanzlei: &Kanzlei) -> Result<Self, Error> {
        let mut options = SealedOptions::new(FOLDER);
        options.entry_bytes_max = ENTRY_BYTES_MAX;
        options.entries_per_owner_max = ENTRIES_PER_OWNER_MAX;
        kanzlei.sealed_folder(options).map(Self)
    }
}

/// Under whom an entry is kept, and as what.
fn place(key: ShelfKey) -> ([u8; 1], EntryId) {
    let [owner, ..] = *key.as_bytes();
    ([owner], EntryId::from_bytes(*key.as_bytes()))
}

#[allow(clippy::needless_pass_by_value)] // It is what `map_err` takes.
fn unkept(error: SealedError) -> ShelfError {
    ShelfError(error.to_string())
}

#[async_trait]
impl Shelf for SealedShelf {
    async fn put(&self, key: ShelfKey, until: Timestamp, bytes: &[u8]) -> Result<(), ShelfError> {
        let (owner, id) = place(key);
        let mut attempts = ATTEMPTS;
        loop {
            let there = self.0.get(&owner, id).await.map_err(unkept)?;
            let seen = there.map_or(Revision::NONE, |entry| entry.revision);
            match self.0.put(&owner, id, seen, until, bytes).await {
                Err(SealedError::Conflict { .. }) if attempts > 0 => attempts -= 1,
                put => return put.map(|_| ()).map_err(unkept),
            }
        }
    }

    async fn get(&self, key: ShelfKey) -> Result<Option<Vec<u8>>, ShelfError> {
        let (owner, id) = place(key);
        let entry = self.0.get(&owner, id).await.map_err(unkept)?;
        Ok(entry.map(|entry| entry.bytes.to_vec()))
    }
}

impl std::fmt::Debug for SealedShelf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealedShelf")
    }
}
