//! The log of the memory stores: commits in order, and the indexes over them.

use std::collections::HashMap;
use std::sync::Arc;

use kanzlei_core::ports::{AppendError, Appended, Prepared, StoreError, TreeHead};
use kanzlei_core::record::{Frontier, Page, RecordRef, Stamp, extract_part, leaf_hash};
use kanzlei_core::{CaseId, CommandId, Position, Timestamp, Version};

use crate::admission::{self, Ledger, Tip};

/// Commits in order, with the indexes over them. Whoever holds it locks it.
#[derive(Debug, Default)]
pub(crate) struct Log {
    commits: Vec<Commit>,
    commands: HashMap<CommandId, usize>,
    cases: HashMap<CaseId, CaseIndex>,
    tree: Frontier,
    closed: Option<Arc<str>>,
}

#[derive(Debug)]
struct Commit {
    /// Stamp and record, as a page takes them.
    stamped: Box<[u8]>,
    answer: Appended,
}

#[derive(Debug, Default)]
struct CaseIndex {
    tip: Tip,
    shares: Vec<Share>,
}

/// Where a case's share of a commit is found.
#[derive(Debug, Clone, Copy)]
struct Share {
    commit: usize,
    part: u16,
    last: Version,
}

impl Ledger for Log {
    fn answered(&self, command: CommandId) -> Result<Option<Appended>, AppendError> {
        Ok(self.answer(command))
    }

    fn tip(&self, case: CaseId) -> Result<Tip, AppendError> {
        Ok(self
            .cases
            .get(&case)
            .map(|case| case.tip)
            .unwrap_or_default())
    }
}

impl Log {
    /// Appends a commit `gap` positions further than the next.
    pub(crate) fn append(
        &mut self,
        commit: &Prepared,
        now: Timestamp,
        gap: u64,
    ) -> Result<Appended, AppendError> {
        if let Some(cause) = self.closed() {
            return Err(AppendError::Closed(cause));
        }
        admission::admit(commit, self)?;
        let last = self.commits.last().map(|commit| commit.answer.recorded);
        let recorded = match admission::recorded(last, now) {
            Ok(recorded) => recorded,
            Err(cause) => {
                self.close(Arc::clone(&cause));
                return Err(AppendError::Closed(cause));
            }
        };
        let position = Position(self.end().0.saturating_add(1).saturating_add(gap));
        Ok(self.push(commit, Stamp { position, recorded }))
    }

    fn push(&mut self, commit: &Prepared, stamp: Stamp) -> Appended {
        let record = &commit.record;
        let place = self.commits.len();
        for (part, index) in record.parts().iter().zip(0..) {
            let case = self.cases.entry(part.case).or_default();
            case.tip = Tip {
                version: part.last,
                hash: part.hash,
            };
            case.shares.push(Share {
                commit: place,
                part: index,
                last: part.last,
            });
        }
        self.commands.insert(commit.command(), place);
        self.tree.push(leaf_hash(stamp, record.content_hash()));
        let answer = admission::answer(stamp, record);
        self.commits.push(Commit {
            stamped: [stamp.to_bytes().as_slice(), record.bytes()]
                .concat()
                .into(),
            answer: answer.clone(),
        });
        answer
    }

    /// Takes nothing any more, for this reason.
    pub(crate) fn close(&mut self, cause: Arc<str>) {
        self.closed.get_or_insert(cause);
    }

    /// Why nothing is taken any more.
    pub(crate) fn closed(&self) -> Option<Arc<str>> {
        self.closed.clone()
    }

    /// Takes commits again, as a log does that is opened anew.
    pub(crate) fn reopen(&mut self) {
        self.closed = None;
    }

    /// The last commit's position.
    pub(crate) fn end(&self) -> Position {
        self.commits
            .last()
            .map_or(Position::START, |commit| commit.answer.position)
    }

    pub(crate) fn answer(&self, command: CommandId) -> Option<Appended> {
        let place = self.commands.get(&command)?;
        Some(self.commits.get(*place)?.answer.clone())
    }

    /// The commits of a case after a version, as the log was at position `until`.
    pub(crate) fn case(
        &self,
        case: CaseId,
        after: Version,
        limit: usize,
        until: Position,
    ) -> Result<Page, StoreError> {
        let shares = self.cases.get(&case).map_or(&[][..], |case| &case.shares);
        let first = shares.partition_point(|share| share.last <= after);
        let mut page = Page::new();
        for share in shares.get(first..).unwrap_or_default() {
            let Some(commit) = self.commits.get(share.commit) else {
                break;
            };
            if commit.answer.position > until {
                break;
            }
            let stamped = commit.share(share.part)?;
            if !fits(&page, &stamped, limit) {
                let through = page.through();
                return Ok(page.ending(through, true));
            }
            push(&mut page, &stamped, commit.answer.position)?;
        }
        Ok(page.ending(until.min(self.end()), false))
    }

    /// Whole commits after a position, up to `until`.
    pub(crate) fn page(
        &self,
        after: Position,
        limit: usize,
        until: Position,
    ) -> Result<Page, StoreError> {
        if after > until {
            return Err(StoreError::LogShrank {
                checkpoint: after,
                head: until,
            });
        }
        let first = self.place_after(after);
        let mut page = Page::new();
        for commit in self.commits.get(first..).unwrap_or_default() {
            if commit.answer.position > until {
                break;
            }
            if !fits(&page, &commit.stamped, limit) {
                let through = page.through();
                return Ok(page.ending(through, true));
            }
            push(&mut page, &commit.stamped, commit.answer.position)?;
        }
        Ok(page.ending(until, false))
    }

    /// The commit at a position, if there is one.
    pub(crate) fn at(&self, position: Position) -> Result<Option<Page>, StoreError> {
        let before = Position(position.0.saturating_sub(1));
        let found = self.commits.get(self.place_after(before));
        let Some(commit) = found.filter(|commit| commit.answer.position == position) else {
            return Ok(None);
        };
        let mut page = Page::new();
        push(&mut page, &commit.stamped, position)?;
        Ok(Some(page))
    }

    pub(crate) fn tree(&self) -> TreeHead {
        TreeHead {
            size: self.tree.size(),
            position: self.end(),
            root: self.tree.root(),
        }
    }

    fn place_after(&self, position: Position) -> usize {
        self.commits
            .partition_point(|commit| commit.answer.position <= position)
    }
}

impl Commit {
    /// Stamp and record of one part, as a case read gives them.
    fn share(&self, part: u16) -> Result<Vec<u8>, StoreError> {
        let position = self.answer.position;
        let (stamp, record) = Stamp::split(&self.stamped)
            .ok_or_else(|| damaged(position, &"its stamp is missing"))?;
        let record = RecordRef::parse(record).map_err(|error| damaged(position, &error))?;
        let share =
            extract_part(&record, part).ok_or_else(|| damaged(position, &"it lacks a part"))?;
        Ok([stamp.to_bytes().as_slice(), &share].concat())
    }
}

/// Whether a page takes one more commit: the first always, so that reading goes on.
fn fits(page: &Page, stamped: &[u8], limit: usize) -> bool {
    page.is_empty() || page.size().saturating_add(stamped.len()) <= limit
}

fn push(page: &mut Page, stamped: &[u8], position: Position) -> Result<(), StoreError> {
    page.push(stamped)
        .map_err(|error| damaged(position, &error))
}

fn damaged(position: Position, why: &impl ToString) -> StoreError {
    StoreError::Damaged {
        position,
        why: why.to_string(),
    }
}
