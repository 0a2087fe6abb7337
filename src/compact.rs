//! Giving back what an installation has on the disk and doesn't need.
//!
//! The index of the log and the views are merged. What was put aside because something was damaged, torn or replaced
//! is evidence: it is named and never removed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use kanzlei_store::Compacted;

use crate::{Error, Ground, Kanzlei};

/// What compacting gave back, and what else could go.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Room {
    /// Each part that was merged: the index of the log, each view, and what belongs to all views.
    pub parts: Vec<Compacted>,
    /// What is kept until a person removes it.
    pub evidence: Vec<Evidence>,
}

/// Something that was put aside, and that nothing reads any more.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Evidence {
    /// A file or a folder.
    pub path: PathBuf,
    /// What it has, in bytes.
    pub bytes: u64,
}

impl Kanzlei {
    /// Merges the index of the log and the views, as far as they are those in the installation's directory, which gives
    /// back what was overwritten or deleted; says besides which evidence lies in the directory. Commands and questions
    /// go on meanwhile. It needs room for what it merges until that is done, and
    /// for up to 70 MB where a journal goes. `told` is told of `index` and of `views`
    /// how many bytes are merged, and how many there are. Blocks: call it outside of an executor. Broken off, it
    /// leaves everything as it was, and can be begun again.
    ///
    /// # Errors
    /// If something can't be read or written. Nothing is lost then.
    pub fn compact(&self, told: &dyn Fn(&str, u64, u64)) -> Result<Room, Error> {
        self.ground().compact(told)
    }
}

impl Ground {
    /// See [`Kanzlei::compact`].
    ///
    /// # Errors
    /// The same.
    pub fn compact(&self, told: &dyn Fn(&str, u64, u64)) -> Result<Room, Error> {
        let mut parts = Vec::new();
        if let Some(log) = &self.embedded {
            parts.push(log.compact(&|done, of| told("index", done, of))?);
        }
        if let Some(views) = &self.own_views {
            parts.extend(views.compact(&|done, of| told("views", done, of))?);
        }
        let evidence = evidence(&self.directory.0)?;
        Ok(Room { parts, evidence })
    }
}

/// What was put aside in an installation's directory: damaged logs and documents, torn ends, vaults in whose place another
/// came.
fn evidence(directory: &Path) -> Result<Vec<Evidence>, Error> {
    let log = directory.join("log");
    let mut found = Vec::new();
    let databases = [log.join("index"), directory.join("views/views")];
    let documents = directory.join("documents");
    let folders = [directory.to_owned(), documents, log.join("segments"), log];
    for folder in folders.iter().chain(&databases) {
        let (paths, _) = listed(folder)?;
        for path in paths.into_iter().filter(|path| is_evidence(path)) {
            let bytes = bytes(&path)?;
            found.push(Evidence { path, bytes });
        }
    }
    found.sort_unstable_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

fn is_evidence(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let numbered = name.strip_prefix("damaged-");
    name == "vault.replaced"
        || name.contains(".torn-at-")
        || numbered.is_some_and(|number| number.parse::<u32>().is_ok())
}

fn bytes(path: &Path) -> Result<u64, Error> {
    let (mut left, mut bytes) = (vec![path.to_owned()], 0);
    while let Some(path) = left.pop() {
        let (paths, length) = listed(&path)?;
        left.extend(paths);
        bytes += length;
    }
    Ok(bytes)
}

/// What is in a folder, or how long a file is; nothing, if there is no such thing.
fn listed(path: &Path) -> Result<(Vec<PathBuf>, u64), Error> {
    let look = || -> io::Result<_> {
        let metadata = fs::symlink_metadata(path)?;
        if !metadata.is_dir() {
            return Ok((Vec::new(), metadata.len()));
        }
        let paths = fs::read_dir(path)?.map(|entry| Ok(entry?.path()));
        Ok((paths.collect::<io::Result<_>>()?, 0))
    };
    match look() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok((Vec::new(), 0)),
        outcome => outcome.map_err(|source| Error::Directory {
            path: path.to_owned(),
            source,
        }),
    }
}
