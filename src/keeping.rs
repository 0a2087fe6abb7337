//! What an installation keeps beside log and views: drafts, documents, and folders for the embedder's own
//! small things. And what makes ids and places out of what the outside world says.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kanzlei_core::ports::Purpose;
use kanzlei_core::{CommandId, Position};
use kanzlei_store::{Documents, SealedError, SealedFolder, SealedOptions};

use crate::directory::Directory;
use crate::documents::InLog;
use crate::position::Places;
use crate::{Drafts, Error, Ground, Kanzlei, PositionError};

/// What is kept beside log and views.
pub(crate) struct Keeping {
    pub(crate) drafts: Drafts,
    pub(crate) documents: Documents,
    places: Places,
    folders: Mutex<BTreeMap<String, Arc<SealedFolder>>>,
}

impl Keeping {
    pub(crate) fn open(ground: &Ground, places: Places) -> Result<Self, Error> {
        let mut options = Drafts::options();
        options.faults = Arc::clone(&ground.faults);
        let folder = ground.directory.sealed(&ground.ports, options)?;
        let mut options = ground.documents.clone();
        options.faults = Arc::clone(&ground.faults);
        let documents = ground.directory.documents(&ground.ports, options)?;
        Ok(Self {
            documents,
            drafts: Drafts::new(folder, ground.ports.clone()),
            places,
            folders: Mutex::default(),
        })
    }

    fn folders(&self) -> MutexGuard<'_, BTreeMap<String, Arc<SealedFolder>>> {
        self.folders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a [`sweep`](Kanzlei::sweep) did.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Sweep {
    /// Drafts that had expired or were handed in.
    pub drafts: usize,
    /// Documents that nobody named in a case, and uploads that were broken off.
    pub documents: usize,
    /// Expired entries of the embedder's own folders.
    pub entries: usize,
    /// What is wrong with files that can't be read; somebody should look at the disk.
    pub unreadable: Vec<SealedError>,
}

impl Kanzlei {
    /// A folder of the embedder's own in the installation's directory, for small sealed entries
    /// such as browser sessions. It is called as the options say; asked for again it is the same
    /// one, with the options of the first time.
    ///
    /// # Errors
    /// [`Error::FolderName`] if it can't be called so, or what doesn't work.
    pub fn sealed_folder(&self, options: SealedOptions) -> Result<Arc<SealedFolder>, Error> {
        if !Directory::is_free(&options.name) {
            let name = options.name;
            return Err(Error::FolderName { name });
        }
        let mut folders = self.keeping().folders();
        if let Some(folder) = folders.get(&options.name) {
            return Ok(Arc::clone(folder));
        }
        let (directory, name) = (self.directory(), options.name.clone());
        let folder = directory.sealed(self.engine().ports(), options)?;
        folders.insert(name, Arc::clone(&folder));
        Ok(folder)
    }

    /// Removes what nobody needs any more: expired drafts, documents that no case has named within
    /// a day, and expired entries of the embedder's own folders. Call it once
    /// an hour; it reads files, so not where requests are served.
    ///
    /// # Errors
    /// What doesn't work; call it again later.
    pub async fn sweep(&self) -> Result<Sweep, Error> {
        let drafts = self.drafts().sweep().await?;
        let log = InLog(Arc::clone(&self.engine().ports().store));
        let documents = self.documents().sweep(&log).await?;
        let mut sweep = Sweep {
            drafts: drafts.gone,
            documents: documents.removed + documents.broken_off,
            entries: 0,
            unreadable: drafts.unreadable,
        };
        sweep.unreadable.extend(documents.unreadable);
        let folders: Vec<Arc<SealedFolder>> = self.keeping().folders().values().cloned().collect();
        for folder in folders {
            let swept = folder.sweep().await?;
            sweep.entries += swept.expired;
            sweep.unreadable.extend(swept.unreadable);
        }
        Ok(sweep)
    }

    /// The id of the command that whoever is called `identity` sends under a key of their own
    /// choice, such as an `Idempotency-Key`: the same for the same key, another for anybody else.
    ///
    /// # Errors
    /// If the vault doesn't answer.
    pub async fn command_id_for(&self, identity: &str, key: &str) -> Result<CommandId, Error> {
        let length = (identity.len() as u64).to_le_bytes();
        let of: [&[u8]; 4] = [b"key", &length, identity.as_bytes(), key.as_bytes()];
        let vault = &self.engine().ports().vault;
        let token = vault.token(Purpose::Derive, &of.concat()).await?;
        Ok(CommandId::derived(token))
    }

    /// A place in this installation's log as text, to be given to another process or kept in a
    /// cookie.
    pub fn position_token(&self, position: Position) -> String {
        self.keeping().places.write(position)
    }

    /// The place that a text from [`position_token`](Self::position_token) says, for
    /// [`Session::has_seen`](kanzlei_core::engine::Session::has_seen).
    ///
    /// # Errors
    /// If it says none, or one in another log.
    pub fn position_of(&self, text: &str) -> Result<Position, PositionError> {
        self.keeping().places.read(text)
    }
}
