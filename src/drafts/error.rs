//! Why a draft isn't saved or shown.

use std::path::PathBuf;

use kanzlei_core::ports::{StoreError, VaultError};
use kanzlei_core::{CaseId, Reference};
use kanzlei_store::{Revision, SealedError};

use super::Drafts;

/// Why a draft isn't saved or shown, in words for whom it belongs to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DraftsError {
    /// Only a person has drafts.
    #[error("drafts belong to a resident who is signed in; this actor is none")]
    NotAPerson,
    /// There is no such draft of this person.
    #[error(
        "there is no such draft of yours: it was discarded, or was not saved for {} days",
        Drafts::DAYS
    )]
    NotFound,
    /// It was handed in, and so became a case.
    #[error("this draft was handed in already, and became the case {reference}")]
    HandedIn {
        /// The case.
        case: CaseId,
        /// Its short number.
        reference: Reference,
    },
    /// It was saved elsewhere since: show both.
    #[error(
        "this draft was saved elsewhere meanwhile (it has revision {found}, and you saw {seen}): \
         look at what is there before you save"
    )]
    Conflict {
        /// The revision that was seen.
        seen: Revision,
        /// The revision that there is.
        found: Revision,
    },
    /// It is larger than a draft may be.
    #[error("this draft is too long: it has {bytes} bytes, and at most {bytes_max} are kept")]
    TooLarge {
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        bytes_max: usize,
    },
    /// The person has as many drafts as one may have.
    #[error("you have {drafts_max} drafts, and that is the most that is kept: discard one first")]
    TooMany {
        /// How many one may have.
        drafts_max: usize,
    },
    /// The disk is full.
    #[error("there is no room left to save this; what was saved before is still there")]
    Full,
    /// Its file is damaged.
    #[error("this draft can't be read any more: {} is damaged", path.display())]
    Damaged {
        /// Which.
        path: PathBuf,
    },
    /// Disk or vault don't work.
    #[error(transparent)]
    Sealed(SealedError),
    /// The vault doesn't work.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Whether it was handed in can't be found out.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SealedError> for DraftsError {
    fn from(error: SealedError) -> Self {
        match error {
            SealedError::Conflict { seen, found } if found == Revision::NONE => {
                debug_assert!(seen > found, "no conflict");
                Self::NotFound
            }
            SealedError::Conflict { seen, found } => Self::Conflict { seen, found },
            SealedError::TooLarge { bytes, bytes_max } => Self::TooLarge { bytes, bytes_max },
            SealedError::TooMany { entries_max } => Self::TooMany {
                drafts_max: entries_max,
            },
            SealedError::Full { .. } => Self::Full,
            SealedError::Damaged { path, .. } => Self::Damaged { path },
            other => Self::Sealed(other),
        }
    }
}
