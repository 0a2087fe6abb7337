//! What the folder's doors stand on: finding, writing and erasing the files of a drawer. Whoever
//! comes here holds the drawer's lock.

use std::path::Path;
use std::sync::Arc;

use futures::lock::OwnedMutexGuard;
use kanzlei_core::ports::{Purpose, VaultError};
use kanzlei_core::record::{Key, KeyState};
use kanzlei_core::{KeySlot, Timestamp};

use super::drawer::{Drawer, Named};
use super::entry::{EntryId, Header, LAYOUT, Unreadable};
use super::error::SealedError;
use super::folder::{Folder, Found, Kept};

impl Folder {
    /// An owner's drawer.
    pub(super) async fn drawer(&self, owner: &[u8]) -> Result<Drawer, SealedError> {
        // A name of more than 255 bytes loses its end here: it is a constant of the program.
        let name: Vec<u8> = self.options.name.bytes().take(255).collect();
        let length = u8::try_from(name.len()).unwrap_or(u8::MAX);
        let of = [&[length], name.as_slice(), owner].concat();
        let token = self.slots.vault.token(Purpose::Drawer, &of).await?;
        Ok(Drawer::new(&self.path, token, self.slots.names().await?))
    }

    /// All drawers.
    pub(super) async fn drawers(&self) -> Result<Vec<Drawer>, SealedError> {
        let drawers = Drawer::all(&self.path, self.slots.names().await?);
        drawers.map_err(|error| SealedError::disk(&self.path, error))
    }

    /// Waits for a drawer's turn.
    pub(super) async fn lock(&self, drawer: &Drawer) -> OwnedMutexGuard<()> {
        let [first, others @ ..] = &self.locks;
        let [at, ..] = drawer.token;
        let at = usize::from(at) % self.locks.len();
        Arc::clone(others.get(at).unwrap_or(first))
            .lock_owned()
            .await
    }

    /// Whether an entry that expires then is there now.
    pub(super) fn is_there(&self, expires: Timestamp) -> bool {
        self.clock.now() < expires
    }

    /// What there is of an entry.
    pub(super) async fn find(&self, drawer: &Drawer, id: EntryId) -> Result<Found, SealedError> {
        if let Some(kept) = self.cache.get(&(drawer.token, id))
            && self.is_there(kept.entry.expires)
        {
            return Ok(Found::Kept(kept));
        }
        let mut files = drawer.files()?.into_iter();
        match files.find(|named| named.id == id && !named.unfinished) {
            Some(named) => self.found(drawer, named).await,
            None => Ok(Found::Nothing),
        }
    }

    /// What a file holds; an entry that can be read is kept in memory too.
    pub(super) async fn found(&self, drawer: &Drawer, named: Named) -> Result<Found, SealedError> {
        let Some(kept) = self.opened(drawer, &named).await? else {
            return Ok(Found::Remains(named));
        };
        if !self.is_there(kept.entry.expires) {
            return Ok(Found::Remains(named));
        }
        self.cache.insert((drawer.token, named.id), kept.clone());
        Ok(Found::Kept(kept))
    }

    /// What a file holds, expired or not; `None` if its key is gone.
    pub(super) async fn opened(
        &self,
        drawer: &Drawer,
        named: &Named,
    ) -> Result<Option<Kept>, SealedError> {
        let path = &named.path;
        let Some(key) = self.key(path, named.slot).await? else {
            return Ok(None);
        };
        let file = std::fs::read(path).map_err(|error| SealedError::disk(path, error))?;
        let unreadable = |why| unreadable(path, why);
        let header = Header::read(&file, file.len() as u64).map_err(unreadable)?;
        if header.slot != named.slot {
            let why = "it has another slot than its name says";
            return Err(unreadable(Unreadable::Damaged(why)));
        }
        let entry = header.open(&key, (&drawer.token, named.id), &file);
        Ok(Some(Kept {
            slot: named.slot,
            entry: entry.map_err(unreadable)?,
        }))
    }

    /// The key of the file's slot; `None` if it was destroyed or lost.
    async fn key(&self, path: &Path, slot: KeySlot) -> Result<Option<Key>, SealedError> {
        let fetched = match self.slots.keys(&[slot]).await {
            Err(VaultError::Damaged(_)) => {
                let why = "its key is damaged in the vault";
                return Err(unreadable(path, Unreadable::Damaged(why)));
            }
            fetched => fetched?,
        };
        match fetched.get(slot) {
            Some(KeyState::Alive(key)) => Ok(Some(key.clone())),
            Some(KeyState::Destroyed | KeyState::Lost) => Ok(None),
            Some(KeyState::Unknown) | None => {
                let why = "the vault has never minted its slot: it is another's, or an older one";
                Err(unreadable(path, Unreadable::Damaged(why)))
            }
        }
    }

    /// Sees to it that the owner may have one more entry.
    pub(super) async fn room(&self, drawer: &Drawer) -> Result<(), SealedError> {
        let entries_max = self.options.entries_per_owner_max;
        if drawer.count()? < entries_max {
            return Ok(());
        }
        if !self.options.expired_stay {
            self.sweep_drawer(drawer, self.clock.now()).await?;
            if drawer.count()? < entries_max {
                return Ok(());
            }
        }
        Err(SealedError::TooMany { entries_max })
    }

    /// Writes a file beside the entry's, and then in its place.
    pub(super) fn write(
        &self,
        drawer: &Drawer,
        id: EntryId,
        slot: KeySlot,
        bytes: &[u8],
    ) -> Result<(), SealedError> {
        let unfinished = drawer.unfinished(id, slot);
        let written = || {
            self.disk.make_folder(&drawer.path)?;
            // What an attempt left that failed halfway.
            self.disk.remove(&unfinished)?;
            let mut file = self.disk.create(&unfinished)?;
            self.disk.write(&mut file, bytes)?;
            self.disk.sync(&file)?;
            self.disk.rename(&unfinished, &drawer.kept(id, slot))?;
            self.disk.sync_folder(&drawer.path)
        };
        written().map_err(|error| SealedError::disk(&unfinished, error))
    }

    /// Takes back what was begun, as far as that goes: what stays behind is swept later. A new
    /// entry's key goes first, because the disk may keep what was written under it.
    pub(super) async fn give_up(&self, drawer: &Drawer, id: EntryId, slot: KeySlot, new: bool) {
        let unfinished = drawer.unfinished(id, slot);
        if !new {
            let _ = self.disk.remove(&unfinished);
        } else if self.slots.vault.destroy(&[slot]).await.is_ok() {
            let _ = self.disk.remove(&unfinished);
            let _ = self.disk.remove(&drawer.kept(id, slot));
        }
    }

    /// Whether the slot that a file's name tells is the entry's own: its key opens it, or is destroyed or damaged.
    /// If not, a vault that was put back has given the number again, and the key is somebody else's.
    pub(super) async fn owns_slot(
        &self,
        drawer: &Drawer,
        named: &Named,
    ) -> Result<bool, SealedError> {
        if let Err(VaultError::Damaged(_)) = self.slots.keys(&[named.slot]).await {
            return Ok(true);
        }
        match self.opened(drawer, named).await {
            Err(SealedError::Damaged { .. }) => Ok(false),
            Ok(_) | Err(SealedError::Newer { .. }) => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Destroys the keys of these files, and then removes them.
    pub(super) async fn erase(&self, drawer: &Drawer, files: &[Named]) -> Result<(), SealedError> {
        let mut slots = Vec::new();
        for named in files {
            self.cache.remove(&(drawer.token, named.id));
            // What was written in part can't be opened.
            if named.unfinished || self.owns_slot(drawer, named).await? {
                slots.push(named.slot);
            }
        }
        self.slots.vault.destroy(&slots).await?;
        self.discard(drawer, files.iter())
    }

    /// Removes files that open no more, and the drawer with the last of them.
    pub(super) fn discard<'a>(
        &self,
        drawer: &Drawer,
        files: impl Iterator<Item = &'a Named>,
    ) -> Result<(), SealedError> {
        let mut removed = false;
        for named in files {
            let outcome = self.disk.remove(&named.path);
            outcome.map_err(|error| SealedError::disk(&named.path, error))?;
            removed = true;
        }
        if removed {
            let outcome = self.disk.sync_folder(&drawer.path);
            outcome.map_err(|error| SealedError::disk(&drawer.path, error))?;
            // Fails as long as something is in it. An empty one does no harm.
            let _ = std::fs::remove_dir(&drawer.path);
        }
        Ok(())
    }
}

pub(super) fn unreadable(path: &Path, why: Unreadable) -> SealedError {
    let path = path.to_owned();
    match why {
        Unreadable::Damaged(why) => SealedError::Damaged { path, why },
        Unreadable::Newer(found) => SealedError::Newer {
            path,
            found,
            known: LAYOUT,
        },
    }
}
