//! The folder itself: compare and set, read, remove.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::lock::Mutex as AsyncMutex;
use kanzlei_core::ports::{Clock, Entropy, KeyVault};
use kanzlei_core::{KeySlot, Timestamp};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::drawer::{Drawer, Named};
use super::entry::{Entry, EntryId, Header, Revision};
use super::error::SealedError;
use crate::disk::{Disk, DiskFaults, SoundDisk};
use crate::lock::{DirectoryLock, LockError};
use crate::slot_pool::SlotPool;

/// Locks by drawer: so many writers wait for the disk at once.
const LOCKS: usize = 64;
/// What an entry in memory takes beside its bytes.
const ENTRY_BYTES: u64 = 128;
/// How large an entry is that is kept in memory, by a guess with which the cache begins.
const ENTRY_BYTES_GUESSED: u64 = 1_024;

/// What a folder is opened with.
#[derive(Clone)]
pub struct SealedOptions {
    /// The folder's name in tokens: the same owner has another drawer in another folder.
    pub name: String,
    /// How large an entry may be, in bytes.
    pub entry_bytes_max: usize,
    /// How many entries an owner may have.
    pub entries_per_owner_max: usize,
    /// How many bytes of opened entries are kept in memory.
    pub cache_bytes: u64,
    /// Makes writes fail, in tests.
    pub faults: Arc<dyn DiskFaults>,
    /// Whether what has expired stays until somebody who knows more removes it.
    pub(crate) expired_stay: bool,
}

impl SealedOptions {
    /// The usual sizes: 64 KiB an entry, 64 entries an owner, 8 MiB in memory.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            entry_bytes_max: 64 * 1024,
            entries_per_owner_max: 64,
            cache_bytes: 8 * 1024 * 1024,
            faults: Arc::new(SoundDisk),
            expired_stay: false,
        }
    }
}

impl fmt::Debug for SealedOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedOptions")
            .field("name", &self.name)
            .field("entry_bytes_max", &self.entry_bytes_max)
            .field("entries_per_owner_max", &self.entries_per_owner_max)
            .field("cache_bytes", &self.cache_bytes)
            .finish_non_exhaustive()
    }
}

/// An owner's entries.
#[derive(Debug, Default)]
pub struct Listing {
    /// Those that can be read, by id.
    pub entries: Vec<Entry>,
    /// What is wrong with the others, by file.
    pub unreadable: Vec<SealedError>,
}

/// Where an entry is, which doesn't tell whose it is.
#[derive(Debug, Clone)]
pub struct Whereabouts {
    pub(super) drawer: Drawer,
    /// The entry's id.
    pub id: EntryId,
}

/// What a sweep did.
#[derive(Debug, Default)]
pub struct Swept {
    /// Entries that had expired, and are gone.
    pub expired: usize,
    /// What crashes had left, and is gone.
    pub leftovers: usize,
    /// What is wrong with files that can't be read. They are left where they are.
    pub unreadable: Vec<SealedError>,
}

/// The folder itself. Its methods read and write files within the call: [`SealedFolder`](super::SealedFolder)
/// calls them where that may be.
pub(super) struct Folder {
    pub(super) path: PathBuf,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) options: SealedOptions,
    pub(super) disk: Disk,
    pub(super) cache: Cache<([u8; 16], EntryId), Kept, ByBytes>,
    /// Whoever writes in a drawer, or reads from its files, holds one of these.
    pub(super) locks: [Arc<AsyncMutex<()>>; LOCKS],
    pub(super) slots: SlotPool,
    _lock: DirectoryLock,
}

#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) slot: KeySlot,
    pub(super) entry: Entry,
}

#[derive(Clone)]
pub(super) struct ByBytes;

impl Weighter<([u8; 16], EntryId), Kept> for ByBytes {
    fn weight(&self, _: &([u8; 16], EntryId), kept: &Kept) -> u64 {
        ENTRY_BYTES + kept.entry.bytes.len() as u64
    }
}

/// What there is of an entry.
pub(super) enum Found {
    Nothing,
    /// It has expired, or its key is gone: for readers it isn't there.
    Remains(Named),
    Kept(Kept),
}

impl Folder {
    pub(super) fn open(
        path: impl AsRef<Path>,
        vault: Arc<dyn KeyVault>,
        entropy: Arc<dyn Entropy>,
        clock: Arc<dyn Clock>,
        options: SealedOptions,
    ) -> Result<Self, SealedError> {
        let path = path.as_ref().to_owned();
        let disk = Disk(Arc::clone(&options.faults));
        disk.make_folder(&path)
            .map_err(|error| SealedError::disk(&path, error))?;
        let lock = DirectoryLock::take(&path).map_err(|error| match error {
            LockError::Taken => SealedError::Locked { path: path.clone() },
            LockError::Io(error) => SealedError::disk(&path, error),
        })?;
        let capacity = options.cache_bytes;
        let guess = usize::try_from(capacity / ENTRY_BYTES_GUESSED).unwrap_or(usize::MAX);
        Ok(Self {
            path,
            entropy,
            clock,
            disk,
            cache: Cache::with_weighter(guess, capacity, ByBytes),
            locks: std::array::from_fn(|_| Arc::default()),
            slots: SlotPool::new(vault, &options.name),
            options,
            _lock: lock,
        })
    }

    pub(super) async fn put(
        &self,
        drawer: &Drawer,
        id: EntryId,
        seen: Revision,
        expires: Timestamp,
        bytes: &[u8],
    ) -> Result<Revision, SealedError> {
        let (bytes_max, size) = (self.options.entry_bytes_max, bytes.len());
        let too_large = || SealedError::TooLarge {
            bytes: size,
            bytes_max,
        };
        if size > bytes_max {
            return Err(too_large());
        }
        let kept = match self.find(drawer, id).await? {
            Found::Kept(kept) => Some(kept),
            // Only who makes an entry anew may take the place of one that was.
            Found::Remains(remains) if seen == Revision::NONE => {
                self.erase(drawer, &[remains]).await?;
                None
            }
            Found::Remains(_) | Found::Nothing => None,
        };
        let revision_of = |kept: &Kept| kept.entry.revision;
        let found = kept.as_ref().map_or(Revision::NONE, revision_of);
        if found != seen {
            return Err(SealedError::Conflict { seen, found });
        }
        let slot = if let Some(kept) = &kept {
            kept.slot
        } else {
            self.room(drawer).await?;
            self.slots.take().await?
        };
        let key = self.slots.key(slot).await?;
        let mut nonce = [0; 12];
        self.entropy.fill(&mut nonce)?;
        let header = Header::new(slot, found.next(), expires, nonce);
        let file = header.seal(&key, (&drawer.token, id), bytes);
        let file = file.ok_or_else(too_large)?;
        self.cache.remove(&(drawer.token, id));
        if let Err(error) = self.write(drawer, id, slot, &file) {
            self.give_up(drawer, id, slot, kept.is_none()).await;
            return Err(error);
        }
        let entry = Entry {
            id,
            revision: found.next(),
            expires,
            bytes: Arc::new(bytes.to_vec().into()),
        };
        self.cache.insert((drawer.token, id), Kept { slot, entry });
        Ok(found.next())
    }

    /// An entry that is in memory.
    pub(super) fn at_hand(&self, drawer: &Drawer, id: EntryId) -> Option<Entry> {
        let entry = self.cache.get(&(drawer.token, id))?.entry;
        self.is_there(entry.expires).then_some(entry)
    }

    pub(super) async fn get(
        &self,
        drawer: &Drawer,
        id: EntryId,
    ) -> Result<Option<Entry>, SealedError> {
        match self.find(drawer, id).await? {
            Found::Kept(kept) => Ok(Some(kept.entry)),
            Found::Nothing | Found::Remains(_) => Ok(None),
        }
    }

    pub(super) async fn list(&self, drawer: &Drawer) -> Result<Listing, SealedError> {
        let mut listing = Listing::default();
        for named in drawer.files()? {
            if named.unfinished {
                continue;
            }
            match self.found(drawer, named).await {
                Ok(Found::Kept(kept)) => listing.entries.push(kept.entry),
                Ok(_) => {}
                Err(error) if error.file().is_some() => listing.unreadable.push(error),
                Err(error) => return Err(error),
            }
        }
        Ok(listing)
    }

    pub(super) async fn remove(&self, drawer: &Drawer, id: EntryId) -> Result<bool, SealedError> {
        let mut files = drawer.files()?;
        files.retain(|named| named.id == id);
        self.erase(drawer, &files).await?;
        Ok(files.iter().any(|named| !named.unfinished))
    }

    pub(super) async fn remove_all(&self, drawer: &Drawer) -> Result<usize, SealedError> {
        let files = drawer.files()?;
        self.erase(drawer, &files).await?;
        Ok(files.iter().filter(|named| !named.unfinished).count())
    }
}
