//! Putting the repaired log in the place of the damaged one, so that whenever it is broken off, it is gone on
//! with by whoever opens the store.
//!
//! ```text
//! repairing/new/       the repaired log as it is made; nobody looks at it
//! repairing/salvaged/  commits that are put aside
//! repaired/            the same once it is whole: from here on it counts
//! repaired/segments …  what was damaged, moved here, and what is in repaired/new moved to its place
//! damaged-1/           the same with nothing in it but what was damaged, and salvaged/
//! ```

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::super::layout::{INDEX, SEGMENTS};
use super::super::witness;
use crate::disk::{folder_for_damaged, make_folder, sync_folder};

const MAKING: &str = "repairing";
const READY: &str = "repaired";
const NEW: &str = "new";
const SALVAGED: &str = "salvaged";
/// What a log consists of.
const PARTS: [&str; 3] = [witness::FILE, INDEX, SEGMENTS];

/// Where a repaired log is made.
pub(super) struct Site {
    directory: PathBuf,
}

impl Site {
    /// An empty one beside the log in this directory.
    pub(super) fn begin(directory: &Path) -> io::Result<Self> {
        let site = Self {
            directory: directory.to_owned(),
        };
        site.clear()?;
        make_folder(&site.made())?;
        Ok(site)
    }

    /// Where the repaired log goes.
    pub(super) fn made(&self) -> PathBuf {
        self.directory.join(MAKING).join(NEW)
    }

    /// Where commits go that are put aside.
    pub(super) fn salvaged(&self) -> PathBuf {
        self.directory.join(MAKING).join(SALVAGED)
    }

    /// Removes what was made.
    pub(super) fn clear(&self) -> io::Result<()> {
        match fs::remove_dir_all(self.directory.join(MAKING)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            outcome => outcome,
        }
    }

    /// Puts it in the place of the damaged log; gives where that is kept.
    pub(super) fn take_over(self) -> io::Result<PathBuf> {
        let making = self.directory.join(MAKING);
        sync_folder(&self.made())?;
        sync_folder(&making)?;
        fs::rename(making, self.directory.join(READY))?;
        sync_folder(&self.directory)?;
        finish(&self.directory)
    }
}

/// Goes on with what was broken off once the repaired log was whole.
pub(in super::super) fn resumed(directory: &Path) -> io::Result<()> {
    if directory.join(READY).try_exists()? {
        finish(directory)?;
    }
    Ok(())
}

fn finish(directory: &Path) -> io::Result<PathBuf> {
    let ready = directory.join(READY);
    let new = ready.join(NEW);
    for part in PARTS {
        let (here, made) = (directory.join(part), new.join(part));
        if !made.try_exists()? {
            continue;
        }
        if here.try_exists()? {
            fs::rename(&here, ready.join(part))?;
            // What was damaged must be safe before its name is another's.
            sync_folder(&ready)?;
            sync_folder(directory)?;
        }
        fs::rename(made, here)?;
        sync_folder(directory)?;
        sync_folder(&new)?;
    }
    if new.try_exists()? {
        fs::remove_dir_all(new)?;
    }
    let kept = folder_for_damaged(directory);
    fs::rename(ready, &kept)?;
    sync_folder(directory)?;
    Ok(kept)
}
