//! The folder's doors: whoever awaits them leaves their thread to others while the disk is waited for.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use futures::executor::block_on;
use kanzlei_core::Timestamp;
use kanzlei_core::ports::{Clock, Entropy, KeyVault};
use zeroize::Zeroizing;

use super::drawer::Drawer;
use super::entry::{Entry, EntryId, Revision};
use super::error::SealedError;
use super::folder::{Folder, Listing, SealedOptions, Swept, Whereabouts};
use crate::aside::aside;
use crate::lock::DirectoryLock;

/// Small sealed entries with owner, revision and expiry, in a folder of this machine.
///
/// Its methods wait for the disk on threads of their own and need no runtime: writing ends with two
/// syncs. Of one owner's, one at a time has its turn; what is dropped while it waits for the disk is done
/// nevertheless, and what still waits for its turn is not. What was read or written of late is kept in memory and
/// answers without the disk; since the folder is locked, nobody else can have written meanwhile.
///
/// ```
/// # use std::sync::Arc;
/// # use kanzlei_store::{MemoryKeyVault, Revision, SealedFolder, SealedOptions, SystemClock, SystemEntropy};
/// # use kanzlei_core::Timestamp;
/// # futures::executor::block_on(async {
/// # let directory = tempfile::tempdir()?;
/// let (vault, entropy) = (Arc::new(MemoryKeyVault::new(Arc::new(SystemEntropy))?), Arc::new(SystemEntropy));
/// let options = SealedOptions::new("drafts");
/// let folder = SealedFolder::open(directory.path(), vault, entropy, Arc::new(SystemClock), options)?;
///
/// let (id, expires) = (folder.new_id()?, Timestamp::from_micros(i64::MAX));
/// let first = folder.put(b"anna", id, Revision::NONE, expires, b"half a form").await?;
/// folder.put(b"anna", id, first, expires, b"a whole form").await?;
/// assert!(folder.put(b"anna", id, first, expires, b"on another device").await.is_err());
/// assert_eq!(folder.get(b"anna", id).await?.unwrap().bytes.as_slice(), b"a whole form");
/// assert!(folder.get(b"beat", id).await?.is_none());
/// folder.remove(b"anna", id).await?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
pub struct SealedFolder(Arc<Folder>);

impl SealedFolder {
    /// Opens the folder; makes it if there is none. It stays locked until it is dropped.
    ///
    /// # Errors
    /// If it is open elsewhere, or the disk fails.
    pub fn open(
        path: impl AsRef<Path>,
        vault: Arc<dyn KeyVault>,
        entropy: Arc<dyn Entropy>,
        clock: Arc<dyn Clock>,
        options: SealedOptions,
    ) -> Result<Self, SealedError> {
        let folder = Folder::open(path.as_ref(), vault, entropy, clock, options)?;
        Ok(Self(Arc::new(folder)))
    }

    /// Whether this is such a folder. Opened nevertheless it becomes one.
    pub fn is_one(path: &Path) -> bool {
        DirectoryLock::was_taken(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// A new entry's id, which nobody can guess.
    ///
    /// # Errors
    /// If the system has no random bytes.
    pub fn new_id(&self) -> Result<EntryId, SealedError> {
        let mut bytes = [0; 16];
        self.0.entropy.fill(&mut bytes)?;
        Ok(EntryId::from_bytes(bytes))
    }

    /// Writes an entry if it still has the revision that the caller saw, [`Revision::NONE`] for
    /// one that isn't there. It is on the disk when this answers, with the revision returned.
    ///
    /// # Errors
    /// [`SealedError::Conflict`] if it has another revision; if it is too large, the owner has too
    /// many, the disk is full or fails, or the vault doesn't answer. What was there before is
    /// unchanged, except after a failed sync: then it may be the one or the other.
    pub async fn put(
        &self,
        owner: &[u8],
        id: EntryId,
        seen: Revision,
        expires: Timestamp,
        bytes: &[u8],
    ) -> Result<Revision, SealedError> {
        let bytes = Zeroizing::new(bytes.to_vec());
        let drawer = self.0.drawer(owner).await?;
        let put = async move |folder: &Folder, drawer: &Drawer| {
            folder.put(drawer, id, seen, expires, &bytes).await
        };
        self.inside(drawer, put).await
    }

    /// Sees to it that an owner may have one more entry, before much is done for it.
    pub(crate) async fn has_room(&self, owner: &[u8]) -> Result<(), SealedError> {
        let drawer = self.0.drawer(owner).await?;
        self.inside(drawer, async |folder, drawer| folder.room(drawer).await)
            .await
    }

    /// An entry of this owner; `None` if there is none, or it has expired.
    ///
    /// # Errors
    /// If its file is damaged, or disk or vault don't answer.
    pub async fn get(&self, owner: &[u8], id: EntryId) -> Result<Option<Entry>, SealedError> {
        let drawer = self.0.drawer(owner).await?;
        if let Some(entry) = self.0.at_hand(&drawer, id) {
            return Ok(Some(entry));
        }
        let get = async move |folder: &Folder, drawer: &Drawer| folder.get(drawer, id).await;
        self.inside(drawer, get).await
    }

    /// All entries of this owner. A damaged one doesn't hide the others.
    ///
    /// # Errors
    /// If disk or vault don't answer.
    pub async fn list(&self, owner: &[u8]) -> Result<Listing, SealedError> {
        let drawer = self.0.drawer(owner).await?;
        self.inside(drawer, async |folder, drawer| folder.list(drawer).await)
            .await
    }

    /// Removes an entry, and says whether there was one. Its key goes first, so that no copy of
    /// its bytes opens again.
    ///
    /// # Errors
    /// If disk or vault don't answer; then it is still there, or opens no more.
    pub async fn remove(&self, owner: &[u8], id: EntryId) -> Result<bool, SealedError> {
        let drawer = self.0.drawer(owner).await?;
        self.remove_at(&Whereabouts { drawer, id }).await
    }

    /// Removes all that an owner has, damaged or not, and says how many entries that was.
    ///
    /// # Errors
    /// If disk or vault don't answer; then some may still be there.
    pub async fn remove_all(&self, owner: &[u8]) -> Result<usize, SealedError> {
        let drawer = self.0.drawer(owner).await?;
        self.inside(drawer, async |folder, drawer| {
            folder.remove_all(drawer).await
        })
        .await
    }

    /// Removes what has expired, and what crashes left. It reads the header of every entry: call
    /// it now and then, such as hourly.
    ///
    /// # Errors
    /// If disk or vault don't answer; call it again later.
    pub async fn sweep(&self) -> Result<Swept, SealedError> {
        self.sweep_expired_by(self.0.clock.now()).await
    }

    /// The same for what had expired at a moment.
    pub(crate) async fn sweep_expired_by(&self, moment: Timestamp) -> Result<Swept, SealedError> {
        let mut swept = Swept::default();
        for drawer in self.aside(async |folder| folder.drawers().await).await? {
            let sweep = async move |folder: &Folder, drawer: &Drawer| {
                folder.sweep_drawer(drawer, moment).await
            };
            let of_drawer = self.inside(drawer, sweep).await?;
            swept.expired += of_drawer.expired;
            swept.leftovers += of_drawer.leftovers;
            swept.unreadable.extend(of_drawer.unreadable);
        }
        Ok(swept)
    }

    /// Where all entries are, for whoever decides which are done with.
    ///
    /// # Errors
    /// If disk or vault don't answer.
    pub async fn everywhere(&self) -> Result<Vec<Whereabouts>, SealedError> {
        self.aside(async |folder| folder.everywhere().await).await
    }

    /// An entry, expired or not; `None` if it was removed meanwhile. It isn't kept in memory.
    ///
    /// # Errors
    /// If its file is damaged, or disk or vault don't answer.
    pub async fn read_at(&self, at: &Whereabouts) -> Result<Option<Entry>, SealedError> {
        let id = at.id;
        let read = async move |folder: &Folder, drawer: &Drawer| folder.read_at(drawer, id).await;
        self.inside(at.drawer.clone(), read).await
    }

    /// Removes an entry as [`remove`](Self::remove) does.
    ///
    /// # Errors
    /// If disk or vault don't answer.
    pub async fn remove_at(&self, at: &Whereabouts) -> Result<bool, SealedError> {
        let id = at.id;
        let remove = async move |folder: &Folder, drawer: &Drawer| folder.remove(drawer, id).await;
        self.inside(at.drawer.clone(), remove).await
    }

    /// Does something in a drawer when it has its turn. Whoever waits for that keeps no thread from the others.
    async fn inside<T: Send + 'static>(
        &self,
        drawer: Drawer,
        work: impl AsyncFnOnce(&Folder, &Drawer) -> Result<T, SealedError> + Send + 'static,
    ) -> Result<T, SealedError> {
        let turn = self.0.lock(&drawer).await;
        let work = async move |folder: &Folder| {
            let done = work(folder, &drawer).await;
            drop(turn);
            done
        };
        self.aside(work).await
    }

    async fn aside<T: Send + 'static>(
        &self,
        work: impl AsyncFnOnce(&Folder) -> Result<T, SealedError> + Send + 'static,
    ) -> Result<T, SealedError> {
        let folder = Arc::clone(&self.0);
        let done = aside(move || block_on(work(&folder))).await;
        done.unwrap_or_else(|broken| Err(SealedError::disk(self.path(), broken)))
    }
}

impl fmt::Debug for SealedFolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedFolder({})", self.path().display())
    }
}
