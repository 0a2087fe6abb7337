//! What lies where in an installation's directory.
//!
//! ```text
//! log/              the event store and its witness
//! vault             the keys of personal values
//! installation.key  opens the vault, unless a passphrase or another file does; keep it elsewhere
//! views/            can be deleted; rebuilt from the log
//! documents/        documents of cases, sealed
//! drafts/           forms that people haven't handed in yet
//! destroyed         which keys were destroyed, in what was restored from a backup
//! sessions/         browser sessions, if the portal keeps them here
//! ```

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use kanzlei_core::engine::Ports;
use kanzlei_core::ports::{Entropy, EventStore};
use kanzlei_core::{Code, Position};
use kanzlei_store::{
    Documents, DocumentsOptions, FileKeyVault, FjallEventStore, FjallViewStore, InstallationKey,
    Options, SealedFolder, SealedOptions,
};

use crate::there::{holds_something, is_there};
use crate::{Drafts, Error};

/// The names of what lies in it and is the installation's own.
const TAKEN: [&str; 6] = ["log", "vault", "views", "drafts", "documents", "destroyed"];

/// An installation's directory.
#[derive(Clone)]
pub(crate) struct Directory(pub(crate) PathBuf);

impl Directory {
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The event store. It goes first: its lock keeps a second process from the rest too. It is never begun beside what
    /// another log left.
    pub(crate) fn log(&self, options: Options) -> Result<Arc<FjallEventStore>, Error> {
        is_there(&self.0)?;
        Ok(Arc::new(FjallEventStore::open(self.path("log"), options)?))
    }

    /// The vault; made beside an empty log, and never beside one that has begun.
    pub(crate) fn vault(
        &self,
        key: Option<InstallationKey>,
        log: &dyn EventStore,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Arc<FileKeyVault>, Error> {
        let path = self.path("vault");
        let new = !FileKeyVault::exists(&path)?;
        if new && log.watermark().now() > Position::START {
            return Err(Error::VaultMissing { path });
        }
        let key = match key {
            Some(key) => key,
            None => self.key(new, entropy.as_ref())?,
        };
        let vault = if new {
            FileKeyVault::create(path, &key, entropy)?
        } else {
            FileKeyVault::open(path, &key, entropy)?
        };
        Ok(Arc::new(vault))
    }

    fn key(&self, new: bool, entropy: &dyn Entropy) -> Result<InstallationKey, Error> {
        let path = self.path("installation.key");
        if new && !holds_something(&path)? {
            return Ok(InstallationKey::create_file(path, entropy)?);
        }
        Ok(InstallationKey::from_file(path)?)
    }

    /// The views.
    pub(crate) fn views(&self) -> Result<Arc<FjallViewStore>, Error> {
        Ok(Arc::new(FjallViewStore::open(self.path("views"))?))
    }

    /// A folder of sealed entries, with the options' name.
    pub(crate) fn sealed(
        &self,
        ports: &Ports,
        options: SealedOptions,
    ) -> Result<Arc<SealedFolder>, Error> {
        let path = self.path(&options.name);
        let (vault, entropy) = (Arc::clone(&ports.vault), Arc::clone(&ports.entropy));
        let clock = Arc::clone(&ports.clock);
        let folder = SealedFolder::open(path, vault, entropy, clock, options)?;
        Ok(Arc::new(folder))
    }

    /// What its folders of sealed entries are called: drafts, and those of the embedder's own.
    pub(crate) fn sealed_folders(&self) -> Result<Vec<String>, Error> {
        let failed = |source| Error::Directory {
            path: self.0.clone(),
            source,
        };
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.0).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            let Some(name) = name.to_str() else { continue };
            let is_named_so = name == Drafts::FOLDER || Self::is_free(name);
            if is_named_so && SealedFolder::is_one(&self.path(name)) {
                names.push(name.to_owned());
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    /// The documents.
    pub(crate) fn documents(
        &self,
        ports: &Ports,
        options: DocumentsOptions,
    ) -> Result<Documents, Error> {
        let (vault, entropy) = (Arc::clone(&ports.vault), Arc::clone(&ports.entropy));
        let (path, clock) = (self.path("documents"), Arc::clone(&ports.clock));
        Ok(Documents::open(path, vault, entropy, clock, options)?)
    }

    /// Whether an embedder may have a folder with this name of their own.
    pub(crate) fn is_free(name: &str) -> bool {
        Code::new(name).is_ok() && !TAKEN.contains(&name)
    }
}
