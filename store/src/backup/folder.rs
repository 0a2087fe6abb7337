//! The folder of a backup, and the files in it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::BackupError;
use super::header::ENDING;
use super::part::Part;
use super::tree::Tree;
use super::write::UNFINISHED;
use super::{destroyed, papers, read};
use crate::disk::{Disk, DiskFaults, FOUND, names};
use crate::lock::DirectoryLock;

/// What else may be in a folder in which no backup is yet: what a first one left that was broken off,
/// and what file systems put there.
const HARMLESS: [&str; 6] = [
    "lock",
    UNFINISHED,
    papers::FOLDER,
    destroyed::FILE,
    "destroyed.new",
    FOUND,
];

/// A folder with a backup, to which is added.
pub struct BackupFolder {
    pub(super) path: PathBuf,
    pub(super) disk: Disk,
    _lock: DirectoryLock,
}

impl BackupFolder {
    /// Opens the backup in this folder; makes the folder if there is none. What a crash left of a
    /// file is removed.
    ///
    /// # Errors
    /// If somebody else is adding to it, other things are in it, or the disk fails.
    pub fn open(path: impl AsRef<Path>, faults: Arc<dyn DiskFaults>) -> Result<Self, BackupError> {
        let path = path.as_ref().to_owned();
        let disk = Disk(faults);
        let failed = |error| BackupError::disk(&path, error);
        disk.make_folder(&path).map_err(failed)?;
        let names = names(&path).map_err(failed)?;
        let is_backup = names.iter().any(|name| name.ends_with(ENDING));
        let foreign = |name: &&String| !is_backup && !HARMLESS.contains(&name.as_str());
        if let Some(name) = names.iter().find(foreign) {
            let name = name.clone();
            return Err(BackupError::NotBackup { path, name });
        }
        let lock = DirectoryLock::take(&path).map_err(|error| BackupError::lock(&path, error))?;
        disk.remove(&path.join(UNFINISHED)).map_err(failed)?;
        Ok(Self {
            path,
            disk,
            _lock: lock,
        })
    }
}

impl std::fmt::Debug for BackupFolder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BackupFolder({})", self.path.display())
    }
}

/// The files of commits in a folder, in order, each of which follows the one before.
pub(super) fn chain(folder: &Path) -> Result<Vec<Part>, BackupError> {
    let SoundChain { parts, broken } = sound_chain(folder)?;
    broken.map_or(Ok(parts), Err)
}

/// The files of commits in a folder up to the first that doesn't follow.
pub(super) struct SoundChain {
    pub(super) parts: Vec<Part>,
    /// What is wrong with the next one.
    pub(super) broken: Option<BackupError>,
}

/// See [`SoundChain`].
pub(super) fn sound_chain(folder: &Path) -> Result<SoundChain, BackupError> {
    let names = names(folder).map_err(|error| BackupError::disk(folder, error))?;
    let (mut parts, mut broken) = (Vec::new(), None);
    for name in names.into_iter().filter(|name| name.ends_with(ENDING)) {
        match link(folder, &name, &parts) {
            Ok(part) => parts.push(part),
            Err(error) => {
                broken = Some(error);
                break;
            }
        }
    }
    Ok(SoundChain { parts, broken })
}

/// The file of this name, which follows those.
fn link(folder: &Path, name: &str, before: &[Part]) -> Result<Part, BackupError> {
    let path = folder.join(name);
    let header = read::header(&path)?;
    if header.name() != name {
        let why = format!("its header is the one of {}", header.name());
        return Err(BackupError::damaged(&path, 0, why));
    }
    let length = header.length;
    let part = Part {
        path,
        header,
        length,
    };
    let end = before.last().map(|last| last.header.after);
    part.follows(folder, end.unwrap_or_else(|| Tree::default().head()))?;
    part.belongs(before.first().unwrap_or(&part).header.log)?;
    Ok(part)
}
