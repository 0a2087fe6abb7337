//! Repairing an installation whose log or documents are damaged.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kanzlei_core::ports::StoreError;
use kanzlei_store::{
    BackupError, DocumentsRepair, DocumentsTarget, FjallViewStore, LogRepair, Options, Repair,
    SyncPolicy, SystemClock,
};

use crate::Error;
use crate::directory::Directory;
use crate::there::is_there;

/// What was found in a log, and whether it was repaired.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Repaired {
    /// What is or was wrong, and what becomes or became of it.
    pub found: LogRepair,
    /// The folder in which the damaged log is kept; `None` if nothing was changed: because there is nothing to
    /// repair, or because something would be lost.
    pub kept: Option<PathBuf>,
}

/// Makes the log of an installation's directory whole again: of what can be read of it, and of what a backup of it
/// has, as far as that is sound. If nothing is missing then, it is the same log with the same root. Where something
/// would be lost, nothing is changed, unless it is to be repaired `anyway`; views are built anew then. Vault and drafts
/// are left as they are, and so are documents: see [`repair_documents`]. `told` is told how many bytes are read, and how
/// many there are to read. Broken off, it can be begun again.
///
/// # Errors
/// [`Error::LogMissing`] if there is no log beside what goes with one; [`Error::Backup`] if the log is in use or isn't
/// there, nothing of it can be read, the backup is of another log or none, or something can't be written.
pub fn repair(
    directory: impl AsRef<Path>,
    from: Option<&Path>,
    anyway: bool,
    told: &dyn Fn(u64, u64),
) -> Result<Repaired, Error> {
    let directory = Directory(directory.as_ref().to_owned());
    is_there(&directory.0)?;
    let repair = Repair::look(directory.path("log"), from, told)?;
    let found = repair.found().clone();
    if found.is_sound() || (found.loses() && !anyway) {
        return Ok(Repaired { found, kept: None });
    }
    // Where nothing can be read nothing is changed.
    if found.loses() && found.commits > 0 {
        // Before there is another log, so that they are never taken for views of that.
        let views = directory.path("views");
        FjallViewStore::remove(&views).map_err(|source| BackupError::Disk {
            path: views,
            source,
        })?;
    }
    let kept = Some(repair.mend()?);
    Ok(Repaired { found, kept })
}

/// Brings back, from the backup of the log in a folder, documents that the log of an installation's directory names and
/// that aren't there or damaged. A damaged one is kept aside, and a sound one is never written over. What was erased
/// stays so: nothing comes back whose key isn't in the vault, or is known, there or in the backup, to be destroyed.
/// `told` is told how many documents were looked at, and how many there are. Repair the log first. Broken off, it can be
/// begun again.
///
/// # Errors
/// [`Error::LogMissing`] if there is no log beside what goes with one; [`Error::Store`] if it is in use, isn't there or
/// can't be read; [`Error::Backup`] if a list of destroyed keys is
/// damaged or of another vault, or something can't be written.
pub fn repair_documents(
    directory: impl AsRef<Path>,
    from: &Path,
    told: &dyn Fn(u64, u64),
) -> Result<DocumentsRepair, Error> {
    let directory = Directory(directory.as_ref().to_owned());
    let log = directory.path("log");
    if !log.is_dir() {
        let why = format!("there is no log in {}", log.display());
        return Err(StoreError::Unavailable(why).into());
    }
    // It isn't anybody else's meanwhile, and so nobody erases.
    let log = directory.log(Options::new(SyncPolicy::EachGroup, Arc::new(SystemClock)))?;
    let target = DocumentsTarget {
        log: log.as_ref(),
        documents: &directory.path("documents"),
        vault: &directory.path("vault"),
        destroyed: &directory.0,
    };
    Ok(target.bring_back(from, told)?)
}
