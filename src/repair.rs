//! Repairing an installation whose log is damaged.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use kanzlei_store::{BackupError, LogRepair, Repair};

use crate::Error;
use crate::directory::Directory;

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
/// has, as far as that is sound. If nothing is missing then, it is the same log with the same root. Where something would be lost, nothing is
/// changed, unless it is to be repaired `anyway`; views are built anew then. Documents, vault and drafts are left as
/// they are. `told` is told how many bytes are read, and how many there are to read. Broken off, it can be begun
/// again.
///
/// # Errors
/// [`Error::Backup`] if the log is in use or isn't there, nothing of it can be read, the backup is of another log or
/// none, or something can't be written.
pub fn repair(
    directory: impl AsRef<Path>,
    from: Option<&Path>,
    anyway: bool,
    told: &dyn Fn(u64, u64),
) -> Result<Repaired, Error> {
    let directory = Directory(directory.as_ref().to_owned());
    let repair = Repair::look(directory.path("log"), from, told)?;
    let found = repair.found().clone();
    if found.is_sound() || (found.loses() && !anyway) {
        return Ok(Repaired { found, kept: None });
    }
    // Where nothing can be read nothing is changed.
    if found.loses() && found.commits > 0 {
        // Before there is another log, so that they are never taken for views of that.
        let views = directory.path("views");
        match fs::remove_dir_all(&views) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            outcome => outcome.map_err(|source| BackupError::Disk {
                path: views,
                source,
            })?,
        }
    }
    let kept = Some(repair.mend()?);
    Ok(Repaired { found, kept })
}
