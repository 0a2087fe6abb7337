//! What can be wrong with a record.

use crate::ids::{CaseId, KeySlot};

/// Bytes that are not a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The bytes end too early, or go on where they should end.
    #[error("the {what} has a wrong length")]
    Length {
        /// Which piece of the record.
        what: &'static str,
    },
    /// A newer program wrote this.
    #[error("this record has format {found}, and this release reads format {known} only")]
    Format {
        /// The format in the frame.
        found: u8,
        /// The format that this release knows.
        known: u8,
    },
    /// A field holds what the format doesn't allow.
    #[error("the {what} of the record is {found}, which the format doesn't allow")]
    Field {
        /// Which field.
        what: &'static str,
        /// What it holds.
        found: u64,
    },
    /// Some bit of the content or of the sealed values has changed.
    #[error("the record's checksum is {found:08x} and should be {expected:08x}: it was damaged")]
    Checksum {
        /// The checksum in the frame.
        expected: u32,
        /// The checksum of the bytes.
        found: u32,
    },
    /// More of something than a record may hold.
    #[error("the record has {found} {what}, and {limit} are allowed")]
    Limit {
        /// What there is too much of.
        what: &'static str,
        /// How much there is.
        found: usize,
        /// How much is allowed.
        limit: usize,
    },
    /// One case stands in two parts.
    #[error("case {0} stands twice in the record")]
    CaseTwice(CaseId),
}

/// A commit that can't be written as a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// It would not be a record.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A value can't be sealed, because there is no key for it.
    #[error("there is no key for {slot} to seal a value under")]
    NoKey {
        /// The slot whose key is missing or destroyed.
        slot: KeySlot,
    },
}
