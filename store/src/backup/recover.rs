//! Bringing back from a backup the documents that a log names, and that an installation has lost or has damaged.
//!
//! Nothing that was erased comes back: only what has its key in the vault, and is known nowhere to have lost it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use kanzlei_core::KeySlot;
use kanzlei_core::ports::EventStore;

use super::destroyed::{self, DestroyedSlots};
use super::error::BackupError;
use super::log::read_through;
use super::papers::{self, Paper, Papers};
use super::used::NamedDocument;
use crate::disk::{Disk, folder_for_damaged};
use crate::vault::slots_in;

/// Where documents are brought back, and what knows which of them were erased.
pub struct DocumentsTarget<'a> {
    /// The log that names them.
    pub log: &'a dyn EventStore,
    /// Their folder. Nobody else writes to it meanwhile.
    pub documents: &'a Path,
    /// The vault's file: only what has its key there is brought back.
    pub vault: &'a Path,
    /// The folder with the list of destroyed keys, if the installation was restored.
    pub destroyed: &'a Path,
}

/// Which documents were brought back, and which are to be had nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct DocumentsRepair {
    /// How many were brought back.
    pub brought_back: u64,
    /// Those that aren't there, and that the backup hasn't as they were written: they were lost, or are kept elsewhere.
    pub missing: Vec<NamedDocument>,
    /// Those that aren't what was written, and that the backup hasn't either.
    pub damaged: Vec<NamedDocument>,
    /// How many aren't there or damaged, and have no key in the vault, which yet doesn't say that it was destroyed:
    /// nothing tells whether they were erased, and so they weren't brought back.
    pub keyless: u64,
    /// The folder in which damaged ones are kept in whose place sound ones came.
    pub kept: Option<PathBuf>,
}

impl DocumentsTarget<'_> {
    /// Brings back from the backup in this folder what is missing or damaged. `told` is told how many documents were
    /// looked at, and how many there are. Blocks; call it outside of an executor. Broken off, it can be begun again.
    ///
    /// # Errors
    /// If the log can't be read, a list of destroyed keys is damaged or of another vault, or the disk fails.
    pub fn bring_back(
        &self,
        backup: &Path,
        told: &dyn Fn(u64, u64),
    ) -> Result<DocumentsRepair, BackupError> {
        let named = self.named()?;
        let keys = self.keys(backup, &named)?;
        let disk = Disk::sound();
        let papers = Papers::new(&disk, &backup.join(papers::FOLDER), self.documents);
        let mut done = DocumentsRepair::default();
        let of = named.len() as u64;
        for (number, named) in (1..).zip(named) {
            self.bring_back_one(&papers, &keys, named, &mut done)?;
            told(number, of);
        }
        Ok(done)
    }

    fn bring_back_one(
        &self,
        papers: &Papers<'_>,
        keys: &Keys,
        named: NamedDocument,
        done: &mut DocumentsRepair,
    ) -> Result<(), BackupError> {
        if keys.destroyed.contains(&named.slot) {
            return Ok(());
        }
        let found = papers.there(named.digest)?;
        if found == Paper::Sound {
            return Ok(());
        }
        if !keys.living.contains(&named.slot) {
            done.keyless += 1;
            return Ok(());
        }
        let is_damaged = found == Paper::Damaged;
        let kept = done.kept.clone();
        let kept = kept.unwrap_or_else(|| folder_for_damaged(self.documents));
        if papers.replace(named.digest, is_damaged.then_some(&kept))? {
            done.brought_back += 1;
            if is_damaged {
                done.kept = Some(kept);
            }
        } else if is_damaged {
            done.damaged.push(named);
        } else {
            done.missing.push(named);
        }
        Ok(())
    }

    /// The documents that the log names, each once in a case.
    fn named(&self) -> Result<BTreeSet<NamedDocument>, BackupError> {
        let mut named = BTreeSet::new();
        read_through(self.log, &|_, _| {}, &mut |record| {
            named.extend(NamedDocument::in_record(record));
        })?;
        Ok(named)
    }

    /// Whatever knows that a key was destroyed is right.
    fn keys(&self, backup: &Path, named: &BTreeSet<NamedDocument>) -> Result<Keys, BackupError> {
        let mut keys = Keys::default();
        let mut known = None;
        if self.vault.exists() {
            let (destroyed, living) = slots_in(self.vault, named.iter().map(|named| named.slot))?;
            (known, keys.living) = (Some(destroyed), living);
        }
        for folder in [self.destroyed, backup] {
            let Some(list) = DestroyedSlots::read(folder)? else {
                continue;
            };
            match &mut known {
                Some(known) => known.add(&list, &folder.join(destroyed::FILE))?,
                None => known = Some(list),
            }
        }
        keys.destroyed = known.map(|known| known.slots().clone()).unwrap_or_default();
        Ok(keys)
    }
}

/// What is known of keys.
#[derive(Default)]
struct Keys {
    destroyed: BTreeSet<KeySlot>,
    living: BTreeSet<KeySlot>,
}
