//! Why a projection can't take in a part.

use kanzlei_core::Version;
use kanzlei_core::ports::{VaultError, ViewStoreError};
use kanzlei_core::record::PersonalError;

/// Why a projection can't take in a part.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProjectionError {
    /// An event isn't what its kind and schema promise.
    #[error("event {version} can't be read: {cause}")]
    Event {
        /// Its number in its case.
        version: Version,
        /// What is wrong.
        #[source]
        cause: PersonalError,
    },
    /// A row isn't what this projection writes: the view is damaged, or of another revision.
    #[error("the view's row {key} isn't what this projection writes; rebuild the view")]
    Row {
        /// The row's key, in hex.
        key: String,
    },
    /// The views can't be read.
    #[error(transparent)]
    Store(#[from] ViewStoreError),
    /// The vault can't be asked. Only the directory asks it.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The projection's own reason. It never holds anything personal.
    #[error("{0}")]
    Own(String),
}

impl ProjectionError {
    /// The event that it is about, if it is one.
    pub const fn version(&self) -> Option<Version> {
        match self {
            Self::Event { version, .. } => Some(*version),
            _ => None,
        }
    }
}
