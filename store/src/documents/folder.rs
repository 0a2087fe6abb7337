//! The folder of documents: begin, claim, keep, read, erase.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex};

use futures::executor::block_on;
use kanzlei_core::ports::{Access, Clock, Entropy, KeyVault, Purpose};
use kanzlei_core::record::{Hash, KeyState};
use kanzlei_core::{CaseId, KeySlot};

use super::error::DocumentsError;
use super::frames::{Frames, header};
use super::media::{self, MediaType};
use super::name::clean;
use super::options::DocumentsOptions;
use super::pending::{Pending, Uploaded, entry_of};
use super::read::DocumentReader;
use super::upload::{Beginning, Declared, Upload};
use super::within::{Active, Folder, aside};
use crate::disk::Disk;
use crate::sealed::{Revision, SealedError, SealedFolder, SealedOptions};
use crate::slot_pool::SlotPool;

/// Sealed documents in a folder of this machine. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Documents(pub(super) Arc<Folder>);

impl Documents {
    /// Opens the folder; makes it if there is none. It stays locked as long as it is used.
    ///
    /// # Errors
    /// If it is open elsewhere, or the disk fails.
    pub fn open(
        path: impl AsRef<Path>,
        vault: Arc<dyn KeyVault>,
        entropy: Arc<dyn Entropy>,
        clock: Arc<dyn Clock>,
        options: DocumentsOptions,
    ) -> Result<Self, DocumentsError> {
        let path = path.as_ref().to_owned();
        let disk = Disk(Arc::clone(&options.faults));
        let mut sealed = SealedOptions::new("documents");
        sealed.entries_per_owner_max = options.uploads_per_owner_max;
        sealed.expired_stay = true;
        sealed.faults = Arc::clone(&options.faults);
        let ports = (Arc::clone(&vault), Arc::clone(&entropy), Arc::clone(&clock));
        let pending = path.join("pending");
        let pending = SealedFolder::open(pending, ports.0, ports.1, ports.2, sealed)?;
        let documents = Self(Arc::new(Folder {
            slots: SlotPool::new(vault, "documents"),
            entropy,
            clock,
            options,
            disk,
            pending,
            active: Mutex::default(),
            path,
        }));
        let uploads = documents.0.uploads();
        let made = documents.0.disk.make_folder(&uploads);
        made.map_err(|error| DocumentsError::disk(&uploads, error))?;
        Ok(documents)
    }

    /// What it was opened with.
    pub fn options(&self) -> &DocumentsOptions {
        &self.0.options
    }

    /// Begins an upload for this owner.
    ///
    /// # Errors
    /// If such a document isn't taken, too many wait, or disk or vault don't answer.
    pub async fn begin(&self, owner: &[u8], with: Declared) -> Result<Upload, DocumentsError> {
        let kind = media::declared(&self.options().allowed, &with.media_type)?;
        let bytes_max = self.0.bytes_max();
        if with.length.is_some_and(|length| length > bytes_max) {
            return Err(DocumentsError::TooLarge { bytes_max });
        }
        self.0.pending.has_room(owner).await?;
        let (documents, owner) = (self.clone(), owner.to_vec());
        let begin = move || block_on(documents.begin_here(owner, kind, with));
        aside(begin).await
    }

    async fn begin_here(
        &self,
        owner: Vec<u8>,
        kind: MediaType,
        with: Declared,
    ) -> Result<Upload, DocumentsError> {
        let slot = self.0.slots.take().await?;
        let active = Active::new(&self.0, slot);
        let key = self.0.slots.key(slot).await?;
        let mut prefix = [0; 7];
        self.0.entropy.fill(&mut prefix)?;
        let header = header(prefix);
        let over = |_| DocumentsError::Over;
        let beginning = Beginning {
            owner,
            name: clean(&with.name, &kind),
            kind,
            announced: with.length,
            path: self.0.uploads().join(self.0.name(slot).await?),
            header,
            frames: Frames::new(&key, header).map_err(over)?,
            active,
        };
        Upload::begin(Arc::clone(&self.0), beginning)
    }

    /// What this owner has uploaded, and no command has named.
    ///
    /// # Errors
    /// [`DocumentsError::NotUploaded`] if there is none, or it is somebody else's; or what doesn't
    /// work.
    pub async fn uploaded(&self, owner: &[u8], digest: Hash) -> Result<Uploaded, DocumentsError> {
        Ok(self.pending(owner, digest).await?.0.uploaded())
    }

    /// The same, before a command names it in a case: from here on it isn't removed if the case
    /// has come to name it, and waits another day.
    ///
    /// # Errors
    /// [`DocumentsError::NotUploaded`] if there is none, it is somebody else's, or was claimed for
    /// many cases; or what doesn't work.
    pub async fn claim(
        &self,
        owner: &[u8],
        digest: Hash,
        case: CaseId,
    ) -> Result<Uploaded, DocumentsError> {
        loop {
            let (mut pending, revision) = self.pending(owner, digest).await?;
            let not_uploaded = DocumentsError::NotUploaded { digest };
            pending.claim(case).ok_or(not_uploaded)?;
            match self.0.note(owner, &pending, revision).await {
                // Claimed for another case at the same moment, which must be noted too.
                Err(DocumentsError::Sealed(SealedError::Conflict { .. })) => {}
                outcome => return outcome.map(|()| pending.uploaded()),
            }
        }
    }

    /// Keeps a document for good: a command that names it was accepted. Doing it again changes
    /// nothing.
    ///
    /// # Errors
    /// What doesn't work. The document isn't lost: the next sweep finds the case that names it.
    pub async fn keep(&self, owner: &[u8], digest: Hash) -> Result<(), DocumentsError> {
        self.0.pending.remove(owner, entry_of(digest)).await?;
        Ok(())
    }

    /// A document, to be read.
    ///
    /// # Errors
    /// [`DocumentsError::Erased`] if its key was destroyed, [`DocumentsError::Missing`] if it
    /// isn't there; or what doesn't work.
    pub async fn read(
        &self,
        digest: Hash,
        slot: KeySlot,
    ) -> Result<DocumentReader, DocumentsError> {
        let why = Access {
            purpose: Purpose::Disclose,
            case: None,
        };
        let keys = self.0.slots.vault.fetch(&[slot], why).await?;
        match keys.get(slot) {
            Some(KeyState::Alive(key)) => {
                let (place, key) = (self.0.place(digest), key.clone());
                aside(move || DocumentReader::open(digest, &place, &key)).await
            }
            Some(KeyState::Destroyed | KeyState::Lost) => Err(DocumentsError::Erased { digest }),
            Some(KeyState::Unknown) | None => Err(DocumentsError::Damaged {
                digest,
                frame: 0,
                why: "the vault has never minted its slot: it is another's, or an older one",
            }),
        }
    }

    /// Erases a document: its key first, so that no copy of its bytes opens again. Doing it again
    /// changes nothing.
    ///
    /// # Errors
    /// What doesn't work; then it is still there, or opens no more.
    pub async fn erase(&self, digest: Hash, slot: KeySlot) -> Result<(), DocumentsError> {
        let documents = self.clone();
        aside(move || block_on(documents.erase_here(digest, slot))).await
    }

    async fn erase_here(&self, digest: Hash, slot: KeySlot) -> Result<(), DocumentsError> {
        self.0.slots.vault.destroy(&[slot]).await?;
        let path = self.0.place(digest);
        let removed = self.0.disk.remove(&path);
        removed.map_err(|error| DocumentsError::disk(&path, error))
    }

    /// The record of an upload whose document is there.
    async fn pending(
        &self,
        owner: &[u8],
        digest: Hash,
    ) -> Result<(Pending, Revision), DocumentsError> {
        let entry = self.0.pending.get(owner, entry_of(digest)).await?;
        let found = entry.as_ref().and_then(|entry| {
            let pending = Pending::read(entry)?;
            (pending.digest == digest).then_some((pending, entry.revision))
        });
        // It is noted before it has its final name: a crash may have come between.
        let found = found.filter(|_| self.0.place(digest).is_file());
        found.ok_or(DocumentsError::NotUploaded { digest })
    }
}

impl fmt::Debug for Documents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Documents({})", self.0.path.display())
    }
}
