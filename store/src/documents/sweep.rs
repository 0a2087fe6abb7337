//! Sweeping: uploads that were broken off, and documents that no command has named.

use async_trait::async_trait;
use kanzlei_core::ports::{StoreError, VaultError};
use kanzlei_core::record::Hash;
use kanzlei_core::{CaseId, KeySlot, Timestamp};

use super::error::DocumentsError;
use super::folder::Documents;
use super::pending::Pending;
use super::within::aside;
use crate::disk::names;
use crate::sealed::SealedError;

/// Knows which documents the log names.
#[async_trait]
pub trait References: Send + Sync {
    /// Whether this case names the document with this digest.
    ///
    /// # Errors
    /// If the log can't be read, which says nothing about the document.
    async fn names(&self, case: CaseId, digest: Hash) -> Result<bool, StoreError>;
}

/// What a sweep of documents did.
#[derive(Debug, Default)]
pub struct SweptDocuments {
    /// Documents that no case names, and that are gone.
    pub removed: usize,
    /// Documents that a case named while a crash kept it from being noted.
    pub kept: usize,
    /// Uploads that were broken off, and are gone.
    pub broken_off: usize,
    /// What is wrong with records of uploads that can't be read. They and their documents are left alone.
    pub unreadable: Vec<SealedError>,
}

impl Documents {
    /// Removes uploads that were broken off, and documents that have waited a day for a command
    /// that names them, unless a case does. Call it now and then, such as hourly.
    ///
    /// # Errors
    /// What doesn't work; call it again later. Nothing is removed of which it isn't known whether
    /// a case names it.
    pub async fn sweep(
        &self,
        references: &dyn References,
    ) -> Result<SweptDocuments, DocumentsError> {
        let mut swept = SweptDocuments::default();
        self.sweep_uploads(&mut swept).await?;
        let now = self.0.clock.now();
        for at in self.0.pending.everywhere().await? {
            let entry = match self.0.pending.read_at(&at).await {
                Ok(Some(entry)) if entry.expires <= now => entry,
                Ok(_) => continue,
                Err(error) if error.file().is_some() => {
                    swept.unreadable.push(error);
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            let Some(pending) = Pending::read(&entry) else {
                swept.unreadable.push(SealedError::Damaged {
                    path: self.0.pending.path().join(at.id.to_string()),
                    why: "it isn't the record of an upload",
                });
                continue;
            };
            if is_named(&pending, references).await? {
                swept.kept += 1;
            } else {
                match self.forget(pending.digest, pending.slot).await {
                    Ok(()) => swept.removed += 1,
                    Err(DocumentsError::Disk { path, source }) => {
                        swept.unreadable.push(SealedError::Disk { path, source });
                        continue;
                    }
                    Err(error) => return Err(error),
                }
            }
            // Last: as long as it is there, what is left undone is done by the next sweep.
            self.0.pending.remove_at(&at).await?;
        }
        // What crashes left there; what has expired was seen to above.
        let before = Timestamp::from_micros(i64::MIN);
        self.0.pending.sweep_expired_by(before).await?;
        Ok(swept)
    }

    /// Erases a document that its slot's key opens. If it doesn't, a vault that was put back may have given
    /// the number again, and the key is somebody else's: then only the file goes.
    async fn forget(&self, digest: Hash, slot: KeySlot) -> Result<(), DocumentsError> {
        let opened = match self.read(digest, slot).await {
            Ok(mut reader) => aside(move || reader.next().transpose()).await.map(drop),
            Err(error) => Err(error),
        };
        match opened {
            // One whose key is damaged is taken for its own, as everywhere, or no sweep would come past it.
            Ok(()) | Err(DocumentsError::Vault(VaultError::Damaged(_))) => {
                self.erase(digest, slot).await
            }
            Err(
                DocumentsError::Erased { .. }
                | DocumentsError::Missing { .. }
                | DocumentsError::Damaged { .. },
            ) => {
                let path = self.0.place(digest);
                let removed = self.0.disk.remove(&path);
                removed.map_err(|error| DocumentsError::disk(&path, error))
            }
            Err(error) => Err(error),
        }
    }

    async fn sweep_uploads(&self, swept: &mut SweptDocuments) -> Result<(), DocumentsError> {
        let folder = self.0.uploads();
        let names = names(&folder).map_err(|error| DocumentsError::disk(&folder, error))?;
        for name in names {
            let slot = name.split('-').next().unwrap_or_default();
            let Ok(slot) = u64::from_str_radix(slot, 16).map(KeySlot) else {
                continue;
            };
            if self.0.active().contains(&slot) || name != self.0.name(slot).await? {
                continue;
            }
            let path = folder.join(&name);
            // It may have finished since the folder was listed: it has its final name before it isn't active any more.
            let left = path.try_exists();
            if !left.map_err(|error| DocumentsError::disk(&path, error))? {
                continue;
            }
            self.0.slots.vault.destroy(&[slot]).await?;
            let removed = self.0.disk.remove(&path);
            removed.map_err(|error| DocumentsError::disk(&path, error))?;
            swept.broken_off += 1;
        }
        Ok(())
    }
}

async fn is_named(pending: &Pending, references: &dyn References) -> Result<bool, StoreError> {
    for case in &pending.cases {
        if references.names(*case, pending.digest).await? {
            return Ok(true);
        }
    }
    Ok(false)
}
