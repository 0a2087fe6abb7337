//! Repairing a damaged log: what can be read of it, and what a backup has, becomes a log that leads from its first
//! commit to its last.
//!
//! ```text
//!  segments ─► salvage ─┐
//!                       ├─► plan ─► a new log beside, and commits put aside ─► swap
//!  a backup ────────────┘
//! ```
//!
//! Nothing is written to the damaged log, and nothing of it is removed: it is kept beside the repaired one. What is
//! missing nowhere gives the same log bit by bit, whose tree leads to the roots that were written down.

mod plan;
mod report;
mod salvage;
pub(super) mod swap;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kanzlei_core::Position;
use kanzlei_core::ports::{StoreError, TreeHead};
use kanzlei_core::record::{Record, Stamp};

use self::plan::{Nowhere, Plan, Sink};
use self::salvage::Salvage;
use self::swap::Site;
use super::layout::SEGMENTS;
use super::look::look;
use super::making::{Making, options};
use super::migrate;
use super::witness::{self, Testimony, Witness};
use crate::backup::{BackupError, LooseCommits, SoundBackup};
use crate::lock::DirectoryLock;

pub use report::{LogDamage, LogRepair, Positions, ShortenedCase, WitnessFound};

/// A log that was looked through, and can be repaired. It is nobody else's meanwhile.
pub struct Repair<'a> {
    directory: PathBuf,
    backup: Option<SoundBackup>,
    told: &'a dyn Fn(u64, u64),
    salvage: Salvage,
    testimony: Testimony,
    found: LogRepair,
    _lock: DirectoryLock,
}

impl<'a> Repair<'a> {
    /// Looks through the embedded store's log in this directory, and at what the backup of it in a folder has of what
    /// is missing; nothing is taken from where that is damaged. Changes nothing, unless a repair was broken off when all
    /// that was left was to give the repaired log its name, or an older release wrote the log. `told` is told how many
    /// bytes are read, and how many there are to read until it is repaired.
    ///
    /// # Errors
    /// If there is no log, it is in use, a newer release wrote it, the backup is of another log or none, or the
    /// disk fails.
    pub fn look(
        directory: impl AsRef<Path>,
        backup: Option<&Path>,
        told: &'a dyn Fn(u64, u64),
    ) -> Result<Self, BackupError> {
        let directory = directory.as_ref().to_owned();
        let failed = |error| BackupError::disk(&directory, error);
        if !directory.is_dir() {
            let why = format!("there is no log in {}", directory.display());
            return Err(StoreError::Unavailable(why).into());
        }
        let backup = backup.map(SoundBackup::open).transpose()?;
        let lock = DirectoryLock::take(&directory);
        let lock = lock.map_err(|error| BackupError::lock(&directory, error))?;
        swap::resumed(&directory).map_err(failed)?;
        migrate::moved(&directory, &options())?;
        let testimony = witness::read(&directory).map_err(failed)?;
        let salvage = Salvage::of(&directory.join(SEGMENTS))?;
        let size = salvage.size();
        let mut nowhere = Nowhere;
        let plan = Plan::new(testimony, backup.as_ref(), &mut nowhere);
        let found = plan.carry_out(&salvage, &|done| told(done, 2 * size))?;
        Ok(Self {
            directory,
            backup,
            told,
            salvage,
            testimony,
            found,
            _lock: lock,
        })
    }

    /// What is wrong, and what will become of it.
    pub const fn found(&self) -> &LogRepair {
        &self.found
    }

    /// Repairs the log; gives the folder in which the damaged one is kept, with the commits that were put aside
    /// as a backup `salvaged`.
    ///
    /// # Errors
    /// If nothing can be read, or the disk fails. Then all is as it was, or gone on with when the store is opened.
    pub fn mend(self) -> Result<PathBuf, BackupError> {
        if self.found.commits == 0 {
            let directory = self.directory.display();
            let why = format!("nothing of the log in {directory} can be read: restore a backup");
            return Err(StoreError::Unavailable(why).into());
        }
        let failed = |error| BackupError::disk(&self.directory, error);
        let site = Site::begin(&self.directory).map_err(failed)?;
        if let Err(error) = self.make(&site) {
            // It is of no use, and takes room; the next run would remove it, too.
            let _ = site.clear();
            return Err(error);
        }
        drop(self.salvage);
        site.take_over().map_err(failed)
    }

    fn make(&self, site: &Site) -> Result<(), BackupError> {
        let head = TreeHead {
            size: self.found.commits,
            position: Position(self.found.commits),
            root: self.found.root,
        };
        let new = site.made();
        if self.only_witness() {
            let written = Witness::open(&new).and_then(|(mut witness, _)| {
                witness.write(head)?;
                witness.sync()
            });
            return written.map_err(|error| BackupError::disk(&new, error));
        }
        let mut written = Written {
            making: Making::begin(&new)?,
            salvaged: site.salvaged(),
            loose: None,
        };
        let plan = Plan::new(self.testimony, self.backup.as_ref(), &mut written);
        let read = self.salvage.size();
        let made = plan.carry_out(&self.salvage, &|done| (self.told)(read + done, 2 * read))?;
        if made != self.found {
            let why = "the log changed while it was repaired, and is left as it is".to_owned();
            return Err(StoreError::Unavailable(why).into());
        }
        written.loose.map_or(Ok(()), LooseCommits::finish)?;
        written.making.finish(Some(head.root))?;
        let lock = DirectoryLock::take(&new);
        let lock = lock.map_err(|error| BackupError::lock(&new, error))?;
        Ok(look(&new, &Arc::new(lock), head)?)
    }

    /// Whether the log leads from its first commit to its last, and is merely not as long as it was.
    fn only_witness(&self) -> bool {
        let found = &self.found;
        let at_its_end = |from: Position| from.0 > found.commits;
        found.damage.is_empty()
            && found.filled == 0
            && found.disputed.is_none()
            && found.aside.is_empty()
            && found.changed.is_none_or(at_its_end)
    }
}

impl std::fmt::Debug for Repair<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Repair")
            .field("directory", &self.directory)
            .field("found", &self.found)
            .finish_non_exhaustive()
    }
}

/// Writes the repaired log.
struct Written {
    making: Making,
    salvaged: PathBuf,
    loose: Option<LooseCommits>,
}

impl Sink for Written {
    fn keep(&mut self, stamp: Stamp, record: Record) -> Result<(), BackupError> {
        Ok(self.making.push(stamp, record)?)
    }

    fn aside(&mut self, stamp: Stamp, record: &Record) -> Result<(), BackupError> {
        if let Some(loose) = &mut self.loose {
            return loose.push(stamp, record);
        }
        self.loose = Some(LooseCommits::begin(&self.salvaged, stamp, record)?);
        Ok(())
    }
}
