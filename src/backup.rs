//! Backups of an installation, and the way back. Two things are backed up, each by itself: the log with its
//! documents, and the vault. The key that opens the vault is in neither.
//!
//! Drafts, uploads that no case names and browser sessions aren't backed up: they expire within days, and what
//! somebody discards must be gone. Views are built anew.

use std::path::Path;
use std::sync::Arc;

use kanzlei_core::Position;
use kanzlei_core::ports::{Durability, EventStore, StoreError};
use kanzlei_store::{
    BackedUp, Backup, BackupError, BackupFolder, DestroyedSlots, FjallEventStore, Log,
    LogElsewhere, Options, Restored, SoundDisk, Source, SyncPolicy, SystemClock, Target,
    VaultBackup, VaultRestored, VaultTarget, highest_slot_named, make_folder,
};

use crate::directory::Directory;
use crate::{Error, Ground, Kanzlei};

impl Kanzlei {
    /// Adds to the backup in this folder what is new in the log, with the documents that it names and the
    /// list of destroyed keys, and the documents that an earlier run couldn't copy; commands go on meanwhile. `told`
    /// is told how many positions are done, and how many there are to do. Of a log that is synced now and then, it adds
    /// what is synced. Blocks: call it outside of an executor.
    ///
    /// # Errors
    /// [`Error::Backup`] if the folder has something else, the log isn't the one that was backed up
    /// before, or something can't be read or written. What was backed up before stays as it was.
    pub fn backup(
        &self,
        folder: impl AsRef<Path>,
        told: &dyn Fn(u64, u64),
    ) -> Result<BackedUp, Error> {
        self.ground().backup(folder, told)
    }

    /// Copies the vault as it is now to a file, in place of an earlier backup of it; it is used meanwhile.
    /// The copy is as secret as the vault: keep the installation's key elsewhere. `told` is told how many keys
    /// are copied, and how many there are.
    ///
    /// # Errors
    /// [`Error::VaultElsewhere`], or [`Error::Backup`] if something else has that name, the earlier
    /// backup is newer, or something can't be read or written.
    pub fn backup_vault(
        &self,
        file: impl AsRef<Path>,
        told: &dyn Fn(u64, u64),
    ) -> Result<VaultBackup, Error> {
        self.ground().backup_vault(file, told)
    }
}

impl Ground {
    /// See [`Kanzlei::backup`].
    ///
    /// # Errors
    /// The same.
    pub fn backup(
        &self,
        folder: impl AsRef<Path>,
        told: &dyn Fn(u64, u64),
    ) -> Result<BackedUp, Error> {
        let documents = self.directory.path("documents");
        let vault = self.directory.path("vault");
        // What isn't synced may be gone after a power loss, and what is appended then is another log than the backup's.
        let unsynced = |store: &&Arc<FjallEventStore>| store.durability() == Durability::Unsynced;
        let synced = self.embedded.as_ref().filter(unsynced);
        let synced = synced.map(|_| LogElsewhere::open(self.directory.path("log")));
        let synced = synced.transpose()?;
        let here = Log::Here(self.ports.store.as_ref());
        let source = Source {
            log: synced.as_ref().map_or(here, Log::Elsewhere),
            documents: Some(&documents),
            vault: self.vault.as_ref().map(|_| vault.as_path()),
            destroyed: Some(&self.directory.0),
        };
        let folder = BackupFolder::open(folder, Arc::clone(&self.faults))?;
        Ok(folder.add(&source, told)?)
    }

    /// See [`Kanzlei::backup_vault`].
    ///
    /// # Errors
    /// The same.
    pub fn backup_vault(
        &self,
        file: impl AsRef<Path>,
        told: &dyn Fn(u64, u64),
    ) -> Result<VaultBackup, Error> {
        let vault = self.vault.as_ref().ok_or(Error::VaultElsewhere)?;
        Ok(vault.backup(file, Arc::clone(&self.faults), told)?)
    }
}

/// Adds to the backup in this folder what is new in the log of an installation that another process may have open, as
/// [`Kanzlei::backup`] does it in that process: up to where the log is synced. It takes the log's lock for a moment
/// alone, if that is free, so that what a process left that died is seen; it needs neither key nor views, and of the
/// vault only reads which keys were destroyed.
///
/// # Errors
/// [`Error::LogMissing`] if there is no log beside what goes with one; [`Error::Store`] if there is none, or it can't be
/// read; [`Error::Backup`] as there.
pub fn backup(
    directory: impl AsRef<Path>,
    folder: impl AsRef<Path>,
    told: &dyn Fn(u64, u64),
) -> Result<BackedUp, Error> {
    let directory = Directory(directory.as_ref().to_owned());
    let log = log_elsewhere(&directory)?;
    let (documents, vault) = (directory.path("documents"), directory.path("vault"));
    let source = Source {
        log: Log::Elsewhere(&log),
        documents: Some(&documents),
        vault: vault.exists().then_some(&*vault),
        destroyed: Some(&directory.0),
    };
    let folder = BackupFolder::open(folder, Arc::new(SoundDisk))?;
    Ok(folder.add(&source, told)?)
}

/// Ends what a process left undone that died, unless another one has the log open: the witness says then how far the
/// log goes. A damaged log leaves the witness as it is, and is damaged where that is read, if it is wanted.
fn log_elsewhere(directory: &Directory) -> Result<LogElsewhere, Error> {
    let path = directory.path("log");
    if path.is_dir() {
        match directory.log(Options::new(SyncPolicy::EachGroup, Arc::new(SystemClock))) {
            Ok(held) if held.closed().is_some() => return Ok(LogElsewhere::left(path)?),
            Ok(_) | Err(Error::Store(StoreError::Locked(_))) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(LogElsewhere::open(path)?)
}

/// Copies the vault of an installation that another process may have open to a file, as [`Kanzlei::backup_vault`] does it
/// in that process. Back the log up first.
///
/// # Errors
/// [`Error::Backup`], as there.
pub fn backup_vault(
    directory: impl AsRef<Path>,
    file: impl AsRef<Path>,
    told: &dyn Fn(u64, u64),
) -> Result<VaultBackup, Error> {
    let vault = directory.as_ref().join("vault");
    Ok(VaultBackup::elsewhere(
        vault,
        file,
        Arc::new(SoundDisk),
        told,
    )?)
}

/// Restores log and documents of a backup to an installation's directory in which no log is: all of it, or up
/// to a position. Every byte is checked. What is known to be destroyed is destroyed in the vault, if one is
/// there already, and in one that is [restored](restore_vault) later. Broken off, it can be begun again.
///
/// # Errors
/// [`Error::Backup`] if a log or views are there, the vault that is there is another one or older, the backup doesn't
/// reach to the position or is damaged, or something can't be written.
pub fn restore(
    backup: impl AsRef<Path>,
    directory: impl AsRef<Path>,
    until: Option<Position>,
    told: &dyn Fn(u64, u64),
) -> Result<Restored, Error> {
    let backup = Backup::open(backup)?;
    backup.reach(until)?;
    backup.is_apart(directory.as_ref())?;
    let directory = made(directory.as_ref())?;
    let views = directory.path("views");
    if views.exists() {
        // They may be of a longer log than what is restored.
        return Err(BackupError::Exists(views).into());
    }
    let target = Target {
        log: &directory.path("log"),
        documents: Some(&directory.path("documents")),
        destroyed: Some(&directory.0),
        vault: Some(&directory.path("vault")),
        until,
    };
    Ok(backup.restore(&target, told)?)
}

/// Restores a vault to an installation's directory. Keys that are destroyed in the vault that is there, in what
/// was restored beside it, or in the backup of a log that is named as well, are destroyed in it, too. The log is read
/// for the keys that it needs: `told` is told how far, and how far it goes. What was sealed beside it under keys that
/// no vault has any more is gone, and their numbers aren't given again; views that may name such are made anew.
///
/// # Errors
/// [`BackupError::WouldUndo`], in [`Error::Backup`], if the log needs keys that the backup hasn't, or the vault
/// that is there is newer; unless it is to be restored `anyway`: then what is missing counts as lost until a
/// newer backup brings it back, and the vault that is there is kept beside it. Or if something is in use, damaged, another installation's, or
/// can't be written.
pub fn restore_vault(
    backup: impl AsRef<Path>,
    directory: impl AsRef<Path>,
    log_backup: Option<&Path>,
    anyway: bool,
    told: &dyn Fn(u64, u64),
) -> Result<VaultRestored, Error> {
    let backup = VaultBackup::open(backup)?;
    let directory = made(directory.as_ref())?;
    let listed = |folder: &Path| -> Result<_, BackupError> {
        Ok(DestroyedSlots::read(folder)?.map(|list| (folder.to_owned(), list)))
    };
    let log = if directory.path("log").is_dir() {
        Some(directory.log(Options::new(SyncPolicy::EachGroup, Arc::new(SystemClock)))?)
    } else {
        None
    };
    let target = VaultTarget {
        path: &directory.path("vault"),
        log: log.as_deref().map(|log| log as &dyn EventStore),
        destroyed: listed(&directory.0)?.into_iter().collect(),
        current: log_backup.map_or(Ok(None), listed)?,
        named: highest_slot_named(&directory.0)?,
        derived: Some(&directory.path("views")),
        anyway,
        told,
    };
    Ok(backup.restore(&target, Arc::new(SoundDisk))?)
}

fn made(path: &Path) -> Result<Directory, BackupError> {
    let made = make_folder(path);
    made.map_err(|source| BackupError::Disk {
        path: path.to_owned(),
        source,
    })?;
    Ok(Directory(path.to_owned()))
}
