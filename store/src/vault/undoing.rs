//! What restoring a vault would undo, and how that is said.

use std::fmt;

use kanzlei_core::CaseId;

use crate::backup::Few;

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

impl Undoing {
    pub(super) fn is_empty(&self) -> bool {
        self.again.is_empty()
            && self.unclear.is_empty()
            && self.others.is_empty()
            && self.lost.is_empty()
    }
}

impl fmt::Display for Undoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is = if !self.again.is_empty() {
            "this backup of the vault is older than the vault that is there"
        } else if !self.lost.is_empty() {
            "this backup of the vault is older than the log"
        } else if !self.others.is_empty() {
            "the vault that is there has given numbers again that this backup of it has"
        } else {
            "this backup of the vault may have keys that were destroyed since"
        };
        write!(f, "{is}; nothing was restored.")?;
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
