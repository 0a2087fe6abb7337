//! Adding to a backup what is new in the log, while others append to it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use kanzlei_core::Position;
use kanzlei_core::ports::StoreError;
use kanzlei_core::record::{CommitRef, Hash, Page, leaf_hash};

use super::destroyed::{self, DestroyedSlots};
use super::error::BackupError;
use super::few::Few;
use super::folder::{BackupFolder, chain};
use super::log::{Log, PAGE};
use super::owed::Owed;
use super::read;
use super::tree::Tree;
use super::write::{FileWriter, UNFINISHED};
use crate::embedded::LogDamage;
use crate::vault::slots_in;

/// What is backed up.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The log.
    pub log: Log<'a>,
    /// The folder with the documents that it names, if they are kept in one.
    pub documents: Option<&'a Path>,
    /// The vault's file, of which nothing is backed up but which of its keys were destroyed; it may be in use.
    pub vault: Option<&'a Path>,
    /// The installation's folder: one that was restored has a list of keys that were destroyed before.
    pub destroyed: Option<&'a Path>,
}

/// What a backup holds now.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BackedUp {
    /// How many commits were added.
    pub added: u64,
    /// How many it has now.
    pub commits: u64,
    /// Up to which position.
    pub position: Position,
    /// The root of the log's tree there.
    pub root: Hash,
    /// How many documents were added.
    pub documents: u64,
    /// How many of them an earlier run couldn't copy.
    pub late: u64,
    /// How many documents that commits name weren't there, or weren't what was written, since they were erased; those of
    /// which an earlier run knew that are left out.
    pub erased: u64,
    /// The others that the backup hasn't since they weren't there: they were lost, or are kept elsewhere. Where nothing
    /// says which keys were destroyed, those that were erased are among them. The next run looks for them again.
    pub missing: Vec<Hash>,
    /// Those that the backup hasn't since they aren't what was written. The next run looks at them again.
    pub damaged: Vec<Hash>,
    /// What isn't what was written of the backup's own commits, as far as they had to be read to know which documents it
    /// lacks. The next run reads them again.
    pub damage: Vec<LogDamage>,
    /// How many keys are known to be destroyed; `None` if nothing says so.
    pub destroyed: Option<u64>,
    /// Keys of which it is known that they were destroyed, and that the vault has nevertheless: an older
    /// one was put back. The backup goes on knowing that they were destroyed.
    pub again: Few,
}

impl BackupFolder {
    /// Adds what the log has up to where it ends now, and the documents that an earlier run couldn't copy, as far as they
    /// can be read now. `told` is told how many positions are done and how many there are to do. Blocks; call it outside
    /// of an executor.
    ///
    /// # Errors
    /// If the log is another one or not the one that was backed up before, or can't be read; if a list of destroyed keys
    /// is damaged or another vault's; or the disk fails. What was backed up before stays as it was.
    pub fn add(
        &self,
        source: &Source<'_>,
        told: &dyn Fn(u64, u64),
    ) -> Result<BackedUp, BackupError> {
        let run = Run::begin(self, source)?;
        let done = run.end(told);
        if done.is_err() {
            // It is of no use, and takes room; the next run would remove it, too.
            let _ = self.disk.remove(&self.path.join(UNFINISHED));
        }
        done
    }
}

/// One run.
struct Run<'a> {
    folder: &'a BackupFolder,
    from: Log<'a>,
    vault: Option<&'a Path>,
    owed: Option<Owed<'a>>,
    /// Which keys the backup says were destroyed.
    listed: Option<DestroyedSlots>,
    /// Which were known to be: those, and what the installation knows from a backup that it was restored from.
    known: Option<DestroyedSlots>,
    /// Which file says so.
    known_at: PathBuf,
    /// Which log was backed up before, if any was.
    log: Option<Hash>,
    /// What was backed up before.
    before: Tree,
    /// What is backed up now.
    tree: Tree,
    /// Where the log ended when the run began.
    end: Position,
    /// The root that it had there, if the store knows.
    root: Option<Hash>,
}

impl<'a> Run<'a> {
    fn begin(folder: &'a BackupFolder, source: &Source<'a>) -> Result<Self, BackupError> {
        let parts = chain(&folder.path)?;
        let before = match parts.last() {
            Some(last) => read::end(last)?,
            None => Tree::default(),
        };
        let (end, root) = source.log.end()?;
        let listed = DestroyedSlots::read(&folder.path)?;
        let mut run = Self {
            folder,
            from: source.log,
            vault: source.vault,
            owed: source
                .documents
                .map(|from| Owed::begin(folder, &parts, from)),
            known: listed.clone(),
            known_at: folder.path.join(destroyed::FILE),
            listed,
            log: parts.first().map(|first| first.header.log),
            tree: before.clone(),
            before,
            end,
            root,
        };
        run.same_log()?;
        if let Some(installation) = source.destroyed {
            run.learn(installation)?;
        }
        Ok(run)
    }

    /// Adds the keys of which an installation's list says that they were destroyed.
    fn learn(&mut self, installation: &Path) -> Result<(), BackupError> {
        let Some(list) = DestroyedSlots::read(installation)? else {
            return Ok(());
        };
        let path = installation.join(destroyed::FILE);
        if let Some(known) = &mut self.known {
            return known.add(&list, &path);
        }
        (self.known, self.known_at) = (Some(list), path);
        Ok(())
    }

    /// What was backed up before is of this log, as far as its beginning and its length say.
    fn same_log(&self) -> Result<(), BackupError> {
        let (path, before) = (self.folder.path.clone(), &self.before);
        let Some(log) = self.log else {
            return Ok(());
        };
        if self.end > Position::START {
            let page = self.read(Position::START, 1)?;
            if page.commits().next().map(|first| leaf(&first)) != Some(log) {
                return Err(BackupError::AnotherLog { path });
            }
        }
        if self.end < before.position {
            return Err(BackupError::Shorter {
                path,
                log: self.end,
                backup: before.position,
            });
        }
        if self.root.is_none() && self.reread()?.head() != before.head() {
            return Err(self.differs());
        }
        Ok(())
    }

    /// The tree of a log whose store builds none, up to where the backup ends.
    fn reread(&self) -> Result<Tree, BackupError> {
        let mut tree = Tree::default();
        let mut after = Position::START;
        while after < self.before.position {
            let page = self.read(after, PAGE)?;
            let commits = page.commits();
            for commit in commits.take_while(|one| one.stamp.position <= self.before.position) {
                tree.push(commit.stamp, commit.record.hashes().content);
            }
            after = page.through();
        }
        Ok(tree)
    }

    fn end(mut self, told: &dyn Fn(u64, u64)) -> Result<BackedUp, BackupError> {
        let file = self.log(told)?;
        self.same_root()?;
        if let Some(owed) = &mut self.owed {
            owed.copy_late(self.known.as_ref())?;
        }
        // Not earlier: a key is destroyed before its document goes.
        let (destroyed, again) = self.destroyed()?;
        if let Some(file) = file {
            file.finish(&self.tree, &self.folder.path)?;
        }
        let head = self.tree.head();
        let owed = self.owed.take();
        let told = owed.map(|owed| owed.told(destroyed.as_ref(), head));
        let (papers, damage) = told.transpose()?.unwrap_or_default();
        let slots = destroyed.as_ref().map(DestroyedSlots::slots);
        Ok(BackedUp {
            added: head.size - self.before.frontier.size(),
            commits: head.size,
            position: head.position,
            root: head.root,
            documents: papers.copied,
            late: papers.late,
            erased: papers.erased,
            missing: papers.missing,
            damaged: papers.damaged,
            damage,
            destroyed: slots.map(|slots| slots.len() as u64),
            again,
        })
    }

    /// Reads what is new, and before that what the backup has and doesn't say which of its documents are lacking.
    fn log(&mut self, told: &dyn Fn(u64, u64)) -> Result<Option<FileWriter>, BackupError> {
        let (mut after, end) = (self.before.position, self.end);
        let begun = self.owed.as_ref().map_or(after, Owed::reaches);
        let done = |position: Position| told(position.0.saturating_sub(begun.0), end.0 - begun.0);
        if let Some(owed) = &mut self.owed {
            owed.recall(&done)?;
        }
        let mut file = None;
        while after < end {
            let page = self.read(after, PAGE)?;
            let commits = page.commits();
            for commit in commits.take_while(|one| one.stamp.position <= end) {
                self.commit(&commit, &mut file)?;
            }
            after = page.through().min(end);
            done(after);
        }
        Ok(file)
    }

    /// Which keys are destroyed now, added to what was known before; and those that live again.
    fn destroyed(&self) -> Result<(Option<DestroyedSlots>, Few), BackupError> {
        let (disk, path) = (&self.folder.disk, &self.folder.path);
        let (mut now, mut again) = (self.known.clone(), BTreeSet::new());
        if let Some(vault) = self.vault {
            let known = now.iter().flat_map(DestroyedSlots::slots).copied();
            // A slot that is damaged since isn't destroyed any more, and doesn't live.
            let (mut there, lives) = slots_in(vault, known)?;
            if let Some(known) = &now {
                there.add(known, &self.known_at)?;
            }
            (now, again) = (Some(there), lives);
        }
        if let Some(now) = now.as_ref().filter(|now| self.listed.as_ref() != Some(now)) {
            now.write(disk, path)?;
        }
        Ok((now, Few::of(again.into_iter())))
    }

    fn commit(
        &mut self,
        commit: &CommitRef<'_>,
        file: &mut Option<FileWriter>,
    ) -> Result<(), BackupError> {
        if file.is_none() {
            let log = *self.log.get_or_insert_with(|| leaf(commit));
            let (disk, path) = (&self.folder.disk, &self.folder.path);
            let before = self.before.clone();
            let begun = FileWriter::begin(disk, path, log, before, commit.stamp.position)?;
            *file = Some(begun);
        }
        if let Some(owed) = &mut self.owed {
            owed.copy(&commit.record)?;
        }
        self.tree.push(commit.stamp, commit.record.hashes().content);
        let (stamp, record) = (commit.stamp, commit.record.as_bytes());
        file.as_mut()
            .map_or(Ok(()), |file| file.push(stamp, record))
    }

    /// The commits lead to the root of the log's own tree: so those before them are the same, too.
    fn same_root(&self) -> Result<(), BackupError> {
        if self
            .root
            .is_none_or(|root| root == self.tree.frontier.root())
        {
            return Ok(());
        }
        if self.before.position > Position::START {
            return Err(self.differs());
        }
        let why = "the commits up to it lead to another root than the store says".to_owned();
        let position = self.end;
        Err(StoreError::Damaged { position, why }.into())
    }

    fn differs(&self) -> BackupError {
        BackupError::Differs {
            path: self.folder.path.clone(),
            log: self.end,
            backup: self.before.position,
        }
    }

    fn read(&self, after: Position, limit: usize) -> Result<Page, BackupError> {
        Ok(self.from.read(after, limit)?)
    }
}

fn leaf(commit: &CommitRef<'_>) -> Hash {
    leaf_hash(commit.stamp, commit.record.hashes().content)
}
