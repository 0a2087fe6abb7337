//! What can stand between a command and its receipt, by what the caller can do about it.

use std::sync::Arc;

use crate::domain::{CatalogueError, FoldError, Refusal};
use crate::ids::{CaseId, CommandId, Version};
use crate::ports::{EntropyError, StoreError, VaultError};
use crate::record::{PersonalError, Unopened, WriteError};

/// Why there is no receipt, or no answer to a question.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The domain says no: tell the person, who can do something else.
    #[error(transparent)]
    Refused(Refusal),
    /// The case has moved on from the version that the caller saw: show it and ask again.
    #[error("case {case} is at version {actual}, and the command was made for version {expected}")]
    Conflict {
        /// The case.
        case: CaseId,
        /// The version that the caller named.
        expected: Version,
        /// The version that it has.
        actual: Version,
    },
    /// This command was answered before, and since then something in it was erased, so that it
    /// can't be shown that this is the same one.
    #[error("command {command} was answered before; what it said is erased since")]
    AnsweredBefore {
        /// The command.
        command: CommandId,
    },
    /// It is not known whether the commit was stored. Send the same command with the same id.
    #[error("it is not known whether command {command} was stored: {why}; send it again as it is")]
    Unknown {
        /// The command.
        command: CommandId,
        /// What the store said.
        why: String,
    },
    /// Nothing was stored; the store or the case is too busy. Try again.
    #[error("too much is going on at once; nothing was stored, try again")]
    Busy,
    /// The store doesn't work.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store takes nothing any more; open it anew.
    #[error("the store is closed: {0}")]
    Closed(Arc<str>),
    /// The chain of a case is broken: the log is damaged. Verify it.
    #[error("the chain of case {0} is broken: the log or this copy of it is damaged")]
    Damaged(CaseId),
    /// The vault doesn't work.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A personal value doesn't open, and not because it was erased.
    #[error(transparent)]
    Unopened(#[from] Unopened),
    /// An event in the log can't be read.
    #[error(transparent)]
    Fold(#[from] FoldError),
    /// A definition in the log can't be read.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// What was decided is no record: too much for one commit.
    #[error("this is too much for one commit: {0}")]
    Write(#[from] WriteError),
    /// An event can't be written or read.
    #[error(transparent)]
    Event(#[from] PersonalError),
    /// The system has no random bytes.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

impl EngineError {
    /// The refusal, if it is one.
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}

impl From<Refusal> for EngineError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
