//! Restoring a vault, so that nothing that was destroyed lives again, and nothing is lost unsaid.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::executor::block_on;
use kanzlei_core::ports::EventStore;
use kanzlei_core::{CaseId, KeySlot, Position};

use super::copy::VaultBackup;
use super::file::lock;
use super::header::HEADER;
use super::slots::SlotFile;
use super::states::{SlotState, States};
use crate::backup::{self, BackupError, DestroyedSlots, Few};
use crate::disk::{Disk, DiskFaults};

/// Bytes of the log that are read at once.
const PAGE: usize = 1024 * 1024;
/// How many cases are named.
const NAMED: usize = 3;
/// How far the slot that a name tells may lie behind all that is known otherwise: a vault of 1 GiB more. One that
/// lies farther is no number that was given away, and would fill the disk.
const BEHIND: u64 = 1 << 24;

/// Where a vault is restored, and what knows what became of its keys.
pub struct VaultTarget<'a> {
    /// Its file. One that is there also knows what was destroyed.
    pub path: &'a Path,
    /// The log that needs its keys.
    pub log: Option<&'a dyn EventStore>,
    /// Lists of destroyed slots, and where each was found.
    pub destroyed: Vec<(PathBuf, DestroyedSlots)>,
    /// The highest slot that the name of a file tells, and which file: numbers up to there were given away.
    pub named: Option<(KeySlot, PathBuf)>,
    /// A folder that has numbers of slots inside, and can be made anew. It is removed, unless the vault that is
    /// there has all numbers that were given away: another would give them again.
    pub derived: Option<&'a Path>,
    /// Whether it is restored although that loses keys.
    pub anyway: bool,
    /// Is told how far the log was read, and how far it goes.
    pub told: &'a dyn Fn(u64, u64),
}

/// What restoring a vault would undo.
#[derive(Debug, Clone, PartialEq, Eq, Default, thiserror::Error)]
#[non_exhaustive]
pub struct Undoing {
    /// Keys that were destroyed since, and are in the backup.
    pub again: Few,
    /// Keys that are in the backup, and whose slots are damaged in the vault that is there, or behind its end: they may
    /// have been destroyed since.
    pub unclear: Few,
    /// Keys of the vault that is there whose numbers the backup has for others.
    pub others: Few,
    /// Keys that the log needs, and neither the backup nor the vault that is there has.
    pub lost: Few,
    /// Some of the cases that need those.
    pub cases: Vec<CaseId>,
}

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VaultRestored {
    /// How many slots it has.
    pub slots: u64,
    /// How many keys of the backup were destroyed again.
    pub again: u64,
    /// How many keys are those of the vault that was there, because the backup hasn't got them.
    pub kept: u64,
    /// How many keys that the log needs are lost, and count as destroyed.
    pub lost: u64,
    /// How many numbers were given away behind those, as names of files tell: what was sealed under their keys
    /// is gone.
    pub beside: u64,
    /// Whether something here knew which keys were destroyed since the backup was made: a list, or the vault that was
    /// there, if it has all slots of the backup.
    pub known: bool,
    /// The vault that was there before, with its keys.
    pub replaced: Option<PathBuf>,
}

impl VaultBackup {
    /// Restores the vault, with the keys that only the vault that is there has. What is known to be destroyed somewhere
    /// is destroyed in it, too; numbers that were given away since aren't given again. A vault that is there already is
    /// kept beside it.
    ///
    /// # Errors
    /// [`BackupError::WouldUndo`] if keys would be lost, or the vault that is there has destroyed some
    /// since, or may have, unless that is wanted anyway; if that vault or a list is another's; if somebody has the
    /// vault open, or the disk fails.
    pub fn restore(
        &self,
        target: &VaultTarget<'_>,
        faults: Arc<dyn DiskFaults>,
    ) -> Result<VaultRestored, BackupError> {
        let there = There::at(target.path)?;
        let mut destroyed = self.destroyed();
        for (path, list) in &target.destroyed {
            destroyed.add(list, path)?;
        }
        if let Some(there) = &there {
            destroyed.add(&there.states.destroyed(), target.path)?;
            // What it has given away counts, whatever became of it.
        }
        let lost = self.lost(target, there.as_ref(), &destroyed)?;
        let mut undoing = self.undoing(there.as_ref(), &destroyed, &lost);
        if let Some(there) = &there {
            undoing.others = self.others(there)?;
        }
        if !undoing.is_empty() && !target.anyway {
            return Err(BackupError::WouldUndo(Box::new(undoing)));
        }
        let alive = |slot: &&KeySlot| self.states.get(**slot) == SlotState::Alive;
        let again = destroyed.slots().iter().filter(alive).count() as u64;
        let gone = DestroyedSlots::new(
            destroyed.vault(),
            lost.keys().last().map_or(0, |slot| slot.0),
            lost.keys().copied().collect(),
        );
        destroyed.add(&gone, target.path)?;
        let beside = beside(target, destroyed.given())?;
        let given = destroyed.given() + beside;
        let gone = DestroyedSlots::new(destroyed.vault(), given, BTreeSet::new());
        destroyed.add(&gone, target.path)?;
        let disk = Disk(faults);
        if there.as_ref().map_or(0, |there| there.states.slots()) < given {
            remove_derived(target, &disk)?;
        }
        let kept = there.iter().flat_map(|there| there.kept(&self.states));
        let kept = kept.filter(|slot| !destroyed.slots().contains(slot));
        let kept = kept.count() as u64;
        let replaced = self.write(target.path, &destroyed, there.as_ref(), &disk)?;
        let reaches = |there: There| there.states.slots() >= self.states.slots();
        Ok(VaultRestored {
            slots: given,
            again,
            kept,
            lost: lost.len() as u64,
            beside,
            known: there.is_some_and(reaches) || !target.destroyed.is_empty(),
            replaced,
        })
    }

    /// Keys that the log needs, and that neither are here nor were destroyed; each with a case.
    fn lost(
        &self,
        target: &VaultTarget<'_>,
        there: Option<&There>,
        destroyed: &DestroyedSlots,
    ) -> Result<BTreeMap<KeySlot, CaseId>, BackupError> {
        let mut lost = BTreeMap::new();
        let there = there.map(|there| &there.states);
        let alive = |states: &States, slot| states.get(slot) == SlotState::Alive;
        let Some(log) = target.log else {
            return Ok(lost);
        };
        let (mut after, end) = (Position::START, log.watermark().now());
        while after < end {
            let page = block_on(log.log(after, PAGE))?;
            let used = page.commits().flat_map(|one| backup::slots(&one.record));
            for (slot, case) in used {
                let kept = there.is_some_and(|there| alive(there, slot));
                if !alive(&self.states, slot) && !kept && !destroyed.slots().contains(&slot) {
                    lost.entry(slot).or_insert(case);
                }
            }
            after = page.through();
            (target.told)(after.0.min(end.0), end.0);
        }
        Ok(lost)
    }

    fn undoing(
        &self,
        there: Option<&There>,
        destroyed: &DestroyedSlots,
        lost: &BTreeMap<KeySlot, CaseId>,
    ) -> Undoing {
        let mut cases = Vec::new();
        for case in lost.values() {
            if cases.len() < NAMED && !cases.contains(case) {
                cases.push(*case);
            }
        }
        let known = |slot: &KeySlot| destroyed.slots().contains(slot);
        let keys = |which: fn(SlotState) -> bool| {
            let keys = self.states.those(SlotState::Alive);
            keys.filter(move |slot| there.is_some_and(|there| which(there.states.get(*slot))))
        };
        // A slot that was destroyed once can be anything but alive, and behind the end of a vault that was cut off.
        let unclear = keys(|there| matches!(there, SlotState::Damaged | SlotState::Never));
        Undoing {
            again: Few::of(keys(|there| there == SlotState::Destroyed)),
            unclear: Few::of(unclear.filter(|slot| !known(slot))),
            others: Few::default(),
            lost: Few::of(lost.keys().copied()),
            cases,
        }
    }
}

/// How many numbers behind so many were given away, as names of files tell.
fn beside(target: &VaultTarget<'_>, given: u64) -> Result<u64, BackupError> {
    let Some((slot, path)) = &target.named else {
        return Ok(0);
    };
    let behind = slot.0.saturating_sub(given);
    if behind > BEHIND {
        let why = format!("no vault has given {slot} away, which its name tells: move it away");
        return Err(BackupError::damaged(path, 0, why));
    }
    Ok(behind)
}

/// Before the vault is there, so that nobody reads the one with the other.
fn remove_derived(target: &VaultTarget<'_>, disk: &Disk) -> Result<(), BackupError> {
    let Some(derived) = target.derived.filter(|derived| derived.exists()) else {
        return Ok(());
    };
    let removed = fs::remove_dir_all(derived);
    removed
        .and_then(|()| disk.sync_name(derived))
        .map_err(|error| BackupError::disk(derived, error))
}

impl Undoing {
    fn is_empty(&self) -> bool {
        let (again, unclear) = (&self.again, &self.unclear);
        [again, unclear, &self.others, &self.lost]
            .iter()
            .all(|slots| slots.is_empty())
    }
}

impl fmt::Display for Undoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this backup of the vault is older than what is there, or may be; nothing was restored.")?;
        if !self.again.is_empty() {
            let again = &self.again;
            write!(f, " Keys destroyed since, which it still has: {again}.")?;
        }
        if !self.unclear.is_empty() {
            let unclear = &self.unclear;
            write!(
                f,
                " Keys that may have been destroyed since, because their slots are damaged in the vault that is \
                 there or behind its end, and which would live: {unclear}."
            )?;
        }
        if !self.others.is_empty() {
            let others = &self.others;
            write!(
                f,
                " Keys of the vault that is there whose numbers it has for other keys: {others}."
            )?;
        }
        if !self.lost.is_empty() {
            let cases = self.cases.iter().map(|case| case.reference().to_string());
            let cases: Vec<_> = cases.collect();
            let (lost, cases) = (&self.lost, cases.join(", "));
            write!(
                f,
                " Keys that the log needs, which nothing here has: {lost}, in cases such as {cases}."
            )?;
        }
        Ok(())
    }
}

/// A vault that is there, held so that nobody uses it meanwhile.
pub(super) struct There {
    states: States,
    pub(super) file: File,
}

impl There {
    /// The keys that it has, and another hasn't.
    fn kept(&self, other: &States) -> impl Iterator<Item = KeySlot> {
        let alive = self.states.those(SlotState::Alive);
        alive.filter(|slot| other.get(*slot) != SlotState::Alive)
    }

    /// The vault at this place; none, if there is no file, or one whose making was interrupted.
    fn at(path: &Path) -> Result<Option<Self>, BackupError> {
        match path.metadata() {
            Ok(metadata) if metadata.len() < HEADER as u64 => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            metadata => metadata.map_err(|error| BackupError::disk(path, error))?,
        };
        let file = lock(OpenOptions::new().read(true).write(true), path)?;
        let states = States::read(path, 0)?;
        Ok(Some(Self { states, file }))
    }
}

/// Destroys in the vault at this place, if there is one, what was destroyed in it before; gives how many
/// keys that were.
pub(crate) fn settle(path: &Path, list: &DestroyedSlots) -> Result<u64, BackupError> {
    let Some(there) = There::at(path)? else {
        return Ok(0);
    };
    if there.states.vault != list.vault() {
        return Err(BackupError::AnotherVault(path.to_owned()));
    }
    let (slots, given) = (there.states.slots(), list.given());
    if slots < given {
        let path = path.to_owned();
        return Err(BackupError::VaultBehind { path, slots, given });
    }
    let alive = |slot: &KeySlot| there.states.get(*slot) != SlotState::Destroyed;
    let again: Vec<KeySlot> = list.slots().iter().copied().filter(alive).collect();
    if !again.is_empty() {
        let file = SlotFile::new(there.file);
        let done = file.and_then(|mut file| file.destroy(&again));
        done.map_err(|error| BackupError::disk(path, error))?;
    }
    Ok(again.len() as u64)
}
