//! Verifying an installation: everything that can be computed again is, and compared.

mod beside;
mod documents;
mod log;
mod views;

use kanzlei_core::ports::{Access, Purpose};
use kanzlei_core::record::Hash;
use serde::Serialize;

use crate::{Error, Ground};
use log::LogCheck;

/// Bytes of the log that are read at once.
const PAGE: usize = 1024 * 1024;

/// Why verifying fetches keys.
const fn to(purpose: Purpose) -> Access {
    Access {
        purpose,
        case: None,
    }
}

/// Something that isn't as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Where: a position, a case, a view and its key.
    pub place: String,
    /// What is wrong there.
    pub what: String,
}

/// The documents that cases name, but for those that are damaged, which are findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct DocumentsCounted {
    /// They are here, and were read to their ends.
    pub here: u64,
    /// They were erased.
    pub erased: u64,
    /// Their keys are lost.
    pub lost: u64,
    /// They aren't here. A case doesn't say who keeps its documents: either somebody else does, or they are
    /// lost.
    pub elsewhere: u64,
}

/// What was verified, and what isn't as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// How many commits were read.
    pub commits: u64,
    /// How many events are in them.
    pub events: u64,
    /// The root of the log's tree, as it was computed.
    pub root: Hash,
    /// The documents that cases name; none where the log can't be read through.
    pub documents: DocumentsCounted,
    /// What was found; nothing, if all is well.
    pub findings: Vec<Finding>,
}

impl Ground {
    /// How many commits there are to be verified.
    ///
    /// # Errors
    /// If the log can't be read.
    pub fn commits(&self) -> Result<u64, Error> {
        Ok(self.ports.store.tree()?.map_or(0, |head| head.size))
    }

    /// Recomputes everything that can be computed, and says what isn't as it should be. Views that
    /// are behind are brought up to date. `told` is called for each commit.
    ///
    /// # Errors
    /// If something can't be read at all.
    pub fn verify(&self, told: &dyn Fn()) -> Result<Verified, Error> {
        let mut check = LogCheck::new(&self.ports);
        check.run(told)?;
        let mut findings = std::mem::take(&mut check.findings);
        findings.extend(self.ports.store.closed().map(|why| Finding {
            place: "the log".to_owned(),
            what: format!("it can't be appended to: {why}"),
        }));
        let mut documents = DocumentsCounted::default();
        if check.unreadable {
            findings.push(Finding {
                place: "views and documents".to_owned(),
                what: "they aren't compared, because the log can't be read through".to_owned(),
            });
        } else {
            findings.extend(views::check(&self.ports, &self.views)?);
            findings.extend(beside::check(self)?);
            let wrong;
            (documents, wrong) = documents::check(self, &check)?;
            findings.extend(wrong);
        }
        Ok(Verified {
            commits: check.commits,
            events: check.events,
            root: check.root(),
            documents,
            findings,
        })
    }
}
