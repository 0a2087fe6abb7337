//! The documents that a run copies: those that new commits name, and those that an earlier run couldn't copy.

use std::collections::{BTreeSet, VecDeque};
use std::path::Path;

use kanzlei_core::ports::TreeHead;
use kanzlei_core::record::{Hash, RecordRef};
use kanzlei_core::{KeySlot, Position};

use super::destroyed::DestroyedSlots;
use super::error::BackupError;
use super::folder::BackupFolder;
use super::glean::SoundCommits;
use super::papers::{self, Papers, Told};
use super::part::Part;
use super::skipped::SkippedDocuments;
use crate::embedded::LogDamage;

/// What a backup owes its commits.
pub(super) struct Owed<'a> {
    folder: &'a BackupFolder,
    papers: Papers<'a>,
    /// Which documents it lacks, as far as it says so.
    list: SkippedDocuments,
    /// Its commits of which it doesn't say that.
    beyond: VecDeque<Part>,
    /// What it lacks.
    lacking: BTreeSet<(Hash, KeySlot)>,
    /// What isn't sound of the commits that were read.
    damage: Vec<LogDamage>,
}

impl<'a> Owed<'a> {
    /// By a backup with these files of commits, where documents are copied from a folder.
    pub(super) fn begin(folder: &'a BackupFolder, parts: &[Part], from: &Path) -> Self {
        let (list, beyond) = SkippedDocuments::of(&folder.path, parts);
        Self {
            folder,
            papers: Papers::new(&folder.disk, from, &folder.path.join(papers::FOLDER)),
            lacking: list.documents().clone(),
            list,
            beyond,
            damage: Vec::new(),
        }
    }

    /// The last position of which the backup says which documents it lacks.
    pub(super) const fn reaches(&self) -> Position {
        self.list.reaches().position
    }

    /// Finds out which it lacks, where it doesn't say so. `told` is told how far that is.
    pub(super) fn recall(&mut self, told: &dyn Fn(Position)) -> Result<(), BackupError> {
        let mut commits = SoundCommits::new(std::mem::take(&mut self.beyond), Vec::new());
        for commit in &mut commits {
            let (stamp, record) = commit?;
            self.lacking.extend(self.papers.lacking(&record.read()));
            told(stamp.position);
        }
        self.damage = commits.into_damage();
        Ok(())
    }

    /// Copies what a new commit names.
    pub(super) fn copy(&mut self, record: &RecordRef<'_>) -> Result<(), BackupError> {
        self.papers.copy(record)
    }

    /// Copies what an earlier run couldn't, and doesn't look for what was known to be erased.
    pub(super) fn copy_late(&mut self, known: Option<&DestroyedSlots>) -> Result<(), BackupError> {
        let mut lacking = std::mem::take(&mut self.lacking);
        if let Some(known) = known {
            lacking.retain(|(_, slot)| !known.slots().contains(slot));
        }
        self.papers.copy_late(lacking)
    }

    /// What became of them all, once the backup reaches to this tree, and what isn't sound of its commits. Damage may
    /// hide what a commit names, so that the list doesn't reach beyond it.
    pub(super) fn told(
        self,
        destroyed: Option<&DestroyedSlots>,
        reaches: TreeHead,
    ) -> Result<(Told, Vec<LogDamage>), BackupError> {
        let told = self.papers.told(destroyed);
        let list = SkippedDocuments::new(reaches, told.skipped.clone());
        if self.damage.is_empty() && list != self.list {
            list.write(&self.folder.disk, &self.folder.path)?;
        }
        Ok((told, self.damage))
    }
}
