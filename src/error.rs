//! What can go wrong at the facade's door.

use std::io;
use std::path::PathBuf;

use kanzlei_core::Refusal;
use kanzlei_core::engine::EngineError;
use kanzlei_core::ports::{StoreError, VaultError, ViewStoreError};
use kanzlei_projections::{QueryError, RunnerError};
use kanzlei_store::{BackupError, DocumentsError, SealedError};

use crate::{DraftsError, PositionError};

/// Why an installation doesn't open, or an answer doesn't come.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// What the engine says: a refusal that a person can do something about, or what is broken.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The log can't be opened or read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The keys can't be opened.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The views can't be opened or read.
    #[error(transparent)]
    Views(#[from] ViewStoreError),
    /// A question to the views isn't answered.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// A view hasn't read yet what the session has seen, and it waits no longer: ask again.
    #[error("the lists haven't taken in yet what you have written; ask again")]
    Behind,
    /// The views can't be kept.
    #[error(transparent)]
    Runner(#[from] RunnerError),
    /// A draft isn't saved or shown.
    #[error(transparent)]
    Drafts(#[from] DraftsError),
    /// A document isn't taken, or not given back.
    #[error(transparent)]
    Documents(#[from] DocumentsError),
    /// Something small that is kept sealed isn't written or read.
    #[error(transparent)]
    Sealed(#[from] SealedError),
    /// A text doesn't say how far in the log to read.
    #[error(transparent)]
    Position(#[from] PositionError),
    /// Nothing is backed up, restored or repaired.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The vault isn't the one in the installation's directory.
    #[error("this installation keeps its keys elsewhere: back them up there")]
    VaultElsewhere,
    /// A folder in the installation's directory can't be called so.
    #[error(
        "a folder of an installation can't be called “{name}”: take lower-case letters, \
             digits and hyphens, and none of the names that are in use"
    )]
    FolderName {
        /// The name.
        name: String,
    },
    /// The directory can't be used.
    #[error("{}: {source}", path.display())]
    Directory {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A thread that opened the installation panicked: a mistake of this program or of a port, such as one that needs a
    /// runtime and brings none.
    #[error("a thread panicked while the installation was opened: {0}")]
    Panicked(String),
    /// What goes with a log is there, and the log isn't: on a disk that isn't mounted, perhaps. Another one would never
    /// be theirs.
    #[error(
        "there is no log in {}, and beside it there is something in: {beside}. If its disk isn't mounted, mount it; if \
             the log is lost, remove the folder `views`, which is rebuilt, and `restore` the log's backup there. To \
             begin anew, move those away first",
        log.display()
    )]
    LogMissing {
        /// Where it should be.
        log: PathBuf,
        /// What is there.
        beside: String,
    },
    /// There is a log and no vault: without its keys nothing personal in it can be opened.
    #[error(
        "{} is missing, or cut off within its header, and the log beside it isn't empty: put the vault back, or restore its \
         backup", path.display()
    )]
    VaultMissing {
        /// Where it should be.
        path: PathBuf,
    },
}

impl Error {
    /// The refusal, if it is one.
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Engine(error) => error.refusal(),
            _ => None,
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Engine(refusal.into())
    }
}
