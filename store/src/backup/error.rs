//! Why a backup isn't made, or nothing is restored from it.

use std::io;
use std::path::{Path, PathBuf};

use kanzlei_core::Position;
use kanzlei_core::ports::{StoreError, VaultError};

use super::few::Few;
use crate::disk::is_full;
use crate::lock::LockError;
use crate::vault::Undoing;

/// Why a backup isn't made, or nothing is restored from it, by what the caller can do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// A file isn't what was written.
    #[error("{} is damaged at byte {at}: {why}", path.display())]
    Damaged {
        /// Which.
        path: PathBuf,
        /// From which byte on, counted from 0.
        at: u64,
        /// What is wrong there.
        why: String,
    },
    /// A file of the backup isn't there.
    #[error(
        "{}: the file with the commits after position {after} is missing, and the next one begins with \
         position {next}: put it back, or begin another backup elsewhere", path.display()
    )]
    Gap {
        /// The backup.
        path: PathBuf,
        /// The last position before it.
        after: Position,
        /// The first position behind it.
        next: Position,
    },
    /// A newer release wrote it.
    #[error("{} has layout {found}, and this release knows {known}: use a newer release", path.display())]
    Newer {
        /// Which file.
        path: PathBuf,
        /// The layout found.
        found: u32,
        /// The layout known.
        known: u32,
    },
    /// The folder holds other things.
    #[error("{} is no backup (it has “{name}” in it): name an empty folder, or one that has a backup", path.display())]
    NotBackup {
        /// The folder.
        path: PathBuf,
        /// What is in it.
        name: String,
    },
    /// There is nothing to restore.
    #[error("there is no backup in {}", path.display())]
    Nothing {
        /// The folder.
        path: PathBuf,
    },
    /// The folder has the backup of another log.
    #[error("{} has the backup of another log: name another folder", path.display())]
    AnotherLog {
        /// The folder.
        path: PathBuf,
    },
    /// Nothing of the log can be read, so nothing tells whether the backup is of it.
    #[error(
        "nothing of the log can be read, and so nothing tells whether the backup {} is of it: move the log away, and \
         restore the backup", path.display()
    )]
    NothingLeft {
        /// The backup.
        path: PathBuf,
    },
    /// What is restored would stand in a backup.
    #[error("{} has a backup in it, or is in one: restore to another folder", .0.display())]
    IntoBackup(PathBuf),
    /// The log ends before the backup does.
    #[error(
        "the log ends at position {log}, and the backup {} at position {backup}: the log has lost its \
         end, or an older one was put back; restore this backup, or begin another one elsewhere",
        path.display()
    )]
    Shorter {
        /// The backup.
        path: PathBuf,
        /// Where the log ends.
        log: Position,
        /// Where the backup ends.
        backup: Position,
    },
    /// The log says something else than the backup.
    #[error(
        "the log, which ends at position {log}, isn't the one of the backup {}, which ends at position \
         {backup}: one of them was changed at or before that; keep both, and begin another one \
         elsewhere", path.display()
    )]
    Differs {
        /// The backup.
        path: PathBuf,
        /// Where the log ends.
        log: Position,
        /// Where the backup ends.
        backup: Position,
    },
    /// The log has another commit than the backup in the same place.
    #[error(
        "the log isn't the one of the backup {} up to position {position}: one of them was changed, or goes \
         on from an older one; keep both", path.display()
    )]
    OtherCommit {
        /// The backup.
        path: PathBuf,
        /// Where that shows.
        position: Position,
    },
    /// The position that was asked for isn't in the backup.
    #[error("the backup {} ends at position {end}; it has no position {asked}", path.display())]
    Beyond {
        /// The backup.
        path: PathBuf,
        /// What was asked for.
        asked: Position,
        /// Where it ends.
        end: Position,
    },
    /// Positions are missing, and the store that is restored knows no holes.
    #[error(
        "position {0} is missing in this log, and the embedded store has none without a commit"
    )]
    Hole(Position),
    /// What is restored would overwrite something.
    #[error("{} is there already, and is never overwritten: move it away, or restore to another folder", .0.display())]
    Exists(PathBuf),
    /// What is restored is made beside, and couldn't get this name.
    #[error(
        "{} is a disk of its own or a link, whose name no folder can get: restore to a folder in it, and name that",
        .0.display()
    )]
    Mount(PathBuf),
    /// It is of another vault.
    #[error("{} is of another vault than the one at hand: these two don't belong together", .0.display())]
    AnotherVault(PathBuf),
    /// The vault is older than its backup, which therefore isn't replaced.
    #[error(
        "the vault is older than its backup {}: {again} keys live in it that were destroyed before, and \
         it has lost {missing}; restore that backup, or keep it and make another one elsewhere",
        path.display()
    )]
    VaultOlder {
        /// The backup.
        path: PathBuf,
        /// Destroyed in the backup, alive in the vault.
        again: Few,
        /// In the backup, and not in the vault.
        missing: Few,
    },
    /// The vault that is there isn't as new as what is restored beside it.
    #[error(
        "the vault {} has {slots} keys, and there were {given} when this was backed up: move it away, \
         restore this, and then a backup of the vault", path.display()
    )]
    VaultBehind {
        /// The vault.
        path: PathBuf,
        /// How many slots it has.
        slots: u64,
        /// How many there were.
        given: u64,
    },
    /// Restoring this vault would undo something. Nothing was done.
    #[error(transparent)]
    WouldUndo(Box<Undoing>),
    /// Somebody is at it.
    #[error("{} is in use, by another process or by this one", .0.display())]
    Locked(PathBuf),
    /// The disk is full. What was there before is as it was.
    #[error("there is no room left for {}; what was there before is as it was", path.display())]
    Full {
        /// What was being written.
        path: PathBuf,
    },
    /// The disk fails.
    #[error("{}: {source}", path.display())]
    Disk {
        /// Where.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The log can't be read, or what was restored doesn't open.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The vault can't be read.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl BackupError {
    /// What the system says about a file.
    pub(crate) fn disk(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        if is_full(&source) {
            Self::Full { path }
        } else {
            Self::Disk { path, source }
        }
    }

    /// Why this can't be held.
    pub(crate) fn lock(path: &Path, error: LockError) -> Self {
        match error {
            LockError::Taken => Self::Locked(path.to_owned()),
            LockError::Io(error) => Self::disk(path, error),
        }
    }

    pub(crate) fn damaged(path: &Path, at: u64, why: impl Into<String>) -> Self {
        Self::Damaged {
            path: path.to_owned(),
            at,
            why: why.into(),
        }
    }
}
