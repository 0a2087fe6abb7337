//! The folder of documents: begin, claim, keep, read, erase.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::executor::block_on;
use kanzlei_core::ports::{Access, Clock, Entropy, KeyVault, Purpose, VaultError};
use kanzlei_core::record::{Hash, KeyState};
use kanzlei_core::{CaseId, KeySlot};

use super::error::DocumentsError;
use super::frames::{Frames, header};
use super::media::{self, MediaType};
use super::name::clean;
use super::pending::{Pending, entry_of};
use super::read::DocumentReader;
use super::upload::{Beginning, Declared, Upload, Uploaded};
use crate::disk::{Disk, DiskFaults, SoundDisk};
use crate::sealed::{Revision, SealedError, SealedFolder, SealedOptions};
use crate::slot_pool::SlotPool;

/// How long an upload waits for a command, in microseconds: a day.
pub(super) const WAITS: i64 = 86_400_000_000;

/// What a folder of documents is opened with.
#[derive(Clone)]
pub struct DocumentsOptions {
    /// How large a document may be, in bytes.
    pub bytes_max: u64,
    /// How many uploads of one owner may wait for a command.
    pub uploads_per_owner_max: usize,
    /// What is taken.
    pub allowed: Vec<MediaType>,
    /// Makes writes fail, in tests.
    pub faults: Arc<dyn DiskFaults>,
}

impl Default for DocumentsOptions {
    /// 25 MiB a document, 50 uploads an owner, texts and pictures.
    fn default() -> Self {
        Self {
            bytes_max: 25 * 1024 * 1024,
            uploads_per_owner_max: 50,
            allowed: MediaType::usual(),
            faults: Arc::new(SoundDisk),
        }
    }
}

impl fmt::Debug for DocumentsOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DocumentsOptions")
            .field("bytes_max", &self.bytes_max)
            .field("uploads_per_owner_max", &self.uploads_per_owner_max)
            .field("allowed", &self.allowed)
            .finish_non_exhaustive()
    }
}

/// Sealed documents in a folder of this machine. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Documents(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) path: PathBuf,
    pub(super) slots: SlotPool,
    entropy: Arc<dyn Entropy>,
    pub(super) clock: Arc<dyn Clock>,
    options: DocumentsOptions,
    disk: Disk,
    pub(super) pending: SealedFolder,
    /// The slots of uploads that go on in this process.
    active: Mutex<BTreeSet<KeySlot>>,
}

/// Keeps an upload from being swept.
pub(super) struct Active {
    documents: Documents,
    pub(super) slot: KeySlot,
}

impl Active {
    fn new(documents: &Documents, slot: KeySlot) -> Self {
        documents.active().insert(slot);
        let documents = documents.clone();
        Self { documents, slot }
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        self.documents.active().remove(&self.slot);
    }
}

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
        let documents = Self(Arc::new(Inner {
            slots: SlotPool::new(vault, "documents"),
            entropy,
            clock,
            options,
            disk,
            pending,
            active: Mutex::default(),
            path,
        }));
        let uploads = documents.uploads();
        let made = documents.disk().make_folder(&uploads);
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
        let bytes_max = self.bytes_max();
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
        let active = Active::new(self, slot);
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
            path: self.uploads().join(self.name(slot).await?),
            header,
            frames: Frames::new(&key, header).map_err(over)?,
            active,
        };
        Upload::begin(self.clone(), beginning)
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
            match self.note(owner, &pending, revision).await {
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
                let (place, key) = (self.place(digest), key.clone());
                aside(move || DocumentReader::open(digest, &place, &key)).await
            }
            Some(KeyState::Destroyed) => Err(DocumentsError::Erased { digest }),
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
        let path = self.place(digest);
        let removed = self.disk().remove(&path);
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
        let found = found.filter(|_| self.place(digest).is_file());
        found.ok_or(DocumentsError::NotUploaded { digest })
    }

    pub(super) async fn note(
        &self,
        owner: &[u8],
        pending: &Pending,
        seen: Revision,
    ) -> Result<(), DocumentsError> {
        let expires = self.0.clock.now().plus_micros(WAITS);
        let id = entry_of(pending.digest);
        let bytes = pending.to_bytes();
        self.0.pending.put(owner, id, seen, expires, &bytes).await?;
        Ok(())
    }

    pub(super) fn disk(&self) -> &Disk {
        &self.0.disk
    }

    pub(super) fn bytes_max(&self) -> u64 {
        self.0.options.bytes_max
    }

    pub(super) fn active(&self) -> MutexGuard<'_, BTreeSet<KeySlot>> {
        self.0.active.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn uploads(&self) -> PathBuf {
        self.0.path.join("uploads")
    }

    /// What a document is called while it is written: it tells which key to destroy if it is broken
    /// off, and proves that it does.
    pub(super) async fn name(&self, slot: KeySlot) -> Result<String, VaultError> {
        let proof = self.0.slots.names().await?.proof(&[&slot.0.to_le_bytes()]);
        Ok(format!("{:016x}-{proof}", slot.0))
    }

    /// Where a document is kept.
    pub(super) fn place(&self, digest: Hash) -> PathBuf {
        let name = digest.to_string();
        let folder: String = name.chars().take(2).collect();
        self.0.path.join(folder).join(name)
    }
}

/// Does what waits for the disk on a thread for it.
pub(super) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, DocumentsError> + Send + 'static,
) -> Result<T, DocumentsError> {
    let done = crate::aside::aside(work).await;
    done.unwrap_or_else(|broken| Err(DocumentsError::disk(Path::new("documents"), broken)))
}

impl fmt::Debug for Documents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Documents({})", self.0.path.display())
    }
}
