//! The way back: a store that is made from a backup.

use std::collections::VecDeque;
use std::fs::File;
use std::io::BufReader;
use std::path::{self, Path, PathBuf};

use kanzlei_core::Position;
use kanzlei_core::ports::TreeHead;
use kanzlei_core::record::{Hash, Record, Stamp};

use super::destroyed::{self, DestroyedSlots};
use super::error::BackupError;
use super::folder::{SoundChain, chain, sound_chain};
use super::header::ENDING;
use super::papers::{self, Papers};
use super::part::Part;
use super::read::{self, FileReader};
use super::tree::Tree;
use crate::disk::{Disk, names};
use crate::embedded::Restoring;
use crate::vault::settle;

/// A backup that is read.
#[derive(Debug)]
pub struct Backup {
    path: PathBuf,
    parts: Vec<Part>,
    end: TreeHead,
}

/// Where a backup is restored to.
#[derive(Clone, Copy)]
pub struct Target<'a> {
    /// The directory of the embedded event store, which isn't there yet or is empty.
    pub log: &'a Path,
    /// The folder of the documents. Those that are there are read, and copied where they aren't what their name says.
    pub documents: Option<&'a Path>,
    /// The folder in which the list of destroyed keys is left for when the vault is restored.
    pub destroyed: Option<&'a Path>,
    /// The vault, if it is there already: what was destroyed before is destroyed in it.
    pub vault: Option<&'a Path>,
    /// The last position; all, if there is none.
    pub until: Option<Position>,
}

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Restored {
    /// How many commits.
    pub commits: u64,
    /// Up to which position.
    pub position: Position,
    /// The root of the log's tree there.
    pub root: Hash,
    /// How many documents were copied, or were there and are what they should be.
    pub documents: u64,
    /// How many documents that commits name weren't there, since they were erased.
    pub erased: u64,
    /// The others that weren't there: they were lost, or are kept elsewhere. Where nothing says which keys were
    /// destroyed, those that were erased are among them.
    pub missing: Vec<Hash>,
    /// Documents that aren't what was written, there or in the backup, and weren't copied.
    pub damaged: Vec<Hash>,
    /// How many keys are known to be destroyed; `None` if the backup doesn't say.
    pub destroyed: Option<u64>,
    /// How many of them lived in the vault that is there, and were destroyed again.
    pub again: u64,
    /// What isn't as it was written behind the position up to which was restored, if that was met.
    pub behind: Option<String>,
}

impl Backup {
    /// The backup in this folder, of which nothing but the headers is read, up to the first file that is damaged or
    /// missing.
    ///
    /// # Errors
    /// If there is none, that is the first file, or the disk fails.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, BackupError> {
        let path = path.as_ref().to_owned();
        let SoundChain { parts, broken } = sound_chain(&path)?;
        match (parts.last().map(|last| last.header.after), broken) {
            (Some(end), _) => Ok(Self { path, parts, end }),
            (None, Some(error)) => Err(error),
            (None, None) => Err(BackupError::Nothing { path }),
        }
    }

    /// How many commits it has as far as its headers are sound, up to which position, and the root of the log's tree
    /// there.
    pub const fn end(&self) -> TreeHead {
        self.end
    }

    /// How far its commits are what was written, if that isn't to the end: they can be restored until there. They are
    /// read.
    pub fn sound_until(&self) -> Option<TreeHead> {
        let mut commits = self.commits();
        let is_sound = commits.by_ref().all(|commit| commit.is_ok());
        (!is_sound || chain(&self.path).is_err()).then(|| commits.sound())
    }

    /// Which keys are known to be destroyed, if the backup says so.
    ///
    /// # Errors
    /// If the list isn't what was written, or the disk fails.
    pub fn destroyed(&self) -> Result<Option<DestroyedSlots>, BackupError> {
        DestroyedSlots::read(&self.path)
    }

    /// Reads it through, its documents too, and changes nothing; see [`restore`](Self::restore).
    ///
    /// # Errors
    /// If a file isn't what was written, or the disk fails.
    pub fn check(&self, told: &dyn Fn(u64, u64)) -> Result<Restored, BackupError> {
        let (disk, folder) = (Disk::sound(), self.path.join(papers::FOLDER));
        let mut papers = Papers::new(&disk, &folder, &folder);
        let read = self.read(None, told, &mut |_, record| papers.look(&record.read()))?;
        Ok(restored(read, Some(papers), self.destroyed()?.as_ref(), 0))
    }

    /// Makes an embedded event store of it: with all commits, or those up to a position. Every
    /// checksum, every record and the root at each file's end is checked; what is damaged behind that position is said
    /// and keeps nothing from being restored. The store has its name once it was opened and has the same root. Broken
    /// off, it can be begun again.
    ///
    /// # Errors
    /// If something is there, the vault that is there is another one or older, the backup doesn't reach
    /// to the position, a file isn't what was written, or the disk fails.
    pub fn restore(
        &self,
        target: &Target<'_>,
        told: &dyn Fn(u64, u64),
    ) -> Result<Restored, BackupError> {
        // Before anything is made.
        self.reach(target.until)?;
        let mut store = Restoring::begin(target.log)?;
        // First of all, so that nothing that was erased can be read in between.
        let (destroyed, again) = self.settle(target)?;
        let disk = Disk::sound();
        let from = self.path.join(papers::FOLDER);
        let mut papers = target.documents.map(|to| Papers::new(&disk, &from, to));
        let read = self.read(target.until, told, &mut |stamp, record| {
            if let Some(papers) = &mut papers {
                papers.restore(&record.read())?;
            }
            store.push(stamp, record)
        })?;
        store.finish(read.head.root)?;
        Ok(restored(read, papers, destroyed.as_ref(), again))
    }

    /// Sees to it that keys that were destroyed stay so, in the vault that is there and in one that is
    /// restored later; gives how many lived again.
    fn settle(&self, target: &Target<'_>) -> Result<(Option<DestroyedSlots>, u64), BackupError> {
        let Some(mut list) = self.destroyed()? else {
            return Ok((None, 0));
        };
        let again = target.vault.map_or(Ok(0), |vault| settle(vault, &list))?;
        if let Some(folder) = target.destroyed {
            if let Some(before) = DestroyedSlots::read(folder)? {
                list.add(&before, &folder.join(destroyed::FILE))?;
            }
            list.write(&Disk::sound(), folder)?;
        }
        Ok((Some(list), again))
    }

    /// Up to which position it is read if this one is asked for, or all of it.
    ///
    /// # Errors
    /// If it doesn't go so far, or a file is missing or damaged before.
    pub fn reach(&self, asked: Option<Position>) -> Result<Position, BackupError> {
        let end = self.end.position;
        if asked.is_none_or(|asked| asked > end) {
            // Says what is wrong with a file behind those that are known.
            chain(&self.path)?;
        }
        let asked = asked.unwrap_or(end);
        let first = self.parts.first().map(|first| first.header.first);
        if asked > end || first.is_none_or(|first| asked < first) {
            let path = self.path.clone();
            return Err(BackupError::Beyond { path, asked, end });
        }
        Ok(asked)
    }

    /// That a folder isn't this backup, is in none of its folders, and has no other backup in it.
    ///
    /// # Errors
    /// If it is, or the disk fails.
    pub fn is_apart(&self, folder: &Path) -> Result<(), BackupError> {
        let failed = |error| BackupError::disk(folder, error);
        let there = path::absolute(folder).map_err(failed)?;
        let there = there.ancestors().find_map(|path| path.canonicalize().ok());
        let is_in = there
            .zip(self.path.canonicalize().ok())
            .is_some_and(|(there, backup)| there.starts_with(backup));
        let names = names(folder).map_err(failed)?;
        if is_in || names.iter().any(|name| name.ends_with(ENDING)) {
            return Err(BackupError::IntoBackup(folder.to_owned()));
        }
        Ok(())
    }

    /// Hands out the commits up to a position, or all. The file in which that is, is read to its end, since only there
    /// it is known to lead to its root; unless it is damaged before, and only commits behind the position are.
    fn read(
        &self,
        asked: Option<Position>,
        told: &dyn Fn(u64, u64),
        each: &mut dyn FnMut(Stamp, Record) -> Result<(), BackupError>,
    ) -> Result<Read, BackupError> {
        let until = self.reach(asked)?;
        let (mut given, mut behind) = (Tree::default(), None);
        let mut commits = self.commits();
        commits.parts.retain(|part| part.header.first <= until);
        while let Some(commit) = commits.next() {
            let (stamp, record) = match commit {
                Ok(commit) => commit,
                Err(error) if asked.is_some() && commits.sound().position >= until => {
                    behind = Some(error.to_string());
                    break;
                }
                Err(error) => return Err(error),
            };
            if stamp.position > until {
                continue;
            }
            given.push(stamp, record.content_hash());
            told(stamp.position.0, until.0);
            each(stamp, record)?;
        }
        let head = given.head();
        Ok(Read { head, behind })
    }

    /// All its commits, in order. Each file's root is checked at its end.
    fn commits(&self) -> BackupCommits {
        BackupCommits {
            parts: self.parts.clone().into(),
            open: None,
            tree: Tree::default(),
        }
    }
}

/// What was read of a backup.
struct Read {
    head: TreeHead,
    /// What isn't as it was written behind that.
    behind: Option<String>,
}

/// The commits of a backup, read file by file.
struct BackupCommits {
    parts: VecDeque<Part>,
    open: Option<FileReader<BufReader<File>>>,
    tree: Tree,
}

impl Iterator for BackupCommits {
    type Item = Result<(Stamp, Record), BackupError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let mut file = match self.open.take() {
                Some(file) => file,
                None => match read::commits(&self.parts.pop_front()?.path, self.tree.clone()) {
                    Ok(file) => file,
                    Err(error) => return Some(Err(error)),
                },
            };
            match file.next().transpose() {
                Some(commit) => {
                    self.open = Some(file);
                    return Some(commit);
                }
                None => self.tree = file.into_tree(),
            }
        }
    }
}

impl BackupCommits {
    /// How far what was read is what was written.
    fn sound(&self) -> TreeHead {
        let open = self.open.as_ref().map(FileReader::sound);
        open.unwrap_or_else(|| self.tree.head())
    }
}

fn restored(
    read: Read,
    papers: Option<Papers<'_>>,
    destroyed: Option<&DestroyedSlots>,
    again: u64,
) -> Restored {
    let papers = papers.map(|papers| papers.told(destroyed));
    let papers = papers.unwrap_or_default();
    let Read { head, behind } = read;
    Restored {
        commits: head.size,
        position: head.position,
        root: head.root,
        documents: papers.copied,
        erased: papers.erased,
        missing: papers.missing,
        damaged: papers.damaged,
        destroyed: destroyed.map(|list| list.slots().len() as u64),
        again,
        behind,
    }
}
