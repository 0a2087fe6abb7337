//! Restoring a vault, so that nothing that was destroyed lives again, and nothing is lost unsaid.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kanzlei_core::domain::named_slots;
use kanzlei_core::ports::EventStore;
use kanzlei_core::{CaseId, KeySlot};

use super::copy::VaultBackup;
use super::merge::Gone;
use super::states::SlotState;
use super::there::There;
use super::undoing::Undoing;
use crate::FjallViewStore;
use crate::backup::{BackupError, DestroyedSlots, Few, read_through};
use crate::disk::{Disk, DiskFaults};

/// How many cases are named.
const NAMED: usize = 3;
/// How many numbers may have been given away behind the last that the log names: they are given in blocks, of which the
/// engine's have up to 8,192. A vault of 1 MiB more.
const BLOCKS: u64 = 16_384;
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
    /// One that somebody names because it knows all that was destroyed: what the vault that is there can't tell any
    /// more, this one does, unless it is older than that vault or the backup.
    pub current: Option<(PathBuf, DestroyedSlots)>,
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
    /// How many keys that the log needs are lost. A newer backup may bring them back.
    pub lost: u64,
    /// How many keys that were lost in the vault that was there are back.
    pub back: u64,
    /// How many numbers were given away behind those, as names of files tell: what was sealed under their keys
    /// is gone.
    pub beside: u64,
    /// Whether something here knew which keys were destroyed since the backup was made: a list that is no older than the
    /// backup and the log, or the vault that was there, if it has lost none of the backup's.
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
        let there = There::at(target.path).map_err(|error| unusable(error, target.path))?;
        let there = there.as_ref();
        let mut destroyed = self.destroyed();
        for (path, list) in target.destroyed.iter().chain(&target.current) {
            destroyed.add(list, path)?;
        }
        if let Some(there) = there {
            destroyed.add(&there.states.destroyed(), target.path)?;
        }
        let (lost, named) = self.missing(target, there, &destroyed)?;
        let undoing = self.undoing(target, there, &destroyed, &lost)?;
        if !undoing.is_empty() && !target.anyway {
            return Err(BackupError::WouldUndo(Box::new(undoing)));
        }
        let is_alive = |slot: &&KeySlot| self.states.get(**slot) == SlotState::Alive;
        let again = destroyed.slots().iter().filter(is_alive).count() as u64;
        if let Some((last, _)) = lost.last_key_value() {
            destroyed.give(*last);
        }
        let before = destroyed.given();
        destroyed.give(given_beside(target, before)?);
        let beside = destroyed.given() - before;
        if let Some((last, _)) = lost.last_key_value() {
            // One that is given again would be in the way of a newer backup that has what is lost.
            destroyed.give(KeySlot(last.0.saturating_add(BLOCKS)));
        }
        let back = self.back(there, &destroyed);
        let disk = Disk(faults);
        let there_slots = there.map(|there| there.states.slots());
        if there_slots.is_none_or(|slots| slots < destroyed.given()) || !back.is_empty() {
            remove_derived(target, &disk)?;
        }
        let of_lost = |slot: &&KeySlot| state(there, **slot) == SlotState::Lost;
        let of_lost = back.iter().filter(of_lost).count() as u64;
        let gone = Gone {
            destroyed: &destroyed,
            lost: &lost,
        };
        Ok(VaultRestored {
            slots: destroyed.given(),
            again,
            kept: there.map_or(0, |there| self.kept(there, &destroyed)),
            lost: lost.len() as u64,
            back: of_lost,
            beside,
            known: target
                .destroyed
                .iter()
                .chain(&target.current)
                .any(|(_, list)| {
                    self.is_current(list, there) && named.is_none_or(|slot| list.given() >= slot.0)
                })
                || there_slots.is_some_and(|slots| slots >= self.slots()) && of_lost == 0,
            replaced: self.write(target.path, gone, there, &disk)?,
        })
    }

    /// The keys that the vault that is there hasn't got, and that live with the backup.
    fn back(&self, there: Option<&There>, destroyed: &DestroyedSlots) -> Vec<KeySlot> {
        let keys = self.states.those(SlotState::Alive);
        let is_back = |slot: &KeySlot| {
            state(there, *slot) != SlotState::Alive && !destroyed.slots().contains(slot)
        };
        keys.filter(is_back).collect()
    }

    /// How many keys that aren't destroyed only the vault that is there has.
    fn kept(&self, there: &There, destroyed: &DestroyedSlots) -> u64 {
        let keys = there.states.those(SlotState::Alive);
        let kept = keys.filter(|slot| {
            self.states.get(*slot) != SlotState::Alive && !destroyed.slots().contains(slot)
        });
        kept.count() as u64
    }

    /// Whether a list knows all that the backup and the vault that is there know to be destroyed, and so isn't older.
    fn is_current(&self, list: &DestroyedSlots, there: Option<&There>) -> bool {
        let there = there.map(|there| there.states.destroyed());
        list.covers(&self.destroyed()) && there.is_none_or(|there| list.covers(&there))
    }

    /// Keys that the log needs, and that neither are here nor were destroyed; each with a case. And the last slot that
    /// the log names.
    fn missing(
        &self,
        target: &VaultTarget<'_>,
        there: Option<&There>,
        destroyed: &DestroyedSlots,
    ) -> Result<(BTreeMap<KeySlot, CaseId>, Option<KeySlot>), BackupError> {
        let (mut lost, mut highest) = (BTreeMap::new(), None);
        let is_alive = |slot| {
            self.states.get(slot) == SlotState::Alive || state(there, slot) == SlotState::Alive
        };
        let Some(log) = target.log else {
            return Ok((lost, highest));
        };
        read_through(log, target.told, &mut |record| {
            for (slot, case) in named_slots(record) {
                highest = highest.max(Some(slot));
                if !is_alive(slot) && !destroyed.slots().contains(&slot) {
                    lost.entry(slot).or_insert(case);
                }
            }
        })?;
        Ok((lost, highest))
    }

    fn undoing(
        &self,
        target: &VaultTarget<'_>,
        there: Option<&There>,
        destroyed: &DestroyedSlots,
        lost: &BTreeMap<KeySlot, CaseId>,
    ) -> Result<Undoing, BackupError> {
        // What was lost before isn't lost by this.
        let is_new = |slot: &KeySlot| {
            ![self.states.get(*slot), state(there, *slot)].contains(&SlotState::Lost)
        };
        let mut cases = Vec::new();
        for (_, case) in lost.iter().filter(|(slot, _)| is_new(slot)) {
            if cases.len() < NAMED && !cases.contains(case) {
                cases.push(*case);
            }
        }
        let current = target.current.as_ref().map(|(_, list)| list);
        let current = current.filter(|list| self.is_current(list, there));
        let known = |slot: &KeySlot| current.is_some() || destroyed.slots().contains(slot);
        let keys = |which: fn(SlotState) -> bool| {
            let keys = self.states.those(SlotState::Alive);
            keys.filter(move |slot| there.is_some_and(|there| which(there.states.get(*slot))))
        };
        // A slot that was destroyed once can be anything but alive or lost, and behind the end of a vault that was cut off.
        let unclear = keys(|there| matches!(there, SlotState::Damaged | SlotState::Never));
        Ok(Undoing {
            again: Few::of(keys(|there| there == SlotState::Destroyed)),
            unclear: Few::of(unclear.filter(|slot| !known(slot))),
            others: there.map_or_else(|| Ok(Few::default()), |there| self.others(there))?,
            lost: Few::of(lost.keys().copied().filter(is_new)),
            cases,
        })
    }
}

/// Says what to do about a vault that is there and can't be read: it is never replaced unread.
fn unusable(error: BackupError, there: &Path) -> BackupError {
    match error {
        BackupError::Damaged { path, at, why } if path == there => {
            let why = format!(
                "{why}. Move this file away, keep it, and restore then, naming a backup of the log that knows which keys \
                 were destroyed"
            );
            BackupError::Damaged { path, at, why }
        }
        other => other,
    }
}

/// What the vault that is there says of a slot.
fn state(there: Option<&There>, slot: KeySlot) -> SlotState {
    there.map_or(SlotState::Never, |there| there.states.get(slot))
}

/// Up to which slot, behind so many, numbers were given away, as names of files tell.
fn given_beside(target: &VaultTarget<'_>, given: u64) -> Result<KeySlot, BackupError> {
    let Some((slot, path)) = &target.named else {
        return Ok(KeySlot(given));
    };
    let behind = slot.0.saturating_sub(given);
    if behind > BEHIND {
        let why = format!("no vault has given {slot} away, which its name tells: move it away");
        return Err(BackupError::damaged(path, 0, why));
    }
    Ok(*slot)
}

/// Before the vault is there, so that nobody reads the one with the other.
fn remove_derived(target: &VaultTarget<'_>, disk: &Disk) -> Result<(), BackupError> {
    let Some(derived) = target.derived.filter(|derived| derived.exists()) else {
        return Ok(());
    };
    let removed = FjallViewStore::remove(derived);
    removed
        .and_then(|()| disk.sync_name(derived))
        .map_err(|error| BackupError::disk(derived, error))
}
