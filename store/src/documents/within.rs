//! What the doors of a folder of documents stand on: its parts, where things are in it, and what is noted of
//! an upload.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kanzlei_core::KeySlot;
use kanzlei_core::ports::{Clock, Entropy, VaultError};
use kanzlei_core::record::Hash;

use super::error::DocumentsError;
use super::options::DocumentsOptions;
use super::pending::{Pending, entry_of};
use crate::disk::Disk;
use crate::sealed::{Revision, SealedFolder};
use crate::slot_pool::SlotPool;

/// How long an upload waits for a command, in microseconds: a day.
const WAITS: i64 = 86_400_000_000;

/// The folder itself.
pub(super) struct Folder {
    pub(super) path: PathBuf,
    pub(super) slots: SlotPool,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) options: DocumentsOptions,
    pub(super) disk: Disk,
    pub(super) pending: SealedFolder,
    /// The slots of uploads that go on in this process.
    pub(super) active: Mutex<BTreeSet<KeySlot>>,
}

impl Folder {
    /// Writes down what is known of an upload, which waits a day from then on.
    pub(super) async fn note(
        &self,
        owner: &[u8],
        pending: &Pending,
        seen: Revision,
    ) -> Result<(), DocumentsError> {
        let expires = self.clock.now().plus_micros(WAITS);
        let id = entry_of(pending.digest);
        let bytes = pending.to_bytes();
        self.pending.put(owner, id, seen, expires, &bytes).await?;
        Ok(())
    }

    pub(super) fn bytes_max(&self) -> u64 {
        self.options.bytes_max
    }

    pub(super) fn active(&self) -> MutexGuard<'_, BTreeSet<KeySlot>> {
        self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn uploads(&self) -> PathBuf {
        self.path.join("uploads")
    }

    /// What a document is called while it is written: it tells which key to destroy if it is broken
    /// off, and proves that it does.
    pub(super) async fn name(&self, slot: KeySlot) -> Result<String, VaultError> {
        let proof = self.slots.names().await?.proof(&[&slot.0.to_le_bytes()]);
        Ok(format!("{:016x}-{proof}", slot.0))
    }

    /// Where a document is kept.
    pub(super) fn place(&self, digest: Hash) -> PathBuf {
        place(&self.path, digest)
    }
}

/// Where a document is kept in a folder.
pub(crate) fn place(folder: &Path, digest: Hash) -> PathBuf {
    let name = digest.to_string();
    let first: String = name.chars().take(2).collect();
    folder.join(first).join(name)
}

/// Keeps an upload from being swept.
pub(super) struct Active {
    folder: Arc<Folder>,
    pub(super) slot: KeySlot,
}

impl Active {
    pub(super) fn new(folder: &Arc<Folder>, slot: KeySlot) -> Self {
        folder.active().insert(slot);
        let folder = Arc::clone(folder);
        Self { folder, slot }
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        self.folder.active().remove(&self.slot);
    }
}

/// Does what waits for the disk on a thread for it.
pub(super) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, DocumentsError> + Send + 'static,
) -> Result<T, DocumentsError> {
    let done = crate::aside::aside(work).await;
    done.unwrap_or_else(|broken| Err(DocumentsError::disk(Path::new("documents"), broken)))
}
