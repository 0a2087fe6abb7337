//! What is wrong with a log, and what becomes of it.

use std::path::PathBuf;

use kanzlei_core::record::Hash;
use kanzlei_core::{CaseId, Position, Version};

/// A file that isn't what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogDamage {
    /// Which.
    pub file: PathBuf,
    /// From which byte on, counted from 0; `None` if it is missing.
    pub at: Option<u64>,
}

/// Positions one after another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Positions {
    /// The first.
    pub first: Position,
    /// The last.
    pub last: Position,
}

impl Positions {
    /// How many.
    pub const fn count(&self) -> u64 {
        self.last.0.saturating_sub(self.first.0).saturating_add(1)
    }

    /// Adds positions behind those that are there.
    pub(super) fn add(to: &mut Vec<Self>, first: Position, last: Position) {
        match to.last_mut() {
            Some(before) if before.last.0.saturating_add(1) == first.0 => before.last = last,
            _ => to.push(Self { first, last }),
        }
    }
}

/// A case that ends earlier than it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ShortenedCase {
    /// Which.
    pub case: CaseId,
    /// Its last version now; 0 if nothing of it is left.
    pub version: Version,
    /// The last version of which is known that it was there.
    pub was: Version,
}

/// What the file `witness` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WitnessFound {
    /// That the log was so long, or nothing, if there is none.
    Sound,
    /// It can't be read: how long the log was isn't known.
    Damaged,
}

/// What is wrong with a log, and what becomes of it when it is repaired.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogRepair {
    /// What isn't what was written, in the order of the log.
    pub damage: Vec<LogDamage>,
    /// What of the backup isn't what was written, in the order of its files: nothing is taken from there.
    pub backup_damage: Vec<LogDamage>,
    /// What the witness says.
    pub witness: WitnessFound,
    /// How many commits the repaired log has.
    pub commits: u64,
    /// The root of its tree.
    pub root: Hash,
    /// How many of them are taken from the backup.
    pub filled: u64,
    /// Positions whose commits nothing has any more.
    pub lost: Vec<Positions>,
    /// Positions whose commits are whole, and follow one of their case that is lost: they aren't in the
    /// repaired log, and are kept beside it.
    pub aside: Vec<Positions>,
    /// Cases that end earlier because of that. Where what was lost was the last of a case, nothing tells which.
    pub shortened: Vec<ShortenedCase>,
    /// From this position on commits have another place in the log, or none: what was proven of them
    /// before no longer holds.
    pub changed: Option<Position>,
    /// Up to this position, nothing is missing, and yet the commits have another root than was written down:
    /// somebody has changed one of them, or what was written down.
    pub disputed: Option<Position>,
    /// The log's last segment was cut off, and the witness doesn't know how long the log was: commits behind what is
    /// there may be lost.
    pub cut_off: bool,
}

impl LogRepair {
    /// Whether there is nothing to repair.
    pub const fn is_sound(&self) -> bool {
        self.damage.is_empty()
            && self.filled == 0
            && !self.loses()
            && matches!(self.witness, WitnessFound::Sound)
    }

    /// Whether the repaired log is less than the log was, or may be, or is something else.
    pub const fn loses(&self) -> bool {
        !self.lost.is_empty() || !self.aside.is_empty() || self.disputed.is_some() || self.cut_off
    }
}
