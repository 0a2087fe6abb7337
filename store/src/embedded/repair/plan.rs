//! What of a damaged log goes into the repaired one.
//!
//! A commit that can't be read is taken from the backup. What is missing there too is lost: the commits
//! behind it move up, and of those one stays only if each of its cases goes on from where that case is then. The
//! others are put aside.

use std::collections::{BTreeMap, HashMap};

use kanzlei_core::ports::TreeHead;
use kanzlei_core::record::{Frontier, Record, Stamp, leaf_hash};
use kanzlei_core::{CaseId, Position, Version};

use super::super::segments::next;
use super::super::witness::Testimony;
use super::report::{LogDamage, LogRepair, Positions, ShortenedCase, WitnessFound};
use super::salvage::{Found, Salvage};
use crate::admission::Tip;
use crate::backup::{BackupError, SoundBackup, SoundCommits};

/// Takes the commits, those of the repaired log with their new stamps.
pub(super) trait Sink {
    fn keep(&mut self, stamp: Stamp, record: Record) -> Result<(), BackupError>;
    fn aside(&mut self, stamp: Stamp, record: &Record) -> Result<(), BackupError>;
}

/// Only looks.
pub(super) struct Nowhere;

impl Sink for Nowhere {
    fn keep(&mut self, _: Stamp, _: Record) -> Result<(), BackupError> {
        Ok(())
    }

    fn aside(&mut self, _: Stamp, _: &Record) -> Result<(), BackupError> {
        Ok(())
    }
}

/// A backup as it is read beside the log.
struct Other<'a> {
    backup: &'a SoundBackup,
    commits: SoundCommits,
    /// The next of them, if it was read already.
    ahead: Option<(Stamp, Record)>,
    /// Whether something was taken from it.
    used: bool,
    /// Whether something shows that it is of the same log.
    same: bool,
}

/// The repaired log as it grows.
pub(super) struct Plan<'a> {
    sink: &'a mut dyn Sink,
    other: Option<Other<'a>>,
    testimony: Testimony,
    /// Whether the damaged log has a commit that can be read.
    any: bool,
    /// The position in the damaged log up to which all is decided.
    seen: Position,
    /// How far that log is known to have gone.
    reached: u64,
    tree: Frontier,
    tips: HashMap<CaseId, Tip>,
    shortened: BTreeMap<CaseId, Version>,
    /// Up to here what was written down agrees.
    agreed: Position,
    report: LogRepair,
}

impl<'a> Plan<'a> {
    pub(super) fn new(
        testimony: Testimony,
        backup: Option<&'a SoundBackup>,
        sink: &'a mut dyn Sink,
    ) -> Self {
        let other = backup.map(|backup| Other {
            backup,
            commits: backup.commits(),
            ahead: None,
            used: false,
            same: false,
        });
        let witness = match testimony {
            Testimony::Damaged => WitnessFound::Damaged,
            Testimony::None | Testimony::Head(_) => WitnessFound::Sound,
        };
        let tree = Frontier::default();
        Self {
            sink,
            other,
            testimony,
            any: false,
            seen: Position::START,
            reached: 0,
            tips: HashMap::new(),
            shortened: BTreeMap::new(),
            agreed: Position::START,
            report: LogRepair {
                damage: Vec::new(),
                backup_damage: Vec::new(),
                witness,
                commits: 0,
                root: tree.root(),
                filled: 0,
                lost: Vec::new(),
                aside: Vec::new(),
                shortened: Vec::new(),
                changed: None,
                disputed: None,
                cut_off: false,
            },
            tree,
        }
    }

    /// Goes through the log, and says what becomes of it.
    pub(super) fn carry_out(
        mut self,
        salvage: &Salvage,
        told: &dyn Fn(u64),
    ) -> Result<LogRepair, BackupError> {
        for file in salvage.missing.iter().cloned() {
            self.report.damage.push(LogDamage { file, at: None });
        }
        salvage.read(told, &mut |found| self.found(found))?;
        self.fill(Position(u64::MAX))?;
        self.report.cut_off = salvage.is_cut_off() && self.testimony.size() < self.seen.0;
        if let Testimony::Head(head) = self.testimony {
            self.reached = self.reached.max(head.size);
        }
        self.lose(Position(self.reached));
        self.end()
    }

    fn found(&mut self, found: Found) -> Result<bool, BackupError> {
        match found {
            Found::Commit(stamp, _) if stamp.position <= self.seen => {}
            Found::Commit(stamp, record) => {
                self.any = true;
                self.fill(Position(stamp.position.0 - 1))?;
                self.same(stamp, &record)?;
                self.take(stamp, record, false)?;
            }
            Found::Head(head) => {
                self.fill(head.position)?;
                self.reached = self.reached.max(head.size);
                self.compare(head)?;
            }
            // Nobody was told of it.
            Found::Torn(..) if self.is_all() => return Ok(false),
            Found::Torn(file, at) | Found::Damage(file, at) => {
                let at = Some(at);
                self.report.damage.push(LogDamage { file, at });
            }
        }
        Ok(true)
    }

    /// Whether the witness has seen no more than there is.
    fn is_all(&self) -> bool {
        match self.testimony {
            Testimony::None => true,
            Testimony::Head(head) => head.position <= self.seen,
            Testimony::Damaged => false,
        }
    }

    /// Takes what the backup has up to a position.
    fn fill(&mut self, until: Position) -> Result<(), BackupError> {
        loop {
            let Some(other) = &mut self.other else {
                return Ok(());
            };
            let Some((stamp, record)) = other.next_up_to(until)? else {
                return Ok(());
            };
            if stamp.position > self.seen {
                other.used = true;
                self.take(stamp, record, true)?;
            }
        }
    }

    /// Compares with the commit that the backup has in the same place, if it has one.
    fn same(&mut self, stamp: Stamp, record: &Record) -> Result<(), BackupError> {
        let Some(other) = &mut self.other else {
            return Ok(());
        };
        let Some((there, theirs)) = other.next_up_to(stamp.position)? else {
            return Ok(());
        };
        if (there, theirs.content_hash()) != (stamp, record.content_hash()) {
            return Err(other.differs(stamp.position));
        }
        other.same = true;
        Ok(())
    }

    /// Compares the tree with what it was when something was written.
    fn compare(&mut self, head: TreeHead) -> Result<(), BackupError> {
        let whole = self.report.changed.is_none() && head.size == self.tree.size();
        if !whole || head.size == 0 || self.report.disputed.is_some() {
            return Ok(());
        }
        let agrees = head.root == self.tree.root();
        match &mut self.other {
            Some(other) if agrees => other.same = true,
            Some(other) if self.report.filled > 0 => return Err(other.differs(head.position)),
            _ => {}
        }
        if agrees {
            self.agreed = head.position;
        } else {
            self.report.disputed = Some(head.position);
        }
        Ok(())
    }

    /// Decides on the commit that comes next, which the log has or the backup fills in.
    fn take(&mut self, stamp: Stamp, record: Record, fills: bool) -> Result<(), BackupError> {
        self.lose(Position(stamp.position.0 - 1));
        self.seen = stamp.position;
        let follows = record.parts().iter().all(|part| {
            let tip = self.tips.get(&part.case).copied().unwrap_or_default();
            (tip.version, tip.hash) == (part.expected, part.previous)
        });
        if !follows {
            for part in record.parts() {
                self.shortened.insert(part.case, part.last);
            }
            self.change(stamp.position);
            Positions::add(&mut self.report.aside, stamp.position, stamp.position);
            return self.sink.aside(stamp, &record);
        }
        for part in record.parts() {
            let (version, hash) = (part.last, part.hash);
            self.tips.insert(part.case, Tip { version, hash });
        }
        self.report.filled += u64::from(fills);
        let position = Position(self.tree.size() + 1);
        let recorded = stamp.recorded;
        let stamp = Stamp { position, recorded };
        self.tree.push(leaf_hash(stamp, record.content_hash()));
        self.sink.keep(stamp, record)?;
        match self.testimony {
            Testimony::Head(head) => self.compare(head),
            Testimony::None | Testimony::Damaged => Ok(()),
        }
    }

    /// All up to a position that isn't decided is lost.
    fn lose(&mut self, until: Position) {
        if until > self.seen {
            let first = next(self.seen);
            self.change(first);
            Positions::add(&mut self.report.lost, first, until);
            self.seen = until;
        }
    }

    fn change(&mut self, from: Position) {
        self.report.changed.get_or_insert(from);
    }

    fn end(mut self) -> Result<LogRepair, BackupError> {
        if let Some(other) = self.other {
            if other.used && !other.same {
                let path = other.backup.path().to_owned();
                return Err(if self.any {
                    BackupError::AnotherLog { path }
                } else {
                    BackupError::NothingLeft { path }
                });
            }
            self.report.backup_damage = other.commits.into_damage();
        }
        if self.report.disputed.is_some() {
            let first = next(self.agreed);
            let changed = self.report.changed.get_or_insert(first);
            *changed = first.min(*changed);
        }
        self.report.commits = self.tree.size();
        self.report.root = self.tree.root();
        for (case, was) in self.shortened {
            let version = self.tips.get(&case).copied().unwrap_or_default().version;
            if version < was {
                let shortened = ShortenedCase { case, version, was };
                self.report.shortened.push(shortened);
            }
        }
        Ok(self.report)
    }
}

impl Other<'_> {
    /// Its next commit, if that stands no further than there.
    fn next_up_to(&mut self, position: Position) -> Result<Option<(Stamp, Record)>, BackupError> {
        if self.ahead.is_none() {
            self.ahead = self.commits.next().transpose()?;
        }
        let ahead = &mut self.ahead;
        Ok(ahead.take_if(|(stamp, _)| stamp.position <= position))
    }

    fn differs(&self, position: Position) -> BackupError {
        let path = self.backup.path().to_owned();
        if self.same {
            BackupError::OtherCommit { path, position }
        } else {
            BackupError::AnotherLog { path }
        }
    }
}
