//! What of an installation is there, before anything is opened or made: a log that is missing beside the rest is never
//! begun anew, because its disk may just not be mounted.

use std::fs;
use std::io;
use std::path::Path;

use crate::Error;

/// What is made once there is a log, or while one is restored, and is nobody's without it.
const BESIDE: [&str; 6] = [
    "vault",
    "documents",
    "drafts",
    "views",
    "destroyed",
    "log.restoring",
];
/// What counts for nothing in a folder: locks, what file systems put there, and what can be made anew.
const NOTHING: [&str; 3] = ["lock", "lost+found", "index"];

/// Whether an installation's log is in this directory, or was begun there. Nothing is written.
///
/// # Errors
/// [`Error::LogMissing`] if there is none and something else of an installation is there; [`Error::Directory`] if that
/// can't be found out.
pub fn is_there(directory: impl AsRef<Path>) -> Result<bool, Error> {
    let directory = directory.as_ref();
    let log = directory.join("log");
    if holds_something(&log)? {
        return Ok(true);
    }
    let mut beside = Vec::new();
    for name in BESIDE {
        if holds_something(&directory.join(name))? {
            beside.push(name);
        }
    }
    if beside.is_empty() {
        return Ok(false);
    }
    let beside = beside.join(", ");
    Err(Error::LogMissing { log, beside })
}

/// Whether a file isn't empty, or a folder has one that counts, however deep.
pub(crate) fn holds_something(path: &Path) -> Result<bool, Error> {
    let failed = |source| Error::Directory {
        path: path.to_owned(),
        source,
    };
    match path.metadata() {
        Ok(metadata) if metadata.is_dir() => {}
        Ok(metadata) => return Ok(metadata.len() > 0),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(failed(error)),
    }
    for entry in fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        if NOTHING.iter().all(|nothing| name != *nothing) && holds_something(&entry.path())? {
            return Ok(true);
        }
    }
    Ok(false)
}
