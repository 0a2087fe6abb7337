//! What an append must find: the same rules for every store of this crate, without any I/O.

use std::sync::Arc;

use kanzlei_core::ports::{AppendError, Appended, Prepared};
use kanzlei_core::record::{Hash, Record, Stamp, limits};
use kanzlei_core::{CaseId, CommandId, Timestamp, Version};

/// How far behind the last commit a clock may be: clocks are corrected by seconds. One that is
/// minutes behind is wrong, and what it would record is worth less than stopping.
pub const CLOCK_BEHIND_MAX_MICROS: i64 = 2 * 60 * 1_000_000;

/// Where a case ends: what its next commit must follow. The default is a case that doesn't exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tip {
    /// The version of the last event.
    pub version: Version,
    /// The hash of the last part.
    pub hash: Hash,
}

/// What a store knows when a commit comes in: the commits it has, and those it is about to write
/// before this one.
pub trait Ledger {
    /// The first answer to a command, if it was appended before.
    ///
    /// # Errors
    /// If the store can't be read.
    fn answered(&self, command: CommandId) -> Result<Option<Appended>, AppendError>;

    /// Where a case ends.
    ///
    /// # Errors
    /// If the store can't be read.
    fn tip(&self, case: CaseId) -> Result<Tip, AppendError>;
}

/// Checks whether a commit may be appended. The command comes first, so that a retry of what has
/// succeeded is a duplicate and never a conflict; then sizes, cases and guards.
///
/// # Errors
/// Why it may not, by what the caller can do.
pub fn admit(commit: &Prepared, ledger: &impl Ledger) -> Result<(), AppendError> {
    if let Some(first) = ledger.answered(commit.command())? {
        return Err(AppendError::Duplicate(first));
    }
    let size = commit.record.bytes().len();
    if size > limits::RECORD_MAX {
        return Err(AppendError::TooLarge { size });
    }
    for part in commit.record.parts() {
        let tip = ledger.tip(part.case)?;
        same_version(part.case, part.expected, tip.version)?;
        if part.previous != tip.hash {
            return Err(AppendError::Damaged { case: part.case });
        }
    }
    for guard in &*commit.guards {
        same_version(guard.case, guard.version, ledger.tip(guard.case)?.version)?;
    }
    Ok(())
}

fn same_version(case: CaseId, expected: Version, actual: Version) -> Result<(), AppendError> {
    if expected == actual {
        return Ok(());
    }
    Err(AppendError::Conflict { case, actual })
}

/// The answer to the append of this record.
pub fn answer(stamp: Stamp, record: &Record) -> Appended {
    Appended {
        position: stamp.position,
        recorded: stamp.recorded,
        cases: record
            .parts()
            .iter()
            .map(|part| (part.case, part.last))
            .collect(),
    }
}

/// When the next commit of an embedded store is recorded: now, but never before the commit
/// `last`, which was recorded before it.
///
/// # Errors
/// If the clock is so far behind that the store must close; the text names both times.
pub fn recorded(last: Option<Timestamp>, now: Timestamp) -> Result<Timestamp, Arc<str>> {
    match last {
        Some(last) if now.plus_micros(CLOCK_BEHIND_MAX_MICROS) < last => Err(format!(
            "the clock says {now} and the last commit was recorded at {last}; \
             set the clock right and open the store anew"
        )
        .into()),
        Some(last) => Ok(now.max(last)),
        None => Ok(now),
    }
}
