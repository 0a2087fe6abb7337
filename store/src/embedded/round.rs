//! A round: what goes into one group, in the order in which it came.

use std::collections::HashMap;

use kanzlei_core::ports::{AppendError, Appended, Prepared, StoreError};
use kanzlei_core::record::Stamp;
use kanzlei_core::{CaseId, CommandId, Position, Timestamp};
use quick_cache::sync::Cache;

use super::layout::{Layout, Staged};
use super::read;
use crate::admission::{self, Ledger, Tip};

/// What is to be written at once, checked against what is on disk and what comes before it here.
pub(super) struct Round<'a> {
    layout: &'a Layout,
    tips: &'a Cache<CaseId, Tip>,
    /// The size of the log on disk, which is its last position.
    durable: u64,
    pub(super) staged: Vec<Staged>,
    commands: HashMap<CommandId, usize>,
    /// The cases that have another tip after it.
    pub(super) moved: HashMap<CaseId, Tip>,
}

impl<'a> Round<'a> {
    pub(super) fn new(layout: &'a Layout, tips: &'a Cache<CaseId, Tip>, durable: u64) -> Self {
        Self {
            layout,
            tips,
            durable,
            staged: Vec::new(),
            commands: HashMap::new(),
            moved: HashMap::new(),
        }
    }

    /// Admits a commit and gives it the next place.
    pub(super) fn take(
        &mut self,
        commit: Prepared,
        recorded: Timestamp,
    ) -> Result<Appended, AppendError> {
        admission::admit(&commit, self)?;
        let ahead = u64::try_from(self.staged.len()).unwrap_or(u64::MAX);
        let stamp = Stamp {
            position: Position(self.durable + ahead + 1),
            recorded,
        };
        let answer = admission::answer(stamp, &commit.record);
        self.commands.insert(commit.command(), self.staged.len());
        for part in commit.record.parts() {
            let tip = Tip {
                version: part.last,
                hash: part.hash,
            };
            self.moved.insert(part.case, tip);
        }
        self.staged.push(Staged {
            stamp,
            record: commit.record,
        });
        Ok(answer)
    }
}

impl Ledger for Round<'_> {
    fn answered(&self, command: CommandId) -> Result<Option<Appended>, AppendError> {
        let staged = self.commands.get(&command);
        if let Some(staged) = staged.and_then(|index| self.staged.get(*index)) {
            return Ok(Some(admission::answer(staged.stamp, &staged.record)));
        }
        let found = read::answered(self.layout, command, Position(self.durable));
        found.map_err(|error| unreadable(&error))
    }

    fn tip(&self, case: CaseId) -> Result<Tip, AppendError> {
        if let Some(tip) = self.moved.get(&case) {
            return Ok(*tip);
        }
        let tip = self.tips.get_or_insert_with(&case, || {
            read::tip(self.layout, case).map_err(|error| match error {
                StoreError::Damaged { .. } => AppendError::Damaged { case },
                error => unreadable(&error),
            })
        })?;
        Ok(tip)
    }
}

/// Something can't be read: this append fails, the others go on. Whether the command was answered
/// before is what can't be read, so that it is not known whether it was stored.
fn unreadable(error: &StoreError) -> AppendError {
    AppendError::Unknown(error.to_string())
}
